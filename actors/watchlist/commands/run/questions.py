"""Questions to other actors for an answer that the watchlist alone cannot give: who is asked what, and what they have
said. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.run import showing
from actors.watchlist.commands.run import why as recounting
from actors.watchlist.commands.run.showing import QueryReplies
from actors.watchlist.model.questions import Question, QuestionKind, WhyFacts
from messages.commands import Answer, Outcome
from messages.drafts import DraftsQuery, DraftsReply
from messages.health import HealthQuery, HealthReply
from messages.notices import NoticeStatusQuery, NoticeStatusReply
from messages.papers import PaperKind, PaperQuery, PaperReply, RecentPapersQuery, RecentPapersReply

MOST_DRAFTS = 100
"""Drafts of one number."""

NOTHING = QueryReplies()

Reply = PaperReply | RecentPapersReply | DraftsReply | HealthReply | NoticeStatusReply
Query = PaperQuery | RecentPapersQuery | DraftsQuery | HealthQuery | NoticeStatusQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingQuery:
    """A question under way: what was heard, and who has not answered yet."""

    question: Question
    missing: frozenset[str]
    heard: QueryReplies = NOTHING


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
        case QuestionKind.WHY:
            why = _known(question)
            ids = tuple(dict.fromkeys(each.notice.id for each in why.told))
            return {"notifier": NoticeStatusQuery(request_id=request_id, user=why.user, ids=ids)}


def heard(inquiry: PendingQuery, reply: Reply) -> PendingQuery:
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
        case NoticeStatusReply():
            return _with(inquiry, "notifier", statuses=reply.statuses)


def answer(inquiry: PendingQuery) -> tuple[Outcome, Answer]:
    """What can be said with what was heard, and whether that is all; who did not answer is named."""
    silent = " and ".join(f"the {name} actor" for name in sorted(inquiry.missing))
    if inquiry.heard == NOTHING and inquiry.question.kind is not QuestionKind.WHY:
        return Outcome.UNANSWERED, showing.unanswered(silent, len(inquiry.missing))
    found = _found(inquiry.question, inquiry.heard)
    if not silent:
        return Outcome.DONE, found
    missing = phrasing.line(f"This is not all: {silent} cannot be asked now. Please try again in a moment.")
    return Outcome.UNANSWERED, replace(found, lines=(*found.lines, missing))


def _found(question: Question, known: QueryReplies) -> Answer:
    match question.kind:
        case QuestionKind.PAPER:
            return showing.paper(question.paper or PaperKind.P, question.number, known)
        case QuestionKind.RECENT:
            return showing.recent(known, question.limit)
        case QuestionKind.STATUS:
            return showing.status(known.health or "{}")
        case QuestionKind.UPTIME:
            return showing.uptime(known.health or "{}")
        case QuestionKind.WHY:
            return recounting.why(_known(question), known.statuses)


def _known(question: Question) -> WhyFacts:
    assert question.why is not None, "who asks why says what is known"
    return question.why


def _with(inquiry: PendingQuery, name: str, **fields: Any) -> PendingQuery:
    return replace(inquiry, heard=replace(inquiry.heard, **fields), missing=inquiry.missing - {name})
