"""What is asked next: a model of the prober asks and answers, without clock, network or table."""

import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule.probe_rounds import LastProbe, ScheduledAnswers
from actors.prober.schedule.scheduler import NUMBERS_PER_STEP, Scheduler
from actors.prober.schedule.two_frequency import COLD_FACTOR, TwoFrequency
from messages.drafts import Extension
from messages.probing import DraftName
from tests.prober_builders import a_known, a_name, inputs

START = 1_000_000.0
REVISIT = 1800.0
COLD = REVISIT * COLD_FACTOR

PROMPT: Callable[[DraftName], bool] = lambda name: True  # noqa: E731


def a_scheduler(state: StrategyInputs, asked: dict[int, LastProbe] | None = None, now: float = START) -> Scheduler:
    scheduler = Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, asked or {})
    replan(scheduler, state, now)
    return scheduler


def replan(scheduler: Scheduler, state: StrategyInputs, now: float) -> None:
    for _ in scheduler.replan(state, now):
        pass


def answer(
    scheduler: Scheduler, names: Iterable[DraftName], now: float, answers: Callable[[DraftName], bool] = PROMPT
) -> None:
    names = tuple(names)
    heard = ScheduledAnswers(
        given_at=now - 1,
        missing=tuple(name for name in names if answers(name)),
        found=(),
        failed=tuple(name for name in names if not answers(name)),
    )
    scheduler.apply(scheduler.progress(heard, now), now)


def all_due(scheduler: Scheduler, state: StrategyInputs, now: float) -> list[DraftName]:
    return list(scheduler.take(1_000_000, state, now))


WATCHED = inputs(known={7: a_known(0)}, watched={7})


def test_on_a_first_start_hot_numbers_come_first_from_the_top_and_cold_ones_early() -> None:
    state = inputs(frontier=100)
    order = list(dict.fromkeys(name.number for name in all_due(a_scheduler(state), state, START)))
    assert order == list(range(160, 0, -1))


def test_names_come_in_batches_of_the_size_asked_for() -> None:
    state = inputs(frontier=10)
    scheduler = a_scheduler(state)
    assert [len(scheduler.take(size, state, START)) for size in (1, 3, 10)] == [1, 3, 10]


def test_a_number_is_due_again_when_its_interval_is_over() -> None:
    scheduler = a_scheduler(WATCHED)
    names = all_due(scheduler, WATCHED, START)
    assert all_due(scheduler, WATCHED, START + 5 * REVISIT) == []
    answer(scheduler, names, START + 2)
    assert scheduler.next_at() == START + 2 + REVISIT
    assert all_due(scheduler, WATCHED, START + 1 + REVISIT) == []
    assert all_due(scheduler, WATCHED, START + 2 + REVISIT) == names


def test_a_number_asked_before_the_restart_is_due_when_it_would_have_been() -> None:
    scheduler = a_scheduler(WATCHED, {7: LastProbe(at=START - 100, missing={})})
    assert scheduler.next_at() == START - 100 + REVISIT


def test_a_number_asked_in_the_future_is_not_silenced_by_it() -> None:
    scheduler = a_scheduler(WATCHED, {7: LastProbe(at=START + 10**6, missing={})})
    assert scheduler.next_at() == START + REVISIT


def test_a_number_that_gets_a_watcher_is_due_at_once_unless_it_was_asked_just_now() -> None:
    state = inputs(known={7: a_known(0), 8: a_known(0)}, frontier=500)
    scheduler = a_scheduler(
        state, {n: LastProbe(at=START - (10 if n == 8 else 5000), missing={}) for n in range(1, 561)}
    )
    before = {name.number for name in all_due(scheduler, state, START)}
    watched = inputs(known=state.known, frontier=500, watched={7, 8})
    replan(scheduler, watched, START)
    assert before == set(range(471, 561))
    assert {name.number for name in all_due(scheduler, watched, START)} == {7}


def test_a_number_that_leaves_the_schedule_is_not_asked_any_more() -> None:
    scheduler = a_scheduler(WATCHED)
    replan(scheduler, inputs(), START)
    assert all_due(scheduler, WATCHED, START + 10**9) == []
    assert (scheduler.hot, scheduler.cold) == (0, 0)


def test_only_the_names_without_an_answer_are_asked_again_ever_later() -> None:
    scheduler = a_scheduler(WATCHED)
    names = all_due(scheduler, WATCHED, START)
    answer(scheduler, names, START, lambda name: name != names[0])
    assert scheduler.next_at() == START + 30
    assert all_due(scheduler, WATCHED, START + 30) == [names[0]]
    answer(scheduler, names[:1], START + 30, lambda name: False)
    assert scheduler.next_at() == START + 90


def test_names_without_an_answer_are_asked_with_all_the_others_when_those_are_due() -> None:
    scheduler = a_scheduler(WATCHED)
    names = all_due(scheduler, WATCHED, START)
    answer(scheduler, names, START, lambda name: name != names[0])
    assert all_due(scheduler, WATCHED, START + REVISIT) == names


