"""The events of the stage: those of the script, and those that requests to the sites cause."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FaultRule
from actors.stage.world.journal import JournalEntry
from actors.stage.world.port_events import ClosePort, OpenPort, PortEvent, PutMail
from actors.stage.world.slack_events import ScriptedSlackEvent, SlackEvent
from actors.stage.world.state import IndexFile, ListingFile, PaperFile, TrackedIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIndex:
    """wg21.link has this index from now on."""

    file: IndexFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDraft:
    """The papers folder has this file, new or changed."""

    name: str
    file: PaperFile


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDraft:
    """The papers folder no longer has this file."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetListing:
    """open-std.org has this page from now on: of a year (`2025`), or its root (`root`). None: it has none."""

    name: str
    file: ListingFile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIssues:
    """The paper tracker has these issues from now on."""

    issues: tuple[TrackedIssue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTracker:
    """The paper tracker shows at most `page_size` issues a page and accepts `requests` requests each `window` without
    the `token`, and any number with it; empty: it knows none."""

    requests: int = 60
    window: timedelta = timedelta(hours=1)
    page_size: int = 100
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRobots:
    """The host of the papers folder has this robots.txt from now on; None: it has none."""

    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFault:
    """A site has one more fault."""

    rule: FaultRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearFaults:
    """The faults of a site are cleared; None: of every site."""

    site: Site | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOver:
    """Everything is reset except the index and the sequence number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMet:
    """A rule has met one request."""

    rule: FaultRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A site has answered, or a fault has kept it from answering."""

    site: Site
    entry: JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerCalled:
    """The paper tracker has counted a request."""

    at: datetime


ScriptEvent = (
    SetIndex
    | PutDraft
    | RemoveDraft
    | SetListing
    | SetIssues
    | LimitTracker
    | SetRobots
    | AddFault
    | ClearFaults
    | ScriptedSlackEvent
    | OpenPort
    | ClosePort
    | PutMail
    | StartOver
)
Event = ScriptEvent | SlackEvent | TrackerCalled | PortEvent | FaultMet | Answered
