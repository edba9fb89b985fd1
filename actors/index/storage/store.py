"""The tables of the schema `index`. Functions on a cursor, inside the actor's transaction.

A sync writes its news as versions under the next sync number, some at a time; nobody sees them until one update of
`progress` moves the applied number on. So applying takes no longer for 27,000 entries than for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from psycopg2.extras import execute_values

from actors.index.announce.events import FRESH, SyncOccasion, UntoldVersion
from actors.index.entries.difference import Candidate, is_renamed
from actors.index.model.fetching import IndexValidators
from messages.papers import PAPER_KINDS, EarlierPaper, Occasion, Paper, PaperKind, RecentPaper

MOST_EARLIER = 5
"""How many earlier titles and authors of one entry are remembered when it changes again."""

_PAPER = "id, kind, number, revision, title, authors, published, status, url"
_PAPER_OF = MappingProxyType(
    {alias: ", ".join(f"{alias}.{column}" for column in _PAPER.split(", ")) for alias in ("v", "b")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """The row `progress`: `applied` is the number of the last sync that counts, 0 before the first; of its `news`
    versions `told` have been told, for an `occasion` that is a catch-up `since` that time if it was long; `synced_at`
    the index was last known to be as it is stored."""

    applied: int
    news: int
    told: int
    synced_at: datetime | None
    validators: IndexValidators
    occasion: Occasion = Occasion.NEWS
    since: datetime | None = None


def progress(cursor: Any) -> SyncProgress:
    """How far the index has come."""
    cursor.execute("SELECT applied, news, told, synced_at, url, etag, last_modified, occasion, since FROM progress")
    applied, news, told, synced_at, url, etag, last_modified, occasion, since = cursor.fetchone()
    return SyncProgress(
        applied=applied, news=news, told=told, synced_at=synced_at,
        validators=IndexValidators(url=url, etag=etag, last_modified=last_modified),
        occasion=Occasion(occasion), since=since,
    )  # fmt: skip


def fingerprints(cursor: Any) -> dict[str, int]:
    """Of each stored entry, by id."""
    cursor.execute("SELECT id, fingerprint FROM papers")
    return dict(cursor.fetchall())


def count(cursor: Any, kind: PaperKind) -> int:
    """How many entries of a kind are stored."""
    cursor.execute("SELECT count(*) FROM papers WHERE kind = %s", (kind.value,))
    return int(cursor.fetchone()[0])


def papers(cursor: Any, ids: Sequence[str]) -> Mapping[str, Paper]:
    """The stored ones of these entries, by id."""
    cursor.execute(f"SELECT {_PAPER} FROM papers WHERE id = ANY(%s)", (list(ids),))
    return {row[0]: _paper(row) for row in cursor.fetchall()}


def discard_unfinished(cursor: Any) -> None:
    """Remove what a sync that was cut short has left."""
    cursor.execute("DELETE FROM versions WHERE sync > (SELECT applied FROM progress)")


def add_versions(cursor: Any, sync: int, place: int, at: datetime, candidates: Sequence[Candidate]) -> None:
    """Write news of the coming sync, from `place` on."""
    rows = [
        (*_row(candidate.paper), candidate.fingerprint, sync, place + n, at) for n, candidate in enumerate(candidates)
    ]
    statement = f"INSERT INTO versions ({_PAPER}, fingerprint, sync, place, noticed_at) VALUES %s"
    execute_values(cursor, statement, rows, page_size=1000)


def set_fingerprints(cursor: Any, candidates: Sequence[Candidate]) -> None:
    """Remember how entries are written now whose content is the stored one."""
    execute_values(
        cursor,
        "UPDATE versions v SET fingerprint = new.fingerprint FROM (VALUES %s) AS new (id, fingerprint)"
        " WHERE v.id = new.id AND v.sync = (SELECT max(sync) FROM versions WHERE id = new.id"
        " AND sync <= (SELECT applied FROM progress))",
        [(candidate.paper.id, candidate.fingerprint) for candidate in candidates],
        page_size=1000,
    )


def apply(
    cursor: Any, sync: int, news: int, at: datetime, validators: IndexValidators, reason: SyncOccasion = FRESH
) -> SyncProgress:
    """Let the `news` versions of `sync` count, all at once; when there are none, only time and validators move."""
    if news:
        cursor.execute(
            "UPDATE progress SET applied = %s, news = %s, told = 0, occasion = %s, since = %s",
            (sync, news, reason.occasion.value, reason.since),
        )
    return confirm(cursor, at, validators)


def confirm(cursor: Any, at: datetime, validators: IndexValidators) -> SyncProgress:
    """The index upstream is as it is stored."""
    cursor.execute(
        "UPDATE progress SET synced_at = %s, url = %s, etag = %s, last_modified = %s",
        (at, validators.url, validators.etag, validators.last_modified),
    )
    return progress(cursor)


def untold(cursor: Any, limit: int) -> Sequence[UntoldVersion]:
    """The next versions of the last sync that have not been told, in their order. Those with another title or other
    authors come with what they were earlier."""
    cursor.execute(
        f"SELECT v.sync, v.noticed_at, {_PAPER_OF['v']}, {_PAPER_OF['b']}"
        " FROM versions v LEFT JOIN LATERAL"
        " (SELECT * FROM versions e WHERE e.id = v.id AND e.sync < v.sync ORDER BY e.sync DESC LIMIT 1) b ON true"
        " WHERE v.sync = (SELECT applied FROM progress) AND v.place >= (SELECT told FROM progress)"
        " AND v.place < (SELECT told FROM progress) + %s ORDER BY v.place",
        (limit,),
    )
    found = [
        UntoldVersion(sync=sync, at=at, before=None if row[9] is None else _paper(row[9:]), after=_paper(row[:9]))
        for sync, at, *row in cursor.fetchall()
    ]
    renamed = {each.after.id: each.before for each in found if each.before and is_renamed(each.before, each.after)}
    earlier = _earlier(cursor, renamed) if renamed else {}
    return [replace(each, earlier=tuple(earlier.get(each.after.id, ()))) for each in found]


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
        paper = _paper(row)
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
        " AND kind = ANY(%s) ORDER BY sync DESC, place LIMIT %s",
        ([kind.value for kind in PAPER_KINDS], limit),
    )
    return tuple(RecentPaper(at=row[0], paper=_paper(row[1:])) for row in cursor.fetchall())


def of_number(cursor: Any, kinds: Sequence[PaperKind], number: int, most: int) -> tuple[Paper, ...]:
    """All entries of one number, the oldest revision first."""
    cursor.execute(
        f"SELECT DISTINCT ON (revision, id) {_PAPER} FROM versions WHERE number = %s AND kind = ANY(%s)"
        " AND sync <= (SELECT applied FROM progress) ORDER BY revision NULLS FIRST, id, sync DESC LIMIT %s",
        (number, [kind.value for kind in kinds], most),
    )
    return tuple(map(_paper, cursor.fetchall()))


def of_last_year(cursor: Any, today: date, after: str, limit: int) -> tuple[Paper, ...]:
    """Entries dated within a year before the newest one that is not of the future, by id, after one id."""
    cursor.execute(
        f"SELECT DISTINCT ON (id) {_PAPER} FROM versions"
        " WHERE published >= (SELECT max(published) FROM versions WHERE published <= %s AND kind = ANY(%s)) - 365"
        " AND id > %s AND sync <= (SELECT applied FROM progress) ORDER BY id, sync DESC LIMIT %s",
        (today, [kind.value for kind in PAPER_KINDS], after, limit),
    )
    return tuple(map(_paper, cursor.fetchall()))


def all_papers(cursor: Any, after: str, limit: int) -> tuple[Paper, ...]:
    """Entries by id, after one id."""
    cursor.execute(
        f"SELECT DISTINCT ON (id) {_PAPER} FROM versions WHERE id > %s AND sync <= (SELECT applied FROM progress)"
        " ORDER BY id, sync DESC LIMIT %s",
        (after, limit),
    )
    return tuple(map(_paper, cursor.fetchall()))


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


def _row(paper: Paper) -> tuple[Any, ...]:
    return (
        paper.id, paper.kind.value, paper.number, paper.revision, paper.title, list(paper.authors), paper.date,
        paper.status, paper.url,
    )  # fmt: skip


def _paper(row: Sequence[Any]) -> Paper:
    return Paper(
        id=row[0], kind=PaperKind(row[1]), number=row[2], revision=row[3], title=row[4], authors=tuple(row[5]),
        date=row[6], status=row[7], url=row[8],
    )  # fmt: skip
