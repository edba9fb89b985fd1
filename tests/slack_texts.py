"""What is read out of messages as Slack received them."""

import re
from collections.abc import Mapping
from typing import Any

_TIME = re.compile(r"\n<!date\^[^>]*>")


def timeless(text: str) -> str:
    """A text without the lines that say when something happened."""
    return _TIME.sub("", text)


def announced(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids that a message announces, by its metadata."""
    metadata = payload.get("metadata") or {}
    return tuple(each["id"] for each in metadata.get("event_payload", {}).get("announces", ()))
