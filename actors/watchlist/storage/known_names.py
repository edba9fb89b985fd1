"""The tables `author_names` and `known_numbers`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.watchlist.model.author_names import MAX_NAMES, AuthorNames
from actors.watchlist.model.known_numbers import NewestOfNumber

_NUMBER = "number, id, title, revision, published"


def load(cursor: Any) -> AuthorNames:
    """All names, and whether the index's have been loaded."""
    cursor.execute("SELECT name FROM author_names LIMIT %s", (MAX_NAMES,))
    names = [name for (name,) in cursor.fetchall()]
    cursor.execute("SELECT names_loaded_at FROM recent_papers_status")
    return AuthorNames(names, is_loaded=cursor.fetchone()[0] is not None)


def save_names(cursor: Any, names: Iterable[str]) -> None:
    """Store names that are new."""
    if rows := [(name,) for name in names]:
        execute_values(cursor, "INSERT INTO author_names (name) VALUES %s ON CONFLICT DO NOTHING", rows, page_size=500)


def save_numbers(cursor: Any, numbers: Iterable[NewestOfNumber]) -> None:
    """Store the newest of each number, unless a newer one is known. A paper is newer than its own draft."""
    newest: dict[str, NewestOfNumber] = {}
    for each in numbers:
        known = newest.get(each.key)
        if known is None or _age(each) >= _age(known):
            newest[each.key] = each
    if not newest:
        return
    execute_values(
        cursor,
        f"INSERT INTO known_numbers ({_NUMBER}) VALUES %s ON CONFLICT (number) DO UPDATE SET id = EXCLUDED.id,"
        " title = EXCLUDED.title, revision = EXCLUDED.revision, published = EXCLUDED.published"
        " WHERE (coalesce(EXCLUDED.revision, -1), EXCLUDED.id NOT LIKE 'D%%')"
        " >= (coalesce(known_numbers.revision, -1), known_numbers.id NOT LIKE 'D%%')",
        [(each.key, each.id, each.title, each.revision, each.published) for each in newest.values()],
        page_size=500,
    )


def number(cursor: Any, key: str) -> NewestOfNumber | None:
    """The newest of a number."""
    cursor.execute(f"SELECT {_NUMBER} FROM known_numbers WHERE number = %s", (key,))
    row = cursor.fetchone()
    if row is None:
        return None
    return NewestOfNumber(key=row[0], id=row[1], title=row[2], revision=row[3], published=row[4])


def mark_loaded(cursor: Any, at: datetime) -> None:
    """All names have been loaded from the index."""
    cursor.execute("UPDATE recent_papers_status SET names_loaded_at = %s", (at,))


def _age(each: NewestOfNumber) -> tuple[int, bool]:
    return (-1 if each.revision is None else each.revision, not each.id.startswith("D"))
