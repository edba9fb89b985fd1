"""Durable events as outbox rows and back: kind, version, JSON (msgspec decodes no union of dataclasses)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from messages.registry import DURABLE, FORMER_KINDS, UPGRADES, Upgrade


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
