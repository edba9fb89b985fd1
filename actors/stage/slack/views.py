"""`views.publish`, `views.open` and `chat.unfurl` of the stand-in Slack.

https://docs.slack.dev/reference/methods/views.publish and its neighbours. The limits of a view are those of
https://docs.slack.dev/reference/views.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from actors.stage.faults.exchange import Asking
from actors.stage.slack.blockkit import problems, view_problems
from actors.stage.slack.calls import APP, BOT, Refusal, is_user, say
from actors.stage.world.slack_events import LinksUnfurled, TriggerUsed, ViewShown
from actors.stage.world.state import Workspace
from actors.stage.world.world import SiteOutcome

LARGEST_VIEW = 250_000
"""Bytes of JSON."""

TRIGGER_LASTS = timedelta(seconds=3)

_SOURCES = ("composer", "conversations_history")


class BadView(Refusal):
    """A view that Slack does not take, and why."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__("invalid_arguments")
        self.found = found


def publish(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`views.publish`: the home of one person. With a `hash`, only if the view with that hash is still there."""
    user, given = str(asking.arguments.get("user_id", "")), asking.arguments.get("hash")
    if not is_user(user):
        raise Refusal("invalid_arguments")
    view = _view(asking.arguments, "home")
    before = slack.homes.get(user)
    if given and (before is None or before["hash"] != given):
        raise Refusal("hash_conflict")
    shown = _shown(view, f"V0HOME{user}", slack.views_shown, asking)
    return say({"ok": True, "view": shown}, ViewShown(user=user, view=shown))


def open_form(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`views.open`: a form, once for each `trigger_id`, within three seconds."""
    trigger = str(asking.arguments.get("trigger_id", ""))
    if (issued := slack.triggers.get(trigger)) is None:
        raise Refusal("invalid_trigger_id")
    user, at = issued
    if trigger in slack.used_triggers:
        raise Refusal("exchanged_trigger_id")
    if asking.at - at > TRIGGER_LASTS:
        raise Refusal("expired_trigger_id")
    shown = _shown(_view(asking.arguments, "modal"), f"V0FORM{user}", slack.views_shown, asking)
    return say({"ok": True, "view": shown}, TriggerUsed(trigger=trigger), ViewShown(user=user, view=shown))


def unfurl(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`chat.unfurl`, by `unfurl_id` and `source`: blocks for links of the message, which must be in it."""
    id, source = str(asking.arguments.get("unfurl_id", "")), str(asking.arguments.get("source", ""))
    unfurls = _object(asking.arguments.get("unfurls"))
    if not id or source not in _SOURCES:
        raise Refusal("invalid_source" if id else "missing_channel")
    if not unfurls:
        raise Refusal("missing_unfurls")
    if (urls := slack.links.get(id)) is None:
        raise Refusal("invalid_unfurl_id")
    if not set(unfurls) <= set(urls):
        raise Refusal("cannot_unfurl_url")
    for each in unfurls.values():
        if not isinstance(each, dict) or not each.get("blocks") or problems(each["blocks"]):
            raise Refusal("invalid_unfurls_format")
    return say({"ok": True}, LinksUnfurled(id=id, unfurls=unfurls))


def _view(arguments: Mapping[str, object], kind: str) -> Mapping[str, Any]:
    """Raises Refusal."""
    view = _object(arguments.get("view"))
    found = view_problems(view, kind)
    if found:
        raise BadView(found)
    if len(json.dumps(view).encode()) > LARGEST_VIEW:
        raise Refusal("view_too_large")
    return view


def _shown(view: Mapping[str, Any], id: str, number: int, asking: Asking) -> dict[str, Any]:
    """A view as Slack gives it out: with an id, and a hash that is another each time."""
    known = {"id": id, "team_id": BOT["team_id"], "app_id": APP, "bot_id": BOT["bot_id"], "root_view_id": id}
    return {**view, **known, "state": {"values": {}}, "hash": f"{int(asking.at.timestamp())}.{number}"}


def _object(given: object) -> Mapping[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise Refusal("invalid_arguments") from None
    return given if isinstance(given, dict) else {}
