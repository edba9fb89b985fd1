"""Who would hear what a newer index has: people, channels that watch something, and the channels of the
configuration."""

import uuid
from datetime import datetime
from typing import Any

from actors.control.answers.draft_names import NotAName
from actors.control.answers.index_papers import event_of
from actors.control.protocol import ControlAnswer
from actors.runtime.ask import Questions
from messages.drafts import DraftsPublished
from messages.papers import PapersAdded
from messages.settings import Settings
from messages.sources import PublicationsQuery, PublicationsReply, RecipientsQuery, RecipientsReply

CONSOLE = "the console"
"""What takes the place of channels without a token of Slack."""


async def answer_about_recipients(
    questions: Questions, compared: Any, settings: Settings, now: datetime, limit: float
) -> ControlAnswer:
    """The `items` that would be sent, the ids of papers that were drafts (`published`), and the channels of the
    configuration for `readers` and `operators`, empty where there is none. `limit` in seconds for each question."""
    event = event_of(compared, now)
    if isinstance(event, NotAName):
        return ControlAnswer(ok=False, error=event.detail)
    asked = RecipientsQuery(request_id=uuid.uuid4().hex, event=event)
    reply: RecipientsReply = await questions.answer("watchlist", asked, limit)
    items, published = list(reply.items), []
    if isinstance(event, PapersAdded):
        query = PublicationsQuery(request_id=uuid.uuid4().hex, papers=event.papers)
        found: PublicationsReply = await questions.answer("prober", query, limit)
        if found.publications:
            became = DraftsPublished(publications=found.publications)
            asked = RecipientsQuery(request_id=uuid.uuid4().hex, event=became)
            of_drafts: RecipientsReply = await questions.answer("watchlist", asked, limit)
            items += of_drafts.items
            published = sorted({each.paper.id for each in found.publications})
    slack = settings.slack
    readers, operators = (slack.channel, slack.ops_channel) if slack.bot_token else (CONSOLE, CONSOLE)
    result = {"items": items, "published": published, "readers": readers, "operators": operators}
    return ControlAnswer(ok=True, result=result)
