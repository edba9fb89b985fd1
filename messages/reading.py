"""What readers of the page, the feed and the API ask for. The HealthActor asks; nothing here is durable."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from messages.drafts import Draft
from messages.papers import Paper, PaperKind
from messages.probing import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SomethingNew:
    """Event to the HealthActor, which asks again: `source` knows something that it did not know before. A lost one
    delays what readers see by a few seconds."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersPageQuery:
    """Query to the IndexActor: its entries by their dates, newest first, those without a date last.

    `kinds` (empty: P, D and N), `number`, `since` and `until` (dates, both included) choose among them; `words` are in
    the title or among the authors, in any case. At most `limit` of those after the entry `after`, an id (empty:
    from the first).
    """

    request_id: str
    kinds: tuple[PaperKind, ...]
    number: int | None
    words: tuple[str, ...]
    since: date | None
    until: date | None
    after: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedPaper:
    """An entry, when the index first had it, and whether that was news: the first sync of an empty database is not."""

    paper: Paper
    noticed_at: datetime
    is_news: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersPageReply:
    """Reply to PapersPageQuery; fewer than `limit` are the last. `is_after_known`: the index has the entry `after`, or
    it was empty. `synced_at` None: the index was never loaded."""

    request_id: str
    papers: tuple[PagedPaper, ...]
    is_after_known: bool
    synced_at: datetime | None


class DraftStep(Enum):
    """What happened to a draft, as the prober remembers it."""

    FOUND = "found"
    READ = "read"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHistoryQuery:
    """Query to the ProberActor: the newest `limit` steps of all drafts since `since`."""

    request_id: str
    since: datetime
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHistoryEntry:
    """One step of the draft `draft`, with a line about it, which may be empty. `place` numbers all of them."""

    place: int
    at: datetime
    draft: str
    step: DraftStep
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHistoryReply:
    """Reply to DraftHistoryQuery, newest first."""

    request_id: str
    entries: tuple[DraftHistoryEntry, ...]


class RequestKind(Enum):
    """What a request to the papers' host was for. SEARCH: a name that may exist. RECHECK: a file that was seen before.
    CANARY: a name that cannot exist. READING: the beginning of a draft. OPERATOR: an operator asked."""

    SEARCH = "search"
    RECHECK = "recheck"
    CANARY = "canary"
    READING = "reading"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHistoryQuery:
    """Query to the ProberActor: how many requests it has sent since `since`, added up for each hour, or for each day
    (UTC) if `by_day`."""

    request_id: str
    since: datetime
    by_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCount:
    """So many requests of one kind with one verdict in the hour or day that begins `at`."""

    at: datetime
    kind: RequestKind
    verdict: Verdict
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHistoryReply:
    """Reply to RequestHistoryQuery, in order; `budget` is the configured one, in requests an hour."""

    request_id: str
    counts: tuple[RequestCount, ...]
    budget: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstToldQuery:
    """Query to the NotifierActor: when the first notice about each of these drafts and papers was sent."""

    request_id: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstToldReply:
    """Reply to FirstToldQuery: pairs of an id and when its first notice was sent; the others are missing."""

    request_id: str
    told: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHistoryQuery:
    """Query to the NotifierActor: the newest `limit` problems that lasted beyond `since`."""

    request_id: str
    since: datetime
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIncident:
    """A problem: its code and subject, the sentence for people, when it began, and when it was resolved (None: not
    yet)."""

    code: str
    subject: str
    text: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHistoryReply:
    """Reply to IncidentHistoryQuery, newest first."""

    request_id: str
    incidents: tuple[PastIncident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchQuery:
    """Query to the WatchlistActor: which of these would bring a notice to a user who watches `entry`?"""

    request_id: str
    entry: str
    papers: tuple[Paper, ...]
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReply:
    """Reply to MatchQuery: the ids that match. `refusal` says why the entry means nothing, empty if it does."""

    request_id: str
    ids: frozenset[str]
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """Query to the HealthActor: what happened since `since`, as one HTML file."""

    request_id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReply:
    """Reply to ReportQuery: the text of the file; or empty, and `error` says why."""

    request_id: str
    document: str
    error: str
