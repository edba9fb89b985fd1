"""Which messages are durable: an outbox row is `kind`, `version`, `payload`, and this is how it becomes an event."""

from types import MappingProxyType
from typing import Any

from messages.drafts import DraftsFound, DraftsPublished, DraftsUpdated, DraftsWithdrawn, WatchedNumbers
from messages.notices import NotifyChannel, NotifyUser
from messages.papers import PapersAdded, PapersChanged

DURABLE: MappingProxyType[tuple[str, int], type[Any]] = MappingProxyType(
    {
        ("PapersAdded", 1): PapersAdded,
        ("PapersChanged", 1): PapersChanged,
        ("DraftsFound", 1): DraftsFound,
        ("DraftsUpdated", 1): DraftsUpdated,
        ("DraftsWithdrawn", 1): DraftsWithdrawn,
        ("DraftsPublished", 1): DraftsPublished,
        ("WatchedNumbers", 1): WatchedNumbers,
        ("NotifyUser", 1): NotifyUser,
        ("NotifyChannel", 1): NotifyChannel,
    }
)
"""(kind, version) to message class. A changed message gets a new version beside its old one."""

KIND_OF: MappingProxyType[type[Any], tuple[str, int]] = MappingProxyType({cls: key for key, cls in DURABLE.items()})
"""Message class to the (kind, version) under which it is written."""
