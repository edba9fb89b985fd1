"""Replies of the actors as answers to operators. Pure."""

from actors.control.requests import ControlAnswer
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
