"""The line of work: the schedule's names and those that are looked at again."""

from dataclasses import replace
from datetime import timedelta

from actors.prober.detection.evaluate import Decision, weigh
from actors.prober.frontmatter.queue import Readings
from actors.prober.model.answers import Belief
from actors.prober.model.batch import Portion
from actors.prober.model.catalog import Memory
from actors.prober.schedule.recheck_queue import Following
from actors.prober.schedule.scheduler import Agenda
from actors.prober.schedule.two_frequency import TwoFrequency
from actors.prober.schedule.work_queue import Work
from messages.drafts import DraftState
from messages.probing import DraftName, ProbeResult, Verdict
from tests.builders import NOON
from tests.prober_builders import (
    a_known,
    a_name,
    a_tracked,
    an_answer,
    memory_of,
    results,
    what_is_known,
)

REVISIT = 1800.0
LATER = NOON + timedelta(days=1)


def work_on(memory: Memory) -> Work:
    agenda = Agenda(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
    for _ in agenda.survey(memory.circumstances(NOON.date()), NOON.timestamp()):
        pass
    work = Work(agenda, Following(REVISIT, slack=2.0), memory, Readings((), NOON))
    work.begin(NOON)
    return work


def decide(memory: Memory, portion: Portion, *answers: ProbeResult) -> Decision:
    known = what_is_known(
        drafts=memory.drafts, sightings=memory.sightings, tracked=memory.tracked, numbers=memory.known
    )
    return weigh(known, results(*answers), frozenset(portion.looks), Belief.BELIEVED, LATER)


def settle(work: Work, memory: Memory, portion: Portion, *answers: ProbeResult) -> Decision:
    decision = decide(memory, portion, *answers)
    progress = work.progress(portion, decision, LATER, LATER)
    memory.learn_drafts(decision.drafts)
    memory.learn_files(decision.tracked)
    memory.learn_sightings(decision.seen, decision.over)
    work.apply(portion, decision, progress, LATER)
    return decision


def asked(work: Work, size: int = 100) -> list[DraftName]:
    return [name for _ in range(20) for name in work.take(size, LATER).names]


def test_half_of_a_batch_is_for_the_schedule_while_it_has_enough() -> None:
    portion = work_on(memory_of(*range(1, 11))).take(8, LATER)
    assert (len(portion.looks), len(portion.scheduled)) == (4, 4)
    assert not set(portion.looks) & set(portion.scheduled)


def test_files_are_asked_for_conditionally_but_sightings_and_withdrawn_files_are_not() -> None:
    portion = work_on(memory_of(1, sighted=(2,))).take(10, LATER)
    assert set(portion.looks) == {a_name(1), a_name(2)}
    assert [(known.name, known.etag) for known in portion.validators] == [(a_name(1), '"1"')]
    assert work_on(memory_of(1, state=DraftState.WITHDRAWN)).take(10, LATER).validators == ()


def test_the_schedule_asks_neither_for_files_nor_for_sightings() -> None:
    names = asked(work_on(memory_of(1, sighted=(2,))))
    assert [names.count(a_name(number)) for number in (1, 2)] == [1, 1]


def test_what_was_given_back_comes_again() -> None:
    work = work_on(memory_of(1, sighted=(2,)))
    portion = work.take(10, LATER)
    work.give_back(portion)
    assert set(work.take(10, LATER).names) == set(portion.names)


def test_a_look_that_was_not_made_comes_again_at_once_and_a_vain_check_later() -> None:
    memory = memory_of(1, 2)
    work = work_on(memory)
    portion = work.take(4, LATER)
    assert set(portion.looks) == {a_name(1), a_name(2)}
    settle(work, memory, portion, an_answer(a_name(1), Verdict.BROKEN))
    again = [name for name in asked(work) if name in portion.looks]
    assert again == [a_name(2)]
    assert a_name(1) in work.take(4, LATER + timedelta(seconds=REVISIT)).looks


def test_a_confirmed_sighting_is_followed_and_a_dropped_one_belongs_to_the_schedule_again() -> None:
    memory = memory_of(sighted=(1, 2))
    work = work_on(memory)
    portion = work.take(4, LATER)
    decision = settle(work, memory, portion, an_answer(a_name(1), Verdict.HIT), an_answer(a_name(2)))
    assert [draft.id for draft in decision.absorbed.fresh] == ["D0001R1"]
    assert (memory.is_followed(a_name(1)), memory.is_followed(a_name(2))) == (True, False)
    assert a_name(1) in memory.found[1]
    assert a_name(2) not in memory.found[2]


def test_what_the_index_has_overtaken_is_not_followed_any_more() -> None:
    memory = memory_of(1)
    work = work_on(memory)
    memory.learn_numbers({1: a_known(0, 1)})
    assert a_name(1) not in asked(work)
    assert work.followed == 0


def test_a_wish_is_no_ask_of_the_schedule() -> None:
    """The names of a number are waited for together: one that was wished meanwhile is still answered for with them."""
    memory = memory_of()
    work = work_on(memory)
    visit = work.take(8, NOON)
    assert len({name.number for name in visit.scheduled}) == 1
    wished = work.wished((visit.scheduled[1], a_name(3)))
    assert (wished.looks, wished.wished) == ((), (visit.scheduled[1], a_name(3)))
    decision = settle(work, memory, wished, *(an_answer(each) for each in wished.names))
    assert set(decision.missing) == set(wished.names)
    settle(work, memory, visit, *(an_answer(each) for each in visit.names))
    outlook = work.agenda.outlook(visit.scheduled[0].number, memory.circumstances(LATER.date()))
    assert outlook.due_at == LATER.timestamp() + REVISIT


def test_a_wish_for_what_is_followed_is_a_look() -> None:
    memory = memory_of(1, sighted=(2,))
    memory.learn_drafts(replace(draft, state=DraftState.PUBLISHED) for draft in memory_of(4).drafts.values())
    memory.learn_files([a_tracked(a_name(4))])
    work = work_on(memory)
    (published,) = work.wished((a_name(4),)).looks
    assert published == a_name(4)
    wished = work.wished((a_name(1), a_name(2), a_name(3)))
    assert (wished.looks, wished.wished) == ((a_name(1), a_name(2)), (a_name(3),))
    assert [known.name for known in wished.validators] == [a_name(1)]
    work.give_back(wished)
    assert set(work.take(1000, LATER).looks) == {a_name(1), a_name(2)}
