"""Questions of readers to another actor: how many are before it, and what is shown meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from actors.runtime.ask import Questions
from actors.web.reading import sources
from actors.web.reading.reader import ReadersView
from actors.web.reading.room import MOST_ASKED, AskingRoom
from actors.web.reading.sources import MOST_KEYS, NoAnswerYet, ReplySource, ReplySources
from messages.reading import MatchQuery, MatchReply
from tests.builders import NOON


@dataclass
class LateTimer:
    """One that the test lets fire."""

    call: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


@dataclass
class AskedOwner:
    """Stands for the HealthActor; time passes and replies come when the test says so."""

    leader: str = ""
    sent: list[Any] = field(default_factory=list)
    timers: list[LateTimer] = field(default_factory=list)

    def now(self) -> datetime:
        return NOON

    def clock(self) -> float:
        return 100.0

    def address_of(self, name: str) -> Any:
        return name

    def send(self, address: Any, message: Any) -> None:
        self.sent.append(message)

    def after(self, seconds: float, call: Callable[[], None]) -> LateTimer:
        self.timers.append(LateTimer(call))
        return self.timers[-1]

    def count(self, counter: str, by: int = 1) -> None: ...

    def give_up(self) -> None:
        """The time of all open questions is over."""
        for timer in list(self.timers):
            if not timer.is_cancelled:
                timer.call()


class Searches:
    """Sources by entry, before one actor."""

    def __init__(self) -> None:
        self.owner = AskedOwner()
        self.questions = Questions(self.owner)
        self.room = AskingRoom()
        self.by_entry: ReplySources[MatchReply] = ReplySources(self._made)

    def _made(self, entry: str) -> ReplySource[MatchReply]:
        def ask(request_id: str) -> MatchQuery:
            return MatchQuery(request_id=request_id, entry=entry, papers=(), drafts=())

        return ReplySource(self.owner, self.questions, "watchlist", ask, 600.0, self.room)

    async def read(self, entry: str) -> Any:
        """What it says, or the error."""
        try:
            return await self.by_entry.get(entry).read()
        except NoAnswerYet as error:
            return error

    def answer(self) -> None:
        """All that were asked and are open."""
        for query in self.owner.sent:
            if self.questions.is_open(query.request_id):
                self.questions.replied(MatchReply(request_id=query.request_id, ids=frozenset(), refusal=""))


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WAIT_SECONDS", 0.001)


def test_an_actor_that_hangs_has_few_questions_before_it_and_the_others_are_refused() -> None:
    async def play() -> None:
        it = Searches()
        found = await asyncio.gather(*(it.read(str(entry)) for entry in range(300)))
        assert len(it.owner.sent) == MOST_ASKED
        assert all(isinstance(each, NoAnswerYet) for each in found)
        assert sum("too many questions" in str(each) for each in found) == 300 - MOST_ASKED
        for at in range(1, 4):
            it.owner.give_up()
            await asyncio.gather(*(it.read(f"{at} {entry}") for entry in range(50)))
            assert len(it.owner.sent) == MOST_ASKED + at  # it is tried by one

    asyncio.run(play())


def test_when_it_answers_again_there_is_room_again() -> None:
    async def play() -> None:
        it = Searches()
        await asyncio.gather(*(it.read(str(entry)) for entry in range(20)))
        it.owner.give_up()
        await it.read("tried")
        it.answer()
        assert not isinstance(await it.read("tried"), NoAnswerYet)
        await asyncio.gather(*(it.read(f"again {entry}") for entry in range(20)))
        assert len(it.owner.sent) == 2 * MOST_ASKED + 1

    asyncio.run(play())


def test_many_at_once_wait_for_room_and_all_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WAIT_SECONDS", 60.0)

    async def play() -> None:
        it = Searches()
        reading = [asyncio.ensure_future(it.read(str(entry % 25))) for entry in range(50)]
        while not all(each.done() for each in reading):
            await asyncio.sleep(0)
            assert sum(map(it.questions.is_open, (each.request_id for each in it.owner.sent))) <= MOST_ASKED
            it.answer()
        assert not any(isinstance(each.result(), NoAnswerYet) for each in reading)
        assert len(it.owner.sent) == 25

    asyncio.run(play())


def test_what_is_known_is_shown_while_there_is_no_room() -> None:
    async def play() -> None:
        it = Searches()
        reading = asyncio.ensure_future(it.read("known"))
        await asyncio.sleep(0)
        it.answer()
        assert (await reading).is_current
        await asyncio.gather(*(it.read(str(entry)) for entry in range(MOST_ASKED)))
        it.by_entry.outdate()
        assert not (await it.read("known")).is_current

    asyncio.run(play())


def test_one_that_asks_is_not_forgotten_however_many_are_read_after_it() -> None:
    async def play() -> None:
        it = Searches()
        first = it.by_entry.get("first")
        await it.read("first")
        for entry in range(3 * MOST_KEYS):
            await it.read(str(entry))
        assert it.by_entry.get("first") is first
        it.answer()
        for entry in range(3 * MOST_KEYS):
            it.by_entry.get(f"later {entry}")
        assert it.by_entry.get("first") is not first
        assert len(it.by_entry._sources) <= MOST_KEYS

    asyncio.run(play())


def test_searches_and_numbers_are_counted_together_before_the_index_and_the_prober() -> None:
    async def play() -> None:
        owner = AskedOwner()
        reader = ReadersView(owner, lambda: False)

        async def number(value: int) -> None:
            with pytest.raises(NoAnswerYet):
                await reader.number(value)

        async def schedule(value: int) -> None:
            with pytest.raises(NoAnswerYet):
                await reader.schedule(value)

        await asyncio.gather(*(number(value) for value in range(100)), *(schedule(value) for value in range(100)))
        assert len(owner.sent) == 2 * MOST_ASKED

    asyncio.run(play())


def test_a_question_that_cannot_be_made_does_not_keep_the_next_from_being_asked() -> None:
    async def play() -> None:
        owner = AskedOwner()
        made: list[str] = []

        def ask(request_id: str) -> MatchQuery:
            made.append(request_id)
            if len(made) == 1:
                raise ValueError("not yet")
            return MatchQuery(request_id=request_id, entry="", papers=(), drafts=())

        source: ReplySource[MatchReply] = ReplySource(owner, Questions(owner), "watchlist", ask, 5.0)
        with pytest.raises(ValueError, match="not yet"):
            await source.read()
        with pytest.raises(NoAnswerYet):
            await source.read()
        assert len(owner.sent) == 1

    asyncio.run(play())
