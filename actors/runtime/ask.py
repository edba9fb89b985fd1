"""Questions to other actors: each for a limited time, with an answer on a turn of the actor that asked."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from thespian.actors import ActorAddress

ANSWER_SECONDS = 5.0
"""How long an actor waits for an answer that a person waits for."""


class Asker(Protocol):
    """What an actor that asks offers."""

    def address_of(self, name: str) -> ActorAddress | None:
        """The address of an introduced actor."""

    def send(self, address: Any, message: Any) -> None:
        """Send a message."""

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call it on a later turn; the handle has `cancel()`."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""


class NoAnswer(Exception):
    """An actor is not there, or did not answer in time; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What came of asking several actors: their replies by name, and who did not reply in time."""

    by_name: Mapping[str, Any]
    missing: frozenset[str]


@dataclass(slots=True, kw_only=True)
class _Question:
    """One question under way: what has been replied, by whom a reply is awaited (by its request_id), and the timer."""

    then: Callable[[Replies], None]
    names: dict[str, str]
    missing: set[str]
    replies: dict[str, Any] = field(default_factory=dict)
    timer: Any = None


class Questions:
    """Of one actor. It passes each reply on to `replied`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._open: dict[str, _Question] = {}
        self._addresses: dict[str, tuple[str, ActorAddress]] = {}

    def ask(self, queries: Mapping[str, Any], seconds: float, then: Callable[[Replies], None]) -> None:
        """Send each actor its query; each has a `request_id` of its own. `then` is called once, when all have replied
        or after `seconds`. An actor that is not there counts as one that does not reply."""
        names = {query.request_id: name for name, query in queries.items()}
        question = _Question(then=then, names=names, missing=set(queries))
        self._open.update(dict.fromkeys(names, question))
        question.timer = self._asker.after(seconds, lambda: self._over(question))
        for name, query in queries.items():
            if (address := self._asker.address_of(name)) is not None:
                self._addresses[query.request_id] = (name, address)
                self._asker.send(address, query)

    async def answer(self, name: str, query: Any, seconds: float = ANSWER_SECONDS) -> Any:
        """The reply of one actor, awaited on the private loop. Raises NoAnswer."""
        if self._asker.address_of(name) is None:
            raise NoAnswer(f"{name} has not started yet: try again in a moment")
        future: asyncio.Future[Replies] = asyncio.get_running_loop().create_future()
        self.ask({name: query}, seconds, lambda replies: None if future.done() else future.set_result(replies))
        replies = await future
        if replies.missing:
            raise NoAnswer(f"{name} did not answer within {seconds:.0f} s: `callboard status` and the log may say why")
        return replies.by_name[name]

    def is_waiting_for(self, name: str) -> bool:
        """Whether a query to this actor, under the address that it has now, waits for its reply."""
        address = self._asker.address_of(name)
        return any(each == (name, address) for each in self._addresses.values())

    def is_open(self, request_id: str) -> bool:
        """Whether a reply to this query is awaited."""
        return request_id in self._open

    def replied(self, reply: Any) -> None:
        """A reply has come. One that nobody waits for any more is counted."""
        question = self._open.pop(reply.request_id, None)
        self._addresses.pop(reply.request_id, None)
        if question is None:
            self._asker.count("late_replies")
            return
        name = question.names[reply.request_id]
        question.replies[name] = reply
        question.missing.discard(name)
        if not question.missing:
            self._over(question)

    def _over(self, question: _Question) -> None:
        question.timer.cancel()
        for request_id in question.names:
            self._open.pop(request_id, None)
            self._addresses.pop(request_id, None)
        question.then(Replies(by_name=question.replies, missing=frozenset(question.missing)))
