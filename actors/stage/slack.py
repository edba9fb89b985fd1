"""Slack's Web API, as far as Callboard speaks to it: decided from the workspace as it is and the call.

The methods, their arguments and their errors are those of https://docs.slack.dev/reference/methods/; people and
channels exist as soon as they are named by an id that could be one.
"""

import json
import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from actors.stage.calls import APP, BOT, Refusal, direct_conversation, is_conversation, is_user, opening, say, shown
from actors.stage.exchange import Asking
from actors.stage.history import history
from actors.stage.scenery import STAGE_APP_TOKEN, Message, Workspace
from actors.stage.script import MessageTaken, TicketIssued
from actors.stage.world import Outcome, World, next_micros, ts_of

LONGEST_TEXT = 40_000
"""Characters."""

_FORM_JSON = (
    ("blocks", "invalid_blocks_format"),
    ("attachments", "invalid_attachments"),
    ("metadata", "invalid_metadata_format"),
)


def answer(world: World, asking: Asking) -> Outcome:
    """What Slack says to a call."""
    try:
        if asking.name == "apps.connections.open":
            return _connections_open(world.slack, asking)
        _check_token(world.slack, asking)
        _check_scope(world.slack, asking)
        if (method := _METHODS.get(asking.name)) is None:
            raise Refusal("unknown_method")
        return method(world.slack, asking)
    except MissingScope as missing:
        provided = ",".join(world.slack.scopes)
        return say({"ok": False, "error": "missing_scope", "needed": missing.needed, "provided": provided})
    except Refusal as refusal:
        return say({"ok": False, "error": str(refusal)})


class MissingScope(Refusal):
    """A call for which the token lacks a scope."""

    def __init__(self, needed: str) -> None:
        super().__init__("missing_scope")
        self.needed = needed


_NEEDED = MappingProxyType({"chat.postMessage": "chat:write", "conversations.open": "im:write"})
_HISTORIES = MappingProxyType({"D": "im:history", "G": "groups:history"})


def _check_scope(slack: Workspace, asking: Asking) -> None:
    if asking.name == "conversations.history":
        needed = _HISTORIES.get(str(asking.arguments.get("channel", ""))[:1], "channels:history")
    else:
        needed = _NEEDED.get(asking.name, "")
    if needed and needed not in slack.scopes:
        raise MissingScope(needed)


def _connections_open(slack: Workspace, asking: Asking) -> Outcome:
    """https://docs.slack.dev/reference/methods/apps.connections.open"""
    given = _given(asking)
    if not given:
        raise Refusal("not_authed")
    if given == slack.token:
        raise Refusal("not_allowed_token_type")
    if given != STAGE_APP_TOKEN:
        raise Refusal("invalid_auth")
    ticket = f"t{slack.issued + 1}"
    url = f"ws://{asking.headers.get('host', '127.0.0.1')}/link/?ticket={ticket}&app_id={APP}"
    return say({"ok": True, "url": url}, TicketIssued(ticket=ticket))


def _given(asking: Asking) -> object:
    return asking.headers.get("authorization", "").removeprefix("Bearer ") or asking.arguments.get("token")


def _check_token(slack: Workspace, asking: Asking) -> None:
    given = _given(asking)
    if not given:
        raise Refusal("not_authed")
    if given != slack.token:
        raise Refusal("invalid_auth")


def _auth_test(slack: Workspace, asking: Asking) -> Outcome:
    told = {"ok": True, "url": "https://stage.slack.example/", "team": "Stage", "user": "callboard", **BOT}
    return say(told, headers=(("x-oauth-scopes", ",".join(slack.scopes)),))


def _open(slack: Workspace, asking: Asking) -> Outcome:
    arguments = asking.arguments
    if not (user := str(arguments.get("users") or slack.opened.get(str(arguments.get("channel")), ""))):
        raise Refusal("users_list_not_supplied")
    if not is_user(user):
        raise Refusal("user_not_found")
    channel = direct_conversation(user)
    known = channel in slack.opened
    opened = {"ok": True, "no_op": known, "already_open": known, "channel": {"id": channel}}
    return say(opened, *opening(slack, channel))


def _post(slack: Workspace, asking: Asking) -> Outcome:
    channel = _recipient(slack, str(asking.arguments.get("channel", "")))
    payload = _payload(asking.arguments)
    if not (payload.get("text") or payload.get("blocks") or payload.get("attachments")):
        raise Refusal("no_text")
    if len(str(payload.get("text", ""))) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    micros = next_micros(slack, channel, asking.at)
    if (wait := _wait(slack, channel, micros)) > timedelta():
        seconds = str(math.ceil(wait.total_seconds()))
        return say({"ok": False, "error": "ratelimited"}, status=429, headers=(("Retry-After", seconds),))
    message = Message(channel=channel, ts=ts_of(micros), at=asking.at, payload=payload)
    taken = {"ok": True, "channel": channel, "ts": message.ts, "message": shown(message, with_metadata=True)}
    return say(taken, *opening(slack, channel), MessageTaken(channel=channel, at=asking.at, payload=payload))


def _recipient(slack: Workspace, told: str) -> str:
    """The conversation that `C...`, `D...`, `U...` or `#name` means."""
    if is_conversation(slack, told):
        return told
    if is_user(told):
        return direct_conversation(told)
    for id, name in slack.names.items():
        if name == told.removeprefix("#") and is_conversation(slack, id):
            return id
    raise Refusal("channel_not_found")


def _wait(slack: Workspace, channel: str, micros: int) -> timedelta:
    """How long this conversation takes no further message."""
    if (latest := slack.latest.get(channel)) is None or not slack.spacing:
        return timedelta()
    return slack.spacing - timedelta(microseconds=micros - latest)


def _payload(arguments: Mapping[str, object]) -> dict[str, object]:
    """The arguments, with what a form holds as JSON text decoded."""
    payload = {name: value for name, value in arguments.items() if name != "token" and value is not None}
    for name, error in _FORM_JSON:
        if isinstance(value := payload.get(name), str):
            payload[name] = _decoded(value, error)
    metadata = payload.get("metadata", {"event_type": "none", "event_payload": {}})
    if not (isinstance(metadata, dict) and metadata.get("event_type")) or not isinstance(
        metadata.get("event_payload"), dict
    ):
        raise Refusal("invalid_metadata_format")
    return payload


def _decoded(text: str, error: str) -> object:
    try:
        decoded: object = json.loads(text)
        json.dumps(decoded, ensure_ascii=False).encode()  # lone surrogates are no text
    except ValueError:
        raise Refusal(error) from None
    return decoded


_METHODS: Mapping[str, Callable[[Workspace, Asking], Outcome]] = MappingProxyType(
    {
        "auth.test": _auth_test,
        "chat.postMessage": _post,
        "conversations.open": _open,
        "conversations.history": history,
    }
)
