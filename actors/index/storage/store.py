"""The tables of the schema `index`. Functions on a cursor, inside the actor's transaction.

A sync writes its news as versions under the next sync number, some at a time; nobody sees them until one update of
`progress` moves the applied number on. So applying takes no longer for 27,000 entries than for one.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.index.announce.events import FRESH, SyncOccasion, UntoldVersion
from actors.index.entries.difference import is_renamed
from actors.index.storage.rows import WIDTH, columns, paper_of, row_of
from messages.papers import PAPER_KINDS, EarlierPaper, Occasion, Paper, PaperKind, RecentPaper

MOST_EARLIER = 5
"""How many earlier titles and authors of one entry are remembered when it changes again."""

_PAPER = columns()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """The row `progress`: `applied` is the number of the last sync that counts, 0 before the first; of its `news`
    versions `told` have been told, for an `occasion` that is a catch-up `since` that time if it was long; `synced_at`
    wg21.link's index was last known to be as it is stored."""

    applied: int
    news: int
    told: int
    synced_at: datetime | None
    occasion: Occasion = Occasion.NEWS
    since: datetime | None = None


def progress(cursor: Any) -> SyncProgress:
    """How far the index has come."""
    cursor.execute("SELECT applied, news, told, synced_at, occasion, since FROM progress")
    applied, news, told, synced_at, occasion, since = cursor.fetchone()
    return SyncProgress(
        applied=applied, news=news, told=told, synced_at=synced_at, occasion=Occasion(occasion), since=since
    )


def count_all(cursor: Any) -> int:
    """How many entries are stored."""
    cursor.execute("SELECT count(*) FROM papers")
    return int(cursor.fetchone()[0])


def count(cursor: Any, kind: PaperKind) -> int:
    """How many entries of a kind are stored."""
    cursor.execute("SELECT count(*) FROM papers WHERE kind = %s", (kind.value,))
    return int(cursor.fetchone()[0])


def papers(cursor: Any, ids: Sequence[str]) -> Mapping[str, Paper]:
    """The stored ones of these entries, by id."""
    cursor.execute(f"SELECT {_PAPER} FROM papers WHERE id = ANY(%s)", (list(ids),))
    return {row[0]: paper_of(row) for row in cursor.fetchall()}


def discard_unfinished(cursor: Any) -> None:
    """Remove what a sync that was cut short has left."""
    cursor.execute("DELETE FROM versions WHERE sync > (SELECT applied FROM progress)")
    cursor.execute("DELETE FROM records WHERE sync > (SELECT applied FROM progress)")


def add_versions(
    cursor: Any, sync: int, place: int, at: datetime, papers: Sequence[Paper], quiet: Container[str] = ()
) -> None:
    """Write versions of the coming sync, from `place` on; those whose ids are in `quiet` are no news."""
    rows = [(*row_of(paper), sync, place + n, at, paper.id not in quiet) for n, paper in enumerate(papers)]
    statement = f"INSERT INTO versions ({_PAPER}, sync, place, noticed_at, is_news) VALUES %s"
    execute_values(cursor, statement, rows, page_size=1000)


def apply(
    cursor: Any, sync: int, news: int, reason: SyncOccasion = FRESH, synced_at: datetime | None = None
) -> SyncProgress:
    """Let the `news` versions of `sync` count, all at once, and what its source said."""
    cursor.execute(
        "UPDATE progress SET applied = %s, news = %s, told = 0, occasion = %s, since = %s",
        (sync, news, reason.occasion.value, reason.since),
    )
    return confirm(cursor, synced_at)


def confirm(cursor: Any, synced_at: datetime | None) -> SyncProgress:
    """wg21.link's index is as it is stored; None: another source was asked."""
    cursor.execute("UPDATE progress SET synced_at = coalesce(%s, synced_at)", (synced_at,))
    return progress(cursor)


def untold(cursor: Any, limit: int) -> Sequence[UntoldVersion]:
    """The next versions of the last sync that have not been told, in their order. Those with another title or other
    authors come with what they were earlier."""
    cursor.execute(
        f"SELECT v.sync, v.noticed_at, {columns('v')}, {columns('b')},"
        " (SELECT p.id FROM versions p WHERE p.number = v.number AND p.kind = v.kind AND p.revision < v.revision"
        " AND p.sync <= v.sync ORDER BY p.revision DESC LIMIT 1)"
        " FROM versions v LEFT JOIN LATERAL"
        " (SELECT * FROM versions e WHERE e.id = v.id AND e.sync < v.sync ORDER BY e.sync DESC LIMIT 1) b ON true"
        " WHERE v.sync = (SELECT applied FROM progress) AND v.place >= (SELECT told FROM progress)"
        " AND v.place < (SELECT told FROM progress) + %s ORDER BY v.place",
        (limit,),
    )
    found = [
        UntoldVersion(
            sync=sync,
            at=at,
            before=None if row[WIDTH] is None else paper_of(row[WIDTH:]),
            after=paper_of(row),
            previous=row[-1] or "",
        )
        for sync, at, *row in cursor.fetchall()
    ]
    renamed = {each.after.id: each.before for each in found if each.before and is_renamed(each.before, each.after)}
    earlier = _earlier(cursor, renamed) if renamed else {}
    disposed = _disposed_before(cursor, found)
    return [
        replace(each, earlier=tuple(earlier.get(each.after.id, ())), is_old_disposition=each.after.id in disposed)
        for each in found
    ]


