"""Many callers share a round of snapshots, in time that the test lets pass."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actors.health.snapshots.reports import ASKED, Overview, Responsiveness
from actors.health.snapshots.service import LEAST_SHARE, SnapshotService
from messages.health import ActorStatus, HealthSnapshot, SnapshotRequest
from messages.settings import HealthSettings, Settings
from tests.builders import NOON
from tests.health_builders import a_snapshot

KEEP = 0.25


@dataclass
class Unset:
    """A timer that never fires."""

    def cancel(self) -> None: ...


@dataclass
class Owner:
    """Stands for the HealthActor; the others answer when the test says so."""

    leader: str = ""
    seconds: float = 100.0
    settings: Settings = field(default_factory=lambda: Settings(health=HealthSettings(builtin_checks=False)))
    open: list[tuple[str, SnapshotRequest]] = field(default_factory=list)
    rounds: int = 0

    def now(self) -> datetime:
        return NOON

    def clock(self) -> float:
        return self.seconds

    def address_of(self, name: str) -> Any:
        return name

    def send(self, address: Any, message: Any) -> None:
        self.open.append((address, message))
        self.rounds += address == "lease"

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        return Unset()

    def count(self, counter: str, by: int = 1) -> None: ...


def a_status() -> ActorStatus:
    return ActorStatus(last_updated=NOON, reasons=(), counters=(), last_error=None, last_error_at=None)


class Play:
    """A service, and tasks that wait for it."""

    def __init__(self) -> None:
        self.owner = Owner()
        own = HealthSnapshot(request_id="", status=a_status(), url="")
        self.service = SnapshotService(self.owner, lambda: own, lambda overview: None, 0.8, 10.0, KEEP)

    def ask(self) -> "asyncio.Task[Overview]":
        return asyncio.get_running_loop().create_task(self.service.recent())

    def answer(self) -> None:
        """Everybody who was asked answers."""
        for name, request in self.owner.open:
            self.service.hear(a_snapshot(name, request.request_id, a_status()))
        self.owner.open.clear()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_those_who_come_together_share_a_round() -> None:
    async def play() -> None:
        it = Play()
        tasks = [it.ask() for _ in range(50)]
        await settled()
        it.answer()
        overviews = await asyncio.gather(*tasks)
        assert it.owner.rounds == 1
        assert all(overview is overviews[0] for overview in overviews)
        assert set(overviews[0].reports) == {*ASKED, "health"}

    asyncio.run(play())


def test_who_comes_a_little_later_shares_it_too_until_it_is_so_old_since_it_began() -> None:
    async def play() -> None:
        it = Play()
        first = it.ask()
        await settled()
        it.owner.seconds += KEEP / 4  # so long the round takes
        it.answer()
        it.owner.seconds += 3 * KEEP / 4
        assert await it.ask() is await first
        it.owner.seconds += 0.001
        it.owner.open.clear()  # the round that renews it is not answered
        late = it.ask()
        await settled()
        assert not late.done()
        it.service.finish()
        assert await late is not await first

    asyncio.run(play())


def test_a_round_that_takes_long_is_shared_for_a_while_after_its_end() -> None:
    async def play() -> None:
        it = Play()
        first = it.ask()
        await settled()
        it.owner.seconds += 4 * KEEP
        it.answer()
        it.owner.seconds += KEEP * LEAST_SHARE * 0.99
        assert await it.ask() is await first
        it.owner.seconds += KEEP * LEAST_SHARE * 0.02
        late = it.ask()
        await settled()
        assert not late.done()
        it.answer()
        assert await late is not await first

    asyncio.run(play())


def test_one_that_gets_old_is_renewed_while_it_answers() -> None:
    async def play() -> None:
        it = Play()
        first = it.ask()
        await settled()
        it.answer()
        it.owner.seconds += KEEP / 2
        assert await it.ask() is await first
        assert await it.ask() is await first
        assert it.owner.rounds == 2
        it.answer()
        assert await it.ask() is not await first

    asyncio.run(play())


def test_who_asks_for_a_fresh_one_gets_one() -> None:
    async def play() -> None:
        it = Play()
        first = it.ask()
        await settled()
        it.answer()
        fresh = asyncio.get_running_loop().create_task(it.service.read())
        await settled()
        assert not fresh.done()
        it.answer()
        assert await fresh is not await first

    asyncio.run(play())


def test_what_the_leader_knew_is_not_said_by_a_standby() -> None:
    async def play() -> None:
        it = Play()
        first = it.ask()
        await settled()
        it.answer()
        assert (await first).leader == ""
        it.owner.leader = "other"
        later = it.ask()
        await settled()
        it.answer()
        assert (await later).leader == "other"
        assert (await later).reports["lease"].answer is Responsiveness.RESPONSIVE

    asyncio.run(play())
