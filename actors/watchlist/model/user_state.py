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
    `requester` and `by` say who gives the command; `default_zone` is the zone of who has set none. The user may be a
    channel, which people and answers call `channel` (`#sg16`; empty for a person); `is_readers` says that it is the
    readers' channel of the configuration."""

    id: str
    requester: Requester
    by: str
    entries: tuple[WatchEntry, ...]
    mutes: tuple[Mute, ...]
    preferences: Preferences | None
    default_zone: str = "UTC"
    channel: str = ""
    is_readers: bool = False

    def entry(self, kind: EntryKind, key: str) -> WatchEntry | None:
        """The user's entry with this key."""
        return next((each for each in self.entries if each.key == key and each.kind is kind), None)

    # --- how answers speak of the user

    def watches(self, how: str = "") -> str:
        """`You're now watching`, `#sg16 is now subscribed to`, where `how` is `now `."""
        return f"{self.channel} is {how}subscribed to" if self.channel else f"You're {how}watching"

    @property
    def watches_not(self) -> str:
        """`You aren't watching`."""
        return f"{self.channel} isn't subscribed to" if self.channel else "You aren't watching"

    def has(self, what: str) -> str:
        """`You have reached …`, `#sg16 has reached …`, where `what` is what comes after it."""
        return f"{self.channel} has {what}" if self.channel else f"You have {what}"

    @property
    def them(self) -> str:
        """`you`, `#sg16`."""
        return self.channel or "you"

    @property
    def list_name(self) -> str:
        """`your list`, `the list of #sg16`."""
        return f"the list of {self.channel}" if self.channel else "your list"


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
