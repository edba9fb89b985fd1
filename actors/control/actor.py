"""The ControlActor.

Owns: the control socket, the requests that wait for an answer, the configuration that is in effect and the look at its
files. Accepts: operators' requests over the socket, the replies of the actors to which it turned them, ReloadRequested.
Emits: commands and queries to the actors that own the answers; ConfigLoaded to the supervisor, ConfigReport to health.
On failure: an actor that does not answer in time is named in the answer; a configuration with a fault changes nothing.
"""

import socket
from typing import Any, ClassVar

import msgspec
from thespian.actors import ActorAddress

from actors.control.configuration.keeper import ConfigKeeper
from actors.control.conversations import Conversations
from actors.control.protocol import ControlAnswer, decode_request
from actors.control.requests import OperatorRequests
from actors.control.socket import listening, socket_path
from actors.runtime.actor import CallboardActor
from actors.runtime.ask import Questions
from actors.runtime.failures import BeginRefusal
from messages.checks import CheckPaused, CheckRefused, ChecksListed, CheckWasRun
from messages.commands import OperatorAnswer
from messages.control import CONTROL_ACCEPTS
from messages.dead_letters import DeadLetterSettled, DeadLettersListed
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.incidents import IncidentsAcknowledged, IncidentsListed
from messages.inquiries import AskRefused, NamesAsked, NumberExplained
from messages.lifecycle import Begin
from messages.maintenance import MaintenanceListed
from messages.papers import RecentPapersReply
from messages.reading import ReportReply
from messages.reloading import ReloadRequested
from messages.sources import HeldPagesReply, PublicationsReply, RecipientsReply, SourcesReply
from messages.switching import ProbingRefused, ProbingSwitched
from messages.trace import TraceReply


class ControlActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = CONTROL_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._questions = Questions(self)
        self._socket: socket.socket | None = None
        self._keeper = ConfigKeeper(self)
        self._requests = OperatorRequests(self, self._questions, self._keeper)
        self._conversations = Conversations(self, self._answer)

    # --- start

    def begin(self, begin: Begin) -> str:
        """Bind the socket, and look at the configuration from now on."""
        path = socket_path(self.settings.data_dir)
        try:
            self._socket = listening(self.settings.data_dir)
        except OSError as error:
            raise BeginRefusal(f"data_dir: the control socket {path} cannot be made: {error}") from error
        self.run(self._conversations.serve(self._socket), lambda _: None)
        self._keeper.begin(begin.plan.config, begin.plan.started_at)
        return str(path)

    # --- requests

    async def _answer(self, line: bytes) -> ControlAnswer:
        try:
            request = decode_request(line)
        except msgspec.MsgspecError as error:
            return ControlAnswer(ok=False, error=f"not a valid request: {error}")
        self.count("requests")
        return await self._requests.answer(request)

    # --- the configuration

    def receiveMsg_ReloadRequested(self, message: ReloadRequested, sender: ActorAddress) -> None:
        """The front got SIGHUP."""
        self._keeper.ask()

    def introduced(self) -> None:
        """Who tells of the configuration has to know of it."""
        self._keeper.report()

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

    def receiveMsg_SourcesReply(self, reply: SourcesReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._replied(reply)

    def receiveMsg_HeldPagesReply(self, reply: HeldPagesReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._replied(reply)

    def receiveMsg_RecipientsReply(self, reply: RecipientsReply, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._replied(reply)

    def receiveMsg_PublicationsReply(self, reply: PublicationsReply, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._replied(reply)

    def receiveMsg_ReportReply(self, reply: ReportReply, sender: ActorAddress) -> None:
        """Of the HealthActor."""
        self._replied(reply)

    def receiveMsg_OperatorAnswer(self, reply: OperatorAnswer, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._replied(reply)

    def receiveMsg_ChecksListed(self, reply: ChecksListed, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._replied(reply)

    def receiveMsg_CheckWasRun(self, reply: CheckWasRun, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._replied(reply)

    def receiveMsg_CheckPaused(self, reply: CheckPaused, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._replied(reply)

    def receiveMsg_MaintenanceListed(self, reply: MaintenanceListed, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._replied(reply)

    def receiveMsg_CheckRefused(self, reply: CheckRefused, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._replied(reply)

    def receiveMsg_IncidentsListed(self, reply: IncidentsListed, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._replied(reply)

    def receiveMsg_IncidentsAcknowledged(self, reply: IncidentsAcknowledged, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._replied(reply)

    def receiveMsg_TraceReply(self, reply: TraceReply, sender: ActorAddress) -> None:
        """Of every actor."""
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
        self.finish(self._conversations.close())
        if self._socket is not None:  # what stands in its place is not ours
            self._socket.close()
            socket_path(self.settings.data_dir).unlink(missing_ok=True)
