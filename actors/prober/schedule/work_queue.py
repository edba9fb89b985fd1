"""What is to be asked: the names of the schedule, and those that are looked at again. The prober owns one; nothing here
reads a clock or a table."""

from datetime import datetime

from actors.prober.detection.evaluate import Decision
from actors.prober.frontmatter.queue import Readings
from actors.prober.model.batch import Portion
from actors.prober.model.catalog import Memory
from actors.prober.model.observations import Tracked
from actors.prober.schedule.probe_rounds import Answers
from actors.prober.schedule.recheck_queue import Following
from actors.prober.schedule.scheduler import Agenda, Progress
from messages.drafts import DraftState
from messages.probing import DraftName, Validators


class Work:
    """The schedule's agenda and what is followed, as one line of work."""

    def __init__(self, agenda: Agenda, following: Following, memory: Memory, readings: Readings) -> None:
        self.agenda = agenda
        self.readings = readings
        self._following = following
        self._memory = memory

    def begin(self, now: datetime) -> None:
        """Follow what the memory holds: files of drafts, and sightings."""
        for tracked in self._memory.tracked.values():
            if self._memory.is_followed(tracked.name):
                self._following.follow(tracked, now.timestamp())
        for sighting in self._memory.sightings.values():
            self._following.look(sighting)
            if sighting.first_at > now:  # a clock that was set back must not silence it
                self._following.put(sighting.name, now.timestamp())

    @property
    def followed(self) -> int:
        """How many names are looked at again."""
        return len(self._following)

    def next_at(self) -> float | None:
        """When something is due, in seconds since the epoch; None when nothing ever is."""
        read_at = self.readings.next_at()
        times = (self.agenda.next_at(), self._following.next_at(), read_at.timestamp() if read_at else None)
        return min((at for at in times if at is not None), default=None)

    def take(self, size: int, now: datetime) -> Portion:
        """What front matter is to be read, for people wait for that; else the next names, about `size`: at most half of
        them looks, while the schedule has enough to ask for."""
        if reads := self.readings.take(size, self._memory.drafts, now):
            return Portion(reads=reads)
        moment = now.timestamp()
        taken = self._following.take(max(1, size // 2), moment)
        scheduled = self.agenda.take(size - len(taken), self._memory.circumstances(now.date()), moment)
        if len(taken) + len(scheduled) < size:
            taken += self._following.take(size - len(taken) - len(scheduled), moment)
        looks = tuple(name for name in taken if self._memory.is_followed(name))
        for name in set(taken) - set(looks):
            self._following.remove(name)
        return Portion(looks=looks, scheduled=scheduled, validators=self._validators(looks))

    def wished(self, wished: tuple[DraftName, ...]) -> Portion:
        """These names now, whether it is their turn or not. Those that are known are looked at again."""
        memory = self._memory
        looks = tuple(name for name in wished if name in memory.sightings or name in memory.tracked)
        rest = tuple(name for name in wished if name not in looks)
        return Portion(looks=looks, wished=rest, validators=self._validators(looks))

    def give_back(self, portion: Portion) -> None:
        """These names were taken, and no answer will come."""
        self.agenda.give_back(portion.scheduled)
        self._following.give_back(portion.looks)
        self.readings.back(portion.reads)

    def progress(self, portion: Portion, decision: Decision, given_at: datetime, now: datetime) -> Progress:
        """What a decision changes in the agenda, which knows nothing of wishes."""
        scheduled = set(portion.scheduled)
        answers = Answers(
            given_at=given_at.timestamp(),
            missing=tuple(name for name in decision.missing if name in scheduled),
            found=tuple(name for name in decision.found if name in scheduled),
            failed=tuple(name for name in decision.failed if name in scheduled),
        )
        return self.agenda.progress(answers, now.timestamp())

    def apply(self, portion: Portion, decision: Decision, progress: Progress, now: datetime) -> None:
        """The decision is stored, and the memory has learnt it: see to what is next for each name of the portion."""
        self.agenda.apply(progress, now.timestamp())
        answered = {*decision.missing, *decision.found, *decision.failed}
        self.agenda.give_back(name for name in portion.scheduled if name not in answered)
        for sighting in decision.seen:
            self._following.look(sighting)
        seen = {sighting.name for sighting in decision.seen}
        settled = {*decision.over, *(tracked.name for tracked in decision.tracked)}
        for name in portion.looks:
            if name not in seen:
                self._go_on(name, name in settled, name in decision.unanswered, now.timestamp())

    def _go_on(self, name: DraftName, is_settled: bool, is_unanswered: bool, now: float) -> None:
        """What is next for a name that was looked at again and is not sighted."""
        if not self._memory.is_followed(name):
            self._following.remove(name)
        elif is_settled:
            self._following.follow(self._memory.tracked[name], now)
        elif is_unanswered:
            self._following.later(name, now)
        else:
            self._following.give_back((name,))

    def _validators(self, looks: tuple[DraftName, ...]) -> tuple[Validators, ...]:
        """For files that are not sighted: a second look wants the whole answer, and so does a withdrawn draft."""
        known = self._memory.tracked
        return tuple(self._conditions(known[name]) for name in looks if name in known and self._is_as_it_was(name))

    def _is_as_it_was(self, name: DraftName) -> bool:
        return name not in self._memory.sightings and self._memory.draft_of(name).state is not DraftState.WITHDRAWN

    def _conditions(self, tracked: Tracked) -> Validators:
        return Validators(name=tracked.name, etag=tracked.facts.etag, last_modified=tracked.facts.last_modified)
