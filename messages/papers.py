"""What the paper index says, and what became news in it. Spoken by the IndexActor."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class PaperKind(Enum):
    """What an id of the index names: the letters in front of its number."""

    P = "P"
    D = "D"
    N = "N"
    CWG = "CWG"
    LWG = "LWG"
    EWG = "EWG"
    LEWG = "LEWG"
    FS = "FS"
    EDIT = "EDIT"
    SD = "SD"


WG21_LINK = "https://wg21.link/"
"""Where every id of the index leads to what it names."""

PAPER_KINDS = frozenset({PaperKind.P, PaperKind.D, PaperKind.N})
"""Kinds that are news for everybody; the others only for users who watch that number or kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One entry of the index.

    `id` as the index writes it (`P2300R10`, `N4950`, `CWG3022`, `D0019`); `revision` is None where the id has none;
    `authors` in the index's order, empty when unknown (an issue's submitter counts as its author); `date` is None when
    missing or unreadable; `url` is the long link, empty when the index has none. `audience` are the groups that it is
    for, as its source writes them (`LEWG Library Evolution`); `mailing` is the one that it came with (`2025-02`);
    `previous` is the id of its previous version, which may have another number; `disposition` is what became of it
    (`Adopted 2025-06`). They are empty when unknown.
    """

    id: str
    kind: PaperKind
    number: int
    revision: int | None
    title: str
    authors: tuple[str, ...]
    date: date | None
    status: str
    url: str
    audience: tuple[str, ...] = ()
    mailing: str = ""
    previous: str = ""
    disposition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPaper:
    """An entry as it once was, `until` something else took its place, in the sync `until_sync` of the index (None in
    events that an older version wrote)."""

    paper: Paper
    until: datetime
    until_sync: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperChange:
    """One entry before and after the index changed it. `earlier` is how it was before that, newest first, as far as its
    title or authors were others: what comes back is no news to those who knew it. `is_old_disposition`: it had the
    disposition of `after` at an earlier time."""

    before: Paper
    after: Paper
    earlier: tuple[EarlierPaper, ...] = ()
    is_old_disposition: bool = False


class Occasion(Enum):
    """Why papers are told: the first sync of an empty database is no news; what was found after a long time, or very
    much at once, is a CATCH_UP: gathered, and told as one summary when CaughtUp follows. So is what came with a
    MAILING, when MailingPublished follows. QUIET: more is known of old papers, which is no news either."""

    FIRST_SYNC = "first_sync"
    NEWS = "news"
    CATCH_UP = "catch_up"
    MAILING = "mailing"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersAdded:
    """Event, durable: entries that the index did not have before, at most 500 in a message. `sync` numbers the syncs of
    the index; None in events that an older version wrote. `previous` pairs the id of a new revision with that of the
    revision before it in the index."""

    occasion: Occasion
    at: datetime
    papers: tuple[Paper, ...]
    sync: int | None = None
    previous: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersChanged:
    """Event, durable: entries whose content changed, at most 250 in a message; no FIRST_SYNC. `sync` is as in
    PapersAdded."""

    at: datetime
    changes: tuple[PaperChange, ...]
    occasion: Occasion = Occasion.NEWS
    sync: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """Event, durable: all entries of a catch-up have been told. `since` is when the index was known to be whole before
    that, None when it was not long ago."""

    at: datetime
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedPaper:
    """A paper of a mailing; `audience` as in Paper."""

    id: str
    title: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingPublished:
    """Event, durable: a mailing has appeared. `name` is `2025-02`, `title` what its page calls it (`2025-02
    pre-Hagenberg`), `url` where it is. `papers` are all that it has, at most 2,000; those that are new were told
    before, with the occasion MAILING. `is_last`: no other mailing was found together with it that is still to be
    told; what was told with that occasion and is in none of them belongs to this one."""

    at: datetime
    name: str
    title: str
    url: str
    papers: tuple[MailedPaper, ...]
    is_last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPapersQuery:
    """Query: the newest `limit` entries that became news."""

    request_id: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPaper:
    """A news item of the index: when it was noticed, and the entry."""

    at: datetime
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPapersReply:
    """Reply to RecentPapersQuery, newest first. If there was no news so far, `known` are the newest papers by their
    dates; it is empty otherwise, and before the index is loaded."""

    request_id: str
    papers: tuple[RecentPaper, ...]
    known: tuple["Paper", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperQuery:
    """Query: all entries of one number; P and D share theirs."""

    request_id: str
    kind: PaperKind
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReply:
    """Reply to PaperQuery: every revision, oldest first; empty for a number that the index does not have."""

    request_id: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfPapersQuery:
    """Query: entries of the last year that there is, up to `today`: by their dates, a year back from the newest. By id,
    at most `limit` of those after the id `after` (empty: from the first)."""

    request_id: str
    today: date
    after: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfPapersReply:
    """Reply to YearOfPapersQuery; fewer than `limit` are the last. `synced_at` None: the index was never loaded."""

    request_id: str
    papers: tuple[Paper, ...]
    synced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPapersQuery:
    """Query: all entries by id, at most `limit` of those after the id `after` (empty: from the first)."""

    request_id: str
    after: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPapersReply:
    """Reply to AllPapersQuery; fewer than `limit` are the last. `synced_at` None: the index was never loaded."""

    request_id: str
    papers: tuple[Paper, ...]
    synced_at: datetime | None
