"""Whose outage it is: what a check depends on is down, may be, or has come back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from actors.checks.judging.silence import QuietReason, Support, is_held_by, silence_of, to_hasten
from actors.checks.model.standing import CheckStanding
from actors.checks.roster import renames, roster_of, subject_of
from actors.checks.silencing import Silencing
from messages.checks import CheckState
from tests.check_builders import NOON, a_check

MINUTE = timedelta(minutes=1)


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def a_support(last: float | None, state: CheckState = CheckState.UP, **changes: Any) -> Support:
    """What a check depends on: its state since 11:00, its last result `last` minutes after noon."""
    standing = CheckStanding(key="router", state=state, since=at(-60), last_at=None if last is None else at(last))
    support = Support(standing=standing, runs=True, answers=True)
    fields = {name: changes.pop(name) for name in ("runs", "answers") if name in changes}
    return replace(support, standing=replace(standing, **changes), **fields)


FAILING = CheckStanding(key="site", failing_since=at(0), last_at=at(3), failed=3)
"""Since noon, three minutes ago."""


@pytest.mark.parametrize(
    ("support", "held"),
    [
        (a_support(-1), True),  # no result since: it may be down too
        (a_support(1), False),
        (a_support(1, duration=30.0), False),
        (a_support(1, duration=90.0), True),  # that run began before
        (a_support(1, last_began=at(-0.5), duration=0.004), True),  # so did that ping: its duration is the round trip
        (a_support(1, last_began=at(0.5), duration=0.004), False),
        (a_support(1, CheckState.DOWN), True),
        (a_support(-1, CheckState.DOWN), True),
        (a_support(1, failed=1), True),  # it fails, and does not count as down yet
        (a_support(None, CheckState.UNKNOWN), True),
        (a_support(2.5, since=at(2)), False),  # it came back, and the check has had a result since
        (a_support(4, since=at(4)), True),  # it came back, and the check has had none
        (a_support(-1, runs=False), False),
        (a_support(1, CheckState.DOWN, runs=False), False),
        (a_support(-1, answers=False), False),
        (a_support(1, CheckState.DOWN, answers=False), True),
        (a_support(1, CheckState.DOWN, is_offline=True), False),
    ],
)
def test_an_outage_is_held_back_while_it_may_be_that_of_something_else(support: Support, held: bool) -> None:
    assert is_held_by(support, FAILING) is held
    expected = QuietReason.DEPENDENCY if held else QuietReason.NONE
    assert silence_of([a_support(1), support], FAILING, in_maintenance=False) is expected
    assert silence_of([support], FAILING, in_maintenance=True) is QuietReason.MAINTENANCE


def test_what_may_be_down_too_runs_at_once() -> None:
    stale, fresh = a_support(-1), a_support(1)
    assert to_hasten([a_support(1, duration=90.0)], FAILING) == {"router"}
    assert to_hasten([a_support(1, last_began=at(-0.5), duration=0.004)], FAILING) == {"router"}
    assert to_hasten([fresh], FAILING) == frozenset()
    assert to_hasten([stale, fresh], FAILING) == {"router"}
    assert to_hasten([a_support(-1, answers=False), a_support(-1, runs=False)], FAILING) == frozenset()
    assert to_hasten([stale], CheckStanding(key="site", last_at=at(3))) == frozenset()


def test_a_check_runs_at_once_when_what_it_depends_on_has_come_back() -> None:
    assert to_hasten([a_support(4, since=at(4))], FAILING) == {"site"}
    assert to_hasten([a_support(2.5, since=at(2))], FAILING) == frozenset()


def test_a_check_of_another_name_is_the_same_if_it_checks_the_same() -> None:
    old, new = a_check("mail", url="tcp://h:25"), a_check("smtp", group="infra", url="tcp://h:25", interval=9.0)
    assert subject_of(old) == subject_of(new)
    assert subject_of(old) != subject_of(a_check("mail", url="tcp://h:26"))
    assert renames({"mail": "s1", "x": "s2"}, {"infra/smtp": "s1"}) == {"mail": "infra/smtp"}


def test_checks_that_swap_names_are_renamed_and_one_that_is_edited_stays() -> None:
    assert renames({"a": "s1", "b": "s2"}, {"a": "s2", "b": "s1"}) == {"a": "b", "b": "a"}
    assert renames({"a": "s1", "b": "s2", "c": "s3"}, {"a": "s3", "b": "s1", "c": "s2"}) == {
        "a": "b",
        "b": "c",
        "c": "a",
    }
    assert renames({"a": "s1", "b": "s2"}, {"b": "s1"}) == {"a": "b"}
    assert renames({"a": "s1"}, {"a": "s2"}) == {}
    assert renames({"a": "s1"}, {"a": "s1", "b": "s1"}) == {}


def test_where_there_is_doubt_nothing_is_renamed() -> None:
    assert renames({"a": "s", "b": "s"}, {"c": "s"}) == {}
    assert renames({"a": "s"}, {"b": "s", "c": "s"}) == {}
    assert renames({"a": ""}, {"b": ""}) == {}


def test_an_operator_names_a_check_a_group_or_all() -> None:
    roster = roster_of([a_check("mail", group="infra"), a_check("web"), a_check("infra")], 1.0)
    assert roster.scope("all") == ("", "")
    assert roster.scope("mail") == ("infra/mail", "")
    assert roster.scope("infra/") == ("infra/", "")
    assert roster.scope("infra") == ("infra", "")  # a check of this name comes first
    assert roster.scope("nobody")[1] == "there is no check or group nobody: `callboard checks list` shows all"


def test_in_place_of_what_is_paused_that_counts_which_it_depends_on() -> None:
    checks = [a_check("site", depends_on=("proxy",)), a_check("proxy", depends_on=("router",)), a_check("router")]
    silencing = Silencing(roster=roster_of(checks, 1.0), windows={})
    router = a_support(1, CheckState.DOWN).standing
    for proxy in (
        CheckStanding(key="proxy", paused=True),
        CheckStanding(key="proxy", paused=True, state=CheckState.UP),
    ):
        known = {"site": FAILING, "proxy": proxy, "router": router}
        assert silencing.of("site", known, at(3)) is QuietReason.DEPENDENCY
        well = {**known, "router": a_support(1).standing}
        assert silencing.of("site", well, at(3)) is QuietReason.NONE
