"""`conversations.history` and `conversations.replies` of the stand-in Slack.

https://docs.slack.dev/reference/methods/conversations.history/ and
https://docs.slack.dev/reference/methods/conversations.replies/
"""

import base64
import binascii
import re
from collections.abc import Mapping

from actors.stage.faults.exchange import Asking
from actors.stage.slack.calls import (
    Refusal,
    is_conversation,
    is_private,
    is_true,
    page_size,
    parent_author,
    say,
    shown,
)
from actors.stage.world.state import Message, Workspace
from actors.stage.world.world import SiteOutcome

_TS = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_END_OF_TIME = 2**62


def history(slack: Workspace, asking: Asking) -> SiteOutcome:
    """The conversation's messages without the answers in threads, on each page the newest first. The first page is the
    newest; with `oldest` but no `latest` it is the oldest."""
    arguments = asking.arguments
    said = _said(slack, arguments)
    above, below = _bounds(arguments)
    is_from_oldest = bool(arguments.get("oldest")) and not arguments.get("latest")
    if is_from_oldest:
        above = max(above, _cursor(arguments, -1))
    else:
        below = min(below, _cursor(arguments, _END_OF_TIME))
    wanted = [message for message in said if message.thread_ts is None and above < _micros(message.ts) < below]
    page = wanted[: page_size(arguments)] if is_from_oldest else wanted[::-1][: page_size(arguments)]
    last = page[-1].ts if len(page) < len(wanted) else ""
    return _page(arguments, said, page[::-1] if is_from_oldest else page, last)


def replies(slack: Workspace, asking: Asking) -> SiteOutcome:
    """A message and the answers in its thread, the oldest first; the bounds are those of the answers."""
    arguments = asking.arguments
    said = _said(slack, arguments)
    asked = next((message for message in said if message.ts == str(arguments.get("ts", ""))), None)
    if asked is None:
        raise Refusal("thread_not_found")
    root = asked.thread_ts or asked.ts
    above, below = _bounds(arguments)
    passed = _cursor(arguments, -1)
    found = [
        message
        for message in said
        if message.ts == root or (message.thread_ts == root and above < _micros(message.ts) < below)
    ]
    left = [message for message in found if _micros(message.ts) > passed]
    page = left[: page_size(arguments)]
    return _page(arguments, said, page, page[-1].ts if len(page) < len(left) else "")


def _said(slack: Workspace, arguments: Mapping[str, object]) -> tuple[Message, ...]:
    """The messages that everybody in the conversation sees, oldest first."""
    channel = str(arguments.get("channel", ""))
    if not is_conversation(slack, channel) or (channel in slack.outside and is_private(slack, channel)):
        raise Refusal("channel_not_found")
    if channel in slack.outside:
        raise Refusal("not_in_channel")
    return tuple(message for message in slack.messages if message.channel == channel and not message.visible_to)


def _page(arguments: Mapping[str, object], said: tuple[Message, ...], page: list[Message], last: str) -> SiteOutcome:
    """`last` is the message after which the next page goes on, empty if there is none."""
    with_metadata = is_true(arguments, "include_all_metadata")
    messages = [shown(message, with_metadata=with_metadata) | _thread(message, said) for message in page]
    told = {"ok": True, "messages": messages}
    if not last:
        return say({**told, "has_more": False})
    cursor = base64.b64encode(f"next_ts:{last}".encode()).decode()
    return say({**told, "has_more": True, "response_metadata": {"next_cursor": cursor}})


def _thread(message: Message, said: tuple[Message, ...]) -> dict[str, object]:
    """What an answer says of the message that it answers, or an answered message about its thread."""
    if message.thread_ts is not None:
        return {"parent_user_id": parent_author(said, message.channel, message.thread_ts)}
    answers = [each for each in said if each.thread_ts == message.ts]
    if not answers:
        return {}
    return {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1].ts}


def _bounds(arguments: Mapping[str, object]) -> tuple[int, int]:
    """The times between which messages are wanted, in microseconds."""
    inclusive = is_true(arguments, "inclusive")
    return _bound(arguments, "oldest", 0) - inclusive, _bound(arguments, "latest", _END_OF_TIME) + inclusive


def _bound(arguments: Mapping[str, object], name: str, otherwise: int) -> int:
    if not (told := arguments.get(name)):
        return otherwise
    try:
        return _micros(str(told))
    except ValueError:
        raise Refusal(f"invalid_ts_{name}") from None


def _cursor(arguments: Mapping[str, object], otherwise: int) -> int:
    """The last message of the page before."""
    if not (told := arguments.get("cursor")):
        return otherwise
    try:
        return _micros(base64.b64decode(str(told), validate=True).decode().removeprefix("next_ts:"))
    except (binascii.Error, ValueError):
        raise Refusal("invalid_cursor") from None


def _micros(ts: str) -> int:
    """Microseconds since the epoch. Raises ValueError."""
    if (parts := _TS.fullmatch(ts)) is None:
        raise ValueError(ts)
    return int(parts[1]) * 1_000_000 + int((parts[2] or "").ljust(6, "0"))
