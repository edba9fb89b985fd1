"""The line of work: the schedule's names and those that are looked at again."""

from dataclasses import replace
from datetime import timedelta

from actors.prober.detection.evaluate import BatchDecision, evaluate
from actors.prober.frontmatter.queue import FrontMatterQueue
from actors.prober.model.answers import Belief
from actors.prober.model.batch import Batch
from actors.prober.model.catalog import Catalog
from actors.prober.schedule.recheck_queue import RecheckQueue
from actors.prober.schedule.scheduler import Scheduler
from actors.prober.schedule.two_frequency import TwoFrequency
from actors.prober.schedule.work_queue import WorkQueue
from messages.drafts import DraftState
from messages.probing import DraftName, ProbeResult, Verdict
from tests.builders import NOON
from tests.prober_builders import (
    PATIENCE,
    a_known,
    a_name,
    a_tracked,
    an_answer,
    catalog_of,
    results,
    what_is_known,
)

REVISIT = 1800.0
LATER = NOON + timedelta(days=1)


def work_on(catalog: Catalog) -> WorkQueue:
    scheduler = Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
    for _ in scheduler.replan(catalog.inputs(NOON.date()), NOON.timestamp()):
        pass
    work = WorkQueue(scheduler, RecheckQueue(REVISIT, slack=2.0), catalog, FrontMatterQueue((), NOON, PATIENCE))
    work.begin(NOON)
    return work


def decide(catalog: Catalog, batch: Batch, *answers: ProbeResult) -> BatchDecision:
    known = what_is_known(
        drafts=catalog.drafts, observations=catalog.observations, tracked=catalog.tracked, numbers=catalog.known
    )
    return evaluate(known, results(*answers), frozenset(batch.rechecks), Belief.BELIEVED, LATER)


def settle(work: WorkQueue, catalog: Catalog, batch: Batch, *answers: ProbeResult) -> BatchDecision:
    decision = decide(catalog, batch, *answers)
    progress = work.progress(batch, decision, LATER, LATER)
    catalog.learn_drafts(decision.drafts)
    catalog.learn_files(decision.tracked)
    catalog.learn_observations(decision.seen, decision.over)
    work.apply(batch, decision, progress, LATER)
    return decision


def asked(work: WorkQueue, size: int = 100) -> list[DraftName]:
    return [name for _ in range(20) for name in work.take(size, LATER).names]


def test_half_of_a_batch_is_for_the_schedule_while_it_has_enough() -> None:
    batch = work_on(catalog_of(*range(1, 11))).take(8, LATER)
    assert (len(batch.rechecks), len(batch.scheduled)) == (4, 4)
    assert not set(batch.rechecks) & set(batch.scheduled)


def test_files_are_asked_for_conditionally_but_sightings_and_withdrawn_files_are_not() -> None:
    batch = work_on(catalog_of(1, sighted=(2,))).take(10, LATER)
    assert set(batch.rechecks) == {a_name(1), a_name(2)}
    assert [(known.name, known.etag) for known in batch.validators] == [(a_name(1), '"1"')]
    assert work_on(catalog_of(1, state=DraftState.WITHDRAWN)).take(10, LATER).validators == ()


def test_the_schedule_asks_neither_for_files_nor_for_sightings() -> None:
    names = asked(work_on(catalog_of(1, sighted=(2,))))
    assert [names.count(a_name(number)) for number in (1, 2)] == [1, 1]


def test_what_was_given_back_comes_again() -> None:
    work = work_on(catalog_of(1, sighted=(2,)))
    batch = work.take(10, LATER)
    work.give_back(batch)
    assert set(work.take(10, LATER).names) == set(batch.names)


