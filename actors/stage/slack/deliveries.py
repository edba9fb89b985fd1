"""What the stage's Slack delivers to the app: the payloads, and when it tries again. Pure.

https://docs.slack.dev/apis/events-api/, https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from actors.stage.slack.calls import APP, BOT, client_msg_id, parent_author, team_of
from actors.stage.world.state import EnvelopeKind, Message, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDelivery:
    """One thing to deliver. `id` names it in the stage's state; `user` and `channel` say who caused it and where."""

    id: str
    manner: EnvelopeKind
    payload: Mapping[str, Any]
    user: str
    channel: str


def said(
    id: str, slack: Workspace, message: Message, at: datetime, more: Mapping[str, Any] = MappingProxyType({})
) -> AppDelivery:
    """A person's message: `message.im` in a direct conversation, elsewhere `app_mention`. `more` is put into the
    event."""
    team, channel, is_direct = team_of(slack, message.author), message.channel, message.channel.startswith("D")
    parent = message.thread_ts
    event = {
        "type": "message" if is_direct else "app_mention",
        "user": message.author,
        "ts": message.ts,
        "client_msg_id": client_msg_id(message),
        "text": message.text,
        "team": team,
        "blocks": rich_text(message.text),
        "channel": channel,
        "event_ts": message.ts,
        **({"user_team": team, "source_team": team} if channel in slack.shared or team != BOT["team_id"] else {}),
        **({"channel_type": "im"} if is_direct else {}),
        **({"thread_ts": parent, "parent_user_id": parent_author(slack.messages, channel, parent)} if parent else {}),
        **more,
    }
    return happened(id, slack, event, at, user=message.author, channel=channel)


def edited(id: str, slack: Workspace, message: Message, text: str, at: datetime) -> AppDelivery:
    """A person has changed a message: a mention comes again, with `edited`; of a direct message both versions come."""
    changed = replace(message, payload={**message.payload, "text": text})
    mark = {"edited": {"user": message.author, "ts": f"{at.timestamp():.6f}"}}
    if not message.channel.startswith("D"):
        return said(id, slack, changed, at, mark)
    before, after = (said(id, slack, each, at).payload["event"] for each in (message, changed))
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": {**after, **mark},
        "previous_message": before,
        "channel": message.channel,
        "ts": mark["edited"]["ts"],
        "event_ts": mark["edited"]["ts"],
        "channel_type": "im",
    }
    return happened(id, slack, event, at, user=message.author, channel=message.channel)


def happened(
    id: str, slack: Workspace, event: Mapping[str, Any], at: datetime, *, user: str = "", channel: str = ""
) -> AppDelivery:
    """Any event, in the outer payload that is the same for all. `team_id` is where it happened, which is not where the
    app is installed if a person of another workspace caused it; `context_team_id` and `authorizations` say that."""
    team = team_of(slack, user)
    installed = {
        "enterprise_id": slack.enterprise or None,
        "team_id": None if slack.enterprise else BOT["team_id"],
        "user_id": BOT["user_id"],
        "is_bot": True,
        "is_enterprise_install": bool(slack.enterprise),
    }
    payload = {
        "token": "one-that-nobody-should-use",
        "team_id": team,
        "context_team_id": BOT["team_id"],
        "context_enterprise_id": slack.enterprise or None,
        "api_app_id": APP,
        "event": dict(event),
        "type": "event_callback",
        "event_id": f"Ev{id}",
        "event_time": int(at.timestamp()),
        "authorizations": [installed],
        "is_ext_shared_channel": channel in slack.shared or team != BOT["team_id"],
        "event_context": f"4-{id}",
    }
    return AppDelivery(id=id, manner=EnvelopeKind.EVENTS, payload=payload, user=user, channel=channel)


def rich_text(text: str) -> list[dict[str, Any]]:
    """What a person has typed, as the blocks that Slack makes of it."""
    parts = [part for part in re.split(r"(<@[UW][A-Z0-9]+>)", text) if part]
    elements = [
        {"type": "user", "user_id": part[2:-1]} if part.startswith("<@") else {"type": "text", "text": part}
        for part in parts
    ]
    return [
        {
            "type": "rich_text",
            "block_id": "b1",
            "elements": [{"type": "rich_text_section", "elements": elements}],
        }
    ]


def typed(id: str, slack: Workspace, user: str, channel: str, text: str, response_url: str) -> AppDelivery:
    """A slash command."""
    payload = {
        "command": "/callboard",
        "text": text,
        "team_id": team_of(slack, user),
        **({"enterprise_id": slack.enterprise} if slack.enterprise else {}),
        "api_app_id": APP,
        "user_id": user,
        "user_name": slack.names.get(user, user),
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else slack.names.get(channel, channel),
        "trigger_id": f"trigger.{id}",
        "response_url": response_url,
        "is_enterprise_install": str(bool(slack.enterprise)).lower(),
    }
    return AppDelivery(id=id, manner=EnvelopeKind.SLASH, payload=payload, user=user, channel=channel)


def pressed(
    id: str, slack: Workspace, user: str, message: Message, action: Mapping[str, Any], at: datetime, response_url: str
) -> AppDelivery:
    """A button of a message; `action` is the element with its `block_id`."""
    payload = {
        "type": "block_actions",
        "team": None if slack.enterprise else {"id": BOT["team_id"], "domain": "stage"},
        "enterprise": {"id": slack.enterprise, "name": "stage"} if slack.enterprise else None,
        "is_enterprise_install": bool(slack.enterprise),
        "api_app_id": APP,
        "user": {"id": user, "team_id": team_of(slack, user)},
        "channel": {"id": message.channel},
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.visible_to),
        },
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
