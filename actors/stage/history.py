"""`conversations.history` of the stand-in Slack (https://docs.slack.dev/reference/methods/conversations.history/)."""

import base64
import binascii
import re
from collections.abc import Mapping

from actors.stage.calls import Refusal, is_conversation, is_true, say, shown
from actors.stage.exchange import Asking
from actors.stage.scenery import Workspace
from actors.stage.world import Outcome

MOST = 999
USUAL = 100

_TS = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_END_OF_TIME = 2**62


def history(slack: Workspace, asking: Asking) -> Outcome:
    """The conversation's messages, the newest first, without the answers in threads."""
    arguments = asking.arguments
    channel = str(arguments.get("channel", ""))
    if not is_conversation(slack, channel):
        raise Refusal("channel_not_found")
    inclusive = is_true(arguments, "inclusive")
    above = _bound(arguments, "oldest", 0) - inclusive
    below = min(_bound(arguments, "latest", _END_OF_TIME) + inclusive, _cursor(arguments))
    limit = _limit(arguments)
    found = [
        message
        for message in reversed(slack.messages)
        if message.channel == channel
        and not message.visible_to
        and message.thread_ts is None
        and above < _micros(message.ts) < below
    ]
    with_metadata = is_true(arguments, "include_all_metadata")
    page = {"ok": True, "messages": [shown(message, with_metadata=with_metadata) for message in found[:limit]]}
    if len(found) <= limit:
        return say({**page, "has_more": False})
    cursor = base64.b64encode(f"next_ts:{found[limit - 1].ts}".encode()).decode()
    return say({**page, "has_more": True, "response_metadata": {"next_cursor": cursor}})


def _limit(arguments: Mapping[str, object]) -> int:
    told = str(arguments.get("limit") or USUAL)
    if not (told.isascii() and told.isdigit() and 0 < int(told[:6]) <= MOST):
        raise Refusal("invalid_limit")
    return int(told)


def _bound(arguments: Mapping[str, object], name: str, otherwise: int) -> int:
    if not (told := arguments.get(name)):
        return otherwise
    try:
        return _micros(str(told))
    except ValueError:
        raise Refusal(f"invalid_ts_{name}") from None


def _cursor(arguments: Mapping[str, object]) -> int:
    """What the next page lies before."""
    if not (told := arguments.get("cursor")):
        return _END_OF_TIME
    try:
        return _micros(base64.b64decode(str(told), validate=True).decode().removeprefix("next_ts:"))
    except (binascii.Error, ValueError):
        raise Refusal("invalid_cursor") from None


def _micros(ts: str) -> int:
    """Microseconds since the epoch. Raises ValueError."""
    if (parts := _TS.fullmatch(ts)) is None:
        raise ValueError(ts)
    return int(parts[1]) * 1_000_000 + int((parts[2] or "").ljust(6, "0"))
