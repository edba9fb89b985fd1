"""The tables of drafts, their files and observations. Functions on a cursor, inside the actor's transaction; many rows
are written in one statement."""

from collections.abc import Iterable
from typing import Any

import msgspec
from psycopg2.extras import execute_values

from actors.prober.model import names
from actors.prober.model.http_dates import Recency
from actors.prober.model.observations import FileFacts, Observation, ObservationKind, TrackedFile, Trust
from actors.prober.storage import front_matter as front_matter_store
from actors.prober.storage.papers import PAPER_COLUMNS, paper_of
from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension, FrontMatter
from messages.notices import Notice
from messages.probing import DraftName


def save_drafts(cursor: Any, drafts: Iterable[Draft]) -> None:
    """Insert drafts with their files, or update their announcement, state and files."""
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
    cursor.execute(
        "DELETE FROM draft_files WHERE draft = ANY(%s::text[]) AND draft || '.' || extension != ALL(%s::text[])",
        (
            [draft.id for draft in drafts],
            [f"{draft.id}.{file.extension.value}" for draft in drafts for file in draft.files],
        ),
    )
    execute_values(
        cursor,
        "INSERT INTO draft_files (draft, extension, url, last_modified, length, checked_at, changed_at) VALUES %s"
        " ON CONFLICT (draft, extension) DO UPDATE SET url = excluded.url, last_modified = excluded.last_modified,"
        " length = excluded.length",
        [
            (draft.id, file.extension.value, file.url, file.last_modified, file.length, draft.found_at, draft.found_at)
            for draft in drafts
            for file in draft.files
        ],
        template="(%s, %s, %s, %s::timestamptz, %s::bigint, %s, %s)",
    )


def load_drafts(cursor: Any) -> dict[str, Draft]:
    """All drafts, by id."""
    files: dict[str, list[DraftFile]] = {}
    cursor.execute("SELECT draft, extension, url, last_modified, length FROM draft_files ORDER BY extension DESC")
    for draft, extension, url, last_modified, length in cursor.fetchall():
        file = DraftFile(extension=Extension(extension), url=url, last_modified=last_modified, length=length)
        files.setdefault(draft, []).append(file)
    columns = ", ".join(f"p.{column}" for column in PAPER_COLUMNS.split(", "))
    cursor.execute(
        "SELECT d.id, d.prefix, d.number, d.revision, d.found_at, d.announcement, d.state,"
        f" {columns} FROM drafts d LEFT JOIN papers p ON p.id = d.predecessor"
    )
    rows = cursor.fetchall()
    read = front_matter_store.load_front_matters(cursor)
    return {row[0]: _draft(row, tuple(files.get(row[0], ())), read.get(row[0])) for row in rows}


def save_tracked(cursor: Any, tracked: Iterable[TrackedFile]) -> None:
    """Store what was last said of files, and when. Files that no draft has any more are skipped."""
    execute_values(
        cursor,
        "UPDATE draft_files f SET etag = v.etag, last_modified = v.last_modified, length = v.length,"
        " checked_at = v.checked_at, changed_at = v.changed_at FROM (VALUES %s) AS"
        " v (draft, extension, etag, last_modified, length, checked_at, changed_at)"
        " WHERE f.draft = v.draft AND f.extension = v.extension",
        [
            (
                names.draft_id(file.name), file.name.extension.value, file.facts.etag, file.facts.last_modified,
                file.facts.length, file.checked_at, file.changed_at,
            )
            for file in tracked
        ],
        template="(%s, %s, %s::text, %s::timestamptz, %s::bigint, %s::timestamptz, %s::timestamptz)",
    )  # fmt: skip


def load_tracked(cursor: Any) -> list[TrackedFile]:
    """All files of drafts."""
    cursor.execute(
        "SELECT d.prefix, d.number, d.revision, f.extension, f.etag, f.last_modified, f.length, f.checked_at,"
        " f.changed_at FROM draft_files f JOIN drafts d ON d.id = f.draft"
    )
    return [
        TrackedFile(
            name=_name(row),
            facts=FileFacts(etag=row[4], last_modified=row[5], length=row[6]),
            checked_at=row[7],
            changed_at=row[8],
        )
        for row in cursor.fetchall()
    ]


