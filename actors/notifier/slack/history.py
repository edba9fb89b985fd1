"""Looks for a message in a conversation's history, page by page, for as long as that takes.

Slack may allow one page of 15 messages a minute (https://docs.slack.dev/apis/web-api/rate-limits). So a search that has
to pause remembers its place. It asks for what came after the last message that is known to have arrived, and relies on
no order: with `oldest` alone Slack returns the oldest page first, with `latest` too the newest. Only if the pages are
seen to go back in time, and have reached a day before the post, the rest is not read.
"""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from actors.notifier.model.outcomes import ApiError, Failure, NotThere, SearchOutcome, Unsearchable
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.model.slack_errors import ErrorMeaning, meaning_of
from actors.notifier.slack.answers import ChannelsPage, Cursor, HistoryMessage, HistoryPage, Opened, is_of, posted
from actors.notifier.slack.api import SlackApi

PAGE_MESSAGES = 200
MAX_MESSAGES = 5000
MAX_PAGES = 500
"""How much of a history is searched. A page may have fewer messages than were asked for, or none."""

MAX_CHANNEL_PAGES = 50
"""How many pages of channels are read to find one by its name."""

MAX_CLOCK_DIFFERENCE = timedelta(days=1)
"""Our clock and Slack's differ by less than this, so messages older than that before the post need not be searched."""

_TS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class HistorySearch:
    """The search for one message. `run` may be called again after a failure: it goes on where it was."""

    def __init__(self, api: SlackApi, message: OutgoingMessage, now: datetime) -> None:
        self._api = api
        self._message = message
        self._channel = message.channel or ""
        self._latest = _ts_of(now + MAX_CLOCK_DIFFERENCE)
        self._least = math.inf
        self._cursor = ""
        self._channels_cursor = ""
        self._pages = 0
        self._channel_pages = 0
        self._seen = 0

    def is_for(self, message: OutgoingMessage) -> bool:
        """Whether it looks for the same attempt to post the same message."""
        return (self._message.id, self._message.attempt) == (message.id, message.attempt)

    async def run(self) -> SearchOutcome:
        """Search until the message is found, or Slack does not go on."""
        if not self._channel:
            channel = await self._channel_of(self._message.recipient)
            if not isinstance(channel, str):
                return channel
            self._channel = channel
        while self._seen < MAX_MESSAGES and self._pages < MAX_PAGES:
            page = await self._next_page()
            if not isinstance(page, HistoryPage):
                if self._has_lost_its_place(page):
                    continue
                return page
            self._pages += 1
            self._seen += len(page.messages)
            for found in page.messages:
                if is_of(found, self._message):
                    return posted(self._channel, found.ts)
            self._cursor = _next(page.response_metadata)
            is_past_post = self._is_past_post(page.messages)
            if not self._cursor or is_past_post:
                return NotThere()
        return Unsearchable(why=f"there are more than {min(self._seen, MAX_MESSAGES):,} newer messages")

    def _has_lost_its_place(self, failure: Failure) -> bool:
        """Whether Slack no longer knows the page: then the history is read from its beginning."""
        if not isinstance(failure, ApiError) or not self._cursor:
            return False
        if meaning_of(failure.method, failure.error) is not ErrorMeaning.CURSOR:
            return False
        self._cursor, self._seen, self._least = "", 0, math.inf
        return True

    def _is_past_post(self, messages: Iterable[HistoryMessage]) -> bool:
        """Whether the pages go back in time, and this one reaches to before the post. A thread begins with its oldest
        message."""
        times = [float(each.ts) for each in messages if _TS.fullmatch(each.ts)]
        if not times or self._message.thread_ts:
            return False
        goes_back = self._least < math.inf and max(times) < self._least
        self._least = min(times)
        return goes_back and self._least < _earliest(self._message)

    async def _next_page(self) -> HistoryPage | Failure:
        limits: dict[str, Any] = {
            "oldest": self._message.last_ts or "0",
            "latest": self._latest,
            "limit": PAGE_MESSAGES,
            "cursor": self._cursor or None,
            "include_all_metadata": True,
        }
        thread = self._message.thread_ts
        if thread:
            return await self._api.ask(
                "conversations.replies",
                lambda client: client.conversations_replies(channel=self._channel, ts=thread, **limits),
                HistoryPage,
            )
        return await self._api.ask(
            "conversations.history",
            lambda client: client.conversations_history(channel=self._channel, **limits),
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
        while self._channel_pages < MAX_CHANNEL_PAGES:
            page = await self._next_channels()
            if not isinstance(page, ChannelsPage):
                return page
            self._channel_pages += 1
            for channel in page.channels:
                if channel.name == name:
                    return channel.id
            self._channels_cursor = _next(page.response_metadata)
            if not self._channels_cursor:
                break
        return Unsearchable(why=f"there is no channel #{name}")

    async def _next_channels(self) -> ChannelsPage | Failure:
        return await self._api.ask(
            "conversations.list",
            lambda client: client.conversations_list(
                limit=PAGE_MESSAGES,
                cursor=self._channels_cursor or None,
                exclude_archived=True,
                types="public_channel,private_channel",
            ),
            ChannelsPage,
        )


def _next(metadata: Cursor | None) -> str:
    return "" if metadata is None else metadata.next_cursor


def _earliest(message: OutgoingMessage) -> float:
    """Seconds since 1970: the message is certainly not older."""
    return 0.0 if message.tried_at is None else max(0.0, (message.tried_at - MAX_CLOCK_DIFFERENCE).timestamp())


def _ts_of(at: datetime) -> str:
    return f"{at.astimezone(UTC).timestamp():.6f}"
