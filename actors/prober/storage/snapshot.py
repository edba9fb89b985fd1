"""What a batch changes in the prober's tables, and how the whole state is read back. Functions on a cursor, inside the
actor's transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from actors.prober.detection.evaluate import BatchDecision
from actors.prober.frontmatter.queue import FrontMatterQueue
from actors.prober.model.catalog import Catalog
from actors.prober.model.history import DatedRevision
from actors.prober.model.numbers import KnownNumber
from actors.prober.politeness.host import DAY_SECONDS, DISABLED, STRETCH_SECONDS, Host, day_of, name_of, restored
from actors.prober.politeness.policy import SPENT_DAYS, mean_rate
from actors.prober.schedule import probe_rounds
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.recheck_queue import RecheckQueue
from actors.prober.schedule.scheduler import ScheduleProgress, Scheduler
from actors.prober.schedule.strategy import Strategy
from actors.prober.schedule.two_frequency import TwoFrequency
from actors.prober.schedule.work_queue import WorkQueue
from actors.prober.state import ProberState
from actors.prober.storage import drafts, file_histories, front_matter
from actors.prober.storage import host as host_store
from actors.prober.storage import papers as store
from messages.papers import Paper
from messages.settings import ProberSettings


def load_catalog(cursor: Any, now: datetime) -> Catalog:
    """Everything the tables hold about numbers, drafts and observations."""
    catalog = Catalog(watched=store.load_watched(cursor))
    catalog.learn_numbers(store.known_numbers(cursor))
    catalog.learn_entries(store.dated_revisions(cursor))
    catalog.learn_drafts(drafts.load_drafts(cursor).values())
    catalog.learn_mentions(front_matter.load_mentions(cursor, catalog.changed_lately(now.date())))
    catalog.learn_files(drafts.load_tracked(cursor))
    catalog.learn_observations(drafts.load_observations(cursor), ())
    catalog.learn_histories(file_histories.load(cursor), ())
    return catalog


def load_host(cursor: Any, chosen: ProberSettings, now: float) -> Host:
    """The host of the papers folder as it was stored."""
    name = name_of(chosen.base_url)
    return restored(
        chosen,
        host_store.load_rate_limit(cursor, name, now),
        host_store.load_robots(cursor, name),
        now,
        host_store.load_spent(cursor, name, day_of(now) - SPENT_DAYS),
        host_store.load_lately(cursor, name, int((now - DAY_SECONDS) // STRETCH_SECONDS), int(now // STRETCH_SECONDS)),
    )


def save_rules(cursor: Any, host: Host, now: datetime) -> None:
    """Store what an attempt to read robots.txt changed."""
    host_store.save_robots(cursor, host.name, host.robots)
    host_store.save_host(cursor, host, now)


def load_state(cursor: Any, chosen: ProberSettings, now: datetime) -> ProberState:
    """Everything the prober holds in memory."""
    host = load_host(cursor, chosen, now.timestamp())
    switch = host_store.load_switch(cursor) if chosen.enabled else DISABLED
    catalog = load_catalog(cursor, now)
    asked = probe_rounds.in_the_past(store.load_last_probes(cursor), now.timestamp())
    scheduler = Scheduler(_strategy(chosen), chosen.min_revisit, asked)
    front_matter_queue = FrontMatterQueue(front_matter.load_jobs(cursor), now, timedelta(seconds=chosen.title_wait))
    work = WorkQueue(
        scheduler, RecheckQueue(chosen.min_revisit, slack=chosen.confirm_after), catalog, front_matter_queue
    )
    work.begin(now)
    return ProberState(chosen, catalog, work, host, switch)


def _strategy(chosen: ProberSettings) -> Strategy:
    if chosen.strategy == "two-frequency":
        return TwoFrequency(min_revisit=chosen.min_revisit)
    return Learnt(budget=mean_rate(chosen), shortest=chosen.min_revisit)


def save_papers(cursor: Any, papers: Collection[Paper]) -> tuple[dict[int, KnownNumber], list[DatedRevision]]:
    """Store new or changed papers. Returns what is now known of their numbers, and the dated revisions."""
    store.save_papers(cursor, papers)
    numbers = {paper.number for paper in papers}
    return store.known_numbers(cursor, numbers), store.dated_revisions(cursor, numbers)


def save(
    cursor: Any, decision: BatchDecision, progress: ScheduleProgress, before: Host, after: Host, now: datetime
) -> None:
    """Store what a batch changed."""
    if asked := {**progress.records, **progress.requested}:
        store.save_last_probes(cursor, asked)
    if decision.drafts:
        drafts.save_drafts(cursor, decision.drafts)
    if decision.tracked:
        drafts.save_tracked(cursor, decision.tracked)
    if decision.seen or decision.over:
        drafts.save_observations(cursor, decision.seen, decision.over)
    if decision.histories or decision.settled:
        file_histories.save(cursor, decision.histories, decision.settled)
    if host_store.row_of(before) != host_store.row_of(after) or before.spent != after.spent:
        host_store.save_host(cursor, after, now)
