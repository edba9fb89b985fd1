"""The commands that users can give, parsed. Pure."""

from dataclasses import dataclass
from enum import Enum

from actors.watchlist.commands.parse.times.timing import Duration
from messages.commands import Delivery, DigestStyle, DigestTimes, QuietHours


class Confirmation(Enum):
    """Whether the user has seen what a command would do and wants it anyway."""

    NOT_ASKED = "not_asked"
    CONFIRMED = "confirmed"


class SimpleCommand(Enum):
    """Commands that consist of one word."""

    WATCHING = "watching"
    MUTES = "mutes"
    STATUS = "status"
    VERSION = "version"
    UPTIME = "uptime"
    SETTINGS = "settings"
    EXPORT = "export"
    DRAFTS = "drafts"
    THANKS = "thanks"
    STOP = "stop"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitledNumber:
    """A number and all other words of its line, folded, which may be its title; `entries` are these as entries."""

    number: str
    words: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCommand:
    """Watch these entries. Those `carried` have the mark of an earlier one; `pairs` are two with only a comma between
    them, which may be one name with the last name first; `titled` are numbers with what else is on
    their lines."""

    entries: tuple[str, ...]
    confirmation: Confirmation = Confirmation.NOT_ASKED
    carried: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    titled: tuple[TitledNumber, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnwatchCommand:
    """Stop watching these entries."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCommand:
    """Watch `new` instead of `old`."""

    old: str
    new: str
    confirmation: Confirmation = Confirmation.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteCommand:
    """Mute an entry, a number, or `all`."""

    what: str
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteCommand:
    """End the mute of an entry or a number, or `all` mutes."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyCommand:
    """Show why the user was notified of a number."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCommand:
    """Show a number's newest revisions, or all of them."""

    what: str
    all_revisions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCommand:
    """Show the latest papers and drafts."""

    limit: int


class Every(Enum):
    """How often, where a digest has no days. ANY: not said."""

    DAY = "day"
    WEEK = "week"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCommand:
    """Show papers by words of their titles or by their authors."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCommand:
    """Choose when notices are sent: at `times`; or, if these are empty, on `days` and at `minutes`, each of which stays
    as it was if it is empty (`every` says how many days there are then). A zone or style of None stays as it was."""

    delivery: Delivery
    times: tuple[DigestTimes, ...] = ()
    days: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    every: Every = Every.ANY
    zone: str | None = None
    style: DigestStyle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStyleCommand:
    """Choose whether a digest is one message, or one for each notice."""

    style: DigestStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietCommand:
    """Set quiet hours; none turns them off. `zone` None leaves the zone as it was."""

    hours: tuple[QuietHours, ...]
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimezoneCommand:
    """Set the user's time zone."""

    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCommand:
    """Run all of these lines; CONFIRMED: even if some of them are none that an export writes."""

    lines: tuple[str, ...]
    confirmation: Confirmation = Confirmation.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetCommand:
    """Delete everything about the user."""

    confirmation: Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCommand:
    """Show help `about` a command, a group, or `groups`; a few examples if it is empty, everything if it is `all`."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """The text is not a command. `detail` says why in a sentence or two; `suggestion` is the command that the user may
    have meant, or empty; `choices` are commands of which the user picks one, and if they are more than two the detail
    says how they differ; `about` is the command whose help is useful now, or empty; `entries` are what could be watched
    in it, as far as that is possible."""

    detail: str
    suggestion: str = ""
    choices: tuple[str, ...] = ()
    about: str = ""
    entries: str = ""


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
    | SearchCommand
    | DigestCommand
    | DigestStyleCommand
    | QuietCommand
    | TimezoneCommand
    | ImportCommand
    | ForgetCommand
    | HelpCommand
    | NotUnderstood
)
