"""Which signals go to the ChecksActor together."""

import asyncio
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from actors.health.pushes.rounds import MOST_TOGETHER, ROUND_SECONDS, PushRounds
from actors.runtime.ask import NoAnswer
from messages.heartbeats import HeartbeatPushed, HeartbeatSignal, HeartbeatsPushed, PushHeartbeat, PushOutcome


class Health:
    """Whose signals are taken: what it sent, and the timers that it set."""

    def __init__(self, checks: str | None = "checks") -> None:
        self.checks = checks
        self.sent: list[list[str]] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.counters: Counter[str] = Counter()
        self.rounds = PushRounds(self)

    def address_of(self, name: str) -> Any:
        """Of the ChecksActor."""
        return self.checks

    def send(self, address: Any, message: Any) -> None:
        """Remember whose signals left."""
        self.sent.append([push.request_id for push in message.pushes])

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """A timer that the test lets pass."""
        self.timers.append((seconds, call))
        return SimpleNamespace(cancel=lambda: None)

    def count(self, counter: str, by: int = 1) -> None:
        """Remember it."""
        self.counters[counter] += by

    async def push(self, *names: str, seconds: float = 30.0) -> "list[asyncio.Task[PushOutcome]]":
        """Signals that are on their way; who sent them waits so long."""
        pushes = [PushHeartbeat(request_id=name, token="t", signal=HeartbeatSignal.SUCCESS) for name in names]
        tasks = [asyncio.create_task(self.rounds.outcome(push, seconds)) for push in pushes]
        await asyncio.sleep(0)
        return tasks

    def answer(self, *names: str, outcome: PushOutcome = PushOutcome.STORED) -> None:
        """As the ChecksActor does."""
        replies = tuple(HeartbeatPushed(request_id=name, outcome=outcome) for name in names)
        self.rounds.replied(HeartbeatsPushed(replies=replies))


async def a_round_and_the_next() -> None:
    health = Health()
    first = await health.push("first", "second", "third")
    assert health.sent == [["first"], ["second"]]
    others = await health.push("a", "b", "c")
    assert health.sent[2:] == [["third", "a"]]
    health.answer("first", "second")
    assert health.sent[3:] == [["b", "c"]]
    late = await health.push("x", "y", "z")
    assert health.sent[4:] == []
    health.answer("third", outcome=PushOutcome.TOO_OFTEN)
    assert health.sent[4:] == [["x", "y", "z"]]
    health.answer("a", "b", "c", "x", "y", "z", "z")
    outcomes = [await each for each in (*first, *others, *late)]
    assert outcomes == [PushOutcome.STORED] * 2 + [PushOutcome.TOO_OFTEN] + [PushOutcome.STORED] * 6
    assert health.counters == {"late_replies": 1}


def test_signals_leave_together_when_as_many_wait_as_others_await_their_answers() -> None:
    asyncio.run(a_round_and_the_next())


async def signals_that_nobody_answers() -> None:
    health = Health()
    lost = await health.push("lost", "too")
    (after,) = await health.push("after")
    seconds, over = health.timers[-1]
    assert (seconds, health.sent) == (ROUND_SECONDS, [["lost"], ["too"]])
    over()
    assert health.sent[2:] == [["after"]]
    health.answer("after", "lost", "too")
    assert {await each for each in (*lost, after)} == {PushOutcome.STORED}


def test_signals_without_an_answer_keep_others_waiting_for_a_moment_only() -> None:
    asyncio.run(signals_that_nobody_answers())


async def signals_that_are_given_up() -> None:
    health = Health()
    for each in await health.push("cannot", "be", "stored", seconds=0.01):
        with pytest.raises(NoAnswer):
            await each
    (after,) = await health.push("after")
    assert health.sent[-1] == ["after"]
    health.answer("after")
    assert await after is PushOutcome.STORED


def test_signals_that_are_given_up_keep_no_others_waiting() -> None:
    asyncio.run(signals_that_are_given_up())


async def more_than_one_message_takes() -> None:
    health = Health()
    before = await health.push(*(f"{number}" for number in range(70)))
    assert [len(each) for each in health.sent] == [1, 1, 2, 4, 8, 16, MOST_TOGETHER, 2]
    health.answer(*(f"{number}" for number in range(70)))
    assert {await each for each in before} == {PushOutcome.STORED}


def test_a_message_has_a_bounded_number_of_signals() -> None:
    asyncio.run(more_than_one_message_takes())


async def nobody_there() -> None:
    health = Health(checks=None)
    (asked,) = await health.push("a")
    with pytest.raises(NoAnswer):
        await asked
    health.checks = "checks"
    (again,) = await health.push("b")
    health.answer("b")
    assert (await again, health.sent) == (PushOutcome.STORED, [["b"]])


def test_without_a_checks_actor_there_is_no_answer() -> None:
    asyncio.run(nobody_there())
