"""Entries by their dates, a page at a time. Functions on a cursor, inside the actor's transaction."""

from typing import Any

from actors.index.storage.rows import WIDTH, columns, paper_of
from messages.papers import PAPER_KINDS
from messages.reading import PagedPaper, PapersPageQuery

_PLACE = "coalesce(v.published, DATE '0001-01-01')"
"""What entries are sorted by, as in the index of 0005_by_date.sql."""

_PLACE_OF_AFTER = (
    "(SELECT coalesce(a.published, DATE '0001-01-01') FROM versions a WHERE a.id = %s"
    " AND a.sync <= (SELECT applied FROM progress) ORDER BY a.sync DESC LIMIT 1)"
)


def page(cursor: Any, query: PapersPageQuery, limit: int) -> tuple[PagedPaper, ...]:
    """The next `limit` entries that the query chooses, newest first. PostgreSQL knows the small letters of ASCII only,
    in the locale C that our own has."""
    kinds = query.kinds or tuple(sorted(PAPER_KINDS, key=lambda kind: kind.value))
    conditions: list[tuple[str, tuple[Any, ...]]] = [("v.kind = ANY(%s)", ([kind.value for kind in kinds],))]
    if query.number is not None:
        conditions.append(("v.number = %s", (query.number,)))
    if query.since is not None:
        conditions.append(("v.published >= %s", (query.since,)))
    if query.until is not None:
        conditions.append(("v.published <= %s", (query.until,)))
    if query.after:
        conditions.append((f"({_PLACE}, v.id) < ({_PLACE_OF_AFTER}, %s)", (query.after, query.after)))
    for word in query.words:
        small = word.lower()
        capitals = {letter.upper(): letter for letter in small if not letter.isascii() and len(letter.upper()) == 1}
        conditions.append(
            (
                "strpos(translate(lower(v.id || ' ' || v.title || ' ' || array_to_string(v.authors, ' ')), %s, %s), %s)"
                " > 0",
                ("".join(capitals), "".join(capitals.values()), small),
            )
        )
    cursor.execute(
        f"SELECT {columns('v')}, first.noticed_at, first.sync > 1 FROM versions v, LATERAL (SELECT noticed_at, sync"
        " FROM versions f WHERE f.id = v.id ORDER BY f.sync LIMIT 1) first"
        f" WHERE {' AND '.join(condition for condition, _ in conditions)}"
        " AND v.sync <= (SELECT applied FROM progress) AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.id = v.id"
        " AND n.sync > v.sync AND n.sync <= (SELECT applied FROM progress))"
        f" ORDER BY {_PLACE} DESC, v.id DESC LIMIT %s",
        [*(value for _, values in conditions for value in values), limit],
    )
    return tuple(
        PagedPaper(paper=paper_of(row), noticed_at=row[WIDTH], is_news=row[WIDTH + 1]) for row in cursor.fetchall()
    )
