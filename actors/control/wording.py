"""Answers to commands for the command line: pure."""

from typing import Any

from actors.control.requests import ControlAnswer
from messages.commands import Answer, Line, OperatorAnswer, Outcome


def answer_to(reply: OperatorAnswer) -> ControlAnswer:
    """What a command came to: only what was done, and answered whole, is no error."""
    if reply.done is not Outcome.DONE:
        return ControlAnswer(ok=False, error=told(reply.answer))
    return ControlAnswer(ok=True, result=shown(reply.answer))


def told(answer: Answer) -> str:
    """The lines of an answer without their styles; a link is followed by its address."""
    return "\n".join(map(_line, answer.lines))


def shown(answer: Answer) -> dict[str, Any]:
    """An answer for the control socket: `text` is all of it, `lines` has its pieces with their styles."""
    return {"text": told(answer), "lines": [line.spans for line in answer.lines]}


def _line(line: Line) -> str:
    return "".join(span.text if span.url in ("", span.text) else f"{span.text} ({span.url})" for span in line.spans)
