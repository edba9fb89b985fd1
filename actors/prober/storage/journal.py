"""What happened to drafts and what was requested, for readers. Functions on a cursor, in the actor's transaction."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg2.extras import execute_values

from messages.drafts import Draft, DraftsFound, DraftsRead, DraftsUpdated, DraftsWithdrawn
from messages.probing import Verdict
from messages.reading import (
    DraftHistoryEntry,
    DraftHistoryQuery,
    DraftStep,
    RequestCount,
    RequestHistoryQuery,
    RequestKind,
)

KEPT_SECONDS = 400 * 86_400.0
"""How long both tables go back."""

MOST_ENTRIES = 1000
"""Entries in one reply."""

LONGEST_DETAIL = 500
"""Characters; it may quote a draft."""


def record_events(cursor: Any, events: Iterable[Any], now: datetime) -> None:
    """Store what these events say of drafts; events about anything else are skipped."""
    _insert(cursor, [row for event in events for row in _rows_of(event, now)])


def record_published(cursor: Any, drafts: Iterable[Draft], now: datetime) -> None:
    """Store that these drafts became papers."""
    _insert(cursor, [(now, draft.id, DraftStep.PUBLISHED, "") for draft in drafts])


def _rows_of(event: Any, now: datetime) -> Iterator[tuple[datetime, str, DraftStep, str]]:
    match event:
        case DraftsFound():
            yield from ((draft.found_at, draft.id, DraftStep.FOUND, draft.remark) for draft in event.drafts)
        case DraftsRead():
            yield from ((now, each.draft.id, DraftStep.READ, each.draft.remark) for each in event.readings)
        case DraftsUpdated():
            yield from ((now, update.draft.id, DraftStep.UPDATED, update.summary) for update in event.updates)
        case DraftsWithdrawn():
            yield from ((now, draft.id, DraftStep.WITHDRAWN, "") for draft in event.drafts)


def _insert(cursor: Any, rows: list[tuple[datetime, str, DraftStep, str]]) -> None:
    execute_values(
        cursor,
        "INSERT INTO journal (at, draft, step, detail) VALUES %s",
        [(at, draft, step.value, detail[:LONGEST_DETAIL]) for at, draft, step, detail in rows],
    )


def history(cursor: Any, query: DraftHistoryQuery) -> tuple[DraftHistoryEntry, ...]:
    """What happened to drafts since then, newest first."""
    cursor.execute(
        "SELECT place, at, draft, step, detail FROM journal WHERE at >= %s ORDER BY at DESC, place DESC LIMIT %s",
        (query.since, min(max(query.limit, 0), MOST_ENTRIES)),
    )
    return tuple(
        DraftHistoryEntry(place=place, at=at, draft=draft, step=DraftStep(step), detail=detail)
        for place, at, draft, step, detail in cursor.fetchall()
    )


def add_requests(cursor: Any, counts: Mapping[tuple[RequestKind, Verdict], int], now: datetime) -> None:
    """Add to the counts of the hour."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    execute_values(
        cursor,
        "INSERT INTO request_hours (hour, kind, verdict, requests) VALUES %s ON CONFLICT (hour, kind, verdict)"
        " DO UPDATE SET requests = request_hours.requests + excluded.requests",
        [(hour, kind.value, verdict.value, number) for (kind, verdict), number in sorted(counts.items(), key=str)],
    )


def requests(cursor: Any, query: RequestHistoryQuery) -> tuple[RequestCount, ...]:
    """The counts since then, by hour or by day."""
    cursor.execute(
        "SELECT date_trunc(%s, hour AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS begins, kind, verdict, sum(requests)"
        " FROM request_hours WHERE hour >= %s AND hour >= now() - make_interval(secs => %s)"
        " GROUP BY begins, kind, verdict ORDER BY begins, kind, verdict",
        ("day" if query.by_day else "hour", query.since, KEPT_SECONDS),
    )
    return tuple(
        RequestCount(at=at, kind=RequestKind(kind), verdict=Verdict(verdict), requests=int(number))
        for at, kind, verdict, number in cursor.fetchall()
    )


def expire(cursor: Any, most: int) -> int:
    """Delete up to `most` old rows of each table; returns how many."""
    deleted = 0
    for table, column, keys in (("journal", "at", "place"), ("request_hours", "hour", "hour, kind, verdict")):
        cursor.execute(
            f"DELETE FROM {table} WHERE ({keys}) IN (SELECT {keys} FROM {table}"
            f" WHERE {column} < now() - make_interval(secs => %s) LIMIT %s)",
            (KEPT_SECONDS, most),
        )
        deleted += int(cursor.rowcount)
    return deleted
