"""What the API answers, and what the page shows. The OpenAPI document is made from these structs."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

AsOf = Annotated[
    datetime | None,
    Meta(description="null: this is current. Otherwise an actor does not answer, and this is what it said then."),
]
Next = Annotated[str | None, Meta(description="`after` of the next page; null: this is the last page.")]


class FileView(Struct, frozen=True, kw_only=True):
    """A file of a draft; `bytes` and `uploaded_at` as the server said."""

    format: str
    url: str
    bytes: int | None
    uploaded_at: datetime | None


class StepsView(Struct, frozen=True, kw_only=True):
    """A draft's way: when its first file was uploaded, when Callboard saw it, when the first notice was sent, when it
    was in the index as a paper. null: not yet, or not known. The seconds are those that each step took."""

    uploaded_at: datetime | None
    seen_at: datetime
    told_at: datetime | None
    published_at: datetime | None
    seconds_to_see: float | None
    seconds_to_tell: float | None
    seconds_to_publish: float | None


class DraftView(Struct, frozen=True, kw_only=True):
    """A draft on isocpp.org. `announced` is false for one that was old when it was found."""

    id: str
    number: int
    revision: int
    title: str
    authors: tuple[str, ...]
    audience: tuple[str, ...]
    state: str
    announced: bool
    abstract: str
    changes: str
    files: tuple[FileView, ...]
    steps: StepsView


class PaperView(Struct, frozen=True, kw_only=True):
    """An entry of the index; `noticed_at` is when the index first had it, null where that is not known; `is_news` is
    false for what was there when Callboard was installed. `audience` is as its source writes it, `mailing` the one that
    it came with, `previous` the id of its previous version, `disposition` what became of it; empty where unknown."""

    id: str
    kind: str
    number: int
    revision: int | None
    title: str
    authors: tuple[str, ...]
    date: date | None
    status: str
    url: str
    short_url: str
    noticed_at: datetime | None
    is_news: bool
    audience: tuple[str, ...] = ()
    mailing: str = ""
    previous: str = ""
    disposition: str = ""


class EventKind(Enum):
    """What happened."""

    DRAFT_FOUND = "draft_found"
    DRAFT_READ = "draft_read"
    DRAFT_UPDATED = "draft_updated"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    DRAFT_PUBLISHED = "draft_published"
    PAPER_ADDED = "paper_added"
    MAILING_PUBLISHED = "mailing_published"
    PROBLEM_BEGAN = "problem_began"
    PROBLEM_RESOLVED = "problem_resolved"
    CHECK_DOWN = "check_down"
    CHECK_WARNING = "check_warning"
    CHECK_UP = "check_up"


class EventView(Struct, frozen=True, kw_only=True):
    """One line of the timeline. `subject` is the draft, the paper, the code of the problem, or the check."""

    id: str
    at: datetime
    kind: EventKind
    subject: str
    title: str
    text: str
    url: str


class FactorView(Struct, frozen=True, kw_only=True):
    """One thing that makes a draft this many times as likely."""

    what: str
    times: float


class NameView(Struct, frozen=True, kw_only=True):
    """A name that is asked for: in every `every`-th probe of its number, in none if that is 0.
    `missing_at`: when it was last missing."""

    name: str
    every: int
    missing_at: datetime | None


class ScheduleView(Struct, frozen=True, kw_only=True):
    """When a number is asked next, and why. `interval` is in seconds, null if it is not asked; `due_at` is null while
    it is being asked; `hazard` is the number of drafts expected a day."""

    strategy: str
    rule: str
    hazard: float | None
    factors: tuple[FactorView, ...]
    interval: float | None
    asked_at: datetime | None
    due_at: datetime | None
    is_watched: bool
    names: tuple[NameView, ...]
    waiting: tuple[str, ...]


class SaidView(Struct, frozen=True, kw_only=True):
    """What a source says, since when."""

    source: str
    value: str
    since: datetime


class FieldView(Struct, frozen=True, kw_only=True):
    """A field, and what each source that fills it says; the first one is believed."""

    field: str
    values: tuple[SaidView, ...]


class SourcesView(Struct, frozen=True, kw_only=True):
    """Which source says what of a paper."""

    id: str
    fields: tuple[FieldView, ...]


class NumberView(Struct, frozen=True, kw_only=True):
    """All that is known about a number. `schedule` is null where it is not shown, or the prober does not answer.
    `sources` says who says what of its papers."""

    number: int
    papers: tuple[PaperView, ...]
    drafts: tuple[DraftView, ...]
    schedule: ScheduleView | None
    as_of: AsOf
    sources: tuple[SourcesView, ...] = ()


class DraftsPage(Struct, frozen=True, kw_only=True):
    """Drafts, newest first: among the 500 that were found last."""

    items: tuple[DraftView, ...]
    next: Next
    as_of: AsOf


class PapersPage(Struct, frozen=True, kw_only=True):
    """Papers by their dates, newest first; those without a date come last."""

    items: tuple[PaperView, ...]
    next: Next
    as_of: AsOf


class EventsPage(Struct, frozen=True, kw_only=True):
    """What happened, newest first."""

    items: tuple[EventView, ...]
    next: Next
    as_of: AsOf


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request is refused, by RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class ActorView(Struct, frozen=True, kw_only=True):
    """An actor on the page; `state` is `well`, `degraded` or `silent`; `restarted_at` is null if it was not restarted
    lately."""

    name: str
    state: str
    told_at: datetime | None
    reasons: tuple[str, ...]
    restarted_at: datetime | None


class HealthView(Struct, frozen=True, kw_only=True):
    """Whether all is well. `headline` says it in a sentence."""

    state: str
    headline: str
    reasons: tuple[str, ...]
    actors: tuple[ActorView, ...]
    started_at: datetime | None
    leader: str


def seconds_between(before: datetime | None, after: datetime | None) -> float | None:
    """None if either is not known, or if the clocks disagree by more than they should."""
    if before is None or after is None or after < before:
        return None
    return round((after - before).total_seconds(), 1)


def after_id(items: Sequence[DraftView | PaperView | EventView], more: bool) -> str | None:
    """The `next` of a page with these items, of which there are `more`."""
    return items[-1].id if items and more else None
