"""What operators ask about checks."""

import uuid
from dataclasses import replace

from actors.control.answers.replies import answer_of, with_root
from actors.control.protocol import ControlAnswer, ControlRequest
from actors.runtime.ask import Questions
from messages.built_in_checks import has_any_checks
from messages.checks import (
    MOST_LISTED_RESULTS,
    CheckRefused,
    ChecksListed,
    CheckSummary,
    ListChecks,
    PauseCheck,
    RunCheckNow,
)
from messages.maintenance import BeginMaintenance, EndMaintenance, ListMaintenance
from messages.settings import Settings

CHECK_LIMIT = 330.0
"""Seconds for a check that is run now: its own time limit is five minutes at most."""

NO_CHECKS = "the configuration has no checks: docs/checks.md says how to write one"


async def answer_about_checks(questions: Questions, request: ControlRequest, settings: Settings) -> ControlAnswer:
    """The answer of the ChecksActor, if there are checks. Raises NoAnswer."""
    if not has_any_checks(settings):
        return ControlAnswer(ok=False, error=NO_CHECKS)
    request_id, key = uuid.uuid4().hex, request.text
    match request.op:
        case "check_run":
            return answer_of(await questions.answer("checks", RunCheckNow(request_id=request_id, key=key), CHECK_LIMIT))
        case "check_pause" | "check_resume":
            pause = PauseCheck(request_id=request_id, key=key, paused=request.op == "check_pause")
            return answer_of(await questions.answer("checks", pause))
        case "maintenance":
            return answer_of(await questions.answer("checks", ListMaintenance(request_id=request_id)))
        case "maintenance_begin":
            begin = BeginMaintenance(
                request_id=request_id, what=key, seconds=request.seconds, by=request.by, reason=request.reason
            )
            return answer_of(await questions.answer("checks", begin))
        case "maintenance_end":
            return answer_of(await questions.answer("checks", EndMaintenance(request_id=request_id, what=key)))
        case _ if key:
            return with_root(answer_of(await _one_check(questions, key, request.limit)), _root(settings))
        case _:
            return await _all_checks(questions)


async def _one_check(questions: Questions, key: str, limit: int) -> ChecksListed | CheckRefused:
    """One of them with its last results, from as many replies as they take. Results that come meanwhile are not among
    them."""
    reply: ChecksListed | CheckRefused = await questions.answer(
        "checks", ListChecks(request_id=uuid.uuid4().hex, key=key, limit=limit)
    )
    if isinstance(reply, CheckRefused) or not reply.history:
        return reply
    history, until = list(reply.history), reply.history[0].at
    last = len(history)
    while last == MOST_LISTED_RESULTS and len(history) < limit:
        query = ListChecks(
            request_id=uuid.uuid4().hex, key=key, limit=limit - len(history), until=until, skip=len(history)
        )
        more: ChecksListed | CheckRefused = await questions.answer("checks", query)
        if isinstance(more, CheckRefused):
            return more
        history.extend(more.history)
        last = len(more.history)
    return replace(reply, history=tuple(history))


async def _all_checks(questions: Questions) -> ControlAnswer:
    """All of them, from as many replies as they take."""
    found: list[CheckSummary] = []
    while True:
        after = found[-1].key if found else ""
        reply = await questions.answer("checks", ListChecks(request_id=uuid.uuid4().hex, after=after))
        if isinstance(reply, CheckRefused):
            return answer_of(reply)
        found.extend(reply.checks)
        if not reply.next:
            return ControlAnswer(ok=True, result=tuple(found))


def _root(settings: Settings) -> str:
    """Where the badges are; empty if only the HealthActor knows its port."""
    host, port = settings.health.host, settings.health.port
    return f"http://{f'[{host}]' if ':' in host else host}:{port}" if port else ""
