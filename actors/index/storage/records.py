"""The table `records`: what each source says of each entry. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.index.entries.merging import SourceRecord
from actors.index.model.records import Candidate
from actors.index.storage.rows import WIDTH, columns, paper_of, row_of
from messages.papers import Paper

MOST_HISTORY = 1000
"""Records of one number that are looked at."""


def fingerprints(cursor: Any) -> dict[str, dict[str, int]]:
    """Of each entry of each source, by source and id."""
    cursor.execute(
        "SELECT DISTINCT ON (id, source) source, id, fingerprint FROM records"
        " WHERE sync <= (SELECT applied FROM progress) ORDER BY id, source, sync DESC"
    )
    found: dict[str, dict[str, int]] = {}
    for source, id, fingerprint in cursor.fetchall():
        found.setdefault(source, {})[id] = fingerprint
    return found


def records_of(cursor: Any, ids: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
    """What the sources say of these entries now, by id."""
    cursor.execute(
        f"SELECT DISTINCT ON (id, source) {columns()}, source, is_announced FROM records"
        " WHERE id = ANY(%s) AND sync <= (SELECT applied FROM progress) ORDER BY id, source, sync DESC",
        (list(ids),),
    )
    found: dict[str, list[SourceRecord]] = {}
    for row in cursor.fetchall():
        record = SourceRecord(source=row[WIDTH], paper=paper_of(row), is_announced=row[WIDTH + 1])
        found.setdefault(record.paper.id, []).append(record)
    return found


def add_records(cursor: Any, source: str, page: str, sync: int, at: datetime, candidates: Sequence[Candidate]) -> None:
    """Write what a page of a source says in the coming sync."""
    rows = [(*row_of(each.paper), source, page, sync, each.is_announced, each.fingerprint, at) for each in candidates]
    statement = (
        f"INSERT INTO records ({columns()}, source, page, sync, is_announced, fingerprint, noticed_at) VALUES %s"
    )
    execute_values(cursor, statement, rows, page_size=1000)


def set_fingerprints(cursor: Any, source: str, candidates: Sequence[Candidate]) -> None:
    """Remember how entries are written now whose content is the stored one."""
    execute_values(
        cursor,
        "UPDATE records r SET fingerprint = new.fingerprint FROM (VALUES %s) AS new (source, id, fingerprint)"
        " WHERE r.id = new.id AND r.source = new.source AND r.sync = (SELECT max(sync) FROM records"
        " WHERE id = new.id AND source = new.source AND sync <= (SELECT applied FROM progress))",
        [(source, candidate.paper.id, candidate.fingerprint) for candidate in candidates],
        page_size=1000,
    )


def missing(cursor: Any, source: str, page: str, titles: Collection[str], ids: Collection[str]) -> Mapping[str, Paper]:
    """The entries with one of these titles that a page of a source had, and that are not among `ids`."""
    cursor.execute(
        f"SELECT DISTINCT ON (id) {columns()} FROM records WHERE source = %s AND page = %s AND title = ANY(%s)"
        " AND sync <= (SELECT applied FROM progress) ORDER BY id, sync DESC",
        (source, page, list(titles)),
    )
    return {row[0]: paper_of(row) for row in cursor.fetchall() if row[0] not in ids}


def history(cursor: Any, number: int, kinds: Sequence[str]) -> Mapping[str, Mapping[str, list[tuple[datetime, Paper]]]]:
    """What the sources said of the entries of a number: by id and source, the oldest first."""
    cursor.execute(
        f"SELECT {columns()}, source, noticed_at FROM records WHERE number = %s AND kind = ANY(%s)"
        " AND sync <= (SELECT applied FROM progress) ORDER BY revision NULLS FIRST, id, source, sync LIMIT %s",
        (number, list(kinds), MOST_HISTORY),
    )
    found: dict[str, dict[str, list[tuple[datetime, Paper]]]] = {}
    for row in cursor.fetchall():
        paper = paper_of(row)
        found.setdefault(paper.id, {}).setdefault(row[WIDTH], []).append((row[WIDTH + 1], paper))
    return found


def expire(cursor: Any, seconds: float, most: int) -> int:
    """Delete records that are older than that and have two newer ones; how many, at most `most`. The first stays."""
    cursor.execute(
        "DELETE FROM records WHERE (id, source, sync) IN (SELECT r.id, r.source, r.sync FROM records r, progress"
        " WHERE r.sync < applied AND r.noticed_at < now() - make_interval(secs => %s)"
        " AND EXISTS (SELECT 1 FROM records b WHERE b.id = r.id AND b.source = r.source AND b.sync < r.sync)"
        " AND (SELECT count(*) FROM records n WHERE n.id = r.id AND n.source = r.source AND n.sync > r.sync"
        " AND n.sync <= applied) >= 2 LIMIT %s)",
        (seconds, most),
    )
    return int(cursor.rowcount)
