"""Which messages are durable: an outbox row is `kind`, `version`, `payload`, and this is how it becomes an event.

Changing a message: raise its version here, and say in UPGRADES how a payload of the version before becomes one of the
new. Rows that were written before stay readable, in outboxes and dead letters alike.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from messages.checks import CheckAlert
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
from messages.notices import NotifyChannel, NotifyUser, SummarizeForChannel, SummarizeForUser, TakeBackNotices
from messages.papers import CaughtUp, MailingPublished, PapersAdded, PapersChanged

Upgrade = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A payload, as JSON values, of one version to that of the next. Pure."""

DURABLE: MappingProxyType[tuple[str, int], type[Any]] = MappingProxyType(
    {
        ("PapersAdded", 1): PapersAdded,
        ("PapersChanged", 1): PapersChanged,
        ("CaughtUp", 1): CaughtUp,
        ("MailingPublished", 1): MailingPublished,
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
        ("PreferencesChanged", 2): PreferencesChanged,
        ("UserForgotten", 1): UserForgotten,
        ("TakeBackNotices", 1): TakeBackNotices,
        ("CheckAlert", 1): CheckAlert,
    }
)
"""(kind, version) to message class: each kind once, with the version that is written now."""


def _preferences_by_weekday(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """PreferencesChanged 1 to 2: one time a day or a week becomes times by weekday, and quiet hours become those of
    every day."""
    old = payload["preferences"]
    every_day, begin, end = list(range(7)), old["quiet_from"], old["quiet_to"]
    days = every_day if old["delivery"] == "daily" else [old["weekday"]]
    quiet = [] if begin is None or end is None else [{"days": every_day, "begin": begin, "end": end or 1440}]
    preferences = {
        "user": old["user"],
        "delivery": "immediate" if old["delivery"] == "immediate" else "digest",
        "digest": [{"days": days, "minutes": [old["at_minute"]]}],
        "zone": old["zone"],
        "quiet": quiet,
    }
    return {"preferences": preferences}


UPGRADES: MappingProxyType[tuple[str, int], Upgrade] = MappingProxyType(
    {("PreferencesChanged", 1): _preferences_by_weekday}
)
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
        TakeBackNotices: ("entries", "subjects"),
    }
)
"""Message class to the tuples by which an event that is too big becomes several, each with all other fields as they
are: whoever takes it must not mind whether the items come together. The others go whole: summaries, commands and their
answers are one thing each, and bounded by whoever makes them."""
