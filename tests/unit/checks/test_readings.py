"""What the ChecksActor has ready for readers: made when results come, and kept when the configuration is read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from actors.checks.model.standing import CheckStanding
from actors.checks.reading import board, service
from actors.checks.reading.service import CheckReadings
from messages.check_definitions import CheckDefinition
from messages.check_reading import CheckBoardQuery
from messages.checks import CheckState
from tests.check_builders import NOON, a_check, a_result


class Owner:
    """Checks, how they stand, and nothing in the tables."""

    def __init__(self, *checks: CheckDefinition) -> None:
        self.checks = {check.key: check for check in checks}
        self.standings: dict[str, CheckStanding] = {}
        self.readings = CheckReadings(self, lambda: self.checks, lambda: self.standings, lambda key: self.checks[key])

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        raise AssertionError("nothing here reads the tables")
        yield

    def now(self) -> datetime:
        return NOON

    def ran(self, key: str) -> None:
        """A run of a check has passed, and was stored."""
        known = self.standings.get(key) or CheckStanding(key=key)
        self.standings[key] = replace(known, state=CheckState.UP, last_at=NOON)
        self.readings.took([a_result(key=key)])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the cards that were made, in their order."""
    keys: list[str] = []

    def card(check: CheckDefinition, *rest: Any) -> Any:
        keys.append(check.key)
        return board.card(check, *rest)

    monkeypatch.setattr(service, "card", card)
    return keys


def test_who_asks_for_the_board_waits_for_no_card(made: list[str]) -> None:
    owner = Owner(*(a_check(str(number)) for number in range(3)))
    for key in owner.checks:
        owner.ran(key)
    made.clear()
    shown = owner.readings.board(CheckBoardQuery(request_id="b"))
    assert made == []
    assert [each.summary.status for each in shown.cards] == [CheckState.UP] * 3
    assert owner.readings.states() == ((CheckState.UP, 3),)


def test_a_check_that_has_not_run_has_one_card(made: list[str]) -> None:
    owner = Owner(a_check())
    for _ in range(3):
        owner.readings.board(CheckBoardQuery(request_id="b"))
    assert made == ["site"]
    assert owner.readings.states() == ((CheckState.UNKNOWN, 1),)


def test_only_what_readers_see_in_another_way_is_made_again(made: list[str]) -> None:
    owner = Owner(a_check("kept"), a_check("moved"), a_check("stopped"), a_check("gone"))
    for key in owner.checks:
        owner.ran(key)
    made.clear()
    owner.checks = {
        check.key: check
        for check in (
            a_check("kept", interval=30.0),
            a_check("moved", url="http://127.0.0.1:10/"),
            a_check("stopped", disabled=True),
            a_check("new"),
        )
    }
    shown = owner.readings.board(CheckBoardQuery(request_id="b"))
    assert made == ["moved", "new", "stopped"]
    assert {card.summary.name: card.summary.status for card in shown.cards} == {
        "kept": CheckState.UP,
        "moved": CheckState.UP,
        "stopped": CheckState.PAUSED,
        "new": CheckState.UNKNOWN,
    }
    assert {card.summary.name: card.url for card in shown.cards}["moved"] == "http://127.0.0.1:10/"
