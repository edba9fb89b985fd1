"""What a command can be, read. Pure."""

from dataclasses import dataclass
from enum import Enum

from actors.watchlist.commands.parse.timing import Duration
from messages.commands import Delivery


class Confirmation(Enum):
    """Whether who asks has been shown what it means, and wants it all the same."""

    NOT_ASKED = "not_asked"
    CONFIRMED = "confirmed"


class SimpleCommand(Enum):
    """Commands that are asked without words of their own."""

    WATCHING = "watching"
    MUTES = "mutes"
    STATUS = "status"
    VERSION = "version"
    UPTIME = "uptime"
    SETTINGS = "settings"
    EXPORT = "export"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCommand:
    """Watch these entries."""

    entries: tuple[str, ...]
    confirmation: Confirmation = Confirmation.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class UnwatchCommand:
    """Watch these no longer."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCommand:
    """Watch `new`, and no longer `old`."""

    old: str
    new: str
    confirmation: Confirmation = Confirmation.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteCommand:
    """Say nothing about what `what` names (an entry, or `all`) for a while."""

    what: str
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteCommand:
    """Speak of it again; `all`: of everything."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyCommand:
    """Why was I told of this paper?"""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCommand:
    """What is there of this number?"""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCommand:
    """What happened lately?"""

    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCommand:
    """Tell me when? None: as it is."""

    delivery: Delivery
    at_minute: int | None = None
    weekday: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietCommand:
    """Be quiet from one minute of the day to another; both None: never. `zone` None: as it is."""

    begin: int | None
    end: int | None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimezoneCommand:
    """My times are of this zone."""

    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCommand:
    """Do all of these, one a line."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetCommand:
    """Forget me."""

    confirmation: Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCommand:
    """What can be said? `about` a command, or empty."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """What was said is no command. `detail` says why in a sentence or two; `suggestion` is a command that may have been
    meant, or empty; `about` is the command about which help would help, or empty."""

    detail: str
    suggestion: str = ""
    about: str = ""


ParsedCommand = (
    SimpleCommand
    | WatchCommand
    | UnwatchCommand
    | ReplaceCommand
    | MuteCommand
    | UnmuteCommand
    | WhyCommand
    | PaperCommand
    | RecentCommand
    | DigestCommand
    | QuietCommand
    | TimezoneCommand
    | ImportCommand
    | ForgetCommand
    | HelpCommand
    | NotUnderstood
)