def save_observations(cursor: Any, seen: Iterable[Observation], over: Iterable[DraftName]) -> None:
    """Store observations as they are now, and delete those that are over."""
    gone = [(name.prefix.value, name.number, name.revision, name.extension.value) for name in over]
    execute_values(
        cursor,
        "DELETE FROM observations WHERE (prefix, number, revision, extension) IN (VALUES %s)",
        gone,
    )
    execute_values(
        cursor,
        "INSERT INTO observations (prefix, number, revision, extension, kind, etag, last_modified, length, recency,"
        " first_at, recheck_at, failed_attempts, trust) VALUES %s"
        " ON CONFLICT (prefix, number, revision, extension) DO UPDATE SET"
        " kind = excluded.kind, etag = excluded.etag, last_modified = excluded.last_modified, length = excluded.length,"
        " recency = excluded.recency, first_at = excluded.first_at, recheck_at = excluded.recheck_at,"
        " failed_attempts = excluded.failed_attempts, trust = excluded.trust",
        [_row(observation) for observation in seen],
        template="(%s, %s, %s, %s, %s, %s, %s::timestamptz, %s::bigint, %s, %s, %s, %s, %s)",
    )


def load_observations(cursor: Any) -> list[Observation]:
    """All observations that are still to be checked again."""
    cursor.execute(
        "SELECT prefix, number, revision, extension, kind, etag, last_modified, length, recency, first_at, recheck_at,"
        " failed_attempts, trust FROM observations"
    )
    return [
        Observation(
            name=_name(row),
            kind=ObservationKind(row[4]),
            facts=None
            if ObservationKind(row[4]) is ObservationKind.GONE
            else FileFacts(etag=row[5], last_modified=row[6], length=row[7]),
            recency=Recency(row[8]),
            first_at=row[9],
            recheck_at=row[10],
            failed_attempts=row[11],
            trust=Trust(row[12]),
        )
        for row in cursor.fetchall()
    ]


def _row(observation: Observation) -> tuple[Any, ...]:
    name, facts = observation.name, observation.facts or FileFacts(etag=None, last_modified=None, length=None)
    return (
        name.prefix.value, name.number, name.revision, name.extension.value, observation.kind.value, facts.etag,
        facts.last_modified, facts.length, observation.recency.value, observation.first_at, observation.recheck_at,
        observation.failed_attempts, observation.trust.value,
    )  # fmt: skip


def _name(row: tuple[Any, ...]) -> DraftName:
    return DraftName(prefix=DraftPrefix(row[0]), number=row[1], revision=row[2], extension=Extension(row[3]))


def _draft(row: tuple[Any, ...], files: tuple[DraftFile, ...], front_matter: FrontMatter | None) -> Draft:
    return Draft(
        id=row[0],
        prefix=DraftPrefix(row[1]),
        number=row[2],
        revision=row[3],
        files=files,
        found_at=row[4],
        announcement=Announcement(row[5]),
        state=DraftState(row[6]),
        predecessor=None if row[7] is None else paper_of(row[7:]),
        front_matter=front_matter,
    )


def add_catch_up_notices(cursor: Any, notices: Iterable[Notice]) -> None:
    """Keep what a catch-up brings for the channel until the catch-up is over."""
    rows = [(msgspec.json.encode(notice).decode(),) for notice in notices]
    execute_values(cursor, "INSERT INTO catch_up_notices (notice) VALUES %s", rows, template="(%s::jsonb)")


def take_catch_up_notices(cursor: Any) -> tuple[Notice, ...]:
    """The notices of a catch-up, which are deleted."""
    cursor.execute("SELECT notice::text FROM catch_up_notices ORDER BY place")
    notices = tuple(msgspec.json.decode(text, type=Notice) for (text,) in cursor.fetchall())
    cursor.execute("DELETE FROM catch_up_notices")
    return notices
