"""The schedule follows what the host allows, and no clock that is set back silences the prober."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.queue import FrontMatterQueue
from actors.prober.model.answers import Belief
from actors.prober.model.catalog import Catalog
from actors.prober.politeness import host as hosts
from actors.prober.schedule import probe_rounds
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.probe_rounds import LastProbe, ScheduledAnswers
from actors.prober.schedule.recheck_queue import RecheckQueue
from actors.prober.schedule.scheduler import Scheduler
from actors.prober.schedule.two_frequency import TwoFrequency
from actors.prober.schedule.work_queue import WorkQueue
from actors.prober.state import REPLAN_RATE_FACTOR, ProberState
from tests.builders import NOON
from tests.prober_builders import (
    CHOSEN,
    NOW,
    ON,
    PATIENCE,
    REVISIT,
    a_known,
    a_name,
    a_state,
    an_observation,
    read,
    replan,
)

HOUR = 3600.0


def asked_in(state: ProberState, begin: float, seconds: float) -> int:
    """HEADs that are due within so many seconds, each answered at once."""
    scheduler, now, asked = state.work_queue.scheduler, begin, 0
    inputs = state.catalog.inputs(NOON.date())
    while now < begin + seconds:
        names = scheduler.take(100_000, inputs, now)
        asked += len(names)
        scheduler.apply(
            scheduler.progress(ScheduledAnswers(given_at=now, missing=names, found=(), failed=()), now), now
        )
        now += 60.0
    return asked


def test_a_crawl_delay_makes_the_learnt_schedule_slower() -> None:
    state = a_state(Learnt(budget=1.0))
    asked_in(state, NOW, 8 * HOUR)  # the first sweep
    free = asked_in(state, NOW + 8 * HOUR, 8 * HOUR)
    assert not state.needs_replan
    state.host = read(state.host, 200, "User-agent: *\nCrawl-delay: 10\n")
    assert state.needs_replan
    replan(state, hours=16)
    assert not state.needs_replan
    asked_in(state, NOW + 16 * HOUR, 48 * HOUR)  # what was asked just before is left out once
    assert asked_in(state, NOW + 64 * HOUR, 24 * HOUR) == pytest.approx(3 * free / 10, rel=0.25)


@given(st.floats(1 / 64, 1.0), st.floats(1 / 64, 1.0))
def test_it_is_planned_anew_when_the_host_allows_much_more_or_less(rate: float, threshold: float) -> None:
    state = ProberState(
        CHOSEN, Catalog(), an_idle_work(), hosts.restored(CHOSEN, (None, Belief.NO_ANSWER), None, NOW), ON
    )
    assert not state.needs_replan  # before anything is planned
    state.replan(NOON)
    state.host = replace(state.host, rate_limit=replace(state.host.rate_limit, rate=rate, threshold=threshold))
    assert state.needs_replan == (max(rate, threshold) <= 1 / REPLAN_RATE_FACTOR)


def an_idle_work() -> WorkQueue:
    return WorkQueue(
        Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, {}),
        RecheckQueue(REVISIT, slack=2.0),
        Catalog(),
        FrontMatterQueue((), NOON, PATIENCE),
    )


@given(
    st.dictionaries(st.integers(1, 50), st.tuples(st.none() | st.floats(0, 2e9), st.floats(0, 2e9))),
    st.floats(1e9, 2e9),
)
def test_what_was_asked_is_never_ahead_of_the_clock_and_stays_as_far_apart(
    times: dict[int, tuple[float | None, float]], now: float
) -> None:
    before = {number: LastProbe(at=at, missing={"D1.pdf": missing}) for number, (at, missing) in times.items()}
    after = probe_rounds.in_the_past(before, now)
    moved = {before[number].missing["D1.pdf"] - after[number].missing["D1.pdf"] for number in before}
    assert all(one.at is None or one.at <= now + 1e-3 for one in after.values())
    assert max(moved, default=0.0) - min(moved, default=0.0) < 1e-3
    if all(at is None or at <= now for at, _ in times.values()):
        assert after == before


@pytest.mark.parametrize("back", [0.0, HOUR, 400 * 86_400.0])
def test_a_clock_that_was_set_back_changes_nothing_of_what_is_asked_when(back: float) -> None:
    asked = {number: LastProbe(at=NOW - number, missing={}) for number in range(1, 61)}
    now = NOW - back
    scheduler = Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, probe_rounds.in_the_past(asked, now - 1))
    catalog = Catalog()
    catalog.learn_numbers({number: a_known(0) for number in range(1, 61)})
    inputs = catalog.inputs(NOON.date())
    for _ in scheduler.replan(inputs, now):
        pass
    scheduler.take(10_000, inputs, now)  # the numbers above the frontier, which nobody ever asked for
    first = scheduler.take(10_000, inputs, now + REVISIT - 30.5)
    assert {name.number for name in first} == set(range(31, 61))


def test_a_sighting_of_an_hour_to_come_is_looked_at_now() -> None:
    catalog = Catalog()
    catalog.learn_observations([replace(an_observation(a_name(9)), first_at=NOON + timedelta(hours=1))], ())
    work = WorkQueue(
        Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, {}),
        RecheckQueue(REVISIT, slack=2.0),
        catalog,
        FrontMatterQueue((), NOON, PATIENCE),
    )
    work.begin(NOON)
    assert work.take(4, NOON).rechecks == (a_name(9),)


def test_what_is_said_of_the_schedule_counts_no_frequent_numbers_if_there_are_none() -> None:
    state = a_state(Learnt(budget=1.0))
    replan(state)
    said = state.outlook_in_words(NOON)
    scheduler = state.work_queue.scheduler
    assert f"{state.numbers_on_schedule:,} paper numbers are asked for, " in said
    assert ("each in its turn" in said) is (scheduler.hot == 0)
    assert (" of them every " in said) is (scheduler.hot > 0)
