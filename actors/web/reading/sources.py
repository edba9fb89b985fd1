"""What another actor answers to one question: kept, asked again when it is old, and shown with its age while the actor
does not answer."""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from actors.runtime.ask import Asker, Questions, Replies
from actors.web.reading.room import AskingRoom

T = TypeVar("T")

WAIT_SECONDS = 1.0
"""How long a reader waits for an actor. After that, they see what it said last."""

ASK_AGAIN_SECONDS = 10.0
"""An actor that has not answered is asked again after this time: one that hangs has no pile of questions before it."""

MOST_KEYS = 64
"""How many answers of one kind are kept; a page of papers may have 200 of them."""


class ReadersOwner(Asker, Protocol):
    """What the actor that asks offers."""

    @property
    def leader(self) -> str:
        """The other instance that leads; empty where this one does."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds that never go back."""


class NoAnswerYet(Exception):
    """An actor does not answer, and never did: there is nothing to show. The text is for readers."""


class NothingFound(Exception):
    """What was asked for does not exist; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReply(Generic[T]):
    """A reply, and when it came. `is_current`: there is no newer one to be had. `version` is another one when the value
    is: of what is made of several replies, it has theirs."""

    value: T
    at: datetime
    is_current: bool
    version: tuple[int, ...]


class ReplySource(Generic[T]):
    """One question to one actor. `ask` makes it, with a request_id; the reply is asked for again when it is older than
    `max_age` seconds, or out of date because the actor said so. One with a `room` is asked only if that has room."""

    def __init__(
        self,
        owner: ReadersOwner,
        questions: Questions,
        actor: str,
        ask: Callable[[str], Any],
        max_age: float,
        room: AskingRoom | None = None,
    ) -> None:
        self._owner = owner
        self._questions = questions
        self._actor = actor
        self._ask = ask
        self._max_age = max_age
        self._room = room
        self._value: T | None = None
        self._at: datetime | None = None
        self._asked_clock = 0.0
        self._is_outdated = True
        self._asking: asyncio.Future[None] | None = None
        self._is_silent = False
        self._version = 0

    @property
    def actor(self) -> str:
        """Who is asked."""
        return self._actor

    @property
    def is_asking(self) -> bool:
        """Whether a reply is awaited."""
        return self._asking is not None

    def outdate(self) -> None:
        """The actor knows more by now."""
        self._is_outdated = True

    def known(self) -> KnownReply[T] | None:
        """The last reply, without asking."""
        if self._at is None or self._value is None:
            return None
        is_current = not self._is_silent
        return KnownReply(value=self._value, at=self._at, is_current=is_current, version=(self._version,))

    async def read(self) -> KnownReply[T]:
        """The last reply, or a new one if that is too old. Raises NoAnswerYet."""
        has_room = not self._is_old() or self._asking is not None or await self._finds_room()
        why = "has not answered yet"
        if self._is_old():  # otherwise somebody else has asked meanwhile
            asking = self._asking or (self._begin() if has_room else None)
            if asking is None:
                self._is_silent = self._at is not None
                why = "has too many questions before it"
            elif not self._is_silent:
                await asyncio.wait({asking}, timeout=WAIT_SECONDS)
                self._is_silent = not asking.done() or self._is_silent
        if (known := self.known()) is None:
            raise NoAnswerYet(f"the {self._actor} actor {why}: try again in a moment")
        return known

    def _is_old(self) -> bool:
        return self._is_outdated or self._at is None or self._owner.clock() - self._asked_clock > self._max_age

    async def _finds_room(self) -> bool:
        seconds = 0.0 if self._is_silent else WAIT_SECONDS
        return self._room is None or await self._room.wait(self._actor, seconds)

    def _begin(self) -> asyncio.Future[None]:
        query = self._ask(uuid.uuid4().hex)
        asking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asking = asking
        self._is_outdated = False
        if self._room is not None:
            self._room.asked(self._actor)
        asked_clock = self._owner.clock()

        def replied(replies: Replies) -> None:
            self._asking = None
            self._is_silent = bool(replies.missing)
            if self._room is not None:
                self._room.over(self._actor, is_answered=not replies.missing)
            if self._actor in replies.by_name:
                self._keep(replies.by_name[self._actor])
                self._asked_clock = asked_clock
            else:
                self._is_outdated = True
            if not asking.done():
                asking.set_result(None)

        self._questions.ask({self._actor: query}, ASK_AGAIN_SECONDS, replied)
        return asking

    def _keep(self, reply: Any) -> None:
        self._at = self._owner.now()
        value = replace(reply, request_id="")
        if value != self._value:
            self._value = value
            self._version += 1


class ReplySources(Generic[T]):
    """Sources of one kind by a key: those that were read last, and those that await a reply."""

    def __init__(self, make: Callable[[Any], ReplySource[T]]) -> None:
        self._make = make
        self._sources: OrderedDict[Hashable, ReplySource[T]] = OrderedDict()

    def get(self, key: Hashable) -> ReplySource[T]:
        """The source of this key."""
        source = self._sources.pop(key, None) or self._make(key)
        self._sources[key] = source
        spare = len(self._sources) - MOST_KEYS
        if spare > 0:
            idle = (each for each, kept in self._sources.items() if kept is not source and not kept.is_asking)
            for each in list(islice(idle, spare)):
                del self._sources[each]
        return source

    def outdate(self) -> None:
        """The actor knows more by now."""
        for source in self._sources.values():
            source.outdate()
