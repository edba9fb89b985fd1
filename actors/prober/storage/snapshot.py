"""What a batch leaves in the prober's tables, and how it is read back. Functions on a cursor, inside the actor's
transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from actors.prober.detection.evaluate import Decision
from actors.prober.frontmatter.queue import Readings
from actors.prober.model.catalog import Memory
from actors.prober.model.history import Entry
from actors.prober.model.numbers import KnownNumber
from actors.prober.politeness.host import DISABLED, Host, met, name_of
from actors.prober.schedule import probe_rounds
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.recheck_queue import Following
from actors.prober.schedule.scheduler import Agenda, Progress
from actors.prober.schedule.strategy import Strategy
from actors.prober.schedule.two_frequency import TwoFrequency
from actors.prober.schedule.work_queue import Work
from actors.prober.state import Desk
from actors.prober.storage import drafts, front_matter
from actors.prober.storage import host as host_store
from actors.prober.storage import papers as store
from messages.papers import Paper
from messages.settings import ProberSettings


def load_memory(cursor: Any) -> Memory:
    """All that the tables hold of numbers, drafts and sightings."""
    memory = Memory(watched=store.load_watched(cursor))
    memory.learn_numbers(store.known_numbers(cursor))
    memory.learn_entries(store.dated_entries(cursor))
    memory.learn_drafts(drafts.load_drafts(cursor).values())
    memory.learn_files(drafts.load_tracked(cursor))
    memory.learn_sightings(drafts.load_sightings(cursor), ())
    return memory


def load_host(cursor: Any, chosen: ProberSettings, now: float) -> Host:
    """The host of the papers folder as it was left."""
    name = name_of(chosen.base_url)
    return met(chosen, host_store.load_pace(cursor, name, now), host_store.load_robots(cursor, name), now)


def save_rules(cursor: Any, host: Host, now: datetime) -> None:
    """What an attempt to read robots.txt changed."""
    host_store.save_robots(cursor, host.name, host.robots)
    host_store.save_host(cursor, host, now)


def load_desk(cursor: Any, chosen: ProberSettings, now: datetime) -> Desk:
    """All that the prober holds in memory."""
    host = load_host(cursor, chosen, now.timestamp())
    switch = host_store.load_switch(cursor) if chosen.enabled else DISABLED
    memory = load_memory(cursor)
    asked = probe_rounds.in_the_past(store.load_asked(cursor), now.timestamp())
    agenda = Agenda(_strategy(chosen), chosen.min_revisit, asked)
    wanted = Readings(front_matter.load_wanted(cursor), now)
    work = Work(agenda, Following(chosen.min_revisit, slack=chosen.confirm_after), memory, wanted)
    work.begin(now)
    return Desk(chosen, memory, work, host, switch)


def _strategy(chosen: ProberSettings) -> Strategy:
    if chosen.strategy == "two-frequency":
        return TwoFrequency(min_revisit=chosen.min_revisit)
    return Learnt(budget=chosen.requests_per_hour / 3600, shortest=chosen.min_revisit)


def save_papers(cursor: Any, papers: Collection[Paper]) -> tuple[dict[int, KnownNumber], list[Entry]]:
    """Papers are new or not as they were: what is known of their numbers now, and when each revision is dated."""
    store.save_papers(cursor, papers)
    numbers = {paper.number for paper in papers}
    return store.known_numbers(cursor, numbers), store.dated_entries(cursor, numbers)


def save(cursor: Any, decision: Decision, progress: Progress, before: Host, after: Host, now: datetime) -> None:
    """What a batch changed."""
    if progress.records:
        store.save_asked(cursor, progress.records)
    if decision.drafts:
        drafts.save_drafts(cursor, decision.drafts)
    if decision.tracked:
        drafts.save_tracked(cursor, decision.tracked)
    if decision.seen or decision.over:
        drafts.save_sightings(cursor, decision.seen, decision.over)
    if host_store.row_of(before) != host_store.row_of(after):
        host_store.save_host(cursor, after, now)
