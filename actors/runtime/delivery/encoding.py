"""Durable events as outbox rows and back: kind, version, JSON (msgspec decodes no union of dataclasses)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from messages.registry import DURABLE, FORMER_KINDS, SPLIT_FIELDS, UPGRADES, Upgrade

LARGEST_EVENT = 256 * 1024
"""Bytes of an event's JSON. A bigger event becomes several: a message of a megabyte keeps Thespian busy for 10 ms, and
its receiver for a whole turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedEvent:
    """An event, and what its row in the outbox holds."""

    event: Any
    kind: str
    version: int
    payload: str


class UnreadableEvent(ValueError):
    """A row that this program cannot make an event of; the text says why."""


class Codec:
    """Writes events of the newest versions, reads those of all. The arguments are as in messages/registry.py."""

    def __init__(
        self,
        durable: Mapping[tuple[str, int], type[Any]],
        upgrades: Mapping[tuple[str, int], Upgrade],
        former_kinds: Mapping[str, str] = FORMER_KINDS,
    ) -> None:
        self._newest = {kind: (version, cls) for (kind, version), cls in durable.items()}
        self._kinds = {cls: key for key, cls in durable.items()}
        self._upgrades = upgrades
        self._former_kinds = former_kinds

    def encode(self, event: Any) -> tuple[str, int, str]:
        """Kind, version and JSON text of a durable event. Raises KeyError for a message that is not durable."""
        kind, version = self._kinds[type(event)]
        return kind, version, msgspec.json.encode(event).decode()

    def decode(self, kind: str, version: int, payload: str) -> Any:
        """The event of a row, brought to the newest version of its kind. Raises UnreadableEvent."""
        kind = self._former_kinds.get(kind, kind)
        newest, cls = self._newest.get(kind, (-1, object))
        if version > newest:
            raise UnreadableEvent(f"{kind} version {version} is not known to this version of Callboard")
        try:
            if version == newest:
                return msgspec.json.decode(payload, type=cls)
            return msgspec.convert(self._upgraded(kind, version, newest, msgspec.json.decode(payload)), type=cls)
        except UnreadableEvent:
            raise
        except Exception as error:  # an upgrade may raise anything at what it did not expect
            raise UnreadableEvent(
                f"{kind} version {version} cannot be read: {type(error).__name__}: {error}"
            ) from error

    def _upgraded(self, kind: str, version: int, newest: int, document: Any) -> Any:
        for step in range(version, newest):
            if (upgrade := self._upgrades.get((kind, step))) is None:
                raise UnreadableEvent(f"{kind} version {version} is no longer known to this version of Callboard")
            document = upgrade(document)
        return document


CODEC = Codec(DURABLE, UPGRADES)
"""Of the messages that there are."""


def encoded_parts(event: Any, largest: int = LARGEST_EVENT) -> Sequence[EncodedEvent]:
    """The event, or several with a part of its items each if it is bigger than `largest` bytes. This is the one place
    where events are cut; SPLIT_FIELDS in messages/registry.py says by which fields."""
    whole = _encoded(event)
    fields = SPLIT_FIELDS.get(type(event), ())
    if len(whole.payload.encode()) <= largest or not fields:
        return (whole,)
    empty = replace(event, **dict.fromkeys(fields, ()))
    room = largest - len(_encoded(empty).payload.encode())
    return [
        _encoded(replace(empty, **{field: tuple(item for each, item in group if each == field) for field in fields}))
        for group in _groups([(field, item) for field in fields for item in getattr(event, field)], room)
    ]


def _groups(items: Sequence[tuple[str, Any]], room: int) -> Iterator[Sequence[tuple[str, Any]]]:
    """The items in their order, as many together as there is room for; one that is too big is alone."""
    group: list[tuple[str, Any]] = []
    taken = 0
    for field, item in items:
        size = len(msgspec.json.encode(item)) + 1
        if group and taken + size > room:
            yield group
            group, taken = [], 0
        group.append((field, item))
        taken += size
    yield group


def _encoded(event: Any) -> EncodedEvent:
    kind, version, payload = CODEC.encode(event)
    return EncodedEvent(event=event, kind=kind, version=version, payload=payload)
