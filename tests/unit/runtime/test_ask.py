"""Questions to other actors, with time that the test lets pass."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from actors.runtime.ask import NoAnswer, Questions, Replies
from messages.dead_letters import DeadLettersListed, ListDeadLetters


@dataclass
class Timer:
    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Somebody:
    """An actor that asks; addresses are texts."""

    addresses: dict[str, str] = field(default_factory=lambda: {"index": "index-1", "prober": "prober-1"})
    sent: list[tuple[str, Any]] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    def address_of(self, name: str) -> Any:
        return self.addresses.get(name)

    def send(self, address: Any, message: Any) -> None:
        self.sent.append((address, message))

    def after(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(call))
        return self.timers[-1]

    def count(self, counter: str, by: int = 1) -> None:
        self.counted.append(counter)

    def let_time_pass(self) -> None:
        for timer in self.timers:
            if not timer.cancelled:
                timer.call()


def query(request_id: str) -> ListDeadLetters:
    return ListDeadLetters(request_id=request_id, limit=1)


def reply(request_id: str) -> DeadLettersListed:
    return DeadLettersListed(request_id=request_id, dead_letters=(), total=0)


def asked(somebody: Somebody, *names: str) -> tuple[Questions, list[Replies]]:
    """Questions to these, each with its name as request_id, and what comes of them."""
    questions, heard = Questions(somebody), list[Replies]()
    questions.ask({name: query(name) for name in names}, 5.0, heard.append)
    return questions, heard


def test_all_replies_end_a_question_before_its_time() -> None:
    somebody = Somebody()
    questions, heard = asked(somebody, "index", "prober")
    assert somebody.sent == [("index-1", query("index")), ("prober-1", query("prober"))]
    questions.replied(reply("prober"))
    assert heard == []
    questions.replied(reply("index"))
    assert heard == [Replies(by_name={"prober": reply("prober"), "index": reply("index")}, missing=frozenset())]
    somebody.let_time_pass()
    assert len(heard) == 1


def test_what_was_replied_in_time_counts_and_what_comes_later_is_counted() -> None:
    somebody = Somebody()
    questions, heard = asked(somebody, "index", "prober")
    questions.replied(reply("index"))
    somebody.let_time_pass()
    assert heard == [Replies(by_name={"index": reply("index")}, missing=frozenset({"prober"}))]
    questions.replied(reply("prober"))
    assert (len(heard), somebody.counted) == (1, ["late_replies"])


def test_a_reply_that_comes_twice_counts_once() -> None:
    somebody = Somebody()
    questions, heard = asked(somebody, "index", "prober")
    questions.replied(reply("index"))
    questions.replied(reply("index"))
    assert (heard, somebody.counted) == ([], ["late_replies"])


def test_one_that_is_not_there_does_not_reply() -> None:
    somebody = Somebody(addresses={})
    _, heard = asked(somebody, "index")
    assert somebody.sent == []
    somebody.let_time_pass()
    assert heard == [Replies(by_name={}, missing=frozenset({"index"}))]


def test_who_has_begun_again_is_not_waited_for() -> None:
    somebody = Somebody()
    questions, _ = asked(somebody, "index")
    assert questions.is_waiting_for("index")
    assert not questions.is_waiting_for("prober")
    assert questions.is_open("index")
    somebody.addresses["index"] = "index-2"
    assert not questions.is_waiting_for("index")


def test_nothing_is_kept_of_a_question_that_is_over() -> None:
    somebody = Somebody()
    questions, _ = asked(somebody, "index", "prober")
    questions.replied(reply("index"))
    somebody.let_time_pass()
    assert not questions.is_open("prober")
    assert not questions.is_waiting_for("prober")


def test_a_coroutine_gets_the_reply_or_learns_who_did_not_answer() -> None:
    async def ask_both() -> None:
        somebody = Somebody()
        questions = Questions(somebody)
        first = asyncio.ensure_future(questions.answer("index", query("1"), 5.0))
        await asyncio.sleep(0)
        questions.replied(reply("1"))
        assert await first == reply("1")
        second = asyncio.ensure_future(questions.answer("prober", query("2"), 5.0))
        await asyncio.sleep(0)
        somebody.let_time_pass()
        with pytest.raises(NoAnswer, match="prober did not answer within 5 s"):
            await second
        with pytest.raises(NoAnswer, match="nobody has not started yet"):
            await questions.answer("nobody", query("3"), 5.0)

    asyncio.run(ask_both())
