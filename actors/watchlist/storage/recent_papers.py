"""The tables `recent_papers`, `recent_papers_status`, `unread_drafts` and `audiences`. Functions on a cursor,
inside the actor's transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.watchlist.model.recent_papers import (
    MAX_PAPERS,
    MAX_UNREAD_DRAFTS,
    CachedPaper,
    RecentPapers,
    UnreadDraft,
    cached_paper,
)
from messages.papers import Paper, PaperKind

_PAPER = "id, kind, number, revision, title, authors, published, status, url"


def load(cursor: Any) -> RecentPapers:
    """The newest papers, as many as are kept, and whether the index has been loaded."""
    return RecentPapers(stored_papers(cursor), _unread_drafts(cursor), is_loaded=_loaded_at(cursor) is not None)


def stored_papers(cursor: Any) -> tuple[CachedPaper, ...]:
    """The newest papers, as many as are kept."""
    cursor.execute(f"SELECT {_PAPER}, day FROM recent_papers ORDER BY day DESC LIMIT %s", (MAX_PAPERS,))
    return tuple(cached_paper(_paper(row), row[9]) for row in cursor.fetchall())


def save_papers(cursor: Any, papers: Iterable[CachedPaper]) -> None:
    """Store papers; each replaces what was known of it."""
    rows = {each.paper.id: (*_row(each.paper), each.day) for each in papers}
    execute_values(
        cursor,
        f"INSERT INTO recent_papers ({_PAPER}, day) VALUES %s ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title,"
        " authors = EXCLUDED.authors, published = EXCLUDED.published, status = EXCLUDED.status, url = EXCLUDED.url,"
        " day = EXCLUDED.day",
        list(rows.values()),
        page_size=500,
    )


def _unread_drafts(cursor: Any) -> tuple[UnreadDraft, ...]:
    cursor.execute("SELECT id, day, text FROM unread_drafts ORDER BY day DESC LIMIT %s", (MAX_UNREAD_DRAFTS,))
    return tuple(UnreadDraft(id=id, day=day, text=text) for id, day, text in cursor.fetchall())


def save_unread_drafts(cursor: Any, drafts: Iterable[UnreadDraft]) -> None:
    """Store drafts whose authors could not be read."""
    if rows := [(each.id, each.day, each.text) for each in drafts]:
        execute_values(
            cursor,
            "INSERT INTO unread_drafts (id, day, text) VALUES %s"
            " ON CONFLICT (id) DO UPDATE SET day = EXCLUDED.day, text = EXCLUDED.text",
            rows,
        )


def delete_unread_drafts(cursor: Any, ids: Iterable[str]) -> None:
    """Delete drafts whose authors have been read since."""
    cursor.execute("DELETE FROM unread_drafts WHERE id = ANY(%s)", (list(ids),))


def _loaded_at(cursor: Any) -> datetime | None:
    cursor.execute("SELECT loaded_at FROM recent_papers_status")
    at: datetime | None = cursor.fetchone()[0]
    return at


def mark_loaded(cursor: Any, at: datetime) -> None:
    """The last year's papers have been loaded from the index."""
    cursor.execute("UPDATE recent_papers_status SET loaded_at = %s", (at,))


def mark_sync(cursor: Any, sync: int) -> None:
    """News of this sync of the index have been taken."""
    cursor.execute("UPDATE recent_papers_status SET index_sync = greatest(index_sync, %s)", (sync,))


def all_audiences(cursor: Any) -> dict[str, tuple[str, ...]]:
    """All known audiences, by the key of the number."""
    cursor.execute("SELECT subject, audiences FROM audiences")
    return {subject: tuple(audiences) for subject, audiences in cursor.fetchall()}


def save_audiences(cursor: Any, subject: str, audiences: tuple[str, ...]) -> None:
    """Store the audiences of a number."""
    cursor.execute(
        "INSERT INTO audiences (subject, audiences) VALUES (%s, %s)"
        " ON CONFLICT (subject) DO UPDATE SET audiences = EXCLUDED.audiences",
        (subject, list(audiences)),
    )


def expire(cursor: Any, days: int, limit: int) -> int:
    """Delete part of the papers that are `days` older than the newest one, or more than are kept; how many."""
    cursor.execute(
        "DELETE FROM recent_papers WHERE id IN"
        " (SELECT id FROM recent_papers WHERE day < (SELECT max(day) FROM recent_papers) - %s"
        " UNION ALL (SELECT id FROM recent_papers ORDER BY day DESC OFFSET %s) LIMIT %s)",
        (days, MAX_PAPERS, limit),
    )
    gone = int(cursor.rowcount)
    cursor.execute(
        "DELETE FROM unread_drafts WHERE id IN"
        " (SELECT id FROM unread_drafts WHERE day < (SELECT max(day) FROM unread_drafts) - %s"
        " UNION ALL (SELECT id FROM unread_drafts ORDER BY day DESC OFFSET %s) LIMIT %s)",
        (days, MAX_UNREAD_DRAFTS, limit),
    )
    return gone + int(cursor.rowcount)


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
