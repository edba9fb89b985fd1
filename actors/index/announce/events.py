"""Which events the news of a sync become, message by message."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile

from messages.papers import (
    CaughtUp,
    EarlierPaper,
    MailingPublished,
    Occasion,
    Paper,
    PaperChange,
    PaperKind,
    PapersAdded,
    PapersChanged,
)

MOST_ADDED = 500
"""Entries in one PapersAdded: telling them is one turn, about 15 ms."""

MOST_CHANGED = 250
"""Entries in one PapersChanged."""

MOST_TEXT = 400_000
"""Characters of titles, authors and links in one message, so that it stays under 1 MB."""

PROBED = frozenset({PaperKind.P, PaperKind.D})
"""Kinds that the prober learns from."""


CATCH_UP_AFTER = timedelta(days=7)
CATCH_UP_PAPERS = 250
"""What was found after so long a time, or so many papers at once, is told as one summary: nobody reads a flood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOccasion:
    """Why the news of a sync are told; `since` of a catch-up after a long time."""

    occasion: Occasion
    since: datetime | None


FRESH = SyncOccasion(occasion=Occasion.NEWS, since=None)


MAILED = SyncOccasion(occasion=Occasion.MAILING, since=None)
QUIET = SyncOccasion(occasion=Occasion.QUIET, since=None)


def occasion_of(
    sync: int, papers: int, last: datetime | None, at: datetime, *, is_quiet: bool = False, mailings: int = 0
) -> SyncOccasion:
    """Of the sync with this number, which brings so many `papers` that are new or have another title or other authors,
    and so many `mailings`; `last` its source was known to be as it is stored. `is_quiet`: the page was never read
    before, and what is in it is old."""
    if sync == 1:
        return SyncOccasion(occasion=Occasion.FIRST_SYNC, since=None)
    if is_quiet:
        return QUIET
    if mailings:
        return MAILED
    since = last if last is not None and at - last > CATCH_UP_AFTER else None
    return (
        SyncOccasion(occasion=Occasion.CATCH_UP, since=since)
        if since is not None or papers > CATCH_UP_PAPERS
        else FRESH
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UntoldVersion:
    """One version of the sync with the number `sync`: `before` is None for an entry that was not there; `earlier` and
    `is_old_disposition` are as in PaperChange, and do not tell versions apart; `previous` is the id of the revision
    before it, or empty."""

    sync: int
    at: datetime
    before: Paper | None
    after: Paper
    earlier: tuple[EarlierPaper, ...] = field(default=(), compare=False)
    is_old_disposition: bool = field(default=False, compare=False)
    previous: str = field(default="", compare=False)


IndexEvent = PapersAdded | PapersChanged | CaughtUp | MailingPublished


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEvents:
    """The next message: the events with their destinations (none when the news concern nobody), and how many of the
    news they cover."""

    events: tuple[tuple[str, IndexEvent], ...]
    covered: int


def next_events(news: Sequence[UntoldVersion], occasion: Occasion) -> NextEvents:
    """What to tell first of `news` (in their order, additions before changes): as many as go into one message. The
    prober gets P and D, the watchlist everything; a first sync is no news to the watchlist."""
    covered = _first_message(news)
    probed = [replace(item, earlier=(), previous="") for item in covered if item.after.kind in PROBED]
    events: list[tuple[str, IndexEvent]] = []
    if probed:
        events.append(("prober", _event(probed, occasion)))
    if covered and occasion is not Occasion.FIRST_SYNC:
        events.append(("watchlist", _event(covered, occasion)))
    return NextEvents(events=tuple(events), covered=len(covered))


def closing(
    telling: NextEvents,
    told: int,
    news: int,
    reason: SyncOccasion,
    at: datetime,
    mailings: Sequence[MailingPublished] = (),
) -> NextEvents:
    """The telling, with the end of a catch-up or of `mailings` said if it is the last of its sync: `told` of its `news`
    were told."""
    if telling.covered and told + telling.covered < news:
        return telling
    return replace(telling, events=(*telling.events, *ending(reason, at, mailings)))


def ending(
    reason: SyncOccasion, at: datetime, mailings: Sequence[MailingPublished]
) -> tuple[tuple[str, IndexEvent], ...]:
    """What is said when all news of a sync were told."""
    if reason.occasion is Occasion.MAILING:
        return tuple(("watchlist", mailing) for mailing in mailings)
    if reason.occasion is Occasion.CATCH_UP:
        end = CaughtUp(at=at, since=reason.since)
        return (("prober", end), ("watchlist", end))
    return ()


def _first_message(news: Sequence[UntoldVersion]) -> Sequence[UntoldVersion]:
    if not news:
        return ()
    adding = news[0].before is None
    alike = list(takewhile(lambda item: (item.before is None) is adding, news))
    text = 0
    fitting: list[UntoldVersion] = []
    for item in alike[: MOST_ADDED if adding else MOST_CHANGED]:
        text += _length(item.after) + (_length(item.before) if item.before else 0)
        text += sum(_length(each.paper) for each in item.earlier)
        if fitting and text > MOST_TEXT:
            break
        fitting.append(item)
    return fitting


def _event(items: Sequence[UntoldVersion], occasion: Occasion) -> PapersAdded | PapersChanged:
    changes = tuple(
        PaperChange(
            before=item.before, after=item.after, earlier=item.earlier, is_old_disposition=item.is_old_disposition
        )
        for item in items
        if item.before is not None
    )
    if changes:
        return PapersChanged(at=items[0].at, changes=changes, occasion=occasion, sync=items[0].sync)
    return PapersAdded(
        occasion=occasion,
        at=items[0].at,
        papers=tuple(item.after for item in items),
        sync=items[0].sync,
        previous=tuple((item.after.id, item.previous) for item in items if item.previous),
    )


def _length(paper: Paper) -> int:
    return len(paper.title) + len(paper.url) + sum(map(len, paper.authors)) + sum(map(len, paper.audience))
