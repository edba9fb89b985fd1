"""Replies of the actors as answers to operators."""

from typing import Any

from actors.control.protocol import ControlAnswer
from messages.commands import AnswerLine, CommandAnswer, CommandOutcome, OperatorAnswer
from messages.inquiries import AskRefused, NamesAsked
from messages.switching import ProbingRefused, ProbingSwitched

Reply = ProbingSwitched | ProbingRefused | NamesAsked | AskRefused


def answer_of(reply: Reply) -> ControlAnswer:
    """A refusal is an error in its own words."""
    match reply:
        case ProbingRefused() | AskRefused():
            return ControlAnswer(ok=False, error=reply.detail)
        case ProbingSwitched():
            return ControlAnswer(ok=True, result={"probing": reply.probing, "since": reply.since, "by": reply.by})
        case NamesAsked():
            return ControlAnswer(ok=True, result={"answers": reply.answers, "requests": reply.requests})


def answer_to_command(reply: OperatorAnswer) -> ControlAnswer:
    """Anything but a command that was carried out and fully answered is an error."""
    if reply.done is not CommandOutcome.DONE:
        return ControlAnswer(ok=False, error=told(reply.answer))
    return ControlAnswer(ok=True, result=shown(reply.answer))


def told(answer: CommandAnswer) -> str:
    """The lines of an answer without their styles; a link is followed by its address."""
    return "\n".join(map(_line, answer.lines))


def shown(answer: CommandAnswer) -> dict[str, Any]:
    """An answer for the control socket: `text` is all of it, `lines` has its pieces with their styles."""
    return {"text": told(answer), "lines": [line.spans for line in answer.lines]}


def _line(line: AnswerLine) -> str:
    return "".join(span.text if span.url in ("", span.text) else f"{span.text} ({span.url})" for span in line.spans)
