"""The private loop: one descriptor says when there is something to do, and a pump never waits."""

import asyncio
import itertools
import select
import time
from collections.abc import Callable, Iterator

import pytest

from actors.runtime.engine.loop import SLICE_SECONDS, PrivateLoop


class Owner:
    """Plays the actor: pumps when the descriptor is ready, and collects failures."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.failures: list[tuple[str, BaseException]] = []
        self.loop = PrivateLoop(self.guard, clock)

    def guard(self, name: str, call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:
            self.failures.append((name, error))

    def drive(self, done: Callable[[], bool], limit: float = 60.0) -> None:
        deadline = time.monotonic() + limit
        self.loop.pump()
        while not done():
            left = deadline - time.monotonic()
            assert left > 0, "not done in time"
            select.select([self.loop.fileno()], [], [], left)
            self.loop.pump()


@pytest.fixture
def owner() -> Iterator[Owner]:
    owner = Owner()
    yield owner
    owner.loop.close()


def ready(owner: Owner, seconds: float = 0.0) -> bool:
    return bool(select.select([owner.loop.fileno()], [], [], seconds)[0])


def test_an_idle_loop_is_not_ready(owner: Owner) -> None:
    owner.loop.pump()
    assert not ready(owner)


def test_a_timer_makes_it_ready_when_it_is_due_and_not_before(owner: Owner) -> None:
    rung: list[float] = []
    owner.loop.after(3600.0, "ring in an hour", lambda: rung.append(0.0))
    owner.loop.pump()
    assert not ready(owner)
    set_at = owner.loop.time()
    owner.loop.after(0.2, "ring", lambda: rung.append(owner.loop.time()))
    owner.drive(lambda: bool(rung))
    assert rung[0] - set_at >= 0.19


def test_a_cancelled_timer_does_not_ring(owner: Owner) -> None:
    rung: list[str] = []
    owner.loop.after(0.01, "first", lambda: rung.append("first")).cancel()
    owner.loop.after(0.02, "second", lambda: rung.append("second"))
    owner.drive(lambda: bool(rung))
    assert rung == ["second"]


def test_a_result_comes_back_as_a_call(owner: Owner) -> None:
    results: list[int] = []

    async def add() -> int:
        await asyncio.sleep(0.01)
        return 1 + 1

    owner.loop.run("add", add(), results.append, None)
    owner.drive(lambda: bool(results))
    assert results == [2]


def test_a_failure_is_the_callers_unless_it_is_wanted(owner: Owner) -> None:
    async def fail() -> int:
        raise ValueError("boom")

    wanted: list[BaseException] = []
    owner.loop.run("fail", fail(), lambda result: None, None)
    owner.loop.run("fail too", fail(), lambda result: None, wanted.append)
    owner.drive(lambda: bool(owner.failures) and bool(wanted))
    assert [(name, str(error)) for name, error in owner.failures] == [("fail", "boom")]
    assert str(wanted[0]) == "boom"


def test_a_failing_timer_is_guarded(owner: Owner) -> None:
    def fail() -> None:
        raise RuntimeError("late")

    owner.loop.after(0, "late", fail)
    owner.drive(lambda: bool(owner.failures))
    assert owner.failures[0][0] == "late"


def test_a_busy_loop_leaves_after_its_slice_and_stays_ready() -> None:
    looks = itertools.count()
    owner = Owner(clock=lambda: next(looks) * SLICE_SECONDS / 100)
    spins: list[None] = []

    async def spin() -> None:
        while True:
            spins.append(None)
            await asyncio.sleep(0)

    owner.loop.run("spin", spin(), lambda result: None, None)
    owner.loop.pump()
    assert 1 < len(spins) <= 100
    assert ready(owner, 60.0)
    owner.loop.close()


def test_network_traffic_makes_it_ready(owner: Owner) -> None:
    lines: list[bytes] = []

    async def talk() -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write((await reader.readline()).upper())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        line = await reader.readline()
        writer.close()
        server.close()
        return line

    owner.loop.run("talk", talk(), lines.append, None)
    owner.drive(lambda: bool(lines))
    assert lines == [b"HELLO\n"]
    assert owner.failures == []


def test_finish_cancels_what_runs_and_runs_a_coroutine_to_its_end(owner: Owner) -> None:
    seen: list[str] = []

    async def last_words() -> None:
        await asyncio.sleep(0.01)
        seen.append("said")

    async def forever() -> None:
        seen.append("begun")
        try:
            await asyncio.sleep(3600)
        finally:
            seen.append("cancelled")

    owner.loop.run("forever", forever(), lambda result: None, None)
    owner.drive(lambda: bool(seen))
    owner.loop.finish(last_words(), limit=60.0)
    assert seen == ["begun", "cancelled", "said"]


def test_close_cancels_what_runs() -> None:
    owner = Owner()
    seen: list[str] = []

    async def forever() -> None:
        seen.append("begun")
        try:
            await asyncio.sleep(3600)
        finally:
            seen.append("cancelled")

    owner.loop.run("forever", forever(), lambda result: None, None)
    owner.drive(lambda: bool(seen))
    owner.loop.close(limit=60.0)
    assert seen == ["begun", "cancelled"]


def test_what_was_begun_opens_nothing_while_the_last_things_are_done(owner: Owner) -> None:
    seen: list[str] = []

    async def say(word: str) -> None:
        await asyncio.sleep(0)
        seen.append(word)

    owner.loop.run("opens", say("opened again"), lambda result: None, None)
    owner.loop.finish(say("closed"), limit=60.0)
    assert seen == ["closed"]


def test_what_a_server_has_begun_goes_on_while_the_last_things_are_done(owner: Owner) -> None:
    seen: list[str] = []
    tasks: list[asyncio.Task[None]] = []

    async def answer() -> None:
        await asyncio.sleep(0)
        seen.append("answered")

    async def serve() -> None:
        tasks.append(asyncio.get_running_loop().create_task(answer()))

    async def last_answers() -> None:
        await asyncio.gather(*tasks)

    owner.loop.run("serve", serve(), lambda result: None, None)
    owner.drive(lambda: bool(tasks))
    owner.loop.finish(last_answers(), limit=60.0)
    assert seen == ["answered"]


def test_a_last_thing_that_fails_is_reported_and_keeps_no_other_from_its_end(owner: Owner) -> None:
    seen: list[str] = []
    over = asyncio.Event()

    async def fail() -> None:
        over.set()
        raise OSError("no connection")

    async def close() -> None:
        await over.wait()
        await asyncio.sleep(0.01)
        seen.append("closed")

    owner.loop.finish(fail(), close(), limit=60.0)
    assert seen == ["closed"]
    assert [(name, str(error)) for name, error in owner.failures] == [("close", "no connection")]
