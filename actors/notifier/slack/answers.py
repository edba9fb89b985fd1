"""What Slack answers, parsed once: the parts of its JSON that are used, and its failures as frozen outcomes."""

import math
from typing import Any

import msgspec
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from actors.notifier.model.outcomes import ApiError, Failure, Limited, NoSuchMethod, NotReached, Posted, Unclear
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.render.markdown import one_line

EVENT_TYPE = "callboard_notice"
"""Of the metadata that go with each message."""


class HistoryMessage(msgspec.Struct):
    """A message of a history; other apps' metadata may look like anything."""

    ts: str
    metadata: Any = None


class Cursor(msgspec.Struct):
    """Where the next page begins; empty: there is none."""

    next_cursor: str = ""


class HistoryPage(msgspec.Struct):
    """conversations.history, newest first."""

    messages: list[HistoryMessage]
    response_metadata: Cursor | None = None


class Channel(msgspec.Struct):
    """A conversation."""

    id: str
    name: str = ""


class Opened(msgspec.Struct):
    """conversations.open."""

    channel: Channel


class ChannelsPage(msgspec.Struct):
    """conversations.list."""

    channels: list[Channel]
    response_metadata: Cursor | None = None


class PostAnswer(msgspec.Struct):
    """chat.postMessage."""

    channel: str
    ts: str


class Myself(msgspec.Struct):
    """auth.test."""

    team_id: str
    user_id: str


def posted(channel: str, ts: str) -> Posted:
    """Where a message stands."""
    return Posted(channel=one_line(channel), ts=one_line(ts))


def is_of(found: HistoryMessage, message: OutgoingMessage) -> bool:
    """Whether `found` is `message`, by the id in its metadata."""
    metadata = found.metadata
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return False
    payload = metadata.get("event_payload")
    return isinstance(payload, dict) and payload.get("id") == message.id


def failure_of(response: Any) -> Failure:
    """What Slack, or what answers in its place, meant. `response` is of slack-sdk, or of aiohttp when the body was not
    readable."""
    status = response.status_code if isinstance(response, AsyncSlackResponse) else response.status
    data = response.data if isinstance(response, AsyncSlackResponse) else None
    error = data.get("error") if isinstance(data, dict) else None
    if status == 429:
        return Limited(retry_after=_seconds(response.headers.get("Retry-After")))
    if status >= 500:
        return Unclear(why=f"HTTP {status}")
    if isinstance(error, str):
        return ApiError(error=one_line(error)[:100])
    if status < 300:
        return Unclear(why="an answer that cannot be read")
    if status in (404, 405, 410):
        return NoSuchMethod(why=f"HTTP {status}: slack.api_url is no Slack API")
    return NotReached(why=f"HTTP {status}")


def _seconds(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None
