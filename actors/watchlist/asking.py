"""Questions to other actors for an answer that the watchlist alone cannot give: who is asked what, and what they have
said. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from actors.watchlist.commands import phrasing, showing
from actors.watchlist.commands.showing import Heard
from actors.watchlist.commands.standing import Question, QuestionKind
from messages.commands import Answer
from messages.drafts import DraftsQuery, DraftsReply
from messages.health import HealthQuery, HealthReply
from messages.papers import PaperKind, PaperQuery, PaperReply, RecentPapersQuery, RecentPapersReply

MOST_DRAFTS = 100
"""Drafts of one number."""

NOTHING = Heard()

Reply = PaperReply | RecentPapersReply | DraftsReply | HealthReply
Query = PaperQuery | RecentPapersQuery | DraftsQuery | HealthQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question under way: what was heard, and who has not answered yet."""

    question: Question
    missing: frozenset[str]
    heard: Heard = NOTHING


def queries(question: Question, request_id: str) -> dict[str, Query]:
    """Who is asked what."""
    match question.kind:
        case QuestionKind.PAPER:
            kind = question.paper or PaperKind.P
            asked: dict[str, Query] = {"index": PaperQuery(request_id=request_id, kind=kind, number=question.number)}
            if kind in (PaperKind.P, PaperKind.D):
                asked["prober"] = DraftsQuery(request_id=request_id, limit=MOST_DRAFTS, number=question.number)
            return asked
        case QuestionKind.RECENT:
            return {
                "index": RecentPapersQuery(request_id=request_id, limit=question.limit),
                "prober": DraftsQuery(request_id=request_id, limit=question.limit),
            }
        case QuestionKind.STATUS | QuestionKind.UPTIME:
            return {"health": HealthQuery(request_id=request_id)}


def heard(inquiry: Inquiry, reply: Reply) -> Inquiry:
    """The inquiry with one reply more."""
    match reply:
        case PaperReply():
            return _with(inquiry, "index", papers=reply.papers)
        case RecentPapersReply():
            return _with(inquiry, "index", recent=reply.papers)
        case DraftsReply():
            return _with(inquiry, "prober", drafts=reply.drafts)
        case HealthReply():
            return _with(inquiry, "health", health=reply.document)


def answer(inquiry: Inquiry) -> Answer:
    """What can be said with what was heard; who did not answer is named."""
    question, known = inquiry.question, inquiry.heard
    silent = " and ".join(f"the {name} actor" for name in sorted(inquiry.missing))
    if known == NOTHING:
        return showing.unanswered(silent, len(inquiry.missing))
    match question.kind:
        case QuestionKind.PAPER:
            found = showing.paper(question.paper or PaperKind.P, question.number, known)
        case QuestionKind.RECENT:
            found = showing.recent(known, question.limit)
        case QuestionKind.STATUS:
            found = showing.status(known.health or "{}")
        case QuestionKind.UPTIME:
            found = showing.uptime(known.health or "{}")
    if not silent:
        return found
    missing = phrasing.line(f"This is not all: {silent} cannot be asked now. Please try again in a moment.")
    return replace(found, lines=(*found.lines, missing))


def _with(inquiry: Inquiry, name: str, **fields: Any) -> Inquiry:
    return replace(inquiry, heard=replace(inquiry.heard, **fields), missing=inquiry.missing - {name})
