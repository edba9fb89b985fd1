"""Slack's Web API through slack-sdk, on the actor's private loop. Every exception ends here, as a frozen outcome."""

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from actors.notifier.answers import (
    EVENT_TYPE,
    ChannelsPage,
    HistoryPage,
    Opened,
    PostAnswer,
    failure_of,
    is_of,
    posted,
)
from actors.notifier.breaker import MOST_IN_FLIGHT
from actors.notifier.escaping import one_line
from actors.notifier.outcomes import (
    NOT_LEADING,
    Failure,
    NotReached,
    NotThere,
    Outgoing,
    PostOutcome,
    SearchOutcome,
    Unclear,
    Unsearchable,
)
from messages.settings import SlackSettings

T = TypeVar("T")

PAGE = 200
MOST_PAGES = 25
"""Messages of a history that are looked at for one of ours: the newest 5,000 since the last that is known to have
arrived, by Slack's own clock."""

_TS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")

CLOCKS_DIFFER = timedelta(days=1)
"""Our clock and Slack's are trusted to differ by less: what is older than that before the post is not looked at."""

KEEP_ALIVE = 5.0
"""Seconds that an idle connection is kept: short, for a post on one that Slack is just closing has no clear outcome."""


class _DoesNotLead(Exception):
    """Raised before a call, which is then not made."""


class _LeadersConnector(aiohttp.TCPConnector):
    """Asks whether this instance leads once a connection is there, with nothing left to wait for: an instance that was
    paused in the middle of a call finds out here, before it has said anything."""

    def __init__(self, leads: Callable[[], bool]) -> None:
        super().__init__(limit=MOST_IN_FLIGHT, keepalive_timeout=KEEP_ALIVE)
        self._leads = leads

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        """As every connector."""
        connection = await super().connect(req, traces, timeout)
        if not self._leads():
            connection.close()
            raise _DoesNotLead
        return connection


class SlackDelivery:
    """Posts messages and looks for them. Opens its session with the first call; close it."""

    name = "slack"

    def __init__(self, settings: SlackSettings, leads: Callable[[], bool] = lambda: True) -> None:
        self._settings = settings
        self._leads = leads
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None

    async def post(self, message: Outgoing) -> PostOutcome:
        """Post the message, with its id as metadata. https://docs.slack.dev/reference/methods/chat.postMessage"""
        answer = await self._ask(
            lambda client: client.chat_postMessage(
                channel=message.recipient,
                text=message.text,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": message.id}},
                unfurl_links=False,
                unfurl_media=False,
            ),
            PostAnswer,
        )
        return posted(answer.channel, answer.ts) if isinstance(answer, PostAnswer) else answer

    async def search(self, message: Outgoing) -> SearchOutcome:
        """Look for the message in its conversation's history, by its id."""
        channel = message.channel or await self._channel_of(message.recipient)
        if not isinstance(channel, str):
            return channel
        oldest = message.last_ts or "0"
        cursor = reached = ""
        for _ in range(MOST_PAGES):
            page = await self._history(channel, oldest, cursor)
            if not isinstance(page, HistoryPage):
                return page
            for found in page.messages:
                if is_of(found, message):
                    return posted(channel, found.ts)
                reached = found.ts
            cursor = page.response_metadata.next_cursor if page.response_metadata else ""
            if not cursor or _stood_before(reached, message):
                return NotThere()
        return Unsearchable(why=f"more than {PAGE * MOST_PAGES:,} messages have come since")

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = self._client = None

    async def _history(self, channel: str, oldest: str, cursor: str) -> HistoryPage | Failure:
        return await self._ask(
            lambda client: client.conversations_history(
                channel=channel, oldest=oldest, limit=PAGE, cursor=cursor or None, include_all_metadata=True
            ),
            HistoryPage,
        )

    async def _channel_of(self, recipient: str) -> str | Unsearchable | Failure:
        """Slack's id of the conversation with a user, or of a channel that is known by its name."""
        if recipient.startswith("#"):
            return await self._channel_named(recipient.removeprefix("#"))
        if not recipient.startswith(("U", "W")):
            return recipient
        opened = await self._ask(lambda client: client.conversations_open(users=recipient), Opened)
        return opened.channel.id if isinstance(opened, Opened) else opened

    async def _channel_named(self, name: str) -> str | Unsearchable | Failure:
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await self._channels(cursor)
            if not isinstance(page, ChannelsPage):
                return page
            for channel in page.channels:
                if channel.name == name:
                    return channel.id
            cursor = page.response_metadata.next_cursor if page.response_metadata else ""
            if not cursor:
                break
        return Unsearchable(why=f"no channel #{name} is listed")

    async def _channels(self, cursor: str) -> ChannelsPage | Failure:
        return await self._ask(
            lambda client: client.conversations_list(
                limit=PAGE, cursor=cursor or None, exclude_archived=True, types="public_channel,private_channel"
            ),
            ChannelsPage,
        )

    async def _ask(
        self, call: Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]], shape: type[T]
    ) -> T | Failure:
        try:
            response = await call(self._connected())
            return msgspec.convert(response.data, shape)
        except SlackApiError as error:
            return failure_of(error.response)
        except _DoesNotLead:
            return NotReached(why=NOT_LEADING)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            return NotReached(why=self._said(error))
        except (aiohttp.ClientError, SlackClientError, OSError, TimeoutError) as error:
            return Unclear(why=self._said(error))
        except (ValueError, AttributeError) as error:  # slack-sdk with a body that is no JSON object; msgspec
            return Unclear(why=f"an answer that cannot be read: {self._said(error)}")

    def _connected(self) -> AsyncWebClient:
        if self._client is None:
            limit = self._settings.timeout
            loopback = urlsplit(self._settings.api_url).hostname in ("localhost", "127.0.0.1", "::1")
            self._session = aiohttp.ClientSession(
                connector=_LeadersConnector(self._leads),
                timeout=aiohttp.ClientTimeout(total=limit, sock_connect=limit / 2),
                trust_env=not loopback,
            )
            self._client = AsyncWebClient(
                token=self._settings.bot_token,
                base_url=self._settings.api_url,
                session=self._session,
                retry_handlers=[],
                logger=_quiet_logger(),
            )
            self._client.proxy = None  # the session knows the proxy, and whom not to ask through it
        return self._client

    def _said(self, error: BaseException) -> str:
        """An exception in words, without the token: requests carry it in a header."""
        text = f"{type(error).__name__}: {error}".rstrip(": ")
        return one_line(text.replace(self._settings.bot_token, "[token]"))[:300]


def _stood_before(ts: str, message: Outgoing) -> bool:
    """Whether a message of this time certainly stood there before ours was posted, and so did all older ones."""
    if message.tried_at is None or _TS.fullmatch(ts) is None:
        return False
    return float(ts) < (message.tried_at - CLOCKS_DIFFER).timestamp()


def _quiet_logger() -> logging.Logger:
    """slack-sdk writes whole requests and answers when its logger lets it."""
    logger = logging.getLogger("callboard.slack_sdk")
    logger.setLevel(logging.WARNING)
    return logger
