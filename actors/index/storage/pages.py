"""The tables `pages`, `held_pages` and `mailings`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.index.model.fetching import IndexValidators
from actors.index.model.pages import HeldPage, PageState
from actors.index.model.records import ListedMailing
from messages.papers import MailedPaper, MailingPublished
from messages.sources import RecentMailing

MOST_MAILED = 2000
"""Papers in one MailingPublished."""


def load(cursor: Any) -> dict[tuple[str, str], PageState]:
    """All pages, by source and page."""
    cursor.execute(
        "SELECT source, page, since, why, digest, entries, url, etag, last_modified, is_accepted FROM held_pages"
    )
    held = {
        (source, page): HeldPage(
            since=since,
            why=why,
            digest=digest,
            entries=entries,
            validators=IndexValidators(url=url, etag=etag, last_modified=last_modified),
            is_accepted=is_accepted,
        )
        for source, page, since, why, digest, entries, url, etag, last_modified, is_accepted in cursor.fetchall()
    }
    cursor.execute("SELECT source, page, url, etag, last_modified, checked_at, entries, digests, hints FROM pages")
    never_applied = {key: PageState(source=key[0], page=key[1], held=each) for key, each in held.items()}
    return never_applied | {
        (source, page): PageState(
            source=source,
            page=page,
            validators=IndexValidators(url=url, etag=etag, last_modified=last_modified),
            checked_at=checked_at,
            entries=entries,
            digests=tuple(digests),
            hints=tuple(hints),
            held=held.get((source, page)),
        )
        for source, page, url, etag, last_modified, checked_at, entries, digests, hints in cursor.fetchall()
    }


def save(cursor: Any, state: PageState) -> None:
    """Store a page as it was applied or confirmed now; what was held of it is over."""
    cursor.execute(
        "INSERT INTO pages (source, page, url, etag, last_modified, checked_at, entries, digests, hints)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source, page) DO UPDATE SET url = EXCLUDED.url,"
        " etag = EXCLUDED.etag, last_modified = EXCLUDED.last_modified, checked_at = EXCLUDED.checked_at,"
        " entries = EXCLUDED.entries, digests = EXCLUDED.digests, hints = EXCLUDED.hints",
        (
            state.source, state.page, state.validators.url, state.validators.etag, state.validators.last_modified,
            state.checked_at, state.entries, list(state.digests), list(state.hints),
        ),
    )  # fmt: skip
    cursor.execute("DELETE FROM held_pages WHERE source = %s AND page = %s", (state.source, state.page))


def hold(cursor: Any, source: str, page: str, held: HeldPage) -> None:
    """Store what is held of a page."""
    cursor.execute(
        "INSERT INTO held_pages (source, page, since, why, digest, entries, url, etag, last_modified,"
        " is_accepted) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (source, page) DO UPDATE SET since = EXCLUDED.since, is_accepted = EXCLUDED.is_accepted,"
        " why = EXCLUDED.why, digest = EXCLUDED.digest, entries = EXCLUDED.entries, url = EXCLUDED.url,"
        " etag = EXCLUDED.etag, last_modified = EXCLUDED.last_modified",
        (
            source, page, held.since, held.why, held.digest, held.entries, held.validators.url, held.validators.etag,
            held.validators.last_modified, held.is_accepted,
        ),
    )  # fmt: skip


def accept(cursor: Any, source: str, page: str) -> None:
    """An operator believes what is held of a page."""
    cursor.execute("UPDATE held_pages SET is_accepted = true WHERE source = %s AND page = %s", (source, page))


# --- mailings


def unknown_mailings(cursor: Any, names: Collection[str]) -> frozenset[str]:
    """Those of these mailings that never appeared before."""
    cursor.execute("SELECT name FROM mailings WHERE name = ANY(%s)", (list(names),))
    return frozenset(names) - {name for (name,) in cursor.fetchall()}


def add_mailings(cursor: Any, mailings: Sequence[ListedMailing], sync: int, at: datetime, *, is_quiet: bool) -> None:
    """Remember mailings that have appeared."""
    execute_values(
        cursor,
        "INSERT INTO mailings (name, title, url, ids, sync, noticed_at, is_quiet) VALUES %s ON CONFLICT DO NOTHING",
        [(each.name, each.title, each.url, list(each.ids[:MOST_MAILED]), sync, at, is_quiet) for each in mailings],
    )


def published_mailings(cursor: Any, sync: int) -> tuple[MailingPublished, ...]:
    """The mailings that appeared with a sync, with what is known of their papers."""
    cursor.execute(
        "SELECT name, title, url, ids, noticed_at FROM mailings WHERE sync = %s AND NOT is_quiet ORDER BY name", (sync,)
    )
    found = cursor.fetchall()
    return tuple(
        MailingPublished(
            at=at, name=name, title=title, url=url, papers=_mailed(cursor, ids), is_last=name == found[-1][0]
        )
        for name, title, url, ids, at in found
    )


def recent_mailings(cursor: Any, limit: int) -> tuple[RecentMailing, ...]:
    """The newest mailings that became news, newest first."""
    cursor.execute(
        "SELECT noticed_at, name, title, url, cardinality(ids) FROM mailings WHERE NOT is_quiet"
        " ORDER BY noticed_at DESC, name DESC LIMIT %s",
        (limit,),
    )
    return tuple(
        RecentMailing(at=at, name=name, title=title, url=url, papers=papers)
        for at, name, title, url, papers in cursor.fetchall()
    )


def _mailed(cursor: Any, ids: Sequence[str]) -> tuple[MailedPaper, ...]:
    cursor.execute("SELECT id, title, audience FROM papers WHERE id = ANY(%s)", (list(ids),))
    known = {id: MailedPaper(id=id, title=title, audience=tuple(groups)) for id, title, groups in cursor.fetchall()}
    return tuple(known[id] for id in ids if id in known)
