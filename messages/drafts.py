"""What is known of drafts. Spoken by the ProberActor."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from messages.papers import CaughtUp, Paper, PapersAdded, PapersChanged


class DraftPrefix(Enum):
    """The first letter of a name in the papers folder."""

    D = "D"
    P = "P"


class Extension(Enum):
    """The file types that are asked for."""

    PDF = "pdf"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """One file of a draft. `url` where it lies; `last_modified` as the server said, None if it did not say so in a
    way that can be read; `length` in bytes, None when unknown."""

    extension: Extension
    url: str
    last_modified: datetime | None
    length: int | None


class DraftState(Enum):
    """FOUND: lies in the papers folder. PUBLISHED: its P stands in the index."""

    FOUND = "found"
    PUBLISHED = "published"


class Announcement(Enum):
    """Whether a draft was told to anybody: SILENT ones were older than the alert window when they were found."""

    ANNOUNCED = "announced"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What a draft says of itself, as far as it could be made out: `title` may be empty, `authors` and `audience` (the
    groups that it is for, as it writes them) in its order, `date` None; `text` are its first 1,000 words, parted by
    single blanks. All of it is text from outside."""

    title: str
    authors: tuple[str, ...]
    audience: tuple[str, ...]
    date: date | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft: all the files of one prefix, number and revision, e.g. D1234R1 as pdf and html.

    `predecessor` is the newest entry of the index with this number when the draft was found (its title and authors
    stand for the draft's own until its front matter is read), None for an unknown number. `front_matter` is None until
    it is read.
    """

    id: str
    prefix: DraftPrefix
    number: int
    revision: int
    files: tuple[DraftFile, ...]
    found_at: datetime
    announcement: Announcement
    state: DraftState
    predecessor: Paper | None
    front_matter: FrontMatter | None = None

    @property
    def title(self) -> str:
        """Its own, or its predecessor's; empty when neither is known."""
        own = self.front_matter.title if self.front_matter is not None else ""
        return own or (self.predecessor.title if self.predecessor is not None else "")

    @property
    def authors(self) -> tuple[str, ...]:
        """Its own, or its predecessor's; empty when neither are known."""
        own = self.front_matter.authors if self.front_matter is not None else ()
        return own or (self.predecessor.authors if self.predecessor is not None else ())

    @property
    def audience(self) -> tuple[str, ...]:
        """The groups that it says it is for."""
        return self.front_matter.audience if self.front_matter is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsFound:
    """Event, durable: fresh drafts of one batch of probes, each announced once."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedNumbers:
    """Event, durable, from the WatchlistActor: the paper numbers that got their first watcher or lost their last."""

    added: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsQuery:
    """Query: the newest `limit` drafts, the silently found ones too; of one paper number, or of all."""

    request_id: str
    limit: int
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsReply:
    """Reply to DraftsQuery, newest first."""

    request_id: str
    drafts: tuple[Draft, ...]


PROBER_ACCEPTS = frozenset({PapersAdded, PapersChanged, CaughtUp, WatchedNumbers, DraftsQuery})
