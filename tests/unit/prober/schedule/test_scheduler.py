"""What is asked next: a model of the prober asks and answers, without clock, network or table."""

import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.prober.model.numbers import Circumstances
from actors.prober.schedule.probe_rounds import Answers, Asked
from actors.prober.schedule.scheduler import CHUNK, Agenda
from actors.prober.schedule.two_frequency import COLD_FACTOR, TwoFrequency
from messages.drafts import Extension
from messages.probing import DraftName
from tests.prober_builders import a_known, a_name, circumstances

START = 1_000_000.0
REVISIT = 1800.0
COLD = REVISIT * COLD_FACTOR

PROMPT: Callable[[DraftName], bool] = lambda name: True  # noqa: E731


def an_agenda(state: Circumstances, asked: dict[int, Asked] | None = None, now: float = START) -> Agenda:
    agenda = Agenda(TwoFrequency(min_revisit=REVISIT), REVISIT, asked or {})
    survey(agenda, state, now)
    return agenda


def survey(agenda: Agenda, state: Circumstances, now: float) -> None:
    for _ in agenda.survey(state, now):
        pass


def answer(
    agenda: Agenda, names: Iterable[DraftName], now: float, answers: Callable[[DraftName], bool] = PROMPT
) -> None:
    names = tuple(names)
    heard = Answers(
        given_at=now - 1,
        missing=tuple(name for name in names if answers(name)),
        found=(),
        failed=tuple(name for name in names if not answers(name)),
    )
    agenda.apply(agenda.progress(heard, now), now)


def all_due(agenda: Agenda, state: Circumstances, now: float) -> list[DraftName]:
    return list(agenda.take(1_000_000, state, now))


WATCHED = circumstances(known={7: a_known(0)}, watched={7})


def test_on_a_first_start_hot_numbers_come_first_from_the_top_and_cold_ones_early() -> None:
    state = circumstances(frontier=100)
    order = list(dict.fromkeys(name.number for name in all_due(an_agenda(state), state, START)))
    assert order == list(range(160, 0, -1))


def test_names_come_in_batches_of_the_size_asked_for() -> None:
    state = circumstances(frontier=10)
    agenda = an_agenda(state)
    assert [len(agenda.take(size, state, START)) for size in (1, 3, 10)] == [1, 3, 10]


def test_a_number_is_due_again_when_its_interval_is_over() -> None:
    agenda = an_agenda(WATCHED)
    names = all_due(agenda, WATCHED, START)
    assert all_due(agenda, WATCHED, START + 5 * REVISIT) == []
    answer(agenda, names, START + 2)
    assert agenda.next_at() == START + 2 + REVISIT
    assert all_due(agenda, WATCHED, START + 1 + REVISIT) == []
    assert all_due(agenda, WATCHED, START + 2 + REVISIT) == names


def test_a_number_asked_before_the_restart_is_due_when_it_would_have_been() -> None:
    agenda = an_agenda(WATCHED, {7: Asked(at=START - 100, missing={})})
    assert agenda.next_at() == START - 100 + REVISIT


def test_a_number_asked_in_the_future_is_not_silenced_by_it() -> None:
    agenda = an_agenda(WATCHED, {7: Asked(at=START + 10**6, missing={})})
    assert agenda.next_at() == START + REVISIT


def test_a_number_that_gets_a_watcher_is_due_at_once_unless_it_was_asked_just_now() -> None:
    state = circumstances(known={7: a_known(0), 8: a_known(0)}, frontier=500)
    agenda = an_agenda(state, {n: Asked(at=START - (10 if n == 8 else 5000), missing={}) for n in range(1, 561)})
    before = {name.number for name in all_due(agenda, state, START)}
    watched = circumstances(known=state.known, frontier=500, watched={7, 8})
    survey(agenda, watched, START)
    assert before == set(range(471, 561))
    assert {name.number for name in all_due(agenda, watched, START)} == {7}


def test_a_number_that_leaves_the_schedule_is_not_asked_any_more() -> None:
    agenda = an_agenda(WATCHED)
    survey(agenda, circumstances(), START)
    assert all_due(agenda, WATCHED, START + 10**9) == []
    assert (agenda.hot, agenda.cold) == (0, 0)


def test_only_the_names_without_an_answer_are_asked_again_ever_later() -> None:
    agenda = an_agenda(WATCHED)
    names = all_due(agenda, WATCHED, START)
    answer(agenda, names, START, lambda name: name != names[0])
    assert agenda.next_at() == START + 30
    assert all_due(agenda, WATCHED, START + 30) == [names[0]]
    answer(agenda, names[:1], START + 30, lambda name: False)
    assert agenda.next_at() == START + 90


def test_names_without_an_answer_are_asked_with_all_the_others_when_those_are_due() -> None:
    agenda = an_agenda(WATCHED)
    names = all_due(agenda, WATCHED, START)
    answer(agenda, names, START, lambda name: name != names[0])
    assert all_due(agenda, WATCHED, START + REVISIT) == names


