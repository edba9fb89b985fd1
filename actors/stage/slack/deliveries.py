"""What the stage's Slack delivers to the app: the payloads, and when it tries again. Pure.

https://docs.slack.dev/apis/events-api/, https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actors.stage.slack.calls import APP, BOT
from actors.stage.world.state import EnvelopeKind, Message, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDelivery:
    """One thing to deliver. `id` names it in the stage's state; `user` and `channel` say who caused it and where."""

    id: str
    manner: EnvelopeKind
    payload: Mapping[str, Any]
    user: str
    channel: str


def said(id: str, user: str, channel: str, text: str, ts: str, at: datetime, thread: str = "") -> AppDelivery:
    """A person's message: `message.im` in a direct conversation, elsewhere `app_mention`."""
    is_direct = channel.startswith("D")
    event = {
        "type": "message" if is_direct else "app_mention",
        "channel": channel,
        "user": user,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        "team": BOT["team_id"],
        **({"channel_type": "im"} if is_direct else {}),
        **({"thread_ts": thread} if thread else {}),
    }
    payload = {
        "type": "event_callback",
        "team_id": BOT["team_id"],
        "api_app_id": APP,
        "event_id": f"Ev{id}",
        "event_time": int(at.timestamp()),
        "authorizations": [{"team_id": BOT["team_id"], "user_id": BOT["user_id"], "is_bot": True}],
        "event": event,
    }
    return AppDelivery(id=id, manner=EnvelopeKind.EVENTS, payload=payload, user=user, channel=channel)


def typed(id: str, slack: Workspace, user: str, channel: str, text: str, response_url: str) -> AppDelivery:
    """A slash command."""
    payload = {
        "command": "/callboard",
        "text": text,
        "team_id": BOT["team_id"],
        "api_app_id": APP,
        "user_id": user,
        "user_name": slack.names.get(user, user),
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else slack.names.get(channel, channel),
        "trigger_id": f"trigger.{id}",
        "response_url": response_url,
        "is_enterprise_install": "false",
    }
    return AppDelivery(id=id, manner=EnvelopeKind.SLASH, payload=payload, user=user, channel=channel)


def pressed(
    id: str, user: str, message: Message, action: Mapping[str, Any], at: datetime, response_url: str
) -> AppDelivery:
    """A button of a message; `action` is the element with its `block_id`."""
    payload = {
        "type": "block_actions",
        "team": {"id": BOT["team_id"], "domain": "stage"},
        "api_app_id": APP,
        "user": {"id": user, "team_id": BOT["team_id"]},
        "channel": {"id": message.channel},
        "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel},
        "message": {"type": "message", "user": BOT["user_id"], "ts": message.ts, "text": message.text},
        "trigger_id": f"trigger.{id}",
        "response_url": response_url,
        "actions": [{**action, "action_ts": f"{at.timestamp():.6f}"}],
    }
    return AppDelivery(id=id, manner=EnvelopeKind.INTERACTIVE, payload=payload, user=user, channel=message.channel)


def pressables(blocks: Any) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Each button, and each choice of an overflow menu, with what pressing it is as an action, in their order."""
    for place, block in enumerate(blocks if isinstance(blocks, list) else ()):
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]
        for element in elements:
            known = {"block_id": block.get("block_id", f"b{place}"), "action_id": element.get("action_id", "")}
            if element.get("type") == "button":
                yield element, {**known, "type": "button", "text": element["text"], "value": element.get("value", "")}
            for option in element.get("options", ()):
                yield option, {**known, "type": element["type"], "selected_option": option}


def button(message: Message, label: str) -> Mapping[str, Any] | None:
    """The first button or choice of that label as an action; None if the message has none."""
    for pressable, action in pressables(message.payload.get("blocks")):
        if pressable["text"]["text"] == label:
            return action
    return None


def envelope(delivery: AppDelivery, id: str, retry: int, reason: str) -> dict[str, Any]:
    """The delivery for the websocket, each time with an id of its own (https://docs.slack.dev/apis/events-api/using-socket-mode)."""
    retried = {"retry_attempt": retry, "retry_reason": reason} if delivery.manner is EnvelopeKind.EVENTS else {}
    return {
        "type": delivery.manner.value,
        "envelope_id": id,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.manner is not EnvelopeKind.EVENTS,
        **retried,
    }
