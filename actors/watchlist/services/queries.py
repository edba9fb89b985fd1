"""Asks other actors what the watchlist does not know itself, and waits for a limited time."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from actors.runtime.actor import CallboardActor
from actors.watchlist.commands.run.answers import questions
from actors.watchlist.commands.run.answers.questions import PendingQuery, Reply
from actors.watchlist.model.questions import Question

OnReplies = Callable[[PendingQuery], None]


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """A query under way, what to do with the replies, and the timer that ends the wait."""

    query: PendingQuery
    on_replies: OnReplies
    timer: Any


class QueryClient:
    """Owned by the WatchlistActor. Other actors have `limit` seconds to answer."""

    def __init__(self, actor: CallboardActor, limit: float) -> None:
        self._actor = actor
        self._limit = limit
        self._waiting: dict[str, _Waiting] = {}

    def is_waiting(self, request_id: str) -> bool:
        """Whether a query with this id is under way."""
        return request_id in self._waiting

    def ask(self, question: Question, on_replies: OnReplies, request_id: str = "") -> None:
        """Ask the actors that know; `on_replies` gets what they say when all have replied, or when the time is up."""
        request_id = request_id or uuid.uuid4().hex
        queries = questions.queries(question, request_id)
        self._waiting[request_id] = _Waiting(
            query=PendingQuery(question=question, missing=frozenset(queries)),
            on_replies=on_replies,
            timer=self._actor.after(self._limit, partial(self._finish, request_id)),
        )
        for name, query in queries.items():
            if (address := self._actor.address_of(name)) is not None:
                self._actor.send(address, query)

    def take_reply(self, reply: Reply) -> None:
        """Add a reply to its query; the last one answers it."""
        waiting = self._waiting.get(reply.request_id)
        if waiting is None:
            self._actor.count("late_replies")
            return
        waiting.query = questions.with_reply(waiting.query, reply)
        if not waiting.query.missing:
            waiting.timer.cancel()
            self._finish(reply.request_id)

    def _finish(self, request_id: str) -> None:
        waiting = self._waiting.pop(request_id)
        waiting.on_replies(waiting.query)
