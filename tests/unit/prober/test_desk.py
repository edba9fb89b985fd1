"""The schedule follows what the host allows, and no clock that is set back silences the prober."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober import host as hosts
from actors.prober import pace
from actors.prober.agenda import Agenda
from actors.prober.desk import CHANGED, Desk
from actors.prober.due import DueQueue
from actors.prober.following import Following
from actors.prober.learnt import Learnt
from actors.prober.memory import Memory
from actors.prober.past import Entry
from actors.prober.schedule import Strategy, TwoFrequency
from actors.prober.visits import Answers
from actors.prober.weighing import Belief
from actors.prober.work import Work
from messages.probing import DraftName
from tests.builders import NOON, settings
from tests.prober_builders import a_known, a_name, a_sighting
from tests.unit.prober.test_host import ON, read

REVISIT = 1800.0
HOUR = 3600.0
NOW = NOON.timestamp()
CHOSEN = settings(prober={"base_url": "https://isocpp.org/files/papers/", "requests_per_hour": 3600}).prober


def a_desk(strategy: Strategy) -> Desk:
    memory = Memory()
    numbers = range(1, 401)
    memory.learn_numbers({number: a_known(0) for number in numbers})
    last = NOON.date().toordinal()
    memory.learn_entries(
        Entry(number=number, revision=0, day=last - 900 + 2 * number, authors=()) for number in numbers
    )
    memory.learn_sightings([a_sighting(a_name(9))], ())
    work = Work(Agenda(strategy, REVISIT, {}), Following(REVISIT, slack=2.0), memory)
    work.begin(NOON)
    desk = Desk(CHOSEN, memory, work, hosts.met(CHOSEN, (None, Belief.UNHEARD), None, NOW), ON)
    survey(desk)
    return desk


def survey(desk: Desk, hours: int = 0) -> None:
    for _ in desk.survey(NOON + timedelta(hours=hours)):
        pass


def asked_in(desk: Desk, begin: float, seconds: float) -> int:
    """HEADs that are due within so many seconds, each answered at once."""
    agenda, now, asked = desk.work.agenda, begin, 0
    circumstances = desk.memory.circumstances(NOON.date())
    while now < begin + seconds:
        names = agenda.take(100_000, circumstances, now)
        asked += len(names)
        agenda.apply(agenda.progress(Answers(given_at=now, missing=names, found=(), failed=()), now), now)
        now += 60.0
    return asked


def test_a_crawl_delay_makes_the_learnt_schedule_slower() -> None:
    desk = a_desk(Learnt(budget=1.0))
    asked_in(desk, NOW, 8 * HOUR)  # the first sweep
    free = asked_in(desk, NOW + 8 * HOUR, 8 * HOUR)
    assert not desk.is_out_of_line
    desk.host = read(desk.host, 200, "User-agent: *\nCrawl-delay: 10\n")
    assert desk.is_out_of_line
    survey(desk, hours=16)
    assert not desk.is_out_of_line
    asked_in(desk, NOW + 16 * HOUR, 48 * HOUR)  # what was asked just before is left out once
    assert asked_in(desk, NOW + 64 * HOUR, 24 * HOUR) == pytest.approx(3 * free / 10, rel=0.25)


@given(st.floats(1 / 64, 1.0), st.floats(1 / 64, 1.0))
def test_it_is_planned_anew_when_the_host_allows_much_more_or_less(rate: float, threshold: float) -> None:
    desk = Desk(CHOSEN, Memory(), an_idle_work(), hosts.met(CHOSEN, (None, Belief.UNHEARD), None, NOW), ON)
    assert not desk.is_out_of_line  # before anything is planned
    desk.survey(NOON)
    desk.host = replace(desk.host, pace=replace(desk.host.pace, rate=rate, threshold=threshold))
    assert desk.is_out_of_line == (max(rate, threshold) <= 1 / CHANGED)


def an_idle_work() -> Work:
    return Work(Agenda(TwoFrequency(min_revisit=REVISIT), REVISIT, {}), Following(REVISIT, slack=2.0), Memory())


@pytest.mark.parametrize("strategy", [lambda: TwoFrequency(min_revisit=REVISIT), lambda: Learnt(budget=1.0)])
def test_a_clock_that_is_set_back_an_hour_changes_nothing_of_what_is_asked_when(
    strategy: Callable[[], Strategy],
) -> None:
    def next_names(back: float) -> list[tuple[DraftName, ...]]:
        desk = a_desk(strategy())
        desk.host = hosts.started(desk.host, 2, 1.0, NOW)
        asked_in(desk, NOW, HOUR)
        if back:
            desk.set_back(back)
        begin = NOW + HOUR - back
        waits = [pace.grant(desk.host.pace).at - begin, desk.host.robots.due_at - begin]
        assert waits == pytest.approx([2.0 - HOUR, -HOUR], abs=0.01)
        looks = []
        for minute in range(0, 60):
            portion = desk.work.take(100, NOON + timedelta(seconds=begin - NOW + minute * 60))
            looks.append(portion.names)
            heard = Answers(given_at=begin, missing=portion.scheduled, found=(), failed=())
            desk.work.agenda.apply(desk.work.agenda.progress(heard, begin + minute * 60), begin + minute * 60)
        return looks

    plain = next_names(0.0)
    assert plain == next_names(HOUR)
    assert any(plain)


def test_a_sighting_of_an_hour_to_come_is_looked_at_now() -> None:
    memory = Memory()
    memory.learn_sightings([replace(a_sighting(a_name(9)), first_at=NOON + timedelta(hours=1))], ())
    work = Work(Agenda(TwoFrequency(min_revisit=REVISIT), REVISIT, {}), Following(REVISIT, slack=2.0), memory)
    work.begin(NOON)
    assert work.take(4, NOON).looks == (a_name(9),)


@given(st.dictionaries(st.integers(1, 50), st.floats(0, 1e9)), st.floats(0, 1e6), st.floats(0, 1e9))
def test_a_queue_set_back_gives_the_same_order(times: dict[int, float], back: float, now: float) -> None:
    plain, moved = DueQueue(), DueQueue()
    for number, at in times.items():
        plain.put(number, at)
        moved.put(number, at)
    moved.set_back(back)
    first, second = plain.next_at(), moved.next_at()
    assert (first is None) == (second is None)
    assert first is None or second == pytest.approx(first - back, abs=1e-3)
    assert {moved.pop(2e9) for _ in times} == set(times)
