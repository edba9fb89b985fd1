"""The table of what files of drafts were like. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Iterable
from typing import Any

import msgspec
from psycopg2.extras import execute_values

from actors.prober.detection.flips import REMEMBERED
from actors.prober.model import names
from actors.prober.model.file_history import FileHistory
from messages.probing import DraftName


def save(cursor: Any, histories: Iterable[FileHistory], over: Iterable[DraftName]) -> None:
    """Store histories as they are now, and delete those that are over."""
    cursor.execute("DELETE FROM file_histories WHERE name = ANY(%s)", (list(map(names.text_of, over)),))
    execute_values(
        cursor,
        "INSERT INTO file_histories (name, history, changed_at) VALUES %s"
        " ON CONFLICT (name) DO UPDATE SET history = excluded.history, changed_at = excluded.changed_at",
        [(names.text_of(each.name), msgspec.json.encode(each).decode(), each.current.at) for each in histories],
    )


def load(cursor: Any) -> list[FileHistory]:
    """All histories that still matter."""
    cursor.execute("DELETE FROM file_histories WHERE changed_at < now() - %s", (2 * REMEMBERED,))
    cursor.execute("SELECT history::text FROM file_histories")
    return [msgspec.json.decode(history, type=FileHistory) for (history,) in cursor.fetchall()]
