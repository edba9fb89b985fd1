"""Replies of the actors as answers to operators. Pure."""

from actors.control.requests import ControlAnswer
from messages.inquiries import AskRefused, NamesAsked
from messages.switching import ProbingRefused, ProbingSwitched
from messages.watching import WatchAdded, WatchesListed, WatchRefused, WatchRemoved

Reply = (
    ProbingSwitched
    | ProbingRefused
    | WatchAdded
    | WatchRemoved
    | WatchesListed
    | WatchRefused
    | NamesAsked
    | AskRefused
)


def answer_of(reply: Reply) -> ControlAnswer:
    """A refusal is an error in its own words."""
    match reply:
        case WatchRefused() | ProbingRefused() | AskRefused():
            return ControlAnswer(ok=False, error=reply.detail)
        case WatchesListed():
            return ControlAnswer(ok=True, result=reply.entries)
        case WatchAdded() | WatchRemoved():
            return ControlAnswer(ok=True, result=reply.entry)
        case ProbingSwitched():
            return ControlAnswer(ok=True, result={"probing": reply.probing, "since": reply.since, "by": reply.by})
        case NamesAsked():
            return ControlAnswer(ok=True, result={"answers": reply.answers, "requests": reply.requests})
