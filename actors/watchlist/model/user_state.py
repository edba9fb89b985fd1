"""What is known of a user when a command comes, and what the command changes. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actors.watchlist.matching.entries import EntryKind, WatchEntry
from actors.watchlist.matching.mutes import Mute
from messages.commands import Preferences
from messages.notices import Notice


class Requester(Enum):
    """Who gives the command. USER: the user, in Slack, where an answer can have buttons. OPERATOR: somebody else, on a
    command line, where it cannot."""

    USER = "user"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """A notice for a user: which of their entries matched, which appear only in the first words of the paper's text,
    and when it was handed to the notifier; `at` is None while it waits. If the user unwatched or muted what it was
    about before that, `taken_back` says why it was not, and `at` when."""

    notice: Notice
    matched: tuple[str, ...]
    mentioned: tuple[str, ...]
    at: datetime | None
    taken_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserState:
    """A user's entries, oldest first, their active mutes, and their preferences (None if they never set any).
    `requester` and `by` say who gives the command; `default_zone` is the zone of who has set none."""

    id: str
    requester: Requester
    by: str
    entries: tuple[WatchEntry, ...]
    mutes: tuple[Mute, ...]
    preferences: Preferences | None
    default_zone: str = "UTC"

    def entry(self, kind: EntryKind, key: str) -> WatchEntry | None:
        """The user's entry with this key."""
        return next((each for each in self.entries if each.key == key and each.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a command changes for a user. An unmute is a kind and a key."""

    add: tuple[WatchEntry, ...] = ()
    remove: tuple[tuple[EntryKind, str], ...] = ()
    mute: tuple[Mute, ...] = ()
    unmute: tuple[tuple[EntryKind | None, str], ...] = ()
    preferences: Preferences | None = None
    forget: bool = False


NO_CHANGES = Changes()
