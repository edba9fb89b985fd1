"""The ControlActor.

Owns: the control socket, the requests that wait for an answer. Accepts: operators' requests over the socket, the
replies of the actors to which it turned them. Emits: commands and queries to the actors that own the answers. On
failure: an actor that does not answer in time is named in the answer.
"""

import asyncio
import os
import signal
import socket
import uuid
from typing import Any, ClassVar

import msgspec
from thespian.actors import ActorAddress

from actors.control.answers.draft_names import NotAName, names_of, number_of
from actors.control.answers.recent import merged
from actors.control.answers.replies import answer_of, answer_to_command
from actors.control.answers.undelivered import OWNERS, Listing, gathered, listing_of, no_such, owner_of
from actors.control.protocol import ControlAnswer, ControlRequest, decode_request, encode_line
from actors.control.socket import listening, socket_path
from actors.runtime.actor import CallboardActor
from actors.runtime.ask import NoAnswer, Questions
from actors.runtime.failures import BeginRefusal
from messages.commands import OperatorAnswer, OperatorCommand
from messages.control import CONTROL_ACCEPTS
from messages.dead_letters import (
    DeadLetterOutcome,
    DeadLetterSettled,
    DeadLettersListed,
    DiscardDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.drafts import DraftsQuery, DraftsReply
from messages.health import HealthQuery, HealthReply
from messages.incidents import AcknowledgeIncidents, IncidentsAcknowledged, IncidentsListed, ListIncidents
from messages.inquiries import AskNames, AskRefused, ExplainNumber, NamesAsked, NumberExplained
from messages.lifecycle import Begin
from messages.papers import RecentPapersQuery, RecentPapersReply
from messages.switching import Probing, ProbingQuery, ProbingRefused, ProbingSwitched, SwitchProbing

COMMAND_LIMIT = 8.0
"""Seconds for the watchlist, which may have to ask other actors first and has its own limit for that."""

ASKING_LIMIT = 60.0
"""Seconds for an answer that needs one of the papers' host first, after the requests already under way there."""

LONGEST_LINE = 2 * 1024 * 1024
"""Bytes of a request: the import of a user's whole list is one, and a character may take six."""

ON_STANDBY = frozenset({"health", "stop"})
"""What a standby can do; everything else needs actors that it does not have."""

TOO_LONG = f"a request can have up to {LONGEST_LINE:,} bytes, so nothing was done: split it"


class ControlActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = CONTROL_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._questions = Questions(self)
        self._socket: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._conversations: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    # --- start

    def begin(self, begin: Begin) -> str:
        """Bind the socket."""
        path = socket_path(self.settings.data_dir)
        try:
            self._socket = listening(self.settings.data_dir)
        except OSError as error:
            raise BeginRefusal(f"data_dir: the control socket {path} cannot be made: {error}") from error
        self.run(asyncio.start_unix_server(self._converse, sock=self._socket, limit=LONGEST_LINE), self._serving)
        return str(path)

    def _serving(self, server: asyncio.Server) -> None:
        self._server = server

    # --- requests

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a conversation is a task of the server"
        self._conversations[task] = writer
        try:
            while (line := await _next_line(reader)) != b"":
                writer.write(encode_line(await self._answer(line)))
                await writer.drain()
        except ConnectionError as error:
            self.log.info("a control connection ended: %s", error)
        finally:
            del self._conversations[task]
            writer.close()

    async def _answer(self, line: bytes | None) -> ControlAnswer:
        if line is None:
            return ControlAnswer(ok=False, error=TOO_LONG)
        try:
            request = decode_request(line)
        except msgspec.MsgspecError as error:
            return ControlAnswer(ok=False, error=f"not a valid request: {error}")
        self.count("requests")
        try:
            return await self._serve(request)
        except NoAnswer as error:
            return ControlAnswer(ok=False, error=str(error))

    async def _serve(self, request: ControlRequest) -> ControlAnswer:
        request_id = uuid.uuid4().hex
        if self.leader and request.op not in ON_STANDBY:
            return ControlAnswer(ok=False, error=f"this instance is a standby: {self.leader} leads; ask there")
        match request.op:
            case "health":
                health: HealthReply = await self._questions.answer("health", HealthQuery(request_id=request_id))
                return ControlAnswer(ok=True, result=msgspec.Raw(health.document.encode()))
            case "command":
                command = OperatorCommand(request_id=request_id, user=request.user, text=request.text, by=request.by)
                return answer_to_command(await self._questions.answer("watchlist", command, COMMAND_LIMIT))
            case "drafts":
                drafts = await self._questions.answer("prober", DraftsQuery(request_id=request_id, limit=request.limit))
                return ControlAnswer(ok=True, result=drafts.drafts)
            case "recent":
                return ControlAnswer(ok=True, result=await self._recent(request.limit))
            case "undelivered" | "letters":
                return ControlAnswer(ok=True, result=listing_of(await self._dead_letters(request.limit)))
            case "undelivered_retry" | "letter_retry":
                return await self._settle(request.text, RetryDeadLetter(request_id=request_id, id=request.text))
            case "undelivered_discard" | "letter_discard":
                return await self._settle(request.text, DiscardDeadLetter(request_id=request_id, id=request.text))
            case "probing":
                return answer_of(await self._questions.answer("prober", ProbingQuery(request_id=request_id)))
            case "probing_on" | "probing_off":
                wanted = Probing.ON if request.op == "probing_on" else Probing.OFF
                switch = SwitchProbing(request_id=request_id, wanted=wanted, by=request.by)
                return answer_of(await self._questions.answer("prober", switch))
            case "probe":
                return await self._probe(request_id, request.text)
            case "explain":
                return await self._explain(request_id, request.text)
            case "problems":
                listed: IncidentsListed = await self._questions.answer("notifier", ListIncidents(request_id=request_id))
                return ControlAnswer(ok=True, result={"problems": listed.incidents})
            case "acknowledge":
                return await self._acknowledge(request_id, request.text, request.by)
            case "stop":
                os.kill(self.front_pid, signal.SIGTERM)
                return ControlAnswer(ok=True)

    async def _probe(self, request_id: str, text: str) -> ControlAnswer:
        names = names_of(text)
        if isinstance(names, NotAName):
            return ControlAnswer(ok=False, error=names.detail)
        ask = AskNames(request_id=request_id, names=names)
        return answer_of(await self._questions.answer("prober", ask, ASKING_LIMIT))

    async def _explain(self, request_id: str, text: str) -> ControlAnswer:
        number = number_of(text)
        if isinstance(number, NotAName):
            return ControlAnswer(ok=False, error=number.detail)
        query = ExplainNumber(request_id=request_id, number=number)
        return ControlAnswer(ok=True, result=await self._questions.answer("prober", query))

    async def _recent(self, limit: int) -> Any:
        papers, drafts = await asyncio.gather(
            self._questions.answer("index", RecentPapersQuery(request_id=uuid.uuid4().hex, limit=limit)),
            self._questions.answer("prober", DraftsQuery(request_id=uuid.uuid4().hex, limit=limit)),
        )
        return merged(papers.papers, drafts.drafts, limit)

    async def _dead_letters(self, limit: int) -> Listing:
        """Of everybody who answers: an actor that fails must not hide what the others keep."""
        queries = {name: ListDeadLetters(request_id=uuid.uuid4().hex, limit=limit) for name in OWNERS}
        asked = (self._questions.answer(name, query) for name, query in queries.items())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, NoAnswer):
                raise answer
        return gathered(dict(zip(OWNERS, answers, strict=True)), limit)

    async def _acknowledge(self, request_id: str, what: str, by: str) -> ControlAnswer:
        command = AcknowledgeIncidents(request_id=request_id, what=what, by=by)
        done: IncidentsAcknowledged = await self._questions.answer("notifier", command)
        if not done.incidents:
            return ControlAnswer(ok=False, error=done.detail)
        return ControlAnswer(ok=True, result={"detail": done.detail, "acknowledged": done.incidents})

    async def _settle(self, id: str, command: RetryDeadLetter | DiscardDeadLetter) -> ControlAnswer:
        owner = owner_of(id)
        if owner is None:
            return ControlAnswer(ok=False, error=no_such(id))
        settled: DeadLetterSettled = await self._questions.answer(owner, command)
        done = settled.outcome in (DeadLetterOutcome.RETRIED, DeadLetterOutcome.DISCARDED)
        return ControlAnswer(ok=True, result=settled) if done else ControlAnswer(ok=False, error=settled.detail)

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

    def receiveMsg_ProbingSwitched(self, reply: ProbingSwitched, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_ProbingRefused(self, reply: ProbingRefused, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_RecentPapersReply(self, reply: RecentPapersReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._replied(reply)

    def receiveMsg_OperatorAnswer(self, reply: OperatorAnswer, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._replied(reply)

    def receiveMsg_IncidentsListed(self, reply: IncidentsListed, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._replied(reply)

    def receiveMsg_IncidentsAcknowledged(self, reply: IncidentsAcknowledged, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._replied(reply)

    def receiveMsg_DeadLettersListed(self, reply: DeadLettersListed, sender: ActorAddress) -> None:
        """Of every actor with tables."""
        self._replied(reply)

    def receiveMsg_DeadLetterSettled(self, reply: DeadLetterSettled, sender: ActorAddress) -> None:
        """Of the actor that keeps the dead letter."""
        self._replied(reply)

    def _replied(self, reply: Any) -> None:
        self._questions.replied(reply)

    # --- end

    def close(self) -> None:
        """Remove the socket and close all connections."""
        if self._server is not None:
            self._server.close()
        self.finish(self._hang_up())
        if self._socket is not None:  # what stands in its place is not ours
            self._socket.close()
            socket_path(self.settings.data_dir).unlink(missing_ok=True)

    async def _hang_up(self) -> None:
        under_way = tuple(self._conversations)
        for writer in self._conversations.values():
            writer.close()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _next_line(reader: asyncio.StreamReader) -> bytes | None:
    """A request; None for one that is too long, which is passed over; empty at the end."""
    is_too_long = False
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            return end.partial
        except asyncio.LimitOverrunError as more:
            is_too_long = True
            await reader.readexactly(more.consumed)
            continue
        return None if is_too_long else line