def test_a_name_answered_at_last_is_not_asked_again_within_min_revisit() -> None:
    scheduler = a_scheduler(WATCHED)
    names = all_due(scheduler, WATCHED, START)
    answer(scheduler, names, START, lambda name: name != names[0])
    late = START + REVISIT - 1
    assert all_due(scheduler, WATCHED, late) == names[:1]
    answer(scheduler, names[:1], late)
    assert scheduler.next_at() == late + REVISIT


def test_an_ask_without_all_answers_does_not_count_for_the_next_start() -> None:
    scheduler = a_scheduler(WATCHED)
    names = all_due(scheduler, WATCHED, START)
    heard = ScheduledAnswers(given_at=START, missing=tuple(names[1:]), found=(), failed=(names[0],))
    (record,) = scheduler.progress(heard, START + 2).records.values()
    assert record == LastProbe(at=None, missing={"D1.html": START, "D2.pdf": START, "D2.html": START})


def test_an_ask_counts_from_its_end_when_the_last_name_was_answered_at_last() -> None:
    scheduler = a_scheduler(WATCHED)
    names = all_due(scheduler, WATCHED, START)
    answer(scheduler, names, START + 2, lambda name: name != names[0])
    assert all_due(scheduler, WATCHED, START + 40) == [names[0]]
    (record,) = scheduler.progress(
        ScheduledAnswers(given_at=START + 40, missing=(names[0],), found=(), failed=()), START + 41
    ).records.values()
    assert record.at == START + 2
    assert record.missing["D1.pdf"] == START + 40
    assert record.missing["D2.pdf"] == START + 1


def test_what_was_missing_before_an_outage_stays_known() -> None:
    scheduler = a_scheduler(WATCHED, {7: LastProbe(at=START - REVISIT, missing={"D1.pdf": START - REVISIT})})
    answer(scheduler, all_due(scheduler, WATCHED, START), START, lambda name: False)
    assert scheduler.missing_at(a_name(7)) == START - REVISIT
    assert scheduler.missing_at(a_name(7, extension=Extension.HTML)) is None


def test_names_given_back_are_the_next() -> None:
    scheduler = a_scheduler(WATCHED)
    names = scheduler.take(3, WATCHED, START)
    scheduler.give_back(names)
    assert scheduler.take(4, WATCHED, START)[:3] == names


def test_names_of_another_agenda_are_not_taken_back() -> None:
    scheduler = a_scheduler(WATCHED)
    scheduler.give_back([a_name(7), a_name(8)])
    assert len(all_due(scheduler, WATCHED, START)) == 4


def test_answers_that_nobody_waits_for_change_nothing() -> None:
    scheduler = a_scheduler(WATCHED)
    progress = scheduler.progress(
        ScheduledAnswers(given_at=START, missing=(a_name(7), a_name(9)), found=(), failed=()), START
    )
    assert (progress.pending, progress.records) == ({}, {})


def test_a_survey_takes_several_turns_for_many_numbers() -> None:
    state = inputs(frontier=2 * NUMBERS_PER_STEP)
    scheduler = Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
    assert list(scheduler.replan(state, START)) == [NUMBERS_PER_STEP + 60, 60]
    assert (scheduler.hot, scheduler.cold) == (90, 2 * NUMBERS_PER_STEP - 30)


def test_a_survey_that_was_left_off_loses_no_number() -> None:
    state = inputs(frontier=NUMBERS_PER_STEP)
    scheduler = Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
    next(scheduler.replan(state, START))
    replan(scheduler, state, START)
    assert {name.number for name in all_due(scheduler, state, START)} == set(range(1, NUMBERS_PER_STEP + 61))


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(1, 120), min_size=3), st.integers(8, 64), st.floats(1, 60), st.integers(0, 1000))
def test_every_number_is_asked_within_its_interval_when_the_budget_suffices(
    known: set[int], size: int, pause: float, seed: int
) -> None:
    chance = random.Random(seed)
    state = inputs(known={number: a_known(0) for number in known}, frontier=max(known), watched={min(known)})
    scheduler, strategy = a_scheduler(state), TwoFrequency(min_revisit=REVISIT)
    asked: dict[DraftName, float] = {}
    now = START
    while now < START + 1.2 * COLD:
        names = scheduler.take(size, state, now)
        for name in names:
            between = now - asked.get(name, START - REVISIT)
            assert between >= REVISIT
            assert between <= strategy.interval(name.number, state) + 2 * REVISIT
            asked[name] = now
        now += pause * chance.random()
        answer(scheduler, names, now)
        if not names:
            now = max(now, scheduler.next_at() or now)
    assert set(asked) == {name for number in strategy.numbers(state) for name in strategy.names(number, state)}


@pytest.mark.parametrize("seed", range(3))
def test_no_name_is_lost_whatever_fails_or_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    state = inputs(frontier=40)
    scheduler = a_scheduler(state)
    answered: set[DraftName] = set()
    now = START
    while now < START + COLD:
        names = scheduler.take(32, state, now)
        if chance.random() < 0.2:
            scheduler.give_back(names)
        else:
            good = {name for name in names if chance.random() < 0.7}
            answer(scheduler, names, now, good.__contains__)
            answered |= good
        now = max(now + 1, scheduler.next_at() or now)
    assert len(answered) == 8 * 100
