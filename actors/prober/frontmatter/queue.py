"""Which drafts' front matter is still to be read, and when a new draft is announced. Pure.

A new draft is announced with its front matter if that can be read within a few seconds, otherwise without. What is read
later is announced later. But if the server says that the file is there and, asked for it, something else, the draft
waits until the file is served.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from actors.prober.model import names
from messages.drafts import Draft, DraftReading, DraftState, Extension
from messages.probing import DraftName, FileReading, Verdict

RETRY_DELAYS = (timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=2))
"""Pauses before the retries. After the last one we give up."""

DENIED_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (3, 10, 30, 120, 600, 1800, 7200))
"""Pauses before a file that was not served is requested again. The last one is repeated."""

REFUSALS_BELIEVED = 5
"""A server that refuses to serve a file, or fails, does not say that there is none: so often the draft waits for it."""

MAX_FILES_PER_BATCH = 4

_ORDER = (Extension.HTML, Extension.PDF)
"""HTML first: it says more about itself and costs less to read."""


class AnnouncementStatus(Enum):
    """PENDING: the draft is new and has not been announced. DENIED: the same, and it waits until its file is served.
    ANNOUNCED: it has been."""

    PENDING = "pending"
    DENIED = "denied"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchJob:
    """A draft whose front matter is to be read from `due_at` on. `tries` is the number of failed attempts. A PENDING
    draft is announced at `announce_by`, read or not."""

    draft: str
    status: AnnouncementStatus
    tries: int
    due_at: datetime
    announce_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatterDecision:
    """Store `jobs`; delete the jobs of the drafts in `done`; store the drafts in `read`, which have new front matter;
    announce `fresh`; send `readings` to the watchlist."""

    jobs: tuple[FetchJob, ...] = ()
    done: tuple[str, ...] = ()
    read: tuple[Draft, ...] = ()
    fresh: tuple[Draft, ...] = ()
    readings: tuple[DraftReading, ...] = ()


def jobs_for(
    fresh: Iterable[Draft],
    changed: Iterable[Draft],
    known: Mapping[str, FetchJob],
    now: datetime,
    patience: timedelta,
) -> FrontMatterDecision:
    """Read new drafts, which wait for that as long as `patience`, and read changed ones again. Drafts that are still
    pending keep their jobs; one that was not served is tried now."""
    fresh_ones = [_job(draft, AnnouncementStatus.PENDING, now, now + patience) for draft in fresh]
    ids = {job.draft for job in fresh_ones}
    again = []
    for draft in changed:
        job = known.get(draft.id)
        if job is not None and job.status is AnnouncementStatus.DENIED:
            again.append(replace(job, due_at=now))
        elif draft.id not in ids and (job is None or job.status is AnnouncementStatus.ANNOUNCED):
            again.append(_job(draft, AnnouncementStatus.ANNOUNCED, now, now))
    return FrontMatterDecision(jobs=(*fresh_ones, *again))


def overdue(known: Mapping[str, FetchJob], drafts: Mapping[str, Draft], now: datetime) -> FrontMatterDecision:
    """Announce the drafts that have waited long enough, as they are."""
    late = [job for job in known.values() if job.status is AnnouncementStatus.PENDING and job.announce_by <= now]
    return FrontMatterDecision(
        jobs=tuple(replace(job, status=AnnouncementStatus.ANNOUNCED) for job in late),
        fresh=tuple(drafts[job.draft] for job in late),
    )


def decide(
    known: Mapping[str, FetchJob], drafts: Mapping[str, Draft], results: Iterable[FileReading], now: datetime
) -> FrontMatterDecision:
    """What follows from the files that were read. Files without a job are skipped."""
    jobs: list[FetchJob] = []
    done: list[str] = []
    read: list[Draft] = []
    fresh: list[Draft] = []
    readings: list[DraftReading] = []
    for result in results:
        if (job := known.get(names.draft_id(result.name))) is None:
            continue
        before = drafts[job.draft]
        if job.status is AnnouncementStatus.DENIED and before.state is DraftState.PUBLISHED:
            done.append(job.draft)
            continue
        if result.front_matter is not None:
            done.append(job.draft)
            after = replace(before, front_matter=result.front_matter)
            read.append(after)
            if job.status is not AnnouncementStatus.ANNOUNCED:
                fresh.append(after)
            elif after != before:
                readings.append(DraftReading(draft=after, before=before.front_matter))
            continue
        retry = _retry(job, before, result, now)
        if job.status is not AnnouncementStatus.ANNOUNCED and (
            retry is None or retry.status is AnnouncementStatus.ANNOUNCED
        ):
            fresh.append(before)
        if retry is None:
            done.append(job.draft)
        else:
            jobs.append(retry)
    return FrontMatterDecision(
        jobs=tuple(jobs), done=tuple(done), read=tuple(read), fresh=tuple(fresh), readings=tuple(readings)
    )


def file_of(draft: Draft, tries: int) -> DraftName | None:
    """The file to read after this many failed attempts; the files take turns. None when the draft has no file."""
    extensions = sorted((file.extension for file in draft.files), key=_ORDER.index)
    if not extensions or draft.state is DraftState.WITHDRAWN:
        return None
    return names.file_name(draft, extensions[tries % len(extensions)])


class FrontMatterQueue:
    """The fetch jobs, by draft. The prober owns one and changes it only after a commit. A new draft waits for its front
    matter as long as `patience`."""

    def __init__(self, jobs: Iterable[FetchJob], now: datetime, patience: timedelta) -> None:
        self.patience = patience
        self.jobs = {job.draft: job for job in jobs}
        self._in_flight: set[str] = set()
        latest = now + RETRY_DELAYS[-1]  # the clock may have been set back
        for job in list(self.jobs.values()):
            self.jobs[job.draft] = replace(
                job, due_at=min(job.due_at, latest), announce_by=min(job.announce_by, now + patience)
            )

    def apply(self, decision: FrontMatterDecision) -> None:
        """Take over a stored decision."""
        for draft in decision.done:
            self.jobs.pop(draft, None)
        for job in decision.jobs:
            self.jobs[job.draft] = job

    @property
    def withheld(self) -> tuple[FetchJob, ...]:
        """The jobs of drafts that wait until their files are served."""
        return tuple(job for job in self.jobs.values() if job.status is AnnouncementStatus.DENIED)

    def take(self, size: int, drafts: Mapping[str, Draft], now: datetime) -> tuple[DraftName, ...]:
        """The next files to read, at most `size`. Drafts that have not been announced come first."""
        due = [job for job in self.jobs.values() if job.due_at <= now and job.draft not in self._in_flight]
        due.sort(key=lambda job: (job.status is AnnouncementStatus.ANNOUNCED, job.due_at, job.draft))
        taken: list[DraftName] = []
        for job in due[: min(size, MAX_FILES_PER_BATCH)]:
            if (file := file_of(drafts[job.draft], job.tries)) is not None:
                taken.append(file)
            else:
                self.jobs[job.draft] = replace(job, due_at=now + RETRY_DELAYS[-1])
        self._in_flight.update(names.draft_id(file) for file in taken)
        return tuple(taken)

    def release(self, files: Iterable[DraftName]) -> None:
        """These files were taken. They have been answered, or never will be."""
        self._in_flight.difference_update(names.draft_id(file) for file in files)

    def next_at(self) -> datetime | None:
        """When the next file is due; None when there is none."""
        return min((job.due_at for job in self.jobs.values() if job.draft not in self._in_flight), default=None)

    def announce_at(self) -> datetime | None:
        """When the next draft has waited long enough; None when none is waiting."""
        pending = (job.announce_by for job in self.jobs.values() if job.status is AnnouncementStatus.PENDING)
        return min(pending, default=None)


def _job(draft: Draft, status: AnnouncementStatus, now: datetime, announce_by: datetime) -> FetchJob:
    return FetchJob(draft=draft.id, status=status, tries=0, due_at=now, announce_by=announce_by)


def _retry(job: FetchJob, draft: Draft, result: FileReading, now: datetime) -> FetchJob | None:
    """The next attempt: immediately if the draft has another file, otherwise after a pause; None to give up. A pending
    draft waits only for an immediate attempt, or until its file is served."""
    tries = job.tries + 1
    others = len(draft.files) - tries
    is_unannounced = job.status is not AnnouncementStatus.ANNOUNCED
    if is_unannounced and (_is_denial(result) or (_is_refusal(result) and tries < REFUSALS_BELIEVED)):
        pause = timedelta() if others > 0 else DENIED_DELAYS[min(-others, len(DENIED_DELAYS) - 1)]
        return replace(job, tries=tries, due_at=now + pause, status=AnnouncementStatus.DENIED)
    if job.status is AnnouncementStatus.DENIED and result.verdict is not Verdict.HIT and not _is_refusal(result):
        pause = max(DENIED_DELAYS[min(tries, len(DENIED_DELAYS) - 1)], timedelta(seconds=result.retry_after or 0.0))
        return replace(job, tries=tries, due_at=now + pause)
    if others > 0 and result.verdict in (Verdict.HIT, Verdict.MISSING):
        return replace(job, tries=tries, due_at=now)
    if tries > len(RETRY_DELAYS) or (result.verdict is Verdict.HIT and others <= 0):
        return None
    pause = max(RETRY_DELAYS[tries - 1], timedelta(seconds=result.retry_after or 0.0))
    return replace(job, tries=tries, due_at=now + pause, status=AnnouncementStatus.ANNOUNCED)


def _is_denial(result: FileReading) -> bool:
    """The server said, asked for the file, that there is none, or served something else in its place."""
    return result.verdict in (Verdict.MISSING, Verdict.SUSPICIOUS)


def _is_refusal(result: FileReading) -> bool:
    """The server answered, and did not serve the file."""
    return result.status is not None and result.verdict in (Verdict.BLOCKED, Verdict.BROKEN)
