"""The tables of drafts, their files, and what was sighted. Functions on a cursor, inside the actor's transaction; many
rows go as one statement."""

from collections.abc import Iterable
from typing import Any

import msgspec
from psycopg2.extras import execute_values

from actors.prober.model import names
from actors.prober.model.http_dates import Appearance
from actors.prober.model.observations import Facts, Kind, Sighting, Tracked, Trust
from actors.prober.storage import front_matter as reading_store
from actors.prober.storage.papers import PAPER_COLUMNS, paper_of
from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension, FrontMatter
from messages.notices import Notice
from messages.probing import DraftName


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
    read = reading_store.load_front_matters(cursor)
    return {row[0]: _draft(row, tuple(files.get(row[0], ())), read.get(row[0])) for row in rows}


def save_tracked(cursor: Any, tracked: Iterable[Tracked]) -> None:
    """Remember what was said last of files, and when. Those that no draft has any more are passed over."""
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


def load_tracked(cursor: Any) -> list[Tracked]:
    """All files of drafts."""
    cursor.execute(
        "SELECT d.prefix, d.number, d.revision, f.extension, f.etag, f.last_modified, f.length, f.checked_at,"
        " f.changed_at FROM draft_files f JOIN drafts d ON d.id = f.draft"
    )
    return [
        Tracked(
            name=_name(row),
            facts=Facts(etag=row[4], last_modified=row[5], length=row[6]),
            checked_at=row[7],
            changed_at=row[8],
        )
        for row in cursor.fetchall()
    ]


def save_sightings(cursor: Any, seen: Iterable[Sighting], over: Iterable[DraftName]) -> None:
    """Remember sightings as they are now, and forget those that are over."""
    gone = [(name.prefix.value, name.number, name.revision, name.extension.value) for name in over]
    execute_values(
        cursor,
        "DELETE FROM sightings WHERE (prefix, number, revision, extension) IN (VALUES %s)",
        gone,
    )
    execute_values(
        cursor,
        "INSERT INTO sightings (prefix, number, revision, extension, kind, etag, last_modified, length, appearance,"
        " first_at, look_at, vain, trust) VALUES %s ON CONFLICT (prefix, number, revision, extension) DO UPDATE SET"
        " kind = excluded.kind, etag = excluded.etag, last_modified = excluded.last_modified, length = excluded.length,"
        " appearance = excluded.appearance, first_at = excluded.first_at, look_at = excluded.look_at,"
        " vain = excluded.vain, trust = excluded.trust",
        [_row(sighting) for sighting in seen],
        template="(%s, %s, %s, %s, %s, %s, %s::timestamptz, %s::bigint, %s, %s, %s, %s, %s)",
    )


def load_sightings(cursor: Any) -> list[Sighting]:
    """All sightings that wait for a look."""
    cursor.execute(
        "SELECT prefix, number, revision, extension, kind, etag, last_modified, length, appearance, first_at, look_at,"
        " vain, trust FROM sightings"
    )
    return [
        Sighting(
            name=_name(row),
            kind=Kind(row[4]),
            facts=None if Kind(row[4]) is Kind.GONE else Facts(etag=row[5], last_modified=row[6], length=row[7]),
            appearance=Appearance(row[8]),
            first_at=row[9],
            look_at=row[10],
            vain=row[11],
            trust=Trust(row[12]),
        )
        for row in cursor.fetchall()
    ]


def _row(sighting: Sighting) -> tuple[Any, ...]:
    name, facts = sighting.name, sighting.facts or Facts(etag=None, last_modified=None, length=None)
    return (
        name.prefix.value, name.number, name.revision, name.extension.value, sighting.kind.value, facts.etag,
        facts.last_modified, facts.length, sighting.appearance.value, sighting.first_at, sighting.look_at,
        sighting.vain, sighting.trust.value,
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


def gather(cursor: Any, notices: Iterable[Notice]) -> None:
    """Keep what a catch-up brings for the channel until it is over."""
    rows = [(msgspec.json.encode(notice).decode(),) for notice in notices]
    execute_values(cursor, "INSERT INTO gathered (notice) VALUES %s", rows, template="(%s::jsonb)")


def take_gathered(cursor: Any) -> tuple[Notice, ...]:
    """What was gathered. It is gathered no more."""
    cursor.execute("SELECT notice::text FROM gathered ORDER BY place")
    notices = tuple(msgspec.json.decode(text, type=Notice) for (text,) in cursor.fetchall())
    cursor.execute("DELETE FROM gathered")
    return notices
