"""Restarts: soon at first, ever later when they come fast, forgiven after a while, and not without end."""

import importlib

import pytest

from actors.runtime.actor import CallboardActor
from actors.supervisor.restarts import (
    FAILURES_WITHIN,
    FIRST_DELAY,
    FORGIVEN_AFTER,
    MOST_DELAY,
    Limit,
    Restarts,
    delay,
    ended,
    failed,
    too_many,
)
from actors.supervisor.specs import ACTOR_SPECS, actor_specs
from messages.lifecycle import ActorSpec
from tests.builders import settings

LIMIT = Limit(times=3, seconds=60.0)


def after_ends(*ends: float, counts: bool = True) -> Restarts:
    known = Restarts()
    for at in ends:
        known = ended(known, at, LIMIT, counts=counts)
    return known


@pytest.mark.parametrize("spec", ACTOR_SPECS, ids=lambda spec: spec.name)
def test_everybody_in_the_cast_has_a_class(spec: ActorSpec) -> None:
    module, _, name = spec.actor.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), name), CallboardActor)


def test_outages_of_checks_that_were_removed_are_ended_where_no_checks_are_left() -> None:
    none = settings(checks=(), health={"builtin_checks": False})
    assert "checks" in [spec.name for spec in actor_specs(none)]


def test_delays_double_up_to_a_limit() -> None:
    delays = [delay(after_ends(*map(float, range(1, count + 1)))) for count in range(1, 12)]
    assert delays[:3] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert delays[-1] == MOST_DELAY


def test_five_good_minutes_forgive() -> None:
    assert delay(after_ends(1.0, 2.0, 3.0, 4.0 + FORGIVEN_AFTER)) == FIRST_DELAY


def test_too_many_ends_within_the_time_are_too_many() -> None:
    assert not too_many(after_ends(1.0, 2.0, 3.0), LIMIT)
    assert too_many(after_ends(1.0, 2.0, 3.0, 60.5), LIMIT)
    assert not too_many(after_ends(1.0, 2.0, 3.0, 61.5), LIMIT)


def test_ends_for_something_is_away_make_the_wait_longer_and_are_never_too_many() -> None:
    known = after_ends(*map(float, range(1, 10)), counts=False)
    assert not too_many(known, LIMIT)
    assert delay(known) > 8 * FIRST_DELAY


def test_failures_of_the_last_minute_are_counted() -> None:
    assert failed((1.0, 2.0), 2.5) == (1.0, 2.0, 2.5)
    assert failed((1.0, 2.0), 2.0 + FAILURES_WITHIN) == (2.0, 2.0 + FAILURES_WITHIN)
