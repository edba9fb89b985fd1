"""The part of the WatchlistActor that asks others what it does not know itself, for at most so long."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.watchlist.commands.run import questions
from actors.watchlist.commands.run.questions import PendingQuery, Reply
from actors.watchlist.model.questions import Question
from actors.watchlist.services.announcer import AnnouncingActor
from messages.commands import Answer, Outcome
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.notices import NoticeStatusReply
from messages.papers import PaperReply, RecentPapersReply

Then = Callable[[Outcome, Answer], None]


@dataclass(slots=True, kw_only=True)
class _Asked:
    """An inquiry, what to do with its answer, and when the time is up."""

    inquiry: PendingQuery
    then: Then
    limit: Any


class InquiringActor(AnnouncingActor):
    """See the module's docstring."""

    PATIENCE: ClassVar[float] = 5.0
    """Seconds that others have to answer."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[str, _Asked] = {}

    def is_asked(self, request_id: str) -> bool:
        """Whether an inquiry is under way."""
        return request_id in self._asked

    def ask(self, question: Question, then: Then, request_id: str = "") -> None:
        """Ask who knows; `then` gets the answer when all have replied, or when the time is up."""
        request_id = request_id or uuid.uuid4().hex
        queries = questions.queries(question, request_id)
        limit = self.after(self.PATIENCE, partial(self._time_is_up, request_id))
        self._asked[request_id] = _Asked(
            inquiry=PendingQuery(question=question, missing=frozenset(queries)), then=then, limit=limit
        )
        for name, query in queries.items():
            if (address := self.address_of(name)) is not None:
                self.send(address, query)

    def _heard(self, reply: Reply) -> None:
        asked = self._asked.get(reply.request_id)
        if asked is None:
            self.count("late_replies")
            return
        asked.inquiry = questions.heard(asked.inquiry, reply)
        if not asked.inquiry.missing:
            asked.limit.cancel()
            self._time_is_up(reply.request_id)

    def _time_is_up(self, request_id: str) -> None:
        asked = self._asked.pop(request_id)
        asked.then(*questions.answer(asked.inquiry))

    # --- replies

    def receiveMsg_PaperReply(self, reply: PaperReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._heard(reply)

    def receiveMsg_RecentPapersReply(self, reply: RecentPapersReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._heard(reply)

    def receiveMsg_DraftsReply(self, reply: DraftsReply, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._heard(reply)

    def receiveMsg_HealthReply(self, reply: HealthReply, sender: ActorAddress) -> None:
        """Of the HealthActor."""
        self._heard(reply)

    def receiveMsg_NoticeStatusReply(self, reply: NoticeStatusReply, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._heard(reply)
