"""What a command can be, read. Pure."""

from dataclasses import dataclass
from enum import Enum

from actors.watchlist.commands.parse.timing import Lapse
from messages.commands import Delivery


class Sure(Enum):
    """Whether who asks has been shown what it means, and wants it all the same."""

    NOT_ASKED = "not_asked"
    CONFIRMED = "confirmed"


class Topic(Enum):
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
class Watch:
    """Watch these entries."""

    entries: tuple[str, ...]
    sure: Sure = Sure.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwatch:
    """Watch these no longer."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Watch `new`, and no longer `old`."""

    old: str
    new: str
    sure: Sure = Sure.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteThis:
    """Say nothing about what `what` names (an entry, or `all`) for a while."""

    what: str
    lapse: Lapse


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute:
    """Speak of it again; `all`: of everything."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why was I told of this paper?"""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPaper:
    """What is there of this number?"""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What happened lately?"""

    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Tell me when? None: as it is."""

    delivery: Delivery
    at_minute: int | None = None
    weekday: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Be quiet from one minute of the day to another; both None: never. `zone` None: as it is."""

    begin: int | None
    end: int | None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InZone:
    """My times are of this zone."""

    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Do all of these, one a line."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Forget me."""

    sure: Sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What can be said? `about` a command, or empty."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Misunderstood:
    """What was said is no command. `detail` says why in a sentence or two; `suggestion` is a command that may have been
    meant, or empty; `about` is the command about which help would help, or empty."""

    detail: str
    suggestion: str = ""
    about: str = ""


Order = (
    Topic
    | Watch
    | Unwatch
    | Instead
    | MuteThis
    | Unmute
    | Why
    | AboutPaper
    | Recent
    | Digest
    | Quiet
    | InZone
    | Import
    | Forget
    | Help
    | Misunderstood
)
