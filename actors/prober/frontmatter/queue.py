"""Which drafts' front matter is to be read, and when a fresh draft is told of: with its front matter, if that can be
had in a few seconds, else without, and what it brings is told when it is read. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from actors.prober.model import names
from messages.drafts import Draft, DraftReading, DraftState, Extension
from messages.probing import DraftName, FileReading, Verdict

TELL_WITHIN = timedelta(seconds=6)
"""So long a fresh draft waits for its front matter."""

AGAIN = (timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=2))
"""After so long it is tried again; more often it is not."""

MOST_AT_ONCE = 4

_ORDER = (Extension.HTML, Extension.PDF)
"""The one says more of itself, and is read for less."""


class Telling(Enum):
    """WAITING: the draft is fresh, and nobody was told of it. TOLD: it was told of."""

    WAITING = "waiting"
    TOLD = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A draft whose front matter is to be read from `due_at` on, after `tries` in vain; a WAITING one is told of at
    `tell_by`, read or not."""

    draft: str
    telling: Telling
    tries: int
    due_at: datetime
    tell_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What follows: `wanted` is to be stored, `over` no longer wanted; `read` are drafts with new front matter, to be
    stored; `fresh` ones are to be announced; `readings` to be told to who watches."""

    wanted: tuple[Wanted, ...] = ()
    over: tuple[str, ...] = ()
    read: tuple[Draft, ...] = ()
    fresh: tuple[Draft, ...] = ()
    readings: tuple[DraftReading, ...] = ()


def wanted_of(fresh: Iterable[Draft], changed: Iterable[Draft], known: Mapping[str, Wanted], now: datetime) -> Told:
    """Fresh drafts are to be read, and changed ones to be read again: of those that still wait, nothing changes."""
    fresh_ones = [_wanted(draft, Telling.WAITING, now) for draft in fresh]
    waiting = {each.draft for each in fresh_ones}
    waiting |= {each.draft for each in known.values() if each.telling is Telling.WAITING}
    again = [_wanted(draft, Telling.TOLD, now) for draft in changed if draft.id not in waiting]
    return Told(wanted=(*fresh_ones, *again))


def overdue(known: Mapping[str, Wanted], drafts: Mapping[str, Draft], now: datetime) -> Told:
    """Those that have waited long enough are told of as they are."""
    late = [each for each in known.values() if each.telling is Telling.WAITING and each.tell_by <= now]
    return Told(
        wanted=tuple(replace(each, telling=Telling.TOLD) for each in late),
        fresh=tuple(drafts[each.draft] for each in late),
    )


def weigh(
    known: Mapping[str, Wanted], drafts: Mapping[str, Draft], results: Iterable[FileReading], now: datetime
) -> Told:
    """What the files that were read say. Those that nobody wants any more are passed over."""
    wanted: list[Wanted] = []
    over: list[str] = []
    read: list[Draft] = []
    fresh: list[Draft] = []
    readings: list[DraftReading] = []
    for result in results:
        if (each := known.get(names.draft_id(result.name))) is None:
            continue
        before = drafts[each.draft]
        if result.front_matter is not None:
            over.append(each.draft)
            after = replace(before, front_matter=result.front_matter)
            read.append(after)
            if each.telling is Telling.WAITING:
                fresh.append(after)
            elif after != before:
                readings.append(DraftReading(draft=after, before=before.front_matter))
            continue
        later = _later(each, before, result, now)
        if each.telling is Telling.WAITING and (later is None or later.telling is Telling.TOLD):
            fresh.append(before)
        if later is None:
            over.append(each.draft)
        else:
            wanted.append(later)
    return Told(wanted=tuple(wanted), over=tuple(over), read=tuple(read), fresh=tuple(fresh), readings=tuple(readings))


def file_of(draft: Draft, tries: int) -> DraftName | None:
    """The file to read after so many tries in vain: one after the other. None when the draft has none."""
    there = sorted((file.extension for file in draft.files), key=_ORDER.index)
    if not there or draft.state is DraftState.WITHDRAWN:
        return None
    return names.file_name(draft, there[tries % len(there)])


class Readings:
    """What is wanted, by draft. Owned by the prober, which changes it only after a commit."""

    def __init__(self, wanted: Iterable[Wanted], now: datetime) -> None:
        self.wanted = {each.draft: each for each in wanted}
        self._away: set[str] = set()
        latest = now + AGAIN[-1]  # a clock that was set back
        for each in list(self.wanted.values()):
            self.wanted[each.draft] = replace(
                each, due_at=min(each.due_at, latest), tell_by=min(each.tell_by, now + TELL_WITHIN)
            )

    def learn(self, told: Told) -> None:
        """It is stored."""
        for draft in told.over:
            self.wanted.pop(draft, None)
        for each in told.wanted:
            self.wanted[each.draft] = each

    def take(self, size: int, drafts: Mapping[str, Draft], now: datetime) -> tuple[DraftName, ...]:
        """The files to be read next, at most `size`, those first whose drafts wait to be told of."""
        due = [each for each in self.wanted.values() if each.due_at <= now and each.draft not in self._away]
        due.sort(key=lambda each: (each.telling is Telling.TOLD, each.due_at, each.draft))
        taken: list[DraftName] = []
        for each in due[: min(size, MOST_AT_ONCE)]:
            if (file := file_of(drafts[each.draft], each.tries)) is not None:
                taken.append(file)
            else:
                self.wanted[each.draft] = replace(each, due_at=now + AGAIN[-1])
        self._away.update(names.draft_id(file) for file in taken)
        return tuple(taken)

    def back(self, files: Iterable[DraftName]) -> None:
        """These files were taken, and are answered for, or will never be."""
        self._away.difference_update(names.draft_id(file) for file in files)

    def next_at(self) -> datetime | None:
        """When something is due to be read; None when nothing ever is."""
        return min((each.due_at for each in self.wanted.values() if each.draft not in self._away), default=None)

    def tell_at(self) -> datetime | None:
        """When somebody has waited long enough."""
        waiting = (each.tell_by for each in self.wanted.values() if each.telling is Telling.WAITING)
        return min(waiting, default=None)


def _wanted(draft: Draft, telling: Telling, now: datetime) -> Wanted:
    return Wanted(draft=draft.id, telling=telling, tries=0, due_at=now, tell_by=now + TELL_WITHIN)


def _later(wanted: Wanted, draft: Draft, result: FileReading, now: datetime) -> Wanted | None:
    """When it is tried again, at once with the draft's other file; None when it is given up. Who has waited for it
    waits only for a try that comes at once."""
    tries = wanted.tries + 1
    others = len(draft.files) - tries
    if others > 0 and result.verdict in (Verdict.HIT, Verdict.MISSING):
        return replace(wanted, tries=tries, due_at=now)
    if tries > len(AGAIN) or (result.verdict is Verdict.HIT and others <= 0):
        return None
    pause = max(AGAIN[tries - 1], timedelta(seconds=result.retry_after or 0.0))
    return replace(wanted, tries=tries, due_at=now + pause, telling=Telling.TOLD)
