"""The prober's tables. Functions on a cursor, inside the actor's transaction; many rows go as one statement."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.prober import names
from actors.prober.past import Entry
from actors.prober.schedule import KnownNumber
from actors.prober.visits import Asked
from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension
from messages.papers import Paper, PaperKind

_PAPER_COLUMNS = "id, number, revision, title, authors, dated, status, url"


def save_papers(cursor: Any, papers: Iterable[Paper]) -> None:
    """Insert P papers, or replace what was told of them before."""
    rows = {
        paper.id: (
            paper.id, paper.number, paper.revision, paper.title, list(paper.authors), paper.date, paper.status,
            paper.url,
        )
        for paper in papers
    }  # fmt: skip
    execute_values(
        cursor,
        f"INSERT INTO papers ({_PAPER_COLUMNS}) VALUES %s ON CONFLICT (id) DO UPDATE SET number = excluded.number,"
        " revision = excluded.revision, title = excluded.title, authors = excluded.authors, dated = excluded.dated,"
        " status = excluded.status, url = excluded.url",
        list(rows.values()),
        template="(%s, %s, %s, %s, %s::text[], %s::date, %s, %s)",
        page_size=1000,
    )


def known_numbers(cursor: Any, numbers: Iterable[int] | None = None) -> dict[int, KnownNumber]:
    """What the papers say of `numbers`, or of all; numbers without a paper are not in the answer."""
    cursor.execute(
        "SELECT number, array_agg(coalesce(revision, 0)), (array_agg(dated ORDER BY coalesce(revision, 0) DESC))[1]"
        " FROM papers WHERE %(numbers)s::integer[] IS NULL OR number = ANY(%(numbers)s::integer[]) GROUP BY number",
        {"numbers": None if numbers is None else list(numbers)},
    )
    return {
        number: KnownNumber(revisions=frozenset(revisions), dated=dated)
        for number, revisions, dated in cursor.fetchall()
    }


def dated_entries(cursor: Any, numbers: Iterable[int] | None = None) -> list[Entry]:
    """The dated papers of `numbers`, or of all."""
    cursor.execute(
        "SELECT number, coalesce(revision, 0), dated, authors FROM papers"
        " WHERE dated IS NOT NULL AND (%(numbers)s::integer[] IS NULL OR number = ANY(%(numbers)s::integer[]))",
        {"numbers": None if numbers is None else list(numbers)},
    )
    return [
        Entry(number=number, revision=revision, day=dated.toordinal(), authors=tuple(authors))
        for number, revision, dated, authors in cursor.fetchall()
    ]


def newest_papers(cursor: Any, numbers: Iterable[int]) -> dict[int, Paper]:
    """The newest paper of each of `numbers` that has one."""
    cursor.execute(
        f"SELECT DISTINCT ON (number) {_PAPER_COLUMNS} FROM papers WHERE number = ANY(%s::integer[])"
        " ORDER BY number, coalesce(revision, 0) DESC, id",
        (list(numbers),),
    )
    return {row[1]: _paper(row) for row in cursor.fetchall()}


def save_asked(cursor: Any, asked: Mapping[int, Asked]) -> None:
    """Remember what asks of numbers left."""
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


def load_asked(cursor: Any) -> dict[int, Asked]:
    """What earlier asks left, by number."""
    cursor.execute("SELECT number, extract(epoch FROM asked_at)::double precision, missing FROM numbers")
    return {
        number: Asked(at=at, missing={names.interned(short): given for short, given in missing.items()})
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


def save_drafts(cursor: Any, drafts: Iterable[Draft]) -> None:
    """Insert drafts with their files, or bring their announcement, state and files up to date."""
    drafts = tuple(drafts)
    execute_values(
        cursor,
        "INSERT INTO drafts (id, prefix, number, revision, found_at, announcement, state, predecessor) VALUES %s"
        " ON CONFLICT (id) DO UPDATE SET announcement = excluded.announcement, state = excluded.state",
        [
            (
                draft.id, draft.prefix.value, draft.number, draft.revision, draft.found_at, draft.announcement.value,
                draft.state.value, draft.predecessor.id if draft.predecessor else None,
            )
            for draft in drafts
        ],
    )  # fmt: skip
    execute_values(
        cursor,
        "INSERT INTO draft_files (draft, extension, url, last_modified, length) VALUES %s"
        " ON CONFLICT (draft, extension) DO UPDATE SET url = excluded.url, last_modified = excluded.last_modified,"
        " length = excluded.length",
        [
            (draft.id, file.extension.value, file.url, file.last_modified, file.length)
            for draft in drafts
            for file in draft.files
        ],
        template="(%s, %s, %s, %s::timestamptz, %s::bigint)",
    )


def load_drafts(cursor: Any) -> dict[str, Draft]:
    """All drafts, by id."""
    files: dict[str, list[DraftFile]] = {}
    cursor.execute("SELECT draft, extension, url, last_modified, length FROM draft_files ORDER BY extension DESC")
    for draft, extension, url, last_modified, length in cursor.fetchall():
        file = DraftFile(extension=Extension(extension), url=url, last_modified=last_modified, length=length)
        files.setdefault(draft, []).append(file)
    columns = ", ".join(f"p.{column}" for column in _PAPER_COLUMNS.split(", "))
    cursor.execute(
        "SELECT d.id, d.prefix, d.number, d.revision, d.found_at, d.announcement, d.state,"
        f" {columns} FROM drafts d LEFT JOIN papers p ON p.id = d.predecessor"
    )
    return {row[0]: _draft(row, tuple(files.get(row[0], ()))) for row in cursor.fetchall()}


def _draft(row: tuple[Any, ...], files: tuple[DraftFile, ...]) -> Draft:
    return Draft(
        id=row[0],
        prefix=DraftPrefix(row[1]),
        number=row[2],
        revision=row[3],
        files=files,
        found_at=row[4],
        announcement=Announcement(row[5]),
        state=DraftState(row[6]),
        predecessor=None if row[7] is None else _paper(row[7:]),
    )


def _paper(row: tuple[Any, ...]) -> Paper:
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