def _disposed_before(cursor: Any, news: Sequence[UntoldVersion]) -> frozenset[str]:
    """The ids of those that had their present disposition in a sync before the last but one."""
    changed = [each.after for each in news if each.before and each.before.disposition != each.after.disposition]
    if not changed:
        return frozenset()
    cursor.execute(
        "SELECT DISTINCT v.id FROM versions v JOIN unnest(%s::text[], %s::text[]) AS n (id, disposition)"
        " ON v.id = n.id AND v.disposition = n.disposition WHERE v.sync < (SELECT applied FROM progress)",
        ([paper.id for paper in changed], [paper.disposition for paper in changed]),
    )
    return frozenset(id for (id,) in cursor.fetchall())


def _earlier(cursor: Any, renamed: Mapping[str, Paper]) -> Mapping[str, Sequence[EarlierPaper]]:
    """How these entries were earlier, each different from what it was `before` the last sync, newest first."""
    cursor.execute(
        f"SELECT {_PAPER}, until, until_sync FROM (SELECT *, lead(noticed_at) OVER later AS until,"
        " lead(sync) OVER later AS until_sync FROM versions"
        " WHERE id = ANY(%s) AND sync <= (SELECT applied FROM progress)"
        " WINDOW later AS (PARTITION BY id ORDER BY sync)) e"
        " WHERE sync < (SELECT applied FROM progress) ORDER BY id, sync DESC",
        (list(renamed),),
    )
    found: dict[str, list[EarlierPaper]] = {}
    for *row, until, until_sync in cursor.fetchall():
        paper = paper_of(row)
        theirs = found.setdefault(paper.id, [])
        others = (renamed[paper.id], *(each.paper for each in theirs))
        if len(theirs) < MOST_EARLIER and all(is_renamed(other, paper) for other in others):
            theirs.append(EarlierPaper(paper=paper, until=until, until_sync=until_sync))
    return found


def tell(cursor: Any, covered: int) -> SyncProgress:
    """The next `covered` versions of the last sync have been told; with 0 there is nothing left to tell of it."""
    cursor.execute("UPDATE progress SET told = CASE WHEN %s > 0 THEN told + %s ELSE news END", (covered, covered))
    return progress(cursor)


def recent(cursor: Any, limit: int) -> tuple[RecentPaper, ...]:
    """The newest `limit` papers that became news, newest first. The first sync is no news, and neither are issues and
    editorial matters, of which there are so many that papers would be hard to see among them."""
    cursor.execute(
        f"SELECT noticed_at, {_PAPER} FROM versions WHERE sync BETWEEN 2 AND (SELECT applied FROM progress)"
        " AND is_news AND kind = ANY(%s) ORDER BY sync DESC, place LIMIT %s",
        ([kind.value for kind in PAPER_KINDS], limit),
    )
    return tuple(RecentPaper(at=row[0], paper=paper_of(row[1:])) for row in cursor.fetchall())


def of_number(cursor: Any, kinds: Sequence[PaperKind], number: int, most: int) -> tuple[Paper, ...]:
    """All entries of one number, the oldest revision first."""
    cursor.execute(
        f"SELECT DISTINCT ON (revision, id) {_PAPER} FROM versions WHERE number = %s AND kind = ANY(%s)"
        " AND sync <= (SELECT applied FROM progress) ORDER BY revision NULLS FIRST, id, sync DESC LIMIT %s",
        (number, [kind.value for kind in kinds], most),
    )
    return tuple(map(paper_of, cursor.fetchall()))


def of_last_year(cursor: Any, today: date, after: str, limit: int) -> tuple[Paper, ...]:
    """Entries dated within a year before the newest one that is not of the future, by id, after one id."""
    cursor.execute(
        f"SELECT DISTINCT ON (id) {_PAPER} FROM versions"
        " WHERE published >= (SELECT max(published) FROM versions WHERE published <= %s AND kind = ANY(%s)) - 365"
        " AND id > %s AND sync <= (SELECT applied FROM progress) ORDER BY id, sync DESC LIMIT %s",
        (today, [kind.value for kind in PAPER_KINDS], after, limit),
    )
    return tuple(map(paper_of, cursor.fetchall()))


def all_papers(cursor: Any, after: str, limit: int) -> tuple[Paper, ...]:
    """Entries by id, after one id."""
    cursor.execute(
        f"SELECT DISTINCT ON (id) {_PAPER} FROM versions WHERE id > %s AND sync <= (SELECT applied FROM progress)"
        " ORDER BY id, sync DESC LIMIT %s",
        (after, limit),
    )
    return tuple(map(paper_of, cursor.fetchall()))


def expire(cursor: Any, seconds: float, most: int) -> int:
    """Delete versions that are older than that and in the way of nothing; how many, at most `most`. Of each entry its
    first stays, for it says since when there is one, and so do its two newest, of which the last sync tells."""
    cursor.execute(
        "DELETE FROM versions WHERE (id, sync) IN (SELECT v.id, v.sync FROM versions v, progress"
        " WHERE v.sync > 1 AND v.sync < applied AND v.noticed_at < now() - make_interval(secs => %s)"
        " AND EXISTS (SELECT 1 FROM versions b WHERE b.id = v.id AND b.sync < v.sync)"
        " AND (SELECT count(*) FROM versions n WHERE n.id = v.id AND n.sync > v.sync AND n.sync <= applied) >= 2"
        " LIMIT %s)",
        (seconds, most),
    )
    return int(cursor.rowcount)
