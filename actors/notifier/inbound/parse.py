"""What Slack delivers, parsed once: a user's words, or why they are none for Callboard. Pure.

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

MOST_CHARACTERS = 250_000
"""Of a user's words: more is in no message of Slack, 40,000 characters of which some are delivered as entities. It is
the watchlist that says what is too long."""

ACCEPT_WITHIN_SECONDS = 2.5
"""Seconds in which a delivery is taken or not: Slack waits for 3."""

ANSWER_COMES = "Callboard answers in your direct messages with it."
NOT_NOW = "Callboard cannot take this in now. Please try again in a minute."
"""What the person who typed a slash command is told at once, and sees alone."""


class PayloadKind(Enum):
    """How Slack delivers: EVENT is delivered again until it is acknowledged; SLASH and ACTION are not, the person sees
    whether they were taken."""

    EVENT = "event"
    SLASH = "slash"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom Callboard is for Slack: its workspace and its bot user, by `auth.test`; its app, empty while unknown."""

    team: str
    user: str
    app: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Nothing that is said to Callboard: another bot's or its own words, an edit, an event it has no use for."""


class ForeignSender(Enum):
    """Who sent it that is refused."""

    OTHER_TEAM = "other_team"
    OTHER_APP = "other_app"


ParsedEvent = UserCommand | Ignored | ForeignSender


class InboundResult(Enum):
    """What became of a delivery. TAKEN: it is stored, or was before. OVERHEARD: nothing to do. REFUSED: of another
    workspace or app. BUSY: it could not be stored; Slack may deliver it again."""

    TAKEN = "taken"
    OVERHEARD = "overheard"
    REFUSED = "refused"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """One delivery: how, its JSON, and how often it was tried before."""

    manner: PayloadKind
    payload: Mapping[str, Any]
    retries: int = 0


def parse_event(delivered: InboundEvent, identity: Identity, now: datetime) -> ParsedEvent:
    """What was delivered; `now` stands for a time that Slack did not say."""
    payload = delivered.payload
    if (stranger := _stranger(payload, identity)) is not None:
        return stranger
    match delivered.manner:
        case PayloadKind.EVENT:
            return _of_event(payload, identity, now)
        case PayloadKind.SLASH:
            return _of_slash(payload, now)
        case PayloadKind.ACTION:
            return _of_action(payload, now)


def acknowledgement(manner: PayloadKind, reception: InboundResult) -> Mapping[str, Any] | None:
    """What Slack is answered, None for nothing: then it delivers again, or shows the person that it went wrong."""
    if manner is PayloadKind.SLASH and reception in (InboundResult.TAKEN, InboundResult.BUSY):
        text = ANSWER_COMES if reception is InboundResult.TAKEN else NOT_NOW
        return {"response_type": "ephemeral", "text": text}
    return None if reception is InboundResult.BUSY else {}


def _stranger(payload: Mapping[str, Any], identity: Identity) -> ForeignSender | None:
    team = _text(payload, "team_id") or _text(_map(payload, "team"), "id")
    app = _text(payload, "api_app_id")
    if team != identity.team:
        return ForeignSender.OTHER_TEAM
    return ForeignSender.OTHER_APP if identity.app and app and app != identity.app else None


def _of_event(payload: Mapping[str, Any], identity: Identity, now: datetime) -> ParsedEvent:
    event = _map(payload, "event")
    kind = _text(event, "type")
    is_direct = kind == "message" and _text(event, "channel_type") == "im"
    if not (is_direct or kind == "app_mention") or _is_a_bots(event, identity):
        return Ignored()
    thread = _text(event, "thread_ts")
    return _command(
        id=_text(payload, "event_id"),
        user=_text(event, "user"),
        text=_without_mention(_text(event, "text"), identity.user),
        surface=Surface.DIRECT if is_direct else Surface.MENTION,
        channel=_text(event, "channel"),
        # what is said to everybody is answered beside it, what is said in private where it was said
        thread=thread if is_direct else thread or _text(event, "ts"),
        at=_time(_text(event, "ts"), now),
    )


def _is_a_bots(event: Mapping[str, Any], identity: Identity) -> bool:
    """Bots' words, Callboard's own too; and edits, joins and the like, which are nobody's words."""
    said_by_people = _text(event, "subtype") in ("", "file_share", "thread_broadcast")
    return not said_by_people or bool(event.get("bot_id")) or _text(event, "user") == identity.user


def _of_slash(payload: Mapping[str, Any], now: datetime) -> ParsedEvent:
    user = _text(payload, "user_id")
    return _command(
        id=_text(payload, "trigger_id"),
        user=user,
        text=_text(payload, "text"),
        surface=Surface.SLASH,
        # typed in a channel it is still a matter between the two: the answer is a direct message
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
    words = text.replace("\0", "").encode(errors="replace").decode()[:MOST_CHARACTERS]
    return UserCommand(
        command_id=id, user=user, text=words, surface=surface, channel=channel, thread=thread, at=at
    )  # fmt: skip


def _without_mention(text: str, user: str) -> str:
    """Without the app's name in front of it, or, where it stands elsewhere, without that."""
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
