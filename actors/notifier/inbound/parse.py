"""Parses what Slack delivers: into a user's command, or the reason why it is none. Pure.

https://docs.slack.dev/apis/events-api/, https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from actors.notifier.inbound.ownership import (
    ForeignSender,
    Identity,
    sender_of_action,
    sender_of_command,
    sender_of_event,
)
from actors.notifier.inbound.surfaces import filled_form, form_wanted, shortcut_command, surface_event
from actors.notifier.inbound.workspace_changes import WorkspaceChange, workspace_change
from actors.notifier.model.outgoing import ACTION
from actors.notifier.model.surfaces import FilledForm, FormWanted, HomeOpened, LinksShared
from messages.commands import Surface, UserCommand

MAX_TEXT_CHARACTERS = 250_000
"""No message in Slack is longer: 40,000 characters, some of them delivered as entities. The watchlist answers what is
too long for a command."""

ACCEPT_WITHIN_SECONDS = 2.5
"""How long a delivery may take, the check of a form and storing it: Slack waits for 3 seconds."""

SLASH_ACCEPTED_TEXT = "The answer is on its way to your direct messages with Callboard."
SLASH_BUSY_TEXT = "Callboard cannot take this command right now. Please try again in a minute."
OUTSIDER_TEXT = "Sorry, I only take commands from members of the workspace that I was installed in."
"""Immediate replies. Those to a slash command are only seen by the person who typed it."""

SUBTYPES_OF_PEOPLE = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that a person has just written. The others are edits, deletions, joins, and messages by other
integrations, also on behalf of a person: nobody expects an answer to these."""

SLACKBOT = "USLACKBOT"
"""Slack's own user, whose reminders and hints stand in direct messages."""

LONGEST_EDIT = timedelta(days=6)
"""An edited mention counts if the message is younger than this. It is shorter than the time for which deliveries are
remembered, so that no command of an older message takes effect a second time."""


class PayloadKind(Enum):
    """Slack repeats an EVENT until it is acknowledged. It does not repeat SLASH (a slash command) and ACTION (a
    button): the person sees whether they worked."""

    EVENT = "event"
    SLASH = "slash"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Not meant for Callboard: a message of a bot (or of Callboard itself), an edit, an event that it does not use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """A person of another workspace speaks to Callboard, in a channel that is shared with that workspace. `id` is
    Slack's of the delivery; the answer belongs into the thread `thread` of `channel`, or nowhere if that is empty."""

    id: str
    channel: str = ""
    thread: str = ""


Surfaced = HomeOpened | LinksShared | FormWanted
"""What people do outside of conversations."""

ParsedEvent = UserCommand | Ignored | ForeignSender | Outsider | WorkspaceChange | Surfaced


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRefused:
    """What was filled into a form is refused: the block in it, and why."""

    block: str
    why: str


class InboundResult(Enum):
    """What became of a delivery. STORED: now or earlier. IN_PLACE: stored, and its answer comes where it was typed.
    IGNORED: there is nothing to do. REJECTED: it belongs to another workspace or app. REFUSED: its person belongs to
    another workspace, and is told so. BUSY: it could not be stored, so Slack may deliver it again."""

    STORED = "stored"
    IN_PLACE = "in_place"
    IGNORED = "ignored"
    REJECTED = "rejected"
    REFUSED = "refused"
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
    sender, parsed = _sender_and_meaning(inbound.kind, payload, identity, now)
    if sender is not ForeignSender.OUTSIDER:
        return sender or parsed
    return _outsider(inbound.kind, payload, parsed)


def acknowledgement(kind: PayloadKind, result: "InboundResult | FormRefused") -> Mapping[str, Any] | None:
    """What to answer to Slack. None means no answer: Slack delivers again, or shows the person that it failed."""
    if isinstance(result, FormRefused):
        return {"response_action": "errors", "errors": {result.block: result.why}}
    if kind is PayloadKind.SLASH and (text := _SLASH_TEXTS.get(result)) is not None:
        return {"response_type": "ephemeral", "text": text}
    return None if result is InboundResult.BUSY else {}


_SLASH_TEXTS: Mapping[InboundResult, str] = MappingProxyType(
    {
        InboundResult.STORED: SLASH_ACCEPTED_TEXT,
        InboundResult.BUSY: SLASH_BUSY_TEXT,
        InboundResult.REFUSED: OUTSIDER_TEXT,
    }
)


def message_key(inbound: InboundEvent, command: UserCommand) -> str:
    """A name of the message that a command was written in, so that it counts once, also if it is edited: Slack then
    delivers it again, under another id. Empty for what is no message."""
    ts = _text(_map(inbound.payload, "event"), "ts")
    return f"{command.channel} {ts}" if inbound.kind is PayloadKind.EVENT and ts else ""


def _sender_and_meaning(
    kind: PayloadKind, payload: Mapping[str, Any], identity: Identity, now: datetime
) -> tuple[ForeignSender | None, ParsedEvent]:
    match kind:
        case PayloadKind.EVENT:
            return sender_of_event(payload, identity), _of_event(payload, identity, now)
        case PayloadKind.SLASH:
            return sender_of_command(payload, identity), _of_slash(payload, now)
        case PayloadKind.ACTION:
            return sender_of_action(payload, identity), _of_action(payload, now)


