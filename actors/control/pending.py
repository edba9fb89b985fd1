"""The part of the ControlActor that asks other actors, and waits for their answers."""

import asyncio
from typing import Any

from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from messages.commands import OperatorAnswer
from messages.dead_letters import DeadLetterSettled, DeadLettersListed
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.inquiries import AskRefused, NamesAsked, NumberExplained
from messages.papers import RecentPapersReply
from messages.switching import ProbingRefused, ProbingSwitched

ANSWER_LIMIT = 5.0
"""Seconds that an actor has to answer an operator."""


class NoAnswer(Exception):
    """An actor did not answer in time; the text says which."""


class AskingActor(CallboardActor):
    """A reply goes to who waits for its `request_id`; one that comes too late is counted."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    async def ask(self, name: str, query: Any, limit: float = ANSWER_LIMIT) -> Any:
        """The reply of an actor, within so many seconds. Raises NoAnswer."""
        address = self.address_of(name)
        if address is None:
            raise NoAnswer(f"{name} is not there yet: try again in a moment")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[query.request_id] = future
        self.send(address, query)
        try:
            return await asyncio.wait_for(future, limit)
        except TimeoutError as error:
            raise NoAnswer(f"{name} did not answer within {limit:.0f} s: see `run.py status` and the log") from error
        finally:
            del self._waiting[query.request_id]

    # --- replies

    def receiveMsg_HealthReply(self, reply: HealthReply, sender: ActorAddress) -> None:
        """Of the HealthActor."""
        self._replied(reply)

    def receiveMsg_DraftsReply(self, reply: DraftsReply, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_NumberExplained(self, reply: NumberExplained, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_NamesAsked(self, reply: NamesAsked, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_AskRefused(self, reply: AskRefused, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_DeadLettersListed(self, reply: DeadLettersListed, sender: ActorAddress) -> None:
        """Of every actor with tables."""
        self._replied(reply)

    def receiveMsg_DeadLetterSettled(self, reply: DeadLetterSettled, sender: ActorAddress) -> None:
        """Of the actor that keeps the letter."""
        self._replied(reply)

    def receiveMsg_RecentPapersReply(self, reply: RecentPapersReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._replied(reply)

    def receiveMsg_OperatorAnswer(self, reply: OperatorAnswer, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._replied(reply)

    def receiveMsg_ProbingSwitched(self, reply: ProbingSwitched, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_ProbingRefused(self, reply: ProbingRefused, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def _replied(self, reply: Any) -> None:
        future = self._waiting.get(reply.request_id)
        if future is None or future.done():
            self.count("late_replies")
        else:
            future.set_result(reply)