def test_a_name_answered_at_last_is_not_asked_again_within_min_revisit() -> None:
    agenda = an_agenda(WATCHED)
    names = all_due(agenda, WATCHED, START)
    answer(agenda, names, START, lambda name: name != names[0])
    late = START + REVISIT - 1
    assert all_due(agenda, WATCHED, late) == names[:1]
    answer(agenda, names[:1], late)
    assert agenda.next_at() == late + REVISIT


def test_an_ask_without_all_answers_does_not_count_for_the_next_start() -> None:
    agenda = an_agenda(WATCHED)
    names = all_due(agenda, WATCHED, START)
    heard = Answers(given_at=START, missing=tuple(names[1:]), found=(), failed=(names[0],))
    (record,) = agenda.progress(heard, START + 2).records.values()
    assert record == Asked(at=None, missing={"D1.html": START, "D2.pdf": START, "D2.html": START})


def test_an_ask_counts_from_its_end_when_the_last_name_was_answered_at_last() -> None:
    agenda = an_agenda(WATCHED)
    names = all_due(agenda, WATCHED, START)
    answer(agenda, names, START + 2, lambda name: name != names[0])
    assert all_due(agenda, WATCHED, START + 40) == [names[0]]
    (record,) = agenda.progress(
        Answers(given_at=START + 40, missing=(names[0],), found=(), failed=()), START + 41
    ).records.values()
    assert record.at == START + 2
    assert record.missing["D1.pdf"] == START + 40
    assert record.missing["D2.pdf"] == START + 1


def test_what_was_missing_before_an_outage_stays_known() -> None:
    agenda = an_agenda(WATCHED, {7: Asked(at=START - REVISIT, missing={"D1.pdf": START - REVISIT})})
    answer(agenda, all_due(agenda, WATCHED, START), START, lambda name: False)
    assert agenda.missing_at(a_name(7)) == START - REVISIT
    assert agenda.missing_at(a_name(7, extension=Extension.HTML)) is None


def test_names_given_back_are_the_next() -> None:
    agenda = an_agenda(WATCHED)
    names = agenda.take(3, WATCHED, START)
    agenda.give_back(names)
    assert agenda.take(4, WATCHED, START)[:3] == names


def test_names_of_another_agenda_are_not_taken_back() -> None:
    agenda = an_agenda(WATCHED)
    agenda.give_back([a_name(7), a_name(8)])
    assert len(all_due(agenda, WATCHED, START)) == 4


def test_answers_that_nobody_waits_for_change_nothing() -> None:
    agenda = an_agenda(WATCHED)
    progress = agenda.progress(Answers(given_at=START, missing=(a_name(7), a_name(9)), found=(), failed=()), START)
    assert (progress.visits, progress.records) == ({}, {})


def test_a_survey_takes_several_turns_for_many_numbers() -> None:
    state = circumstances(frontier=2 * CHUNK)
    agenda = Agenda(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
    assert list(agenda.survey(state, START)) == [CHUNK + 60, 60]
    assert (agenda.hot, agenda.cold) == (90, 2 * CHUNK - 30)


def test_a_survey_that_was_left_off_loses_no_number() -> None:
    state = circumstances(frontier=CHUNK)
    agenda = Agenda(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
    next(agenda.survey(state, START))
    survey(agenda, state, START)
    assert {name.number for name in all_due(agenda, state, START)} == set(range(1, CHUNK + 61))


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(1, 120), min_size=3), st.integers(8, 64), st.floats(1, 60), st.integers(0, 1000))
def test_every_number_is_asked_within_its_interval_when_the_budget_suffices(
    known: set[int], size: int, pause: float, seed: int
) -> None:
    chance = random.Random(seed)
    state = circumstances(known={number: a_known(0) for number in known}, frontier=max(known), watched={min(known)})
    agenda, strategy = an_agenda(state), TwoFrequency(min_revisit=REVISIT)
    asked: dict[DraftName, float] = {}
    now = START
    while now < START + 1.2 * COLD:
        names = agenda.take(size, state, now)
        for name in names:
            between = now - asked.get(name, START - REVISIT)
            assert between >= REVISIT
            assert between <= strategy.interval(name.number, state) + 2 * REVISIT
            asked[name] = now
        now += pause * chance.random()
        answer(agenda, names, now)
        if not names:
            now = max(now, agenda.next_at() or now)
    assert set(asked) == {name for number in strategy.numbers(state) for name in strategy.names(number, state)}


@pytest.mark.parametrize("seed", range(3))
def test_no_name_is_lost_whatever_fails_or_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    state = circumstances(frontier=40)
    agenda = an_agenda(state)
    answered: set[DraftName] = set()
    now = START
    while now < START + COLD:
        names = agenda.take(32, state, now)
        if chance.random() < 0.2:
            agenda.give_back(names)
        else:
            good = {name for name in names if chance.random() < 0.7}
            answer(agenda, names, now, good.__contains__)
            answered |= good
        now = max(now + 1, agenda.next_at() or now)
    assert len(answered) == 8 * 100
