"""What is known of drafts. Spoken by the ProberActor."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from messages.papers import Paper


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
    """FOUND: lies in the papers folder. WITHDRAWN: lay there once. PUBLISHED: its P stands in the index."""

    FOUND = "found"
    WITHDRAWN = "withdrawn"
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
    """Event, durable: fresh drafts, each announced once; with their front matter, if it could be had in time."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReading:
    """A draft with its front matter, and the front matter with which it was told of before: None if without any."""

    draft: Draft
    before: FrontMatter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsRead:
    """Event, durable: drafts whose front matter was read after they had been told of."""

    readings: tuple[DraftReading, ...]


class Change(Enum):
    """What is not as it was with a file. VALIDATOR: its ETag. GONE: it no longer lies there, while another file of the
    draft does. BACK: it lies there again, after the draft was withdrawn."""

    DATE = "date"
    LENGTH = "length"
    VALIDATOR = "validator"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of an updated draft, as it was and as it is; `after` is None when it is gone."""

    what: tuple[Change, ...]
    before: DraftFile
    after: DraftFile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftUpdate:
    """A draft as it is now, and what changed since it was told of last; `summary` is that in words."""

    draft: Draft
    changes: tuple[FileChange, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A draft whose P, of the same number and revision, entered the index."""

    draft: Draft
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsUpdated:
    """Event, durable: drafts whose files were replaced, each confirmed by a second look."""

    updates: tuple[DraftUpdate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsWithdrawn:
    """Event, durable: drafts that had been announced and whose files are gone, and were still gone after a while."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsPublished:
    """Event, durable: drafts that became papers. Who watches the paper hears of it by PapersAdded."""

    publications: tuple[Publication, ...]


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
    """Reply to DraftsQuery, newest first. Their front matter comes without its text."""

    request_id: str
    drafts: tuple[Draft, ...]
