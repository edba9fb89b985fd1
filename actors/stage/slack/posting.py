"""`chat.postMessage`, `chat.postEphemeral` and `chat.update` of the stand-in Slack, and the limits of a message.

https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

from actors.stage.faults.exchange import Asking
from actors.stage.slack.blockkit import problems
from actors.stage.slack.calls import (
    Refusal,
    direct_conversation,
    is_conversation,
    is_private,
    is_user,
    limited,
    opening,
    say,
    shown,
)
from actors.stage.world.slack_events import MessageChanged, MessageTaken
from actors.stage.world.state import Message, Workspace
from actors.stage.world.world import SiteOutcome, next_micros, ts_of

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_BLOCKS = 12_000
"""Characters. A longer text of a new message is cut, a longer one of an update refused. Of the blocks, as JSON: Slack
documents no limit, and has refused 13,200."""

_FORM_JSON = (
    ("blocks", "invalid_blocks_format"),
    ("attachments", "invalid_arguments"),
    ("metadata", "invalid_metadata_format"),
)


class BadBlocks(Refusal):
    """Blocks that Slack does not take, and why."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__("invalid_blocks")
        self.found = found


def post(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`chat.postMessage`."""
    channel = _recipient(slack, str(asking.arguments.get("channel", "")))
    payload = _message(asking.arguments)
    micros = next_micros(slack, channel, asking.at)
    if (wait := _wait(slack, channel, micros)) > timedelta():
        return limited(wait)
    message = Message(channel=channel, ts=ts_of(micros), at=asking.at, payload=payload)
    taken = {"ok": True, "channel": channel, "ts": message.ts, "message": shown(message, with_metadata=True)}
    return say(taken, *opening(slack, channel), MessageTaken(channel=channel, at=asking.at, payload=payload))


def post_ephemeral(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`chat.postEphemeral`: only `user` sees it, and no history has it."""
    channel = _recipient(slack, str(asking.arguments.get("channel", "")))
    user = str(asking.arguments.get("user", ""))
    if not is_user(user):
        raise Refusal("user_not_in_channel")
    payload = _message(asking.arguments, "invalid_blocks")
    taken = MessageTaken(channel=channel, at=asking.at, payload=payload, visible_to=user)
    return say(
        {"ok": True, "message_ts": ts_of(next_micros(slack, channel, asking.at))}, *opening(slack, channel), taken
    )


def update(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`chat.update`: what the call leaves out stays as it was."""
    channel, ts = str(asking.arguments.get("channel", "")), str(asking.arguments.get("ts", ""))
    if not is_conversation(slack, channel):
        raise Refusal("channel_not_found")
    message = next((each for each in slack.messages if (each.channel, each.ts) == (channel, ts)), None)
    if message is None or message.visible_to:
        raise Refusal("message_not_found")
    if message.author:
        raise Refusal("cant_update_message")
    if len(str(asking.arguments.get("text") or "")) > LONGEST_UPDATE:
        raise Refusal("msg_too_long")
    payload = {name: value for name, value in _message(asking.arguments, "invalid_blocks").items() if name != "ts"}
    changed = {"type": "message", "text": str(payload.get("text", message.text))}
    told = {"ok": True, "channel": channel, "ts": ts, "text": changed["text"], "message": changed}
    return say(told, MessageChanged(channel=channel, ts=ts, at=asking.at, payload=payload))


def checked(payload: Mapping[str, object], too_long: str = "msg_blocks_too_long") -> None:
    """Raises BadBlocks or another Refusal for what Slack does not accept as a message. `too_long` is the method's error
    for too many blocks."""
    if payload.get("blocks") is not None and (found := problems(payload["blocks"])):
        raise BadBlocks(found)
    if len(json.dumps(payload.get("blocks"), ensure_ascii=False, separators=(",", ":"))) > LONGEST_BLOCKS:
        raise Refusal(too_long)
    if not (payload.get("text") or payload.get("blocks") or payload.get("attachments")):
        raise Refusal("no_text")


def _recipient(slack: Workspace, told: str) -> str:
    """The conversation that `C...`, `D...`, `U...` or `#name` means."""
    channel = _named(slack, told)
    if channel in slack.outside:
        # A private channel is not even seen from outside.
        raise Refusal("channel_not_found" if is_private(slack, channel) else "not_in_channel")
    if channel in slack.archived:
        raise Refusal("is_archived")
    return channel


def _named(slack: Workspace, told: str) -> str:
    if is_conversation(slack, told):
        return told
    if is_user(told):
        return direct_conversation(told)
    for id, name in slack.names.items():
        if name == told.removeprefix("#") and is_conversation(slack, id):
            return id
    raise Refusal("channel_not_found")


def _wait(slack: Workspace, channel: str, micros: int) -> timedelta:
    """How long this conversation accepts no further message."""
    if (latest := slack.latest.get(channel)) is None or not slack.spacing:
        return timedelta()
    return slack.spacing - timedelta(microseconds=micros - latest)


def _message(arguments: Mapping[str, object], too_long: str = "msg_blocks_too_long") -> dict[str, object]:
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
    checked(payload, too_long)
    if isinstance(text := payload.get("text"), str):
        payload["text"] = text[:LONGEST_TEXT]
    return payload


def _decoded(text: str, error: str) -> object:
    try:
        decoded: object = json.loads(text)
        json.dumps(decoded, ensure_ascii=False).encode()  # lone surrogates are no text
    except ValueError:
        raise Refusal(error) from None
    return decoded