def _outsider(kind: PayloadKind, payload: Mapping[str, Any], parsed: ParsedEvent) -> ParsedEvent:
    """What an outsider has said is answered where they said it, if they would have been answered at all."""
    if isinstance(parsed, HomeOpened | FormWanted):
        return Ignored()
    if not isinstance(parsed, UserCommand):
        return parsed
    match kind:
        case PayloadKind.EVENT:
            return Outsider(id=parsed.command_id, channel=parsed.channel, thread=parsed.thread)
        case PayloadKind.SLASH:
            return Outsider(id=parsed.command_id)
        case PayloadKind.ACTION:
            place = _map(payload, "container")
            channel = _text(_map(payload, "channel"), "id") or _text(place, "channel_id")
            thread = _text(place, "thread_ts") or _text(place, "message_ts")
            return Outsider(id=parsed.command_id, channel=channel if thread else "", thread=thread)


def response_url(event: InboundEvent, command: UserCommand, api_url: str) -> tuple[str, bool] | None:
    """Where the answer to a command is given so that only the person sees it, and whether it takes the place of the
    message whose button was pressed. None where it is for all to see, or a direct message. Only addresses of Slack, or
    of the server that stands for it, count."""
    url = _text(event.payload, "response_url")
    is_ephemeral = _map(event.payload, "container").get("is_ephemeral") is True
    if event.kind is PayloadKind.ACTION and not (command.place or is_ephemeral):
        return None
    if event.kind is PayloadKind.EVENT or not _is_slacks(url, api_url):
        return None
    return url, event.kind is PayloadKind.ACTION and is_ephemeral


def pressed_in(event: InboundEvent, command: UserCommand) -> tuple[str, str] | None:
    """The conversation and the message, by its ts, whose button gave the command; None if others see the message too,
    or nobody can find it again."""
    container = _map(event.payload, "container")
    channel, ts = _text(container, "channel_id"), _text(container, "message_ts")
    is_own = event.kind is PayloadKind.ACTION and not command.place and container.get("is_ephemeral") is not True
    return (channel, ts) if is_own and channel and ts else None


def _is_slacks(url: str, api_url: str) -> bool:
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https" and host.endswith((".slack.com", ".slack-gov.com")):
        return True
    return (parts.scheme, parts.netloc) == (api.scheme, api.netloc)


def _of_event(payload: Mapping[str, Any], identity: Identity, now: datetime) -> ParsedEvent:
    event = _map(payload, "event")
    if (id := _text(payload, "event_id")) and (change := workspace_change(id, event, identity.user)) is not None:
        return change
    if (surfaced := surface_event(id, event)) is not None:
        return surfaced
    kind = _text(event, "type")
    is_direct = kind == "message" and _text(event, "channel_type") == "im"
    if not (is_direct or kind == "app_mention") or _is_from_bot(event, identity) or _is_old_edit(event, now):
        return Ignored()
    thread = _text(event, "thread_ts")
    return _command(
        id=id,
        user=_text(event, "user"),
        text=_without_mention(_text(event, "text"), identity.user),
        surface=Surface.DIRECT if is_direct else Surface.MENTION,
        channel=_text(event, "channel"),
        # a mention is answered in a thread under it; a direct message is answered where it was written
        thread=thread if is_direct else thread or _text(event, "ts"),
        at=_time(_text(event, "ts"), now),
        place="" if is_direct else _text(event, "channel"),
    )


def _is_from_bot(event: Mapping[str, Any], identity: Identity) -> bool:
    """Whether a bot (perhaps Callboard) or another integration wrote it, or nobody did: an edit, somebody joining."""
    is_from_person = _text(event, "subtype") in SUBTYPES_OF_PEOPLE
    return not is_from_person or bool(event.get("bot_id")) or _text(event, "user") in (identity.user, SLACKBOT)


def _is_old_edit(event: Mapping[str, Any], now: datetime) -> bool:
    """Whether a message was edited so late that nobody remembers whether it has been answered."""
    return bool(event.get("edited")) and now - _time(_text(event, "ts"), now) > LONGEST_EDIT


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
        place=_channel_in(_text(payload, "channel_id")),
    )


def _of_action(payload: Mapping[str, Any], now: datetime) -> ParsedEvent:
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    if (form := filled_form(payload)) is not None:
        return _of_form(payload, form, now)
    if command := shortcut_command(payload):
        return _of_shortcut(payload, command, now)
    if (wanted := form_wanted(payload, action)) is not None:
        return wanted
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
        place=_channel_in(_text(_map(payload, "channel"), "id")),
    )


def _channel_in(conversation: str) -> str:
    """The id of a channel; empty for that of a direct conversation."""
    return conversation if conversation.startswith(("C", "G")) else ""


def _of_form(payload: Mapping[str, Any], form: FilledForm, now: datetime) -> ParsedEvent:
    id = _text(payload, "trigger_id") or _text(_map(payload, "view"), "id")
    return _spoken(id, form.user, form.command, now)


def _of_shortcut(payload: Mapping[str, Any], command: str, now: datetime) -> ParsedEvent:
    id, user = _text(payload, "trigger_id"), _text(_map(payload, "user"), "id")
    return _spoken(id, user, command, now)


def _spoken(id: str, user: str, text: str, now: datetime) -> UserCommand | Ignored:
    """A command that is answered in the person's direct messages."""
    return _command(
        id=id, user=user, text=text, surface=Surface.BUTTON, channel=user, thread="", at=now, place=""
    )  # fmt: skip


def _command(
    *, id: str, user: str, text: str, surface: Surface, channel: str, thread: str, at: datetime, place: str
) -> UserCommand | Ignored:
    if not id or not user or not channel:
        return Ignored()
    words = text.replace("\0", "").encode(errors="replace").decode()[:MAX_TEXT_CHARACTERS]
    return UserCommand(
        command_id=id, user=user, text=words, surface=surface, channel=channel, thread=thread, at=at, place=place
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
