"""What the stage's Slack delivers when people use the app's home, a form, a shortcut, or share a link. Pure.

https://docs.slack.dev/reference/events/app_home_opened, https://docs.slack.dev/reference/events/link_shared and
https://docs.slack.dev/reference/interaction-payloads
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from actors.stage.slack.calls import APP, BOT, direct_conversation, team_of
from actors.stage.slack.deliveries import AppDelivery, happened, pressables
from actors.stage.world.state import EnvelopeKind, Message, Workspace

UNFURLED = ("wg21.link",)
"""The domains of the app's manifest."""

_ADDRESS = re.compile(r"https?://[^\s<>|]+")


def home_opened(id: str, slack: Workspace, user: str, at: datetime) -> AppDelivery:
    """A person looks at the home; the view that is there comes with it."""
    seen = slack.homes.get(user)
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": direct_conversation(user),
        "tab": "home",
        "event_ts": f"{at.timestamp():.6f}",
        **({"view": dict(seen)} if seen is not None else {}),
    }
    return happened(id, slack, event, at, user=user)


def home_pressed(id: str, slack: Workspace, user: str, label: str, number: int, at: datetime) -> AppDelivery:
    """The `number`-th button of that label on the person's home. Raises ValueError."""
    view = slack.homes.get(user)
    found = [
        action
        for pressable, action in pressables(view["blocks"] if view is not None else ())
        if pressable["text"]["text"] == label
    ]
    if view is None or len(found) <= number:
        raise ValueError(f"the home of {user} has no button {label!r}")
    action = {**found[number], "action_ts": f"{at.timestamp():.6f}"}
    more = {"container": {"type": "view", "view_id": view["id"]}, "view": dict(view), "actions": [action]}
    return _interactive(id, slack, user, "block_actions", more)


def submitted(id: str, slack: Workspace, user: str, values: Mapping[str, str]) -> AppDelivery:
    """The form that is open, with these values by block. Raises ValueError."""
    view = slack.forms.get(user)
    if view is None:
        raise ValueError(f"{user} has no form open")
    state = {block["block_id"]: _filled(block, values.get(block["block_id"])) for block in view["blocks"]}
    if unknown := values.keys() - state.keys():
        raise ValueError(f"the form has no {', '.join(sorted(unknown))}")
    return _interactive(id, slack, user, "view_submission", {"view": {**view, "state": {"values": state}}})


def shortcut(id: str, slack: Workspace, user: str, callback: str, message: Message, at: datetime) -> AppDelivery:
    """A shortcut of a message."""
    said = {"type": "message", "user": message.author or BOT["user_id"], "ts": message.ts, "text": message.text}
    more = {
        "callback_id": callback,
        "channel": {"id": message.channel, "name": slack.names.get(message.channel, message.channel)},
        "message_ts": message.ts,
        "message": said,
        "action_ts": f"{at.timestamp():.6f}",
    }
    return _interactive(id, slack, user, "message_action", more)


def link_shared(id: str, slack: Workspace, message: Message, at: datetime) -> AppDelivery | None:
    """A person's message with addresses of the app's domains; None if it has none."""
    urls = links_in(message.text)
    if not urls:
        return None
    event = {
        "type": "link_shared",
        "channel": message.channel,
        "is_bot_user_member": message.channel not in slack.outside,
        "user": message.author,
        "message_ts": message.ts,
        "unfurl_id": unfurl_id(message),
        "source": "conversations_history",
        "links": [{"domain": urlsplit(url).hostname, "url": url} for url in urls],
        "event_ts": message.ts,
    }
    return happened(id, slack, event, at, user=message.author, channel=message.channel)


def unfurl_id(message: Message) -> str:
    """Under which the links of a message are unfurled."""
    return f"{message.channel}.{message.ts}.unfurl"


def links_in(text: str) -> tuple[str, ...]:
    """The addresses of the app's domains in a text."""
    found = dict.fromkeys(_ADDRESS.findall(text))
    return tuple(url for url in found if (urlsplit(url).hostname or "") in UNFURLED)


def _interactive(id: str, slack: Workspace, user: str, kind: str, more: Mapping[str, Any]) -> AppDelivery:
    payload = {
        "type": kind,
        "team": None if slack.enterprise else {"id": BOT["team_id"], "domain": "stage"},
        "enterprise": {"id": slack.enterprise, "name": "stage"} if slack.enterprise else None,
        "is_enterprise_install": bool(slack.enterprise),
        "api_app_id": APP,
        "user": {"id": user, "team_id": team_of(slack, user)},
        "trigger_id": f"trigger.{id}",
        **more,
    }
    channel = direct_conversation(user)
    return AppDelivery(id=id, manner=EnvelopeKind.INTERACTIVE, payload=payload, user=user, channel=channel)


def _filled(block: Mapping[str, Any], value: str | None) -> dict[str, Any]:
    """A field with its value, or what it began with. Raises ValueError for a value that cannot be chosen."""
    element = block["element"]
    kind = element["type"]
    if kind == "plain_text_input":
        given: dict[str, Any] = {"value": value}
    elif kind == "timepicker":
        given = {"selected_time": value or element.get("initial_time")}
    else:
        groups = element.get("option_groups", [{"options": element.get("options", [])}])
        options = {each["value"]: each for group in groups for each in group["options"]}
        if value is not None and value not in options:
            raise ValueError(f"{value!r} is no choice of {block['block_id']}")
        given = {"selected_option": options[value] if value is not None else element.get("initial_option")}
    return {element["action_id"]: {"type": kind, **given}}
