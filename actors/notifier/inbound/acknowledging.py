"""Recognizes when somebody in the operators' channel acknowledges a problem. Pure.

By the button of its message, by `ack` with or without a name as a mention or slash command, or in its thread.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from actors.notifier.inbound.parse import InboundEvent, PayloadKind
from messages.commands import UserCommand

_ACK = re.compile(r"(?:ack|acknowledge)\b[\s:]*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AckRequest:
    """`what` is acknowledged (empty: what the thread is about) by `user`; `thread` is the message whose thread it was
    said in, or whose button was pressed, empty for none."""

    what: str
    user: str
    thread: str


def is_ack(command: UserCommand) -> bool:
    """Whether the command acknowledges something if it was given in the operators' channel."""
    return _ACK.fullmatch(command.text.strip()) is not None


def ack_request(event: InboundEvent, command: UserCommand, channels: Set[str]) -> AckRequest | None:
    """What a command acknowledges if it was given in one of these channels; None if it does something else."""
    words = _ACK.fullmatch(command.text.strip())
    channel, thread = _place(event, command)
    if words is None or channel not in channels:
        return None
    return AckRequest(what=words[1].strip(), user=command.user, thread=thread)


def _place(event: InboundEvent, command: UserCommand) -> tuple[str, str]:
    match event.kind:
        case PayloadKind.EVENT:
            return command.channel, command.thread
        case PayloadKind.SLASH:
            return _text(event.payload, "channel_id"), ""
        case PayloadKind.ACTION:
            container = event.payload.get("container")
            place = container if isinstance(container, dict) else {}
            channel = event.payload.get("channel")
            known = _text(channel, "id") if isinstance(channel, dict) else ""
            return known or _text(place, "channel_id"), _text(place, "thread_ts") or _text(place, "message_ts")


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
