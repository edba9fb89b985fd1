"""What operators ask over the control socket, and who answers it."""

import asyncio
import logging
import os
import signal
import uuid
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from actors.control.answers.draft_names import NotAName, names_of, number_of
from actors.control.answers.index_papers import paper_number_of
from actors.control.answers.recent import merged
from actors.control.answers.reload import NOT_OF_FILES, answer_of_reload
from actors.control.answers.replies import answer_of, answer_to_command
from actors.control.answers.trace import Trace, merged_trace
from actors.control.answers.undelivered import OWNERS, Listing, gathered, listing_of, no_such, owner_of
from actors.control.checks import answer_about_checks
from actors.control.configuration.keeper import ConfigKeeper
from actors.control.protocol import ControlAnswer, ControlRequest
from actors.control.recipients import answer_about_recipients
from actors.runtime.ask import NoAnswer, Questions
from actors.runtime.trace import MOST_TURNS
from messages.commands import OperatorCommand
from messages.dead_letters import (
    DeadLetterOutcome,
    DeadLetterSettled,
    DiscardDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.drafts import DraftsQuery
from messages.health import HealthQuery, HealthReply
from messages.incidents import AcknowledgeIncidents, IncidentsAcknowledged, IncidentsListed, ListIncidents
from messages.inquiries import AskNames, ExplainNumber
from messages.papers import RecentPapersQuery
from messages.reading import ReportQuery, ReportReply
from messages.settings import Settings
from messages.sources import AcceptHeldPages, HeldPagesQuery, HeldPagesReply, SourcesQuery, SourcesReply
from messages.switching import Probing, ProbingQuery, SwitchProbing
from messages.trace import TracedTurn, TraceQuery, TraceReply

COMMAND_LIMIT = 8.0
"""Seconds for the watchlist, which may have to ask other actors first and has its own limit for that."""

ASKING_LIMIT = 60.0
"""Seconds for an answer that needs one of the papers' host first, after the requests already under way there."""

TRACE_LIMIT = 2.0
"""Seconds for an actor to say what it did lately."""

MOST_REPORT_SECONDS = 400 * 86_400
"""How far back what a report is made of goes."""

ON_STANDBY = frozenset({"health", "stop", "trace", "reload"})
"""What a standby can do; everything else needs actors that it does not have."""


class RequestsHost(Protocol):
    """What the actor offers that owns this."""

    name: str
    settings: Settings
    log: logging.Logger

    @property
    def front_pid(self) -> int:
        """The process that started the service."""

    @property
    def leader(self) -> str:
        """The instance that leads when this one is a standby; empty when it leads itself."""

    @property
    def introduced_names(self) -> tuple[str, ...]:
        """Everybody who has been introduced."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def traced(self, limit: int) -> tuple[TracedTurn, ...]:
        """The last turns of the actor itself."""


class OperatorRequests:
    """Owned by the ControlActor. An actor that does not answer in time is named in the answer."""

    def __init__(self, host: RequestsHost, questions: Questions, keeper: ConfigKeeper) -> None:
        self._host = host
        self._questions = questions
        self._keeper = keeper

    async def answer(self, request: ControlRequest) -> ControlAnswer:
        """Carry a request out, or have it carried out."""
        try:
            return await self._serve(request)
        except NoAnswer as error:
            return ControlAnswer(ok=False, error=str(error))

    async def _serve(self, request: ControlRequest) -> ControlAnswer:
        request_id = uuid.uuid4().hex
        if self._host.leader and request.op not in ON_STANDBY:
            return ControlAnswer(ok=False, error=f"this instance is a standby: {self._host.leader} leads; ask there")
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
            case "paper":
                return await self._paper(request_id, request.text)
            case "held":
                held: HeldPagesReply = await self._questions.answer("index", HeldPagesQuery(request_id=request_id))
                return ControlAnswer(ok=True, result={"pages": held.pages})
            case "accept":
                return await self._accept(request_id, request.text)
            case "recipients":
                return await answer_about_recipients(
                    self._questions, request.compared, self._host.settings, self._host.now(), COMMAND_LIMIT
                )
            case "checks" | "check_run" | "check_pause" | "check_resume":
                return await answer_about_checks(self._questions, request, self._host.settings)
            case "maintenance" | "maintenance_begin" | "maintenance_end":
                return await answer_about_checks(self._questions, request, self._host.settings)
            case "report":
                return await self._report(request_id, request.text)
            case "trace":
                return ControlAnswer(ok=True, result=await self._traced(min(request.limit, MOST_TURNS)))
            case "reload":
                return await self._reload()
            case "stop":
                self._host.log.warning("a command asks Callboard to stop")
                os.kill(self._host.front_pid, signal.SIGTERM)
                return ControlAnswer(ok=True)

    async def _reload(self) -> ControlAnswer:
        if not self._keeper.can_reload:
            return ControlAnswer(ok=False, error=NOT_OF_FILES)
        outcome = await self._keeper.reload()
        return answer_of_reload(outcome.faults, outcome.warnings, outcome.found, outcome.before)

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

    async def _paper(self, request_id: str, text: str) -> ControlAnswer:
        found = paper_number_of(text)
        if isinstance(found, NotAName):
            return ControlAnswer(ok=False, error=found.detail)
        query = SourcesQuery(request_id=request_id, kind=found[0], number=found[1])
        reply: SourcesReply = await self._questions.answer("index", query)
        if not reply.papers:
            return ControlAnswer(ok=False, error=f"no source has {found[0].value}{found[1]:04}")
        return ControlAnswer(ok=True, result={"papers": reply.papers})

    async def _accept(self, request_id: str, source: str) -> ControlAnswer:
        command = AcceptHeldPages(request_id=request_id, source=source)
        reply: HeldPagesReply = await self._questions.answer("index", command)
        if not reply.pages:
            held: HeldPagesReply = await self._questions.answer("index", HeldPagesQuery(request_id=uuid.uuid4().hex))
            others = ", ".join(sorted({page.source for page in held.pages}))
            nothing = f"nothing is held{f' of {source}' if source else ''}"
            return ControlAnswer(ok=False, error=f"{nothing}, but of {others}" if others else nothing)
        return ControlAnswer(ok=True, result={"pages": reply.pages})

    async def _recent(self, limit: int) -> Any:
        papers, drafts = await asyncio.gather(
            self._questions.answer("index", RecentPapersQuery(request_id=uuid.uuid4().hex, limit=limit)),
            self._questions.answer("prober", DraftsQuery(request_id=uuid.uuid4().hex, limit=limit)),
        )
        return merged(papers, drafts.drafts, limit)

    async def _report(self, request_id: str, text: str) -> ControlAnswer:
        seconds = float(text) if text.isdecimal() else 0.0
        if not 0 < seconds <= MOST_REPORT_SECONDS:
            return ControlAnswer(
                ok=False, error=f"not a valid request: a report is about 1 to {MOST_REPORT_SECONDS:,} s"
            )
        query = ReportQuery(request_id=request_id, since=self._host.now() - timedelta(seconds=seconds))
        reply: ReportReply = await self._questions.answer("health", query)
        return ControlAnswer(ok=not reply.error, result=reply.document or None, error=reply.error)

    async def _dead_letters(self, limit: int) -> Listing:
        """Of everybody who answers: an actor that fails must not hide what the others keep."""
        queries = {name: ListDeadLetters(request_id=uuid.uuid4().hex, limit=limit) for name in OWNERS}
        asked = (self._questions.answer(name, query) for name, query in queries.items())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, NoAnswer):
                raise answer
        return gathered(dict(zip(OWNERS, answers, strict=True)), limit)

    async def _traced(self, limit: int) -> Trace:
        """Of everybody who answers. This actor has a ring of its own, which nobody needs to ask for."""
        names = [name for name in self._host.introduced_names if name != self._host.name]
        queries = {name: TraceQuery(request_id=uuid.uuid4().hex, limit=limit) for name in names}
        asked = (self._questions.answer(name, query, TRACE_LIMIT) for name, query in queries.items())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        replies = {name: each.turns for name, each in zip(names, answers, strict=True) if isinstance(each, TraceReply)}
        silent = tuple(name for name in names if name not in replies)
        return merged_trace([*replies.values(), self._host.traced(limit)], silent, limit)

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
