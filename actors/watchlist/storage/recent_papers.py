"""The tables `papers`, `audiences` and `shelf`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.watchlist.model.recent_papers import MOST, CachedPaper, volume
from messages.papers import Paper, PaperKind

_PAPER = "id, kind, number, revision, title, authors, published, status, url"


def all_volumes(cursor: Any) -> tuple[CachedPaper, ...]:
    """The newest that the shelf holds."""
    cursor.execute(f"SELECT {_PAPER}, shelved_on FROM papers ORDER BY shelved_on DESC LIMIT %s", (MOST,))
    return tuple(volume(_paper(row), row[9]) for row in cursor.fetchall())


def put(cursor: Any, volumes: Iterable[CachedPaper]) -> None:
    """Store papers, in place of what was known of them."""
    rows = {each.paper.id: (*_row(each.paper), each.day) for each in volumes}
    execute_values(
        cursor,
        f"INSERT INTO papers ({_PAPER}, shelved_on) VALUES %s ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title,"
        " authors = EXCLUDED.authors, published = EXCLUDED.published, status = EXCLUDED.status, url = EXCLUDED.url,"
        " shelved_on = EXCLUDED.shelved_on",
        list(rows.values()),
        page_size=500,
    )


def filled_at(cursor: Any) -> datetime | None:
    """When the shelf was filled from the index."""
    cursor.execute("SELECT filled_at FROM shelf")
    at: datetime | None = cursor.fetchone()[0]
    return at


def fill(cursor: Any, at: datetime) -> None:
    """It is filled."""
    cursor.execute("UPDATE shelf SET filled_at = %s", (at,))


def all_audiences(cursor: Any) -> dict[str, tuple[str, ...]]:
    """By the key of the number."""
    cursor.execute("SELECT subject, audiences FROM audiences")
    return {subject: tuple(audiences) for subject, audiences in cursor.fetchall()}


def address(cursor: Any, subject: str, audiences: tuple[str, ...]) -> None:
    """A paper is for these groups."""
    cursor.execute(
        "INSERT INTO audiences (subject, audiences) VALUES (%s, %s)"
        " ON CONFLICT (subject) DO UPDATE SET audiences = EXCLUDED.audiences",
        (subject, list(audiences)),
    )


def expire(cursor: Any, days: int, most: int) -> int:
    """Delete some of what is so much older than the newest, or more than the shelf holds; how many."""
    cursor.execute(
        "DELETE FROM papers WHERE id IN"
        " (SELECT id FROM papers WHERE shelved_on < (SELECT max(shelved_on) FROM papers) - %s"
        " UNION ALL (SELECT id FROM papers ORDER BY shelved_on DESC OFFSET %s) LIMIT %s)",
        (days, MOST, most),
    )
    return int(cursor.rowcount)


def _row(paper: Paper) -> tuple[Any, ...]:
    return (
        paper.id, paper.kind.value, paper.number, paper.revision, paper.title, list(paper.authors), paper.date,
        paper.status, paper.url,
    )  # fmt: skip


def _paper(row: Any) -> Paper:
    return Paper(
        id=row[0], kind=PaperKind(row[1]), number=row[2], revision=row[3], title=row[4], authors=tuple(row[5]),
        date=row[6], status=row[7], url=row[8],
    )  # fmt: skip
