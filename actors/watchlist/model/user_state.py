"""What is known of a user when they give a command, and what is to become of it. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actors.watchlist.matching.entries import EntryKind, WatchEntry
from actors.watchlist.matching.mutes import Mute
from messages.commands import Preferences
from messages.notices import Notice


class Requester(Enum):
    """Who gives the command. READER: the user, in Slack, where an answer can have buttons. OPERATOR: somebody else for
    the user, on a command line, where it cannot."""

    USER = "reader"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """Something that the user was told: the notice, which of their entries matched, which stood only in the first words
    of its text, and when it was handed to the notifier. `at` None: it waits to be."""

    notice: Notice
    matched: tuple[str, ...]
    mentioned: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserState:
    """A user as they are: their entries oldest first, the mutes that hold, the way they are told (None: they never
    said); `requester` and `by` say who asks."""

    id: str
    requester: Requester
    by: str
    entries: tuple[WatchEntry, ...]
    mutes: tuple[Mute, ...]
    preferences: Preferences | None

    def entry(self, kind: EntryKind, key: str) -> WatchEntry | None:
        """The entry of theirs with this key."""
        return next((each for each in self.entries if each.key == key and each.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a command does to a user. An unmute is a kind and a key."""

    add: tuple[WatchEntry, ...] = ()
    remove: tuple[tuple[EntryKind, str], ...] = ()
    mute: tuple[Mute, ...] = ()
    unmute: tuple[tuple[EntryKind | None, str], ...] = ()
    preferences: Preferences | None = None
    forget: bool = False


NO_CHANGES = Changes()
