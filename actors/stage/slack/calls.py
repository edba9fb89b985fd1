"""What the methods of the stand-in Slack share: refusals, answers, and the ids of conversations."""

import json
import math
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from actors.stage.faults.exchange import Headers, Reply
from actors.stage.world.script import Event
from actors.stage.world.slack_events import ConversationOpened
from actors.stage.world.state import APP_USER, Message, Workspace
from actors.stage.world.world import SiteOutcome

APP = "A0CALLBOARD"
BOT = MappingProxyType({"team_id": "T0STAGE", "user_id": APP_USER, "bot_id": "B0CALLBOARD"})

_CHANNEL = re.compile(r"[CG][A-Z0-9]+", re.ASCII)
_USER = re.compile(r"[UW][A-Z0-9]+", re.ASCII)


class Refusal(Exception):
    """Slack's error code."""


def say(document: Mapping[str, object], *events: Event, status: int = 200, headers: Headers = ()) -> SiteOutcome:
    """A JSON answer, and the events that the call causes."""
    headers += (("Content-Type", "application/json; charset=utf-8"),)
    return SiteOutcome(reply=Reply(status=status, headers=headers, body=json.dumps(document).encode()), events=events)


def limited(wait: timedelta) -> SiteOutcome:
    """A call that comes too early."""
    seconds = str(math.ceil(wait.total_seconds()))
    return say({"ok": False, "error": "ratelimited"}, status=429, headers=(("Retry-After", seconds),))


MOST = 999
USUAL = 100


def page_size(arguments: Mapping[str, object], refusal: str = "invalid_arguments") -> int:
    """The number of items on a page. Raises Refusal."""
    told = str(arguments.get("limit") or USUAL)
    if not (told.isascii() and told.isdigit() and 0 < int(told[:6]) <= MOST):
        raise Refusal(refusal)
    return int(told)


def shown(message: Message, *, with_metadata: bool) -> dict[str, object]:
    """A message as Slack gives it out."""
    kept = {name: message.payload[name] for name in ("blocks", "thread_ts") if name in message.payload}
    if with_metadata and "metadata" in message.payload:
        kept["metadata"] = message.payload["metadata"]
    if message.edited is not None:
        kept["edited"] = {"user": BOT["user_id"], "ts": f"{message.edited.timestamp():.6f}"}
    ours = {"user": BOT["user_id"], "bot_id": BOT["bot_id"], "app_id": APP, "team": BOT["team_id"]}
    by = {"user": message.author, "client_msg_id": client_msg_id(message)} if message.author else ours
    return {"type": "message", **by, "text": message.text, "ts": message.ts, **kept}


def client_msg_id(message: Message) -> str:
    """The id that the client of a person gives a message."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{message.channel} {message.ts}"))


def is_private(slack: Workspace, id: str) -> bool:
    """Whether this is a private channel. Since 2021 their ids begin with C too."""
    return id.startswith("G") or id in slack.private


def team_of(slack: Workspace, user: str) -> str:
    """The workspace that a person belongs to."""
    return slack.teams.get(user, BOT["team_id"])


def parent_author(said: Iterable[Message], channel: str, ts: str) -> str:
    """Who wrote the message that an answer in a thread belongs to; empty if it is gone."""
    found = (message for message in said if (message.channel, message.ts) == (channel, ts))
    return next((message.author or BOT["user_id"] for message in found), "")


def is_true(arguments: Mapping[str, object], name: str) -> bool:
    """A flag, however a form or JSON writes it."""
    return str(arguments.get(name, "")).lower() in ("1", "true")


def is_user(id: str) -> bool:
    """Whether this could be a person."""
    return _USER.fullmatch(id) is not None


def is_conversation(slack: Workspace, id: str) -> bool:
    """Whether this is a channel or an opened direct conversation."""
    return id in slack.opened or _CHANNEL.fullmatch(id) is not None


def direct_conversation(user: str) -> str:
    """The id of the conversation that the bot and a user have."""
    return f"D0{user}"


def opening(slack: Workspace, channel: str) -> tuple[Event, ...]:
    """The events that the first message in a direct conversation causes."""
    if not channel.startswith("D") or channel in slack.opened:
        return ()
    return (ConversationOpened(channel=channel, user=channel.removeprefix("D0")),)
