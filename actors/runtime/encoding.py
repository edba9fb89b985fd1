"""Durable events as outbox rows and back: kind, version, JSON (msgspec decodes no union of dataclasses)."""

from typing import Any

import msgspec

from messages.registry import DURABLE, KIND_OF


class UnknownEvent(ValueError):
    """A row whose kind and version this program does not know: it was written by a newer one."""


def encode(event: Any) -> tuple[str, int, str]:
    """Kind, version and JSON text of a durable event. Raises KeyError for a message that is not durable."""
    kind, version = KIND_OF[type(event)]
    return kind, version, msgspec.json.encode(event).decode()


def decode(kind: str, version: int, payload: str) -> Any:
    """The event of a row. Raises UnknownEvent, or msgspec.ValidationError when the payload is not of its class."""
    try:
        cls = DURABLE[kind, version]
    except KeyError as error:
        raise UnknownEvent(f"{kind} version {version} is not known to this version of Callboard") from error
    return msgspec.json.decode(payload, type=cls)
