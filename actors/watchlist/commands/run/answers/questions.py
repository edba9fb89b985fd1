"""Questions to other actors that a command needs answered: who is asked what, and the answer made of the replies.
Pure."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.run.answers import showing, why
from actors.watchlist.commands.run.answers.showing import QueryReplies
from actors.watchlist.model.questions import Question, QuestionKind, WhyFacts
from messages.channels import ChannelQuery, ChannelReply
from messages.commands import CommandAnswer, CommandOutcome
from messages.drafts import DraftsQuery, DraftsReply
from messages.health import HealthQuery, HealthReply
from messages.notices import NoticeStatusQuery, NoticeStatusReply
from messages.papers import PaperKind, PaperQuery, PaperReply, RecentPapersQuery, RecentPapersReply

MAX_DRAFTS = 100
"""Drafts of one number."""

NO_REPLIES = QueryReplies()

NAMES = MappingProxyType(
    {
        "health": "the health monitor",
        "index": "the paper index",
        "notifier": "the message queue",
        "prober": "the draft finder",
    }
)
"""Other actors as users know them."""

Reply = PaperReply | RecentPapersReply | DraftsReply | HealthReply | NoticeStatusReply | ChannelReply
Query = PaperQuery | RecentPapersQuery | DraftsQuery | HealthQuery | NoticeStatusQuery | ChannelQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingQuery:
    """A question under way: the replies so far, and the actors whose replies are missing."""

    question: Question
    missing: frozenset[str]
    replies: QueryReplies = NO_REPLIES


def queries(question: Question, request_id: str) -> dict[str, Query]:
    """What each actor is asked."""
    match question.kind:
        case QuestionKind.PAPER:
            kind = question.paper or PaperKind.P
            asked: dict[str, Query] = {"index": PaperQuery(request_id=request_id, kind=kind, number=question.number)}
            if kind in (PaperKind.P, PaperKind.D):
                asked["prober"] = DraftsQuery(request_id=request_id, limit=MAX_DRAFTS, number=question.number)
            return asked
        case QuestionKind.RECENT:
            return {
                "index": RecentPapersQuery(request_id=request_id, limit=question.limit),
                "prober": DraftsQuery(request_id=request_id, limit=question.limit),
            }
        case QuestionKind.DRAFTS:
            return {"prober": DraftsQuery(request_id=request_id, limit=question.limit)}
        case QuestionKind.STATUS | QuestionKind.UPTIME:
            return {"health": HealthQuery(request_id=request_id)}
        case QuestionKind.WHY:
            facts = _facts(question)
            ids = tuple(dict.fromkeys(each.notice.id for each in facts.told))
            return {"notifier": NoticeStatusQuery(request_id=request_id, user=facts.user, ids=ids)}
        case QuestionKind.CHANNEL:
            return {"notifier": ChannelQuery(request_id=request_id, channel=question.channel, user=question.member)}


def with_reply(query: PendingQuery, reply: Reply) -> PendingQuery:
    """The query with one more reply."""
    match reply:
        case PaperReply():
            return _with(query, "index", papers=reply.papers)
        case RecentPapersReply():
            return _with(query, "index", recent=reply.papers, known=reply.known)
        case DraftsReply():
            return _with(query, "prober", drafts=reply.drafts)
        case HealthReply():
            return _with(query, "health", health=reply.document)
        case NoticeStatusReply():
            return _with(query, "notifier", statuses=reply.statuses)
        case ChannelReply():
            return _with(query, "notifier", channel=reply)


def answer(query: PendingQuery) -> tuple[CommandOutcome, CommandAnswer]:
    """The answer that the replies allow, and whether it is complete; actors that did not reply are named."""
    silent = " and ".join(NAMES[name] for name in sorted(query.missing))
    verb = "isn't" if len(query.missing) == 1 else "aren't"
    again = f"{silent} {verb} responding. Please try again in a moment."
    if query.replies == NO_REPLIES and query.question.kind is not QuestionKind.WHY:
        return CommandOutcome.UNANSWERED, phrasing.answer(phrasing.line(f"I can't answer that right now: {again}"))
    found = _found(query.question, query.replies)
    if not silent:
        return CommandOutcome.DONE, found
    incomplete = phrasing.line(f"This is incomplete: {again}")
    return CommandOutcome.UNANSWERED, replace(found, lines=(*found.lines, incomplete))


def _found(question: Question, replies: QueryReplies) -> CommandAnswer:
    match question.kind:
        case QuestionKind.PAPER:
            limit = question.limit or showing.MAX_REVISIONS_SHOWN
            return showing.paper(question.paper or PaperKind.P, question.number, replies, limit)
        case QuestionKind.RECENT | QuestionKind.DRAFTS:
            return showing.recent(replies, question.limit)
        case QuestionKind.STATUS:
            return showing.status(replies.health or "{}")
        case QuestionKind.UPTIME:
            return showing.uptime(replies.health or "{}")
        case QuestionKind.WHY:
            return why.why(_facts(question), replies.statuses)
        case QuestionKind.CHANNEL:
            raise ValueError("its command is to be run")


def _facts(question: Question) -> WhyFacts:
    assert question.why is not None, "a WHY question has its facts"
    return question.why


def _with(query: PendingQuery, name: str, **fields: Any) -> PendingQuery:
    return replace(query, replies=replace(query.replies, **fields), missing=query.missing - {name})
