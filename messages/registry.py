"""Which messages are durable: an outbox row is `kind`, `version`, `payload`, and this is how it becomes an event.

Changing a message: raise its version here, and say in UPGRADES how a payload of the version before becomes one of the
new. Rows that were written before stay readable, in outboxes and dead letters alike.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from messages.commands import CommandAnswered, PreferencesChanged, UserCommand, UserForgotten
from messages.delivery import Tombstone
from messages.drafts import (
    DraftsFound,
    DraftsPublished,
    DraftsRead,
    DraftsUpdated,
    DraftsWithdrawn,
    WatchedNumbers,
)
from messages.notices import NotifyChannel, NotifyUser, SummarizeForChannel, SummarizeForUser
from messages.papers import CaughtUp, PapersAdded, PapersChanged

Upgrade = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A payload, as JSON values, of one version to that of the next. Pure."""

DURABLE: MappingProxyType[tuple[str, int], type[Any]] = MappingProxyType(
    {
        ("PapersAdded", 1): PapersAdded,
        ("PapersChanged", 1): PapersChanged,
        ("CaughtUp", 1): CaughtUp,
        ("DraftsFound", 1): DraftsFound,
        ("DraftsRead", 1): DraftsRead,
        ("DraftsUpdated", 1): DraftsUpdated,
        ("DraftsWithdrawn", 1): DraftsWithdrawn,
        ("DraftsPublished", 1): DraftsPublished,
        ("WatchedNumbers", 1): WatchedNumbers,
        ("NotifyUser", 1): NotifyUser,
        ("NotifyChannel", 1): NotifyChannel,
        ("Tombstone", 1): Tombstone,
        ("SummarizeForUser", 1): SummarizeForUser,
        ("SummarizeForChannel", 1): SummarizeForChannel,
        ("UserCommand", 1): UserCommand,
        ("CommandAnswered", 1): CommandAnswered,
        ("PreferencesChanged", 1): PreferencesChanged,
        ("UserForgotten", 1): UserForgotten,
    }
)
"""(kind, version) to message class: each kind once, with the version that is written now."""

UPGRADES: MappingProxyType[tuple[str, int], Upgrade] = MappingProxyType({})
"""(kind, version) to what makes its payload one of version + 1: for each version that was ever written, but the
newest. A field that is added with a default needs neither."""

FORMER_KINDS: MappingProxyType[str, str] = MappingProxyType({"Void": "Tombstone"})
"""Names under which older versions wrote a kind, each with the name of today: rows of both are read."""

KIND_OF: MappingProxyType[type[Any], tuple[str, int]] = MappingProxyType({cls: key for key, cls in DURABLE.items()})
"""Message class to the (kind, version) under which it is written."""

SPLIT_FIELDS: MappingProxyType[type[Any], tuple[str, ...]] = MappingProxyType(
    {
        PapersAdded: ("papers",),
        PapersChanged: ("changes",),
        DraftsFound: ("drafts",),
        DraftsRead: ("readings",),
        DraftsUpdated: ("updates",),
        DraftsWithdrawn: ("drafts",),
        DraftsPublished: ("publications",),
        WatchedNumbers: ("added", "removed"),
        NotifyUser: ("notices",),
        NotifyChannel: ("notices",),
    }
)
"""Message class to the tuples by which an event that is too big becomes several, each with all other fields as they
are: whoever takes it must not mind whether the items come together. The others go whole: summaries, commands and their
answers are one thing each, and bounded by whoever makes them."""
