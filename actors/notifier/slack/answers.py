"""Parses Slack's answers: the parts of its JSON that are used, and its failures as frozen outcomes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from actors.notifier.model.outcomes import ApiError, Failure, Limited, NoSuchMethod, NotReached, Posted, Unclear
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.model.slack_errors import RATE_ERRORS
from actors.notifier.render.markdown import one_line
from actors.notifier.slack.pauses import DEFAULT_PAUSE_SECONDS
from actors.runtime.http_headers import parse_retry_after

EVENT_TYPE = "callboard_notice"
"""The event type in the metadata of each of our messages."""

MAX_METADATA_CHARACTERS = 6000
"""Of the ids that a message announces; Slack refuses metadata that is too large, and does not say from when on."""


class HistoryMessage(msgspec.Struct):
    """A message of a history. The metadata of other apps can have any shape."""

    ts: str
    metadata: Any = None


class Cursor(msgspec.Struct):
    """Where the next page begins; empty if there is none."""

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


class ConversationInfo(msgspec.Struct):
    """A conversation, as conversations.info shows it."""

    id: str
    name: str = ""
    is_member: bool = False
    is_archived: bool = False
    is_im: bool = False
    is_mpim: bool = False


class InfoAnswer(msgspec.Struct):
    """conversations.info."""

    channel: ConversationInfo


class MembersPage(msgspec.Struct):
    """conversations.members."""

    members: list[str]
    response_metadata: Cursor | None = None


class PostAnswer(msgspec.Struct):
    """chat.postMessage."""

    channel: str
    ts: str


class Myself(msgspec.Struct):
    """auth.test: our ids, names for people, the organization if there is one, and the scopes of the token, None if
    Slack does not say."""

    team_id: str
    user_id: str
    bot_id: str = ""
    enterprise_id: str | None = None
    is_enterprise_install: bool | None = None
    team: str = ""
    user: str = ""
    scopes: str | None = None


class Bot(msgspec.Struct):
    """A bot user's app."""

    app_id: str = ""


class BotInfo(msgspec.Struct):
    """bots.info."""

    bot: Bot


def pause_asked(response: Any, now: datetime) -> float | None:
    """The seconds for which Slack wants no such call; None if it does not ask for a pause. It does with 429 or a rate
    error, and with Retry-After in any answer that is no success."""
    status, error = _status_and_error(response)
    seconds = parse_retry_after(response.headers.get("Retry-After"), now)
    if status == 429 or error in RATE_ERRORS:
        return DEFAULT_PAUSE_SECONDS if seconds is None else seconds
    return seconds if status >= 500 else None


def posted(channel: str, ts: str) -> Posted:
    """A message that is in a conversation."""
    return Posted(channel=one_line(channel), ts=one_line(ts))


def metadata_of(message: OutgoingMessage) -> dict[str, Any]:
    """What identifies the message later, and what it announces. Slack takes objects in a list, no bare texts."""
    announced: list[dict[str, str]] = []
    left = MAX_METADATA_CHARACTERS
    for id in message.announced:
        left -= len(id) + len('{"id":""},')
        if left < 0:
            break
        announced.append({"id": id})
    payload: dict[str, Any] = {"id": message.id}
    return {"event_type": EVENT_TYPE, "event_payload": payload | ({"announces": announced} if announced else {})}


def is_of(found: HistoryMessage, message: OutgoingMessage) -> bool:
    """Whether `found` is `message`, by the id in its metadata."""
    metadata = found.metadata
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return False
    payload = metadata.get("event_payload")
    return isinstance(payload, dict) and payload.get("id") == message.id


def failure_of(method: str, response: Any, now: datetime, redact: Callable[[str], str]) -> Failure:
    """The failure that Slack, or whatever answered a call of `method` in its place, reported. `response` is
    slack-sdk's, or aiohttp's if the body was unreadable. An error may repeat what was sent, the token too: `redact`
    takes that out."""
    status, error = _status_and_error(response)
    if status == 429 or error in RATE_ERRORS:
        return Limited(retry_after=parse_retry_after(response.headers.get("Retry-After"), now))
    if status >= 500:
        return Unclear(why=f"HTTP {status}")
    if error is not None:
        return ApiError(error=one_line(redact(error))[:100], method=method)
    if status < 300:
        return Unclear(why="an unreadable answer")
    if status in (404, 405, 410):
        return NoSuchMethod(why=f"HTTP {status}: slack.api_url is not a Slack API")
    return NotReached(why=f"HTTP {status}")


def _status_and_error(response: Any) -> tuple[int, str | None]:
    is_read = isinstance(response, AsyncSlackResponse)
    data = response.data if is_read else None
    error = data.get("error") if isinstance(data, dict) else None
    return response.status_code if is_read else response.status, error if isinstance(error, str) else None
