"""Parses what Slack delivers: into a user's command, or the reason why it is none. Pure.

https://docs.slack.dev/apis/events-api/, https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from actors.notifier.model.outgoing import ACTION
from messages.commands import Surface, UserCommand

MAX_TEXT_CHARACTERS = 250_000
"""No message in Slack is longer: 40,000 characters, some of them delivered as entities. The watchlist answers what is
too long for a command."""

ACCEPT_WITHIN_SECONDS = 2.5
"""How long storing a delivery may take: Slack waits for 3 seconds."""

SLASH_ACCEPTED_TEXT = "The answer is on its way to your direct messages with Callboard."
SLASH_BUSY_TEXT = "Callboard cannot take this command right now. Please try again in a minute."
"""The immediate reply to a slash command; only the person who typed it sees it."""


class PayloadKind(Enum):
    """Slack repeats an EVENT until it is acknowledged. It does not repeat SLASH (a slash command) and ACTION (a
    button): the person sees whether they worked."""

    EVENT = "event"
    SLASH = "slash"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Callboard's own ids in Slack: workspace and bot user (from `auth.test`), and app (empty while unknown)."""

    team: str
    user: str
    app: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Not meant for Callboard: a message of a bot (or of Callboard itself), an edit, an event that it does not use."""


class ForeignSender(Enum):
    """The event comes from another workspace or is for another app, so it is rejected."""

    OTHER_TEAM = "other_team"
    OTHER_APP = "other_app"


ParsedEvent = UserCommand | Ignored | ForeignSender


class InboundResult(Enum):
    """What became of a delivery. STORED: now or earlier. IGNORED: there is nothing to do. REJECTED: it belongs to
    another workspace or app. BUSY: it could not be stored, so Slack may deliver it again."""

    STORED = "stored"
    IGNORED = "ignored"
    REJECTED = "rejected"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """One delivery: its kind, its JSON, and how often Slack has tried it before."""

    kind: PayloadKind
    payload: Mapping[str, Any]
    retries: int = 0


def parse_event(inbound: InboundEvent, identity: Identity, now: datetime) -> ParsedEvent:
    """What an event means. `now` is used if Slack does not say the time."""
    payload = inbound.payload
    if (foreign := _foreign_sender(payload, identity)) is not None:
        return foreign
    match inbound.kind:
        case PayloadKind.EVENT:
            return _of_event(payload, identity, now)
        case PayloadKind.SLASH:
            return _of_slash(payload, now)
        case PayloadKind.ACTION:
            return _of_action(payload, now)


def acknowledgement(kind: PayloadKind, result: InboundResult) -> Mapping[str, Any] | None:
    """What to answer to Slack. None means no answer: Slack delivers again, or shows the person that it failed."""
    if kind is PayloadKind.SLASH and result in (InboundResult.STORED, InboundResult.BUSY):
        text = SLASH_ACCEPTED_TEXT if result is InboundResult.STORED else SLASH_BUSY_TEXT
        return {"response_type": "ephemeral", "text": text}
    return None if result is InboundResult.BUSY else {}


def _foreign_sender(payload: Mapping[str, Any], identity: Identity) -> ForeignSender | None:
    team = _text(payload, "team_id") or _text(_map(payload, "team"), "id")
    app = _text(payload, "api_app_id")
    if team != identity.team:
        return ForeignSender.OTHER_TEAM
    return ForeignSender.OTHER_APP if identity.app and app and app != identity.app else None


def _of_event(payload: Mapping[str, Any], identity: Identity, now: datetime) -> ParsedEvent:
    event = _map(payload, "event")
    kind = _text(event, "type")
    is_direct = kind == "message" and _text(event, "channel_type") == "im"
    if not (is_direct or kind == "app_mention") or _is_from_bot(event, identity):
        return Ignored()
    thread = _text(event, "thread_ts")
    return _command(
        id=_text(payload, "event_id"),
        user=_text(event, "user"),
        text=_without_mention(_text(event, "text"), identity.user),
        surface=Surface.DIRECT if is_direct else Surface.MENTION,
        channel=_text(event, "channel"),
        # a mention is answered in a thread under it; a direct message is answered where it was written
        thread=thread if is_direct else thread or _text(event, "ts"),
        at=_time(_text(event, "ts"), now),
    )


def _is_from_bot(event: Mapping[str, Any], identity: Identity) -> bool:
    """Whether a bot (perhaps Callboard) wrote it, or nobody did: an edit, somebody joining."""
    is_from_person = _text(event, "subtype") in ("", "file_share", "thread_broadcast")
    return not is_from_person or bool(event.get("bot_id")) or _text(event, "user") == identity.user


def _of_slash(payload: Mapping[str, Any], now: datetime) -> ParsedEvent:
    user = _text(payload, "user_id")
    return _command(
        id=_text(payload, "trigger_id"),
        user=user,
        text=_text(payload, "text"),
        surface=Surface.SLASH,
        # even if it is typed in a channel, only the user sees it: the answer is a direct message
        channel=user,
        thread="",
        at=now,
    )


def _of_action(payload: Mapping[str, Any], now: datetime) -> ParsedEvent:
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    if _text(payload, "type") != "block_actions" or not _text(action, "action_id").startswith(ACTION):
        return Ignored()
    user = _text(_map(payload, "user"), "id")
    text = _text(action, "value") or _text(_map(action, "selected_option"), "value")
    return _command(
        id=_text(payload, "trigger_id"),
        user=user,
        text=text,
        surface=Surface.BUTTON,
        channel=user,
        thread="",
        at=_time(_text(action, "action_ts"), now),
    )


def _command(
    *, id: str, user: str, text: str, surface: Surface, channel: str, thread: str, at: datetime
) -> UserCommand | Ignored:
    if not id or not user or not channel:
        return Ignored()
    words = text.replace("\0", "").encode(errors="replace").decode()[:MAX_TEXT_CHARACTERS]
    return UserCommand(
        command_id=id, user=user, text=words, surface=surface, channel=channel, thread=thread, at=at
    )  # fmt: skip


def _without_mention(text: str, user: str) -> str:
    """The text without its first mention of the app."""
    mention = re.compile(rf"<@{re.escape(user)}(\|[^>]*)?>")
    return mention.sub(" ", text, count=1).strip(" \t,:")


def _time(ts: str, now: datetime) -> datetime:
    if re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,6})?", ts) is None:
        return now
    return datetime.fromtimestamp(float(ts), UTC)


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _map(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
