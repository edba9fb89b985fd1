"""`conversations.history` and `conversations.replies` of the stand-in Slack.

https://docs.slack.dev/reference/methods/conversations.history/ and
https://docs.slack.dev/reference/methods/conversations.replies/
"""

import base64
import binascii
import re
from collections.abc import Mapping

from actors.stage.faults.exchange import Asking
from actors.stage.slack.calls import Refusal, is_conversation, is_true, page_size, say, shown
from actors.stage.world.state import Message, Workspace
from actors.stage.world.world import SiteOutcome

_TS = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_END_OF_TIME = 2**62


def history(slack: Workspace, asking: Asking) -> SiteOutcome:
    """The conversation's messages, the newest first, without the answers in threads."""
    arguments = asking.arguments
    said = _said(slack, arguments)
    above, below = _bounds(arguments)
    below = min(below, _cursor(arguments, _END_OF_TIME))
    found = [message for message in reversed(said) if message.thread_ts is None and above < _micros(message.ts) < below]
    return _page(arguments, said, found)


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
    return _page(arguments, said, [message for message in found if _micros(message.ts) > passed])


def _said(slack: Workspace, arguments: Mapping[str, object]) -> tuple[Message, ...]:
    """The messages that everybody in the conversation sees, oldest first."""
    channel = str(arguments.get("channel", ""))
    if not is_conversation(slack, channel) or (channel in slack.outside and not channel.startswith("C")):
        raise Refusal("channel_not_found")
    if channel in slack.outside:
        raise Refusal("not_in_channel")
    return tuple(message for message in slack.messages if message.channel == channel and not message.visible_to)


def _page(arguments: Mapping[str, object], said: tuple[Message, ...], found: list[Message]) -> SiteOutcome:
    limit = page_size(arguments)
    with_metadata = is_true(arguments, "include_all_metadata")
    messages = [shown(message, with_metadata=with_metadata) | _thread(message, said) for message in found[:limit]]
    page = {"ok": True, "messages": messages}
    if len(found) <= limit:
        return say({**page, "has_more": False})
    cursor = base64.b64encode(f"next_ts:{found[limit - 1].ts}".encode()).decode()
    return say({**page, "has_more": True, "response_metadata": {"next_cursor": cursor}})


def _thread(message: Message, said: tuple[Message, ...]) -> dict[str, object]:
    """What an answered message says about its thread."""
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
