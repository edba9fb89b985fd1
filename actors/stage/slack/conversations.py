"""`conversations.open`, `.info`, `.list`, `.members`, `.join` and `users.info` of the stand-in Slack.

https://docs.slack.dev/reference/methods/conversations.list and its neighbours.
"""

import base64
import binascii
from collections.abc import Mapping

from actors.stage.faults.exchange import Asking
from actors.stage.slack.calls import (
    BOT,
    Refusal,
    direct_conversation,
    is_conversation,
    is_private,
    is_user,
    opening,
    page_size,
    say,
    team_of,
)
from actors.stage.world.slack_events import ChannelJoined
from actors.stage.world.state import CHANNELS, Workspace
from actors.stage.world.world import SiteOutcome


def open_direct(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`conversations.open`, with one person."""
    arguments = asking.arguments
    if not (user := str(arguments.get("users") or slack.opened.get(str(arguments.get("channel")), ""))):
        raise Refusal("users_list_not_supplied")
    if not is_user(user):
        raise Refusal("user_not_found")
    channel = direct_conversation(user)
    known = channel in slack.opened
    opened = {"ok": True, "no_op": known, "already_open": known, "channel": {"id": channel}}
    return say(opened, *opening(slack, channel))


def info(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`conversations.info`."""
    return say({"ok": True, "channel": _shown(slack, _known(slack, asking))})


def join(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`conversations.join`, a public channel."""
    channel = _known(slack, asking)
    if not channel.startswith("C") or is_private(slack, channel):
        raise Refusal("method_not_supported_for_channel_type")
    shown = {**_shown(slack, channel), "is_member": True}
    if channel not in slack.outside:
        return say({"ok": True, "channel": shown, "warning": "already_in_channel"})
    return say({"ok": True, "channel": shown}, ChannelJoined(channel=channel))


def listing(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`conversations.list`, by id; of private channels those that the app is a member of."""
    types = wanted_types(asking.arguments)
    known = sorted({*CHANNELS, *slack.names, *slack.latest, *slack.opened, *slack.outside})
    found = [id for id in known if is_conversation(slack, id) and _type(slack, id) in types and _is_seen(slack, id)]
    limit, first = page_size(asking.arguments, "invalid_limit"), _cursor(asking.arguments)
    page = {"ok": True, "channels": [_shown(slack, id) for id in found[first : first + limit]]}
    return say({**page, "response_metadata": {"next_cursor": _following(first + limit, len(found))}})


def members(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`conversations.members`: the people in a channel, and the app if it is. Of a direct conversation, both."""
    channel = _known(slack, asking)
    limit, first = page_size(asking.arguments), _cursor(asking.arguments)
    found = sorted(_members(slack, channel))
    page = {"ok": True, "members": found[first : first + limit]}
    return say({**page, "response_metadata": {"next_cursor": _following(first + limit, len(found))}})


def _members(slack: Workspace, channel: str) -> frozenset[str]:
    if (user := slack.opened.get(channel)) is not None:
        return frozenset({user, BOT["user_id"]})
    people = slack.members.get(channel, slack.people)
    return people if channel in slack.outside else people | {BOT["user_id"]}


def _following(first: int, of: int) -> str:
    """The cursor of the page that begins there; empty if there is none."""
    return base64.b64encode(f"from:{first}".encode()).decode() if of > first else ""


def wanted_types(arguments: Mapping[str, object]) -> tuple[str, ...]:
    """The kinds of conversations that a listing is to have. Raises Refusal."""
    types = tuple(each.strip() for each in str(arguments.get("types") or "public_channel").split(","))
    if not set(types) <= {"public_channel", "private_channel", "mpim", "im"}:
        raise Refusal("invalid_types")
    return types


def user_info(slack: Workspace, asking: Asking) -> SiteOutcome:
    """`users.info`."""
    id = str(asking.arguments.get("user", ""))
    if not is_user(id):
        raise Refusal("user_not_found")
    name = slack.names.get(id, id)
    profile = {"real_name": name, "display_name": name}
    told = {
        "id": id,
        "team_id": team_of(slack, id),
        "name": name,
        "real_name": name,
        "deleted": id in slack.deactivated,
        "profile": profile,
    }
    return say({"ok": True, "user": {**told, "is_bot": id == BOT["user_id"], "tz": "Etc/UTC", "tz_offset": 0}})


def _known(slack: Workspace, asking: Asking) -> str:
    channel = str(asking.arguments.get("channel", ""))
    if not is_conversation(slack, channel) or not _is_seen(slack, channel):
        raise Refusal("channel_not_found")
    return channel


def _is_seen(slack: Workspace, id: str) -> bool:
    return not is_private(slack, id) or id not in slack.outside


def _type(slack: Workspace, id: str) -> str:
    if id.startswith("D"):
        return "im"
    return "private_channel" if is_private(slack, id) else "public_channel"


def _shown(slack: Workspace, id: str) -> dict[str, object]:
    if (user := slack.opened.get(id)) is not None:
        return {"id": id, "is_im": True, "is_channel": False, "is_archived": False, "user": user}
    kind = {"is_channel": id.startswith("C"), "is_group": id.startswith("G"), "is_private": is_private(slack, id)}
    name = slack.names.get(id, id.lower())
    standing = {
        "is_archived": id in slack.archived,
        "is_member": id not in slack.outside,
        "is_ext_shared": id in slack.shared,
        "context_team_id": BOT["team_id"],
    }
    return {"id": id, "name": name, **kind, "is_im": False, **standing}


def _cursor(arguments: Mapping[str, object]) -> int:
    """The place at which the page begins."""
    if not (told := arguments.get("cursor")):
        return 0
    try:
        place = base64.b64decode(str(told), validate=True).decode().removeprefix("from:")
    except (binascii.Error, ValueError):
        raise Refusal("invalid_cursor") from None
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        raise Refusal("invalid_cursor")
    return int(place)
