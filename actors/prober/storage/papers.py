"""The tables of numbers: papers, last probes, watched numbers. Functions on a cursor, inside the actor's transaction;
many rows are written in one statement."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.prober.model import names
from actors.prober.model.history import NO_MENTIONS, DatedRevision
from actors.prober.model.mentions import SQL_PATTERN, mentioned
from actors.prober.model.numbers import KnownNumber
from actors.prober.schedule.probe_rounds import LastProbe
from messages.papers import Paper, PaperKind

PAPER_COLUMNS = "id, number, revision, title, authors, dated, status, url"
"""In the order that `paper_of` expects."""


def save_papers(cursor: Any, papers: Iterable[Paper]) -> None:
    """Insert P papers, or replace them."""
    rows = {
        paper.id: (
            paper.id, paper.number, paper.revision, paper.title, list(paper.authors), paper.date, paper.status,
            paper.url,
        )
        for paper in papers
    }  # fmt: skip
    execute_values(
        cursor,
        f"INSERT INTO papers ({PAPER_COLUMNS}) VALUES %s ON CONFLICT (id) DO UPDATE SET number = excluded.number,"
        " revision = excluded.revision, title = excluded.title, authors = excluded.authors, dated = excluded.dated,"
        " status = excluded.status, url = excluded.url",
        list(rows.values()),
        template="(%s, %s, %s, %s, %s::text[], %s::date, %s, %s)",
        page_size=1000,
    )


def known_numbers(cursor: Any, numbers: Iterable[int] | None = None) -> dict[int, KnownNumber]:
    """What the index says of `numbers`, or of all. Numbers without a paper are left out."""
    cursor.execute(
        "SELECT number, array_agg(coalesce(revision, 0)), (array_agg(dated ORDER BY coalesce(revision, 0) DESC))[1]"
        " FROM papers WHERE %(numbers)s::integer[] IS NULL OR number = ANY(%(numbers)s::integer[]) GROUP BY number",
        {"numbers": None if numbers is None else list(numbers)},
    )
    return {
        number: KnownNumber(revisions=frozenset(revisions), dated=dated)
        for number, revisions, dated in cursor.fetchall()
    }


def dated_revisions(cursor: Any, numbers: Iterable[int] | None = None) -> list[DatedRevision]:
    """The dated papers of `numbers`, or of all."""
    cursor.execute(
        "SELECT number, coalesce(revision, 0), dated, authors, CASE WHEN title ~* %(pattern)s THEN title ELSE '' END"
        " FROM papers"
        " WHERE dated IS NOT NULL AND (%(numbers)s::integer[] IS NULL OR number = ANY(%(numbers)s::integer[]))",
        {"numbers": None if numbers is None else list(numbers), "pattern": SQL_PATTERN},
    )
    return [
        DatedRevision(
            number=number,
            revision=revision,
            day=dated.toordinal(),
            authors=tuple(authors),
            mentions=mentioned(title) if title else NO_MENTIONS,
        )
        for number, revision, dated, authors, title in cursor.fetchall()
    ]


def newest_papers(cursor: Any, numbers: Iterable[int]) -> dict[int, Paper]:
    """The newest paper of each of `numbers` that has one."""
    cursor.execute(
        f"SELECT DISTINCT ON (number) {PAPER_COLUMNS} FROM papers WHERE number = ANY(%s::integer[])"
        " ORDER BY number, coalesce(revision, 0) DESC, id",
        (list(numbers),),
    )
    return {row[1]: paper_of(row) for row in cursor.fetchall()}


def save_last_probes(cursor: Any, asked: Mapping[int, LastProbe]) -> None:
    """Store what the last probes of numbers found."""
    rows = [
        (
            number,
            None if record.at is None else datetime.fromtimestamp(record.at, UTC),
            json.dumps(dict(record.missing)),
        )
        for number, record in asked.items()
    ]
    execute_values(
        cursor,
        "INSERT INTO numbers (number, asked_at, missing) VALUES %s ON CONFLICT (number) DO UPDATE SET"
        " asked_at = excluded.asked_at, missing = excluded.missing",
        rows,
        template="(%s, %s::timestamptz, %s::jsonb)",
        page_size=1000,
    )


def load_last_probes(cursor: Any) -> dict[int, LastProbe]:
    """What the last probes found, by number."""
    cursor.execute("SELECT number, extract(epoch FROM asked_at)::double precision, missing FROM numbers")
    return {
        number: LastProbe(at=at, missing={names.interned(short): given for short, given in missing.items()})
        for number, at, missing in cursor.fetchall()
    }


def change_watched(cursor: Any, added: Iterable[int], removed: Iterable[int]) -> None:
    """Numbers that got their first watcher, and numbers that lost their last."""
    cursor.execute("DELETE FROM watched WHERE number = ANY(%s::integer[])", (list(removed),))
    cursor.execute("INSERT INTO watched SELECT unnest(%s::integer[]) ON CONFLICT DO NOTHING", (list(added),))


def load_watched(cursor: Any) -> set[int]:
    """The numbers that somebody watches."""
    cursor.execute("SELECT number FROM watched")
    return {number for (number,) in cursor.fetchall()}


def paper_of(row: tuple[Any, ...]) -> Paper:
    """A row of `PAPER_COLUMNS` as a paper."""
    return Paper(
        id=row[0],
        kind=PaperKind.P,
        number=row[1],
        revision=row[2],
        title=row[3],
        authors=tuple(row[4]),
        date=row[5],
        status=row[6],
        url=row[7],
    )
