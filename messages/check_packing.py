"""The checks of a configuration as they travel in a message: most of them differ in little, so that 10,000 take some
hundred kilobytes, where a message must stay below 1 MB."""

import zlib
from dataclasses import fields
from typing import Any

import msgspec

from messages.check_definitions import CheckDefinition

LEVEL = 1
"""Of compression: the fastest already makes a tenth of them."""


def packed(checks: tuple[CheckDefinition, ...]) -> bytes:
    """As few bytes."""
    return zlib.compress(msgspec.msgpack.encode(checks), LEVEL)


def unpacked(data: bytes) -> tuple[CheckDefinition, ...]:
    """The checks of these bytes, made of parts that several have in common."""
    parts: dict[Any, Any] = {}
    checks = msgspec.msgpack.decode(zlib.decompress(data), type=tuple[CheckDefinition, ...])
    return tuple(_sharing(check, parts) for check in checks)


def _sharing(check: CheckDefinition, parts: dict[Any, Any]) -> CheckDefinition:
    values = ((field.name, getattr(check, field.name)) for field in fields(check))
    return CheckDefinition(**{name: parts.setdefault((name, value), value) for name, value in values})
