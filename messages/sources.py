"""What the sources of the index say, what of it is not believed, and who would be notified of what. Queries and
commands of operators, not durable."""

from dataclasses import dataclass
from datetime import datetime

from messages.drafts import DraftsPublished, Publication
from messages.papers import MailingPublished, Paper, PaperKind, PapersAdded, PapersChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesQuery:
    """Query to the index: what each source says of all entries of a number; P and D share theirs."""

    request_id: str
    kind: PaperKind
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidBySource:
    """What a source says in one field, as text, and since when."""

    source: str
    value: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSources:
    """A field and who says what in it; the first one is believed, and `value` is what counts: groups of the paper
    tracker are added to an audience."""

    field: str
    values: tuple[SaidBySource, ...]
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSources:
    """An entry and its fields. `is_announced`: some source says that it is published; otherwise it is only known."""

    id: str
    is_announced: bool
    fields: tuple[FieldSources, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesReply:
    """Reply to SourcesQuery: every revision, oldest first; empty for a number that no source has."""

    request_id: str
    papers: tuple[PaperSources, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentMailingsQuery:
    """Query to the index: the newest `limit` mailings that became news."""

    request_id: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentMailing:
    """A mailing: when it was noticed, its name, title and address, and how many `papers` it had then."""

    at: datetime
    name: str
    title: str
    url: str
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentMailingsReply:
    """Reply to RecentMailingsQuery, newest first."""

    request_id: str
    mailings: tuple[RecentMailing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPagesQuery:
    """Query to the index: which pages of sources are held, because they are not plausible?"""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHeldPages:
    """Command to the index: believe what is held of `source` (`wg21.link`), empty: of all sources."""

    request_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSourcePage:
    """A page that is held: since when, and in a few lines why."""

    source: str
    page: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPagesReply:
    """Reply to HeldPagesQuery and AcceptHeldPages: what is held, or was until now."""

    request_id: str
    pages: tuple[HeldSourcePage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientsQuery:
    """Query to the watchlist: who would be notified of this event, at most 100 papers?"""

    request_id: str
    event: PapersAdded | PapersChanged | DraftsPublished | MailingPublished


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecipients:
    """A notice that would be sent: of which paper or mailing, what happened (as in Happening), and to whom: `users` are
    people and channels that watch something."""

    id: str
    happening: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientsReply:
    """Reply to RecipientsQuery: an item for each paper of the event, in its order."""

    request_id: str
    items: tuple[ItemRecipients, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationsQuery:
    """Query to the prober: which drafts would have become these papers, if they were news now?"""

    request_id: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationsReply:
    """Reply to PublicationsQuery."""

    request_id: str
    publications: tuple[Publication, ...]
