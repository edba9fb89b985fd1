"""Rounds of snapshots: whoever asks while one is under way shares it, and what it brought is kept for a moment."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from actors.health.snapshots.reports import ActorReport, Overview, Responsiveness, asked
from actors.health.snapshots.rounds import NAME_OF, SnapshotRound
from actors.runtime.ask import Asker, Questions
from messages.health import ActorSnapshot, HealthSnapshot, SnapshotRequest
from messages.settings import Settings

RENEW_SHARE = 0.4
"""Asked for when it has used up so much of its time, what a round brought is renewed while it still answers: clients
that ask all the time do not wait for a round that takes less than the rest of that time."""

LEAST_SHARE = 0.4
"""The part of that time for which a round answers after its end, however long it took: otherwise one that took longer
would be shared by nobody, just when the machine is busiest."""


class RoundsOwner(Asker, Protocol):
    """What the actor that asks offers."""

    settings: Settings

    @property
    def leader(self) -> str:
        """The other instance that leads; empty where this one does."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds that never go back."""


class SnapshotService:
    """Of the HealthActor: the newest snapshot of each actor, and the round under way.

    `own` makes the actor's own snapshot, and `seen` is told what each round brought; the others have `answer_limit`
    seconds to answer, and one that has not answered is asked again after `ask_again` seconds, for the question may have
    been lost. What a round brought answers until `keep` seconds after it began, and for LEAST_SHARE of that time after
    it ended."""

    def __init__(
        self,
        owner: RoundsOwner,
        own: Callable[[], HealthSnapshot],
        seen: Callable[[Overview], None],
        answer_limit: float,
        ask_again: float,
        keep: float,
    ) -> None:
        self._owner = owner
        self._own = own
        self._seen = seen
        self._answer_limit = answer_limit
        self._ask_again = ask_again
        self._keep = keep
        self._questions = Questions(owner)
        self._latest: dict[str, ActorSnapshot] = {}
        self._round: SnapshotRound | None = None
        self._waiting: list[asyncio.Future[Overview]] = []
        self._deadline: Any = None
        self._kept: Overview | None = None
        self._begun_clock = 0.0
        self._kept_since = 0.0
        self._ended_clock = 0.0

    async def recent(self) -> Overview:
        """What the last round brought while it answers, or what the next one brings."""
        now = self._owner.clock()
        age = now - self._kept_since
        is_over = age > self._keep and now - self._ended_clock > self._keep * LEAST_SHARE
        if self._kept is None or is_over or self._kept.leader != self._owner.leader:
            return await self.read()
        self._owner.count("requests")
        if age > self._keep * RENEW_SHARE and self._round is None:
            self._ask_everybody()
        return self._kept

    def look(self, after: float) -> None:
        """Begin a round, unless one is under way or the last one ended less than `after` seconds ago."""
        if self._round is None and self._owner.clock() - self._ended_clock >= after:
            self._ask_everybody()

    async def read(self) -> Overview:
        """What the round under way, or a new one, brings: requests that come together are answered together."""
        future: asyncio.Future[Overview] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._owner.count("requests")
        if self._round is None:
            self._ask_everybody()
        return await future

    async def is_ready(self) -> bool:
        """Whether every actor answers that should be there; being degraded, or a standby, is no obstacle."""
        await self.recent()
        return self._latest.keys() >= set(self._asked())

    def hear(self, snapshot: ActorSnapshot) -> None:
        """A snapshot that comes late is as good as one in time: it was taken when it was sent."""
        name = NAME_OF[type(snapshot)]
        self._latest[name] = snapshot
        self._questions.replied(snapshot)
        if self._round is not None:
            self._round = self._round.without(name)
            if not self._round.missing:
                self.finish()

    def finish(self) -> None:
        """End the round; who has not answered by now is unresponsive."""
        if self._round is None:
            return
        self._deadline.cancel()
        reports = self._round.reports(self._latest)
        self._round = None
        reports["health"] = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=self._own())
        overview = Overview(reports=reports, at=self._owner.now(), leader=self._owner.leader)
        self._seen(overview)
        self._kept, self._kept_since, self._ended_clock = overview, self._begun_clock, self._owner.clock()
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(overview)

    def _asked(self) -> tuple[str, ...]:
        return asked(self._owner.leader)

    def _ask_everybody(self) -> None:
        """Ask those who have no open question: one that hangs must not have a pile of them before it, for behind so
        many messages that nobody reads Thespian would hold back ours to the others."""
        self._round = SnapshotRound.of(self._asked())
        self._begun_clock = self._owner.clock()
        self._deadline = self._owner.after(self._answer_limit, self.finish)
        for name in self._round.asked:
            if not self._questions.is_waiting_for(name):
                query = SnapshotRequest(request_id=uuid.uuid4().hex)
                self._questions.ask({name: query}, self._ask_again, lambda replies: None)