def test_a_look_that_was_not_made_comes_again_at_once_and_a_vain_check_later() -> None:
    catalog = catalog_of(1, 2)
    work = work_on(catalog)
    batch = work.take(4, LATER)
    assert set(batch.rechecks) == {a_name(1), a_name(2)}
    settle(work, catalog, batch, an_answer(a_name(1), Verdict.BROKEN))
    again = [name for name in asked(work) if name in batch.rechecks]
    assert again == [a_name(2)]
    assert a_name(1) in work.take(4, LATER + timedelta(seconds=REVISIT)).rechecks


def test_a_confirmed_sighting_is_followed_and_a_dropped_one_belongs_to_the_schedule_again() -> None:
    catalog = catalog_of(sighted=(1, 2))
    work = work_on(catalog)
    batch = work.take(4, LATER)
    decision = settle(work, catalog, batch, an_answer(a_name(1), Verdict.HIT), an_answer(a_name(2)))
    assert [draft.id for draft in decision.absorbed.fresh] == ["D0001R1"]
    assert (catalog.is_rechecked(a_name(1)), catalog.is_rechecked(a_name(2))) == (True, False)
    assert a_name(1) in catalog.found[1]
    assert a_name(2) not in catalog.found[2]


def test_what_the_index_has_overtaken_is_not_followed_any_more() -> None:
    catalog = catalog_of(1)
    work = work_on(catalog)
    catalog.learn_numbers({1: a_known(0, 1)})
    assert a_name(1) not in asked(work)
    assert work.followed == 0


def test_a_wish_is_no_ask_of_the_schedule() -> None:
    """The names of a number are waited for together: one that was wished meanwhile is still answered for with them."""
    catalog = catalog_of()
    work = work_on(catalog)
    probe = work.take(8, NOON)
    assert len({name.number for name in probe.scheduled}) == 1
    requested = work.requested((probe.scheduled[1], a_name(3)))
    assert (requested.rechecks, requested.requested) == ((), (probe.scheduled[1], a_name(3)))
    decision = settle(work, catalog, requested, *(an_answer(each) for each in requested.names))
    assert set(decision.missing) == set(requested.names)
    settle(work, catalog, probe, *(an_answer(each) for each in probe.names))
    outlook = work.scheduler.outlook(probe.scheduled[0].number, catalog.inputs(LATER.date()))
    assert outlook.due_at == LATER.timestamp() + REVISIT


def test_a_wish_for_what_is_followed_is_a_look() -> None:
    catalog = catalog_of(1, sighted=(2,))
    catalog.learn_drafts(replace(draft, state=DraftState.PUBLISHED) for draft in catalog_of(4).drafts.values())
    catalog.learn_files([a_tracked(a_name(4))])
    work = work_on(catalog)
    (published,) = work.requested((a_name(4),)).rechecks
    assert published == a_name(4)
    requested = work.requested((a_name(1), a_name(2), a_name(3)))
    assert (requested.rechecks, requested.requested) == ((a_name(1), a_name(2)), (a_name(3),))
    assert [known.name for known in requested.validators] == [a_name(1)]
    work.give_back(requested)
    assert set(work.take(1000, LATER).rechecks) == {a_name(1), a_name(2)}


def test_what_an_operator_asked_counts_as_asked_and_the_number_keeps_its_turn() -> None:
    catalog = catalog_of()
    catalog.learn_numbers({7: a_known(0)})
    work = work_on(catalog)
    before = work.scheduler.outlook(7, catalog.inputs(NOON.date()))
    for names in ((a_name(7), a_name(7, revision=9)), (a_name(8888),)):
        settle(work, catalog, work.requested(names), *(an_answer(name, Verdict.MISSING) for name in names))
        assert all(work.scheduler.missing_at(name) == LATER.timestamp() for name in names)
    after = work.scheduler.outlook(7, catalog.inputs(NOON.date()))
    assert (after.due_at, after.interval, after.names) == (before.due_at, before.interval, before.names)
    assert after.last_probe is not None
    assert (after.last_probe.at, len(after.last_probe.missing)) == (None, 2)
