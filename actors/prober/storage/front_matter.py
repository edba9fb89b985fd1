"""The tables of front matter, and of what is to be read. Functions on a cursor, inside the actor's transaction."""

from typing import Any

from psycopg2.extras import execute_values

from actors.prober.frontmatter.queue import Telling, Told, Wanted
from messages.drafts import FrontMatter


def save(cursor: Any, told: Told) -> None:
    """What a decision changed. After its drafts are stored."""
    if told.over:
        cursor.execute("DELETE FROM readings WHERE draft = ANY(%s::text[])", (list(told.over),))
    if told.wanted:
        execute_values(
            cursor,
            "INSERT INTO readings (draft, telling, tries, due_at, tell_by) VALUES %s ON CONFLICT (draft) DO UPDATE SET"
            " telling = excluded.telling, tries = excluded.tries, due_at = excluded.due_at, tell_by = excluded.tell_by",
            [(each.draft, each.telling.value, each.tries, each.due_at, each.tell_by) for each in told.wanted],
        )
    rows = [
        (draft.id, matter.title, list(matter.authors), list(matter.audience), matter.date, matter.text)
        for draft in told.read
        if (matter := draft.front_matter) is not None
    ]
    if rows:
        execute_values(
            cursor,
            "INSERT INTO front_matters (draft, title, authors, audience, dated, words) VALUES %s ON CONFLICT (draft) DO"
            " UPDATE SET title = excluded.title, authors = excluded.authors, audience = excluded.audience,"
            " dated = excluded.dated, words = excluded.words",
            rows,
            template="(%s, %s, %s::text[], %s::text[], %s::date, %s)",
        )


def load_wanted(cursor: Any) -> list[Wanted]:
    """All that is to be read."""
    cursor.execute("SELECT draft, telling, tries, due_at, tell_by FROM readings")
    return [
        Wanted(draft=draft, telling=Telling(telling), tries=tries, due_at=due_at, tell_by=tell_by)
        for draft, telling, tries, due_at, tell_by in cursor.fetchall()
    ]


def load_front_matters(cursor: Any) -> dict[str, FrontMatter]:
    """All that was read, by draft."""
    cursor.execute("SELECT draft, title, authors, audience, dated, words FROM front_matters")
    return {
        draft: FrontMatter(title=title, authors=tuple(authors), audience=tuple(audience), date=dated, text=words)
        for draft, title, authors, audience, dated, words in cursor.fetchall()
    }
