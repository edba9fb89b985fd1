"""A database of version 0.1 keeps everything when its tables get new names."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files
from typing import Any

from actors.notifier.model.outgoing import MessageState
from actors.notifier.storage import (
    digest_buffer,
    incidents,
    message_status,
    message_store,
    seen_deliveries,
    undeliverable,
)
from actors.runtime.database.connection import Database
from actors.runtime.delivery.durable import RUNTIME_MIGRATIONS
from messages.commands import Delivery, DigestTimes, Preferences, QuietHours
from messages.notices import NoticeState
from tests import sql
from tests.builders import NOON

MIGRATIONS = "actors.notifier.storage.migrations"
OLD = ("0001_notifier.sql", "0002_parked.sql", "0003_slack.sql")
"""The migrations of version 0.1."""

MESSAGE = str(uuid.UUID(int=1))

ROWS = (
    "INSERT INTO messages (id, recipient, text, announced, created_at, changed_at)"
    f" VALUES ('{MESSAGE}', 'U1', 'text', '{{D1R0}}', now(), now())",
    "INSERT INTO parked (recipient, reason, tries, retry_at)"
    " VALUES ('U1', 'user_not_found: gone', 3, now() + interval '1 day')",
    "INSERT INTO heard (event_id, at) VALUES ('Ev1', now())",
    "INSERT INTO preferences (user_id, delivery, at_minute, weekday, zone) VALUES ('U2', 'daily', 540, 0, 'UTC')",
    "INSERT INTO preferences (user_id, delivery, at_minute, weekday, zone, quiet_from, quiet_to) VALUES"
    " ('U3', 'weekly', 1020, 4, 'Europe/Berlin', 1320, 420), ('U4', 'immediate', 540, 0, 'Asia/Tokyo', 1200, 0)",
    "INSERT INTO held (user_id, kind, version, payload, held_at) VALUES ('U2', 'NotifyUser', 1,"
    ' \'{"user": "U2", "notices": [{"id": "D2R0"}]}\', now())',
    "INSERT INTO due (user_id, due_at, set_at) VALUES ('U2', '2025-11-21T11:00Z', '2025-11-21T10:00Z')",
    "INSERT INTO incidents (key, text, first_seen, last_seen, told_at) VALUES"
    " ('index: stale', 'index: stale since 2025', '2025-11-21T10:00Z', '2025-11-21T11:00Z', '2025-11-21T10:05Z')",
    "INSERT INTO incidents (key, text, first_seen, last_seen, told_at, ended_at) VALUES"
    " ('prober: has begun again', 'prober: has begun again', '2025-11-21T10:30Z', '2025-11-21T10:30Z',"
    " '2025-11-21T10:30Z', '2025-11-21T10:35Z')",
    "UPDATE standing SET epoch = 7, summarized_at = '2025-11-21T09:00Z'",
)


def old_database(dsn: str) -> None:
    """As version 0.1 left it."""
    Database(dsn, "notifier").migrate({"runtime": RUNTIME_MIGRATIONS})
    sql.rows(
        dsn, "SET search_path = notifier; " + "; ".join(files(MIGRATIONS).joinpath(name).read_text() for name in OLD)
    )
    for name in OLD:
        sql.rows(dsn, f"INSERT INTO notifier.schema_migrations (package, name) VALUES ('notifier', '{name}')")
    sql.rows(dsn, "SET search_path = notifier; " + "; ".join(ROWS))


@contextmanager
def migrated(dsn: str) -> Iterator[Any]:
    """A cursor on that database after the upgrade."""
    old_database(dsn)
    database = Database(dsn, "notifier")
    database.migrate({"runtime": RUNTIME_MIGRATIONS, "notifier": MIGRATIONS})
    with database.transaction() as cursor:
        yield cursor
    database.close()


def test_suspended_recipients_and_their_messages_survive(empty_database: str) -> None:
    with migrated(empty_database) as cursor:
        stored = message_store.tables(cursor)
        assert stored.suspended["U1"].reason == "user_not_found: gone"
        assert [message.id for message in stored.messages] == [MESSAGE]
        assert stored.counts == {MessageState.QUEUED: 1}
        (dead_letter,) = undeliverable.listed(cursor, 10)
        assert (dead_letter.id, dead_letter.failures, dead_letter.messages) == ("notifier/recipient/U1", 3, 1)
        (status,) = message_status.status_of(cursor, "U1", ["D1R0"])
        assert (status.state, status.reason) == (NoticeState.SUSPENDED, "user_not_found: gone")


def test_a_delivery_that_was_seen_before_the_upgrade_stays_seen(empty_database: str) -> None:
    with migrated(empty_database) as cursor:
        assert not seen_deliveries.first_time(cursor, "Ev1", NOON)
        assert seen_deliveries.first_time(cursor, "Ev2", NOON)


def test_what_was_kept_for_a_digest_is_still_due(empty_database: str) -> None:
    with migrated(empty_database) as cursor:
        preferences = digest_buffer.preferences_of(cursor, "U2")
        assert preferences is not None
        assert preferences.digest == (DigestTimes(days=tuple(range(7)), minutes=(540,)),)
        assert preferences.delivery is Delivery.DIGEST
        assert digest_buffer.next_due(cursor, NOON) == NOON - timedelta(hours=1)
        assert digest_buffer.users_due(cursor, NOON, 10) == ["U2"]
        (status,) = message_status.status_of(cursor, "U2", ["D2R0"])
        assert status.state is NoticeState.HELD
        (row,) = digest_buffer.take(cursor, "U2")
        assert (row.place, row.kind) == (1, "NotifyUser")
        assert digest_buffer.users_due(cursor, NOON, 10) == []


def test_digests_and_quiet_hours_keep_their_meaning(empty_database: str) -> None:
    every_day = tuple(range(7))
    with migrated(empty_database) as cursor:
        assert [digest_buffer.preferences_of(cursor, user) for user in ("U2", "U3", "U4")] == [
            Preferences(
                user="U2",
                delivery=Delivery.DIGEST,
                digest=(DigestTimes(days=every_day, minutes=(540,)),),
                zone="UTC",
                quiet=(),
            ),
            Preferences(
                user="U3",
                delivery=Delivery.DIGEST,
                digest=(DigestTimes(days=(4,), minutes=(1020,)),),
                zone="Europe/Berlin",
                quiet=(QuietHours(days=every_day, begin=1320, end=420),),
            ),
            Preferences(
                user="U4",
                delivery=Delivery.IMMEDIATE,
                digest=(DigestTimes(days=(0,), minutes=(540,)),),
                zone="Asia/Tokyo",
                quiet=(QuietHours(days=every_day, begin=1200, end=1440),),
            ),
        ]


def test_the_last_summary_and_the_lease_are_still_known(empty_database: str) -> None:
    with migrated(empty_database) as cursor:
        assert incidents.summarized_at(cursor) == NOON - timedelta(hours=3)
        assert incidents.began_before(cursor, 7)
        assert not incidents.began_before(cursor, 8)


def test_old_incidents_are_in_the_summary_and_none_is_reported_as_resolved(empty_database: str) -> None:
    with migrated(empty_database) as cursor:
        assert incidents.open_incidents(cursor) == []
        stale, restart = incidents.told_since(cursor, NOON - timedelta(hours=3))
        assert (stale.text, stale.ended_at) == ("index: stale since 2025", NOON - timedelta(hours=1))
        assert (restart.text, restart.is_event) == ("prober: has begun again", True)
