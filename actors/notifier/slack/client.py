"""Posts messages to Slack and searches for them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from actors.notifier.model.outcomes import Failure, NotThere, PostOutcome, SearchOutcome, Unsearchable
from actors.notifier.model.outgoing import MessageKind, OutgoingMessage
from actors.notifier.slack.answers import EVENT_TYPE, ChannelsPage, HistoryPage, Opened, PostAnswer, is_of, posted
from actors.notifier.slack.api import SlackApi
from messages.settings import SlackSettings

PAGE_MESSAGES = 200
MAX_PAGES = 25
"""How much of a history is searched: the newest 5,000 messages since the last of ours that is known to have arrived."""

_TS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")

MAX_CLOCK_DIFFERENCE = timedelta(days=1)
"""Our clock and Slack's differ by less than this, so messages older than that before the post need not be searched."""


class SlackTransport:
    """Opens its session with the first call; must be closed."""

    name = "slack"

    def __init__(self, settings: SlackSettings, leads: Callable[[], bool] = lambda: True) -> None:
        self._api = SlackApi(settings, leads)

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Post the message, with its id as metadata. No name in it becomes a mention. What operators
        read in a thread is shown in the channel too. https://docs.slack.dev/reference/methods/chat.postMessage"""
        blocks: list[dict[str, Any]] | None = json.loads(message.blocks) if message.blocks else None
        answer = await self._api.ask(
            "chat.postMessage",
            lambda client: client.chat_postMessage(
                channel=message.recipient,
                text=message.text,
                blocks=blocks,
                thread_ts=message.thread_ts or None,
                reply_broadcast=True if message.thread_ts and message.kind is MessageKind.INCIDENT else None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": message.id}},
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            ),
            PostAnswer,
            message.recipient,
        )
        return posted(answer.channel, answer.ts) if isinstance(answer, PostAnswer) else answer

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Search for the message by its id, in its conversation's history or in its thread."""
        channel = message.channel or await self._channel_of(message.recipient)
        if not isinstance(channel, str):
            return channel
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await self._page(channel, message, cursor)
            if not isinstance(page, HistoryPage):
                return page
            for found in page.messages:
                if is_of(found, message):
                    return posted(channel, found.ts)
            cursor = page.response_metadata.next_cursor if page.response_metadata else ""
            # a history starts with the newest message, a thread with the oldest
            reached = page.messages[-1].ts if page.messages and not message.thread_ts else ""
            if not cursor or _is_before_post(reached, message):
                return NotThere()
        return Unsearchable(why=f"there are more than {PAGE_MESSAGES * MAX_PAGES:,} newer messages")

    async def close(self) -> None:
        """Close the session."""
        await self._api.close()

    async def _page(self, channel: str, message: OutgoingMessage, cursor: str) -> HistoryPage | Failure:
        limits: dict[str, Any] = {
            "oldest": message.last_ts or "0",
            "limit": PAGE_MESSAGES,
            "cursor": cursor or None,
            "include_all_metadata": True,
        }
        if message.thread_ts:
            return await self._api.ask(
                "conversations.replies",
                lambda client: client.conversations_replies(channel=channel, ts=message.thread_ts, **limits),
                HistoryPage,
            )
        return await self._api.ask(
            "conversations.history",
            lambda client: client.conversations_history(channel=channel, **limits),
            HistoryPage,
        )

    async def _channel_of(self, recipient: str) -> str | Unsearchable | Failure:
        """Slack's id of the conversation with a user, or of a channel given by its name."""
        if recipient.startswith("#"):
            return await self._channel_named(recipient.removeprefix("#"))
        if not recipient.startswith(("U", "W")):
            return recipient
        opened = await self._api.ask(
            "conversations.open", lambda client: client.conversations_open(users=recipient), Opened
        )
        return opened.channel.id if isinstance(opened, Opened) else opened

    async def _channel_named(self, name: str) -> str | Unsearchable | Failure:
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await self._channels(cursor)
            if not isinstance(page, ChannelsPage):
                return page
            for channel in page.channels:
                if channel.name == name:
                    return channel.id
            cursor = page.response_metadata.next_cursor if page.response_metadata else ""
            if not cursor:
                break
        return Unsearchable(why=f"there is no channel #{name}")

    async def _channels(self, cursor: str) -> ChannelsPage | Failure:
        return await self._api.ask(
            "conversations.list",
            lambda client: client.conversations_list(
                limit=PAGE_MESSAGES,
                cursor=cursor or None,
                exclude_archived=True,
                types="public_channel,private_channel",
            ),
            ChannelsPage,
        )


def _is_before_post(ts: str, message: OutgoingMessage) -> bool:
    """Whether a message with this timestamp is certainly older than our attempt to post."""
    if message.tried_at is None or _TS.fullmatch(ts) is None:
        return False
    return float(ts) < (message.tried_at - MAX_CLOCK_DIFFERENCE).timestamp()
