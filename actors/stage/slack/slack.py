"""Slack's Web API, as far as Callboard uses it: decided from the workspace's state and the call.

The methods, their arguments and their errors are those of https://docs.slack.dev/reference/methods/; people and
channels exist as soon as they are named by an id that could be one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from actors.stage.faults.exchange import Asking
from actors.stage.slack import conversations, posting, views
from actors.stage.slack.calls import APP, BOT, Refusal, is_private, limited, say
from actors.stage.slack.history import history, replies
from actors.stage.slack.rate_limits import is_counted, seconds_to_wait
from actors.stage.world.slack_events import MethodCalled, TicketIssued
from actors.stage.world.state import STAGE_APP_TOKEN, Workspace
from actors.stage.world.world import SiteOutcome, World


def answer(world: World, asking: Asking) -> SiteOutcome:
    """Slack's answer to a call."""
    slack = world.slack
    try:
        if wait := seconds_to_wait(slack, asking):
            return limited(timedelta(seconds=wait))
        return _counted(slack, asking, _answer(slack, asking))
    except MissingScope as missing:
        provided = ",".join(slack.scopes)
        return say({"ok": False, "error": "missing_scope", "needed": missing.needed, "provided": provided})
    except posting.BadBlocks as bad:
        told = {"messages": [f"[ERROR] {problem}" for problem in bad.found]}
        return say({"ok": False, "error": str(bad), "errors": list(bad.found), "response_metadata": told})
    except views.BadView as bad:
        told = {"messages": [f"[ERROR] {problem}" for problem in bad.found]}
        return say({"ok": False, "error": str(bad), "response_metadata": told})
    except Refusal as refusal:
        return say({"ok": False, "error": str(refusal)})


class MissingScope(Refusal):
    """A call for which the token lacks a scope."""

    def __init__(self, needed: str) -> None:
        super().__init__("missing_scope")
        self.needed = needed


def _counted(slack: Workspace, asking: Asking, outcome: SiteOutcome) -> SiteOutcome:
    if not is_counted(slack, asking.name):
        return outcome
    return replace(outcome, events=(*outcome.events, MethodCalled(method=asking.name, at=asking.at)))


def _answer(slack: Workspace, asking: Asking) -> SiteOutcome:
    if asking.name == "apps.connections.open":
        return _connections_open(slack, asking)
    _check_token(slack, asking)
    if (method := _METHODS.get(asking.name)) is None:
        raise Refusal("unknown_method")
    for needed in _needed(slack, asking):
        if needed not in slack.scopes:
            raise MissingScope(needed)
    return method(slack, asking)


_NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "chat.postMessage": "chat:write",
        "chat.postEphemeral": "chat:write",
        "chat.update": "chat:write",
        "chat.unfurl": "links:write",
        "conversations.open": "im:write",
        "conversations.join": "channels:join",
        "bots.info": "users:read",
        "users.info": "users:read",
    }
)
_BY_CHANNEL: Mapping[str, str] = MappingProxyType(
    {
        "conversations.history": "history",
        "conversations.replies": "history",
        "conversations.info": "read",
        "conversations.members": "read",
    }
)
_LISTED: Mapping[str, str] = MappingProxyType(
    {"public_channel": "channels:read", "private_channel": "groups:read", "mpim": "mpim:read", "im": "im:read"}
)


def _needed(slack: Workspace, asking: Asking) -> Iterator[str]:
    """The scopes that the call needs."""
    if asking.name == "conversations.list":
        yield from (_LISTED[each] for each in conversations.wanted_types(asking.arguments))
    elif (right := _BY_CHANNEL.get(asking.name)) is not None:
        channel = str(asking.arguments.get("channel", ""))
        yield f"{'im' if channel.startswith('D') else 'groups' if is_private(slack, channel) else 'channels'}:{right}"
    elif asking.name in _NEEDED:
        yield _NEEDED[asking.name]


def _connections_open(slack: Workspace, asking: Asking) -> SiteOutcome:
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


def _auth_test(slack: Workspace, asking: Asking) -> SiteOutcome:
    told = {
        "ok": True,
        "url": "https://stage.slack.example/",
        "team": "Stage",
        "user": "callboard",
        **BOT,
        "is_enterprise_install": bool(slack.enterprise),
        **({"enterprise_id": slack.enterprise, "team_id": slack.enterprise} if slack.enterprise else {}),
    }
    return say(told, headers=(("x-oauth-scopes", ",".join(slack.scopes)),))


def _bots_info(slack: Workspace, asking: Asking) -> SiteOutcome:
    """https://docs.slack.dev/reference/methods/bots.info"""
    if (bot := asking.arguments.get("bot")) != BOT["bot_id"]:
        raise Refusal("bot_not_found" if bot else "missing_argument")
    told = {"id": bot, "deleted": False, "name": "callboard", "user_id": BOT["user_id"], "app_id": APP}
    return say({"ok": True, "bot": told})


_METHODS: Mapping[str, Callable[[Workspace, Asking], SiteOutcome]] = MappingProxyType(
    {
        "auth.test": _auth_test,
        "chat.postMessage": posting.post,
        "chat.postEphemeral": posting.post_ephemeral,
        "chat.update": posting.update,
        "conversations.open": conversations.open_direct,
        "conversations.history": history,
        "conversations.replies": replies,
        "conversations.info": conversations.info,
        "conversations.list": conversations.listing,
        "conversations.members": conversations.members,
        "conversations.join": conversations.join,
        "views.publish": views.publish,
        "views.open": views.open_form,
        "chat.unfurl": views.unfurl,
        "bots.info": _bots_info,
        "users.info": conversations.user_info,
    }
)
