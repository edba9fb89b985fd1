"""When the first notice about something was sent, and which problems there were, on a real server."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from actors.notifier.model.outgoing import MessageKind, NewMessage
from actors.notifier.storage import announcements, incidents, message_store
from actors.runtime.database.connection import Database
from tests.builders import NOON


@pytest.fixture
def cursor(database: str) -> Iterator[Any]:
    tables = Database(database, "notifier")
    tables.migrate({"notifier": "actors.notifier.storage.migrations"})
    with tables.transaction() as opened:
        yield opened
    tables.close()


def announced(cursor: Any, recipient: str, sent_after: timedelta | None) -> None:
    message = NewMessage(
        id=str(uuid.uuid4()), recipient=recipient, text="text", announced=("D1R0",), kind=MessageKind.NOTICE
    )
    message_store.queue(cursor, [message], NOON)
    announcements.remember(cursor, recipient, [("1R0", message.id)], NOON)
    if sent_after is not None:
        cursor.execute(
            "UPDATE messages SET state = 'sent', changed_at = %s WHERE id = %s", (NOON + sent_after, message.id)
        )


def test_it_is_the_first_message_that_was_sent_that_counts(cursor: Any) -> None:
    announced(cursor, "U1", timedelta(seconds=9))
    announced(cursor, "U2", timedelta(seconds=5))
    announced(cursor, "U3", None)
    assert announcements.first_sent(cursor, ["1R0", "2R0"]) == {"1R0": NOON + timedelta(seconds=5)}


def test_what_is_still_queued_was_told_to_nobody(cursor: Any) -> None:
    announced(cursor, "U1", None)
    assert announcements.first_sent(cursor, ["1R0"]) == {}


def test_problems_that_lasted_are_listed_newest_first(cursor: Any) -> None:
    for number, ended in enumerate((None, NOON - timedelta(days=9), NOON)):
        cursor.execute(
            "INSERT INTO incidents (key, code, subject, text, first_seen, last_seen, ended_at)"
            " VALUES (%s, 'host_unusable', 'isocpp.org', %s, %s, %s, %s)",
            (str(number), f"problem {number}", NOON - timedelta(days=10 - number), NOON, ended),
        )
    found = incidents.history(cursor, NOON - timedelta(days=1), 10)
    assert [(each.text, each.ended_at) for each in found] == [("problem 2", NOON), ("problem 0", None)]
