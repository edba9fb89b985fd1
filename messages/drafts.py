"""What is known about drafts. The ProberActor sends these."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from messages.papers import Paper


class DraftPrefix(Enum):
    """The first letter of a name in the papers folder."""

    D = "D"
    P = "P"


class Extension(Enum):
    """The file types that are probed."""

    PDF = "pdf"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """One file of a draft at `url`; `last_modified` as the server said, None if it is missing or unreadable; `length`
    in bytes, None if unknown."""

    extension: Extension
    url: str
    last_modified: datetime | None
    length: int | None


class DraftState(Enum):
    """FOUND: it is in the papers folder. WITHDRAWN: it was there once. PUBLISHED: its P is in the index."""

    FOUND = "found"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"


class Announcement(Enum):
    """Whether a draft was announced: SILENT ones were older than the alert window when they were found."""

    ANNOUNCED = "announced"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What a draft says about itself, as far as it could be read: `title` may be empty; `authors` and `audience` (the
    groups it is for, as written) in its order; `date` may be None; `text` is its first 1,000 words, separated by single
    spaces. `number` is the one it prints (`D2300R10`), `changes` what is new in this revision, and `abstract` the first
    sentences of its abstract; each may be empty. All of this is text from outside."""

    title: str
    authors: tuple[str, ...]
    audience: tuple[str, ...]
    date: date | None
    text: str
    number: str = ""
    changes: str = ""
    abstract: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft: all the files of one prefix, number and revision, e.g. D1234R1 as pdf and html.

    `predecessor` is the newest entry in the index with this number when the draft was found, None for an unknown
    number; its title and authors stand in for those of the draft until its front matter is read. `front_matter` is None
    until it is read.
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
        """Its own title or its predecessor's; empty if neither is known."""
        own = self.front_matter.title if self.front_matter is not None else ""
        return own or (self.predecessor.title if self.predecessor is not None else "")

    @property
    def authors(self) -> tuple[str, ...]:
        """Its own authors or its predecessor's; empty if neither are known."""
        own = self.front_matter.authors if self.front_matter is not None else ()
        return own or (self.predecessor.authors if self.predecessor is not None else ())

    @property
    def audience(self) -> tuple[str, ...]:
        """The groups that it says it is for."""
        return self.front_matter.audience if self.front_matter is not None else ()

    @property
    def earlier_authors(self) -> tuple[str, ...]:
        """The authors of its predecessor that its file does not name. Empty if `authors` are the predecessor's."""
        before = self.predecessor.authors if self.predecessor is not None else ()
        return tuple(name for name in before if name not in self.authors)

    @property
    def changed_at(self) -> datetime | None:
        """When the newest of its files was changed, as the server says; None if it does not."""
        return max((file.last_modified for file in self.files if file.last_modified is not None), default=None)

    @property
    def previous(self) -> str:
        """The id of the newest paper of its number when it was found; empty for a number that had none."""
        return self.predecessor.id if self.predecessor is not None else ""

    @property
    def uploaded_at(self) -> datetime | None:
        """When the first of its files was uploaded, as the server says; None if it does not say."""
        return min((file.last_modified for file in self.files if file.last_modified is not None), default=None)

    @property
    def remark(self) -> str:
        """A line for its notice: that it prints another number, and what is new in it, else its abstract. May be
        empty."""
        if self.front_matter is None:
            return ""
        printed = self.front_matter.number
        is_other = printed != "" and printed[1:] != f"{self.number:04}R{self.revision}"
        changes, abstract = self.front_matter.changes, self.front_matter.abstract
        parts = (
            f"The file calls itself {printed}." if is_other else "",
            f"Changes: {changes}" if changes else abstract,
        )
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsFound:
    """Event, durable: new drafts, each announced once, with their front matter if it could be read in time."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReading:
    """A draft with its front matter, and the front matter it was announced with before; None if without any."""

    draft: Draft
    before: FrontMatter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsRead:
    """Event, durable: drafts whose front matter was read after they were announced."""

    readings: tuple[DraftReading, ...]


class Change(Enum):
    """What changed in a file. VALIDATOR: its ETag. GONE: the file is gone, while another file of the draft is still
    there. BACK: the file is available again after the draft was withdrawn."""

    DATE = "date"
    LENGTH = "length"
    VALIDATOR = "validator"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of an updated draft, before and after; `after` is None if it is gone. A file that came BACK and was not
    among the last ones of its draft is the same before and after."""

    what: tuple[Change, ...]
    before: DraftFile
    after: DraftFile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftUpdate:
    """A draft as it is now, and what changed since it was last announced; `summary` says so in words."""

    draft: Draft
    changes: tuple[FileChange, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A draft whose P, with the same number and revision, entered the index."""

    draft: Draft
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsUpdated:
    """Event, durable: drafts whose files changed, each confirmed by a second look."""

    updates: tuple[DraftUpdate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsWithdrawn:
    """Event, durable: announced drafts whose files are gone, and were still gone after a while."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsPublished:
    """Event, durable: drafts that became papers. Users who watch the paper are notified by PapersAdded."""

    publications: tuple[Publication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedNumbers:
    """Event, durable, from the WatchlistActor: the paper numbers that got their first watcher or lost their last."""

    added: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsQuery:
    """Query: the newest `limit` drafts, including those found silently, of one paper number or of all."""

    request_id: str
    limit: int
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsReply:
    """Reply to DraftsQuery, newest first. The front matter comes without its text."""

    request_id: str
    drafts: tuple[Draft, ...]
