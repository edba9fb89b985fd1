"""How many calls of a method Slack accepts, if the script limits them (https://docs.slack.dev/apis/web-api/rate-limits)."""

import math
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from actors.stage.faults.exchange import Asking
from actors.stage.world.state import Workspace

CALLS: Mapping[int, int] = MappingProxyType({1: 1, 2: 20, 3: 50, 4: 100})
"""Calls a minute that each tier allows at least."""

TIERS: Mapping[str, int] = MappingProxyType(
    {
        "apps.connections.open": 1,
        "conversations.list": 2,
        "chat.update": 3,
        "conversations.history": 3,
        "conversations.info": 3,
        "conversations.join": 3,
        "conversations.open": 3,
        "conversations.replies": 3,
        "chat.postEphemeral": 4,
        "users.info": 4,
    }
)
"""As the page of each method says; chat.postMessage has a limit of its own, one message a second in a conversation."""


def is_counted(slack: Workspace, method: str) -> bool:
    """Whether calls of the method are limited now."""
    return method in TIERS and slack.tier_window > timedelta()


def seconds_to_wait(slack: Workspace, asking: Asking) -> int:
    """Seconds until the method accepts the next call; 0: now."""
    if not is_counted(slack, asking.name):
        return 0
    most = CALLS[TIERS[asking.name]]
    recent = [at for at in slack.calls.get(asking.name, ()) if at > asking.at - slack.tier_window]
    if len(recent) < most:
        return 0
    return max(1, math.ceil((recent[-most] + slack.tier_window - asking.at).total_seconds()))
