"""What to request: scheduled names, names to be checked again, and files whose front matter is to be read. The prober
owns one WorkQueue; nothing here reads a clock or a table."""

from datetime import datetime

from actors.prober.detection.evaluate import BatchDecision
from actors.prober.frontmatter.queue import FrontMatterQueue
from actors.prober.model.batch import Batch
from actors.prober.model.catalog import Catalog
from actors.prober.model.observations import TrackedFile
from actors.prober.schedule.probe_rounds import ScheduledAnswers
from actors.prober.schedule.recheck_queue import RecheckQueue
from actors.prober.schedule.scheduler import ScheduleProgress, Scheduler
from messages.drafts import DraftState
from messages.probing import DraftName, Validators


class WorkQueue:
    """The scheduler, the recheck queue and the front matter queue as one line of work."""

    def __init__(
        self, scheduler: Scheduler, rechecks: RecheckQueue, catalog: Catalog, front_matter: FrontMatterQueue
    ) -> None:
        self.scheduler = scheduler
        self.front_matter = front_matter
        self._rechecks = rechecks
        self._catalog = catalog

    def begin(self, now: datetime) -> None:
        """Queue what the catalog holds: the files of drafts, and the observations."""
        for tracked in self._catalog.tracked.values():
            if self._catalog.is_rechecked(tracked.name):
                self._rechecks.follow(tracked, now.timestamp())
        for observation in self._catalog.observations.values():
            self._rechecks.look(observation)
            if observation.first_at > now:  # the clock was set back: do not wait until it catches up
                self._rechecks.put(observation.name, now.timestamp())

    @property
    def followed(self) -> int:
        """How many names are checked again and again."""
        return len(self._rechecks)

    def next_at(self) -> float | None:
        """When the next name is due, in seconds since the epoch; None if there is none."""
        times = (self.scheduler.next_at(), self._rechecks.next_at())
        return min((at for at in times if at is not None), default=None)

    def next_file_at(self) -> float | None:
        """When the next file is to be read, in seconds since the epoch; None if there is none."""
        at = self.front_matter.next_at()
        return None if at is None else at.timestamp()

    def take_files(self, size: int, now: datetime) -> tuple[DraftName, ...]:
        """The files to be read now, at most `size`. People wait for them: they come before names."""
        return self.front_matter.take(size, self._catalog.drafts, now)

    def take(self, size: int, now: datetime) -> Batch:
        """About `size` names; at most half of them rechecks, as long as the schedule has enough."""
        moment = now.timestamp()
        taken = self._rechecks.take(max(1, size // 2), moment)
        scheduled = self.scheduler.take(size - len(taken), self._catalog.inputs(now.date()), moment)
        if len(taken) + len(scheduled) < size:
            taken += self._rechecks.take(size - len(taken) - len(scheduled), moment)
        rechecks = tuple(name for name in taken if self._catalog.is_rechecked(name))
        for name in set(taken) - set(rechecks):
            self._rechecks.remove(name)
        return Batch(rechecks=rechecks, scheduled=scheduled, validators=self._validators(rechecks))

    def requested(self, names: tuple[DraftName, ...]) -> Batch:
        """These names now, whether they are due or not. Names that we know already count as rechecks."""
        catalog = self._catalog
        rechecks = tuple(name for name in names if name in catalog.observations or name in catalog.tracked)
        rest = tuple(name for name in names if name not in rechecks)
        return Batch(rechecks=rechecks, requested=rest, validators=self._validators(rechecks))

    def give_back(self, batch: Batch) -> None:
        """This batch was taken, and no answer will come."""
        self.scheduler.give_back(batch.scheduled)
        self._rechecks.give_back(batch.rechecks)
        self.front_matter.release(batch.files_to_read)

    def progress(self, batch: Batch, decision: BatchDecision, given_at: datetime, now: datetime) -> ScheduleProgress:
        """What a decision changes in the schedule."""
        answers, requested = (_answers(names, decision, given_at) for names in (batch.scheduled, batch.requested))
        return self.scheduler.progress(answers, now.timestamp(), requested)

    def apply(self, batch: Batch, decision: BatchDecision, progress: ScheduleProgress, now: datetime) -> None:
        """The decision is stored and the catalog has taken it over: queue each name of the batch again as needed."""
        self.scheduler.apply(progress, now.timestamp())
        answered = {*decision.missing, *decision.found, *decision.failed}
        self.scheduler.give_back(name for name in batch.scheduled if name not in answered)
        for observation in decision.seen:
            self._rechecks.look(observation)
        seen = {observation.name for observation in decision.seen}
        settled = {*decision.over, *(tracked.name for tracked in decision.tracked)}
        for name in batch.rechecks:
            if name not in seen:
                self._requeue(name, name in settled, name in decision.unanswered, now.timestamp())

    def _requeue(self, name: DraftName, is_settled: bool, is_unanswered: bool, now: float) -> None:
        """Queue a name that was checked again and is not an observation."""
        if not self._catalog.is_rechecked(name):
            self._rechecks.remove(name)
        elif is_settled:
            self._rechecks.follow(self._catalog.tracked[name], now)
        elif is_unanswered:
            self._rechecks.later(name, now)
        else:
            self._rechecks.give_back((name,))

    def _validators(self, rechecks: tuple[DraftName, ...]) -> tuple[Validators, ...]:
        """For files without an observation: a second look needs the whole answer, and so does a withdrawn draft."""
        known = self._catalog.tracked
        return tuple(self._conditions(known[name]) for name in rechecks if name in known and self._is_unchanged(name))

    def _is_unchanged(self, name: DraftName) -> bool:
        return name not in self._catalog.observations and self._catalog.draft_of(name).state is not DraftState.WITHDRAWN

    def _conditions(self, tracked: TrackedFile) -> Validators:
        return Validators(name=tracked.name, etag=tracked.facts.etag, last_modified=tracked.facts.last_modified)


def _answers(names: tuple[DraftName, ...], decision: BatchDecision, given_at: datetime) -> ScheduledAnswers:
    """What a decision says of these names."""
    ours = set(names)
    return ScheduledAnswers(
        given_at=given_at.timestamp(),
        missing=tuple(name for name in decision.missing if name in ours),
        found=tuple(name for name in decision.found if name in ours),
        failed=tuple(name for name in decision.failed if name in ours),
    )
