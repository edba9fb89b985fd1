"""Replies of the actors as answers to operators."""

from typing import Any

from actors.control.protocol import ControlAnswer
from actors.runtime.output.redaction import HIDDEN, without_access
from messages.check_definitions import HeartbeatOptions
from messages.checks import CheckPaused, CheckRefused, ChecksListed, CheckWasRun
from messages.commands import AnswerLine, CommandAnswer, CommandOutcome, OperatorAnswer
from messages.heartbeats import HeartbeatView
from messages.inquiries import AskRefused, NamesAsked
from messages.maintenance import MaintenanceListed
from messages.switching import ProbingRefused, ProbingSwitched

Reply = (
    ProbingSwitched
    | ProbingRefused
    | NamesAsked
    | AskRefused
    | ChecksListed
    | CheckWasRun
    | CheckPaused
    | CheckRefused
    | MaintenanceListed
)


BADGES = ("status.svg", "uptime.svg", "latency.svg", "certificate.svg", "shields.json")
"""What the HealthActor serves at a badge's address."""


def answer_of(reply: Reply) -> ControlAnswer:
    """A refusal is an error in its own words."""
    match reply:
        case ProbingRefused() | AskRefused() | CheckRefused():
            return ControlAnswer(ok=False, error=reply.detail)
        case ProbingSwitched():
            return ControlAnswer(ok=True, result={"probing": reply.probing, "since": reply.since, "by": reply.by})
        case NamesAsked():
            return ControlAnswer(ok=True, result={"answers": reply.answers, "requests": reply.requests})
        case ChecksListed():
            return ControlAnswer(ok=True, result=_listed(reply))
        case CheckWasRun():
            return ControlAnswer(ok=True, result=reply.result)
        case CheckPaused():
            return ControlAnswer(ok=True, result=reply.check)
        case MaintenanceListed():
            return ControlAnswer(ok=True, result={"windows": reply.windows, "checks": reply.checks})


def with_root(answer: ControlAnswer, root: str) -> ControlAnswer:
    """The addresses of badges with the beginning that they lack."""
    if not answer.ok or not isinstance(answer.result, dict):
        return answer
    badges = [f"{root}{path}" for path in answer.result["badges"]]
    return ControlAnswer(ok=True, result={**answer.result, "badges": badges})


def _listed(reply: ChecksListed) -> Any:
    """One check by itself with its history and what must hold; a list without one."""
    check = reply.definition
    if check is None:
        return reply.checks
    return {
        "check": reply.checks[0],
        "url": without_access(check.url, HIDDEN),
        "interval": check.interval,
        "conditions": [condition.text for condition in check.conditions],
        "history": reply.history,
        "badges": [f"/badges/{reply.badge}/{name}" for name in BADGES],
        "heartbeat": _heartbeat(reply.heartbeat, check.heartbeat),
    }


def _heartbeat(view: HeartbeatView | None, options: HeartbeatOptions) -> Any:
    """What is expected of a heartbeat, and what came; without its token. None for another kind of check."""
    if view is None:
        return None
    return {
        "period": None if options.cron else options.period,
        "cron": options.cron or None,
        "timezone": options.timezone,
        "grace": options.grace,
        "signal": view.signal,
        "at": view.at,
        "started_at": view.started_at,
        "expected_at": view.expected_at,
        "late_at": view.late_at,
        "output": view.output,
        "output_at": view.output_at,
    }


def answer_to_command(reply: OperatorAnswer) -> ControlAnswer:
    """Anything but a command that was carried out and fully answered is an error."""
    if reply.done is not CommandOutcome.DONE:
        return ControlAnswer(ok=False, error=told(reply.answer), result=shown(reply.answer))
    return ControlAnswer(ok=True, result=shown(reply.answer))


def told(answer: CommandAnswer) -> str:
    """The lines of an answer without their styles; a link is followed by its address."""
    return "\n".join(map(_line, answer.lines))


def shown(answer: CommandAnswer) -> dict[str, Any]:
    """An answer for the control socket: `text` is all of it, `lines` has its pieces with their styles."""
    return {"text": told(answer), "lines": [line.spans for line in answer.lines]}


def _line(line: AnswerLine) -> str:
    return "".join(span.text if span.url in ("", span.text) else f"{span.text} ({span.url})" for span in line.spans)
