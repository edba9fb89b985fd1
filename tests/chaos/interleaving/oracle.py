"""What must be so: in the tables at every commit, watched by triggers, and in the end in Slack, tables and memory."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import psycopg2.extensions

from tests import clusters

ROOMS = ("notifier", "watchlist", "prober", "index")

FORBIDDEN = {
    **{f"{room}.inbox": "NEW.last_seq < OLD.last_seq" for room in ROOMS},
    **{f"{room}.outbox_heads": "NEW.last_seq < OLD.last_seq" for room in ROOMS},
    "notifier.messages": "(OLD.state IN ('sent', 'dead', 'taken_back') AND NEW.state <> OLD.state)"
    " OR NEW.attempt < OLD.attempt OR (OLD.state <> 'queued' AND (NEW.text <> OLD.text OR NEW.state = 'taken_back'))",
    "index.progress": "NEW.applied < OLD.applied OR (NEW.applied = OLD.applied AND NEW.told < OLD.told)",
    "watchlist.queued_events": "NEW.position < OLD.position OR (OLD.matched AND NOT NEW.matched)",
    "watchlist.recent_papers_status": "OLD.loaded_at IS NOT NULL AND NEW.loaded_at IS DISTINCT FROM OLD.loaded_at",
    "prober.drafts": "(OLD.state = 'published' AND NEW.state <> 'published')"
    " OR (OLD.announcement = 'announced' AND NEW.announcement <> 'announced')",
    "prober.numbers": "NEW.asked_at IS NULL AND OLD.asked_at IS NOT NULL",
    "lease.leadership": "NEW.epoch < OLD.epoch",
}
"""Changes of a row that no commit may make."""

KEPT = ("prober.drafts", "prober.draft_files", "prober.papers", "prober.numbers", "notifier.messages", "index.progress")
"""Tables from which nothing is deleted."""

_SETUP = """
CREATE SCHEMA oracle;
CREATE TABLE oracle.regressions (at timestamptz DEFAULT clock_timestamp(), what text);
CREATE FUNCTION oracle.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO oracle.regressions (what)
        VALUES (TG_OP || ' ' || TG_ARGV[0] || ': ' || coalesce(OLD::text, '') || ' -> ' || coalesce(NEW::text, ''));
    RETURN NULL;
END $$;
"""


def migrate(dsn: str) -> None:
    """Make the tables of all actors."""
    clusters.migrate(dsn, clusters.ALL)


def watch(cursor: Any) -> None:
    """From now on every forbidden change that is committed is remembered."""
    cursor.execute(_SETUP)
    for table, condition in FORBIDDEN.items():
        cursor.execute(
            f"CREATE TRIGGER oracle AFTER UPDATE ON {table} FOR EACH ROW WHEN ({condition})"
            f" EXECUTE FUNCTION oracle.note('{table}')"
        )
    for table in KEPT:
        cursor.execute(
            f"CREATE TRIGGER oracle_kept AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION oracle.note('{table}')"
        )
    for room in ROOMS:
        cursor.execute(
            f"CREATE TRIGGER oracle AFTER INSERT ON {room}.dead_letters FOR EACH ROW"
            f" EXECUTE FUNCTION oracle.note('{room}.dead_letters')"
        )


def forget_everything(cursor: Any) -> None:
    """The tables as after the migrations, without asking the triggers."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname = ANY(%s) AND tablename <> 'schema_migrations'",
        (["lease", "oracle", *ROOMS],),
    )
    singles = ("lease.leadership", "index.progress", "watchlist.recent_papers_status", "notifier.reporter_state")
    cursor.execute(
        "; ".join(
            [f"DELETE FROM {table}" for (table,) in cursor.fetchall()]
            + [f"INSERT INTO {table} DEFAULT VALUES" for table in singles]
        )
    )


def regressions(cursor: Any) -> list[str]:
    """What was forbidden and done."""
    cursor.execute("SELECT what FROM oracle.regressions ORDER BY at LIMIT 5")
    return [f"a state went back: {what}" for (what,) in cursor.fetchall()]


def unsettled(cursor: Any) -> Iterator[str]:
    """What the tables of actors that rest must agree on, and do not."""
    for sender in ROOMS:
        cursor.execute(
            f"SELECT h.destination, h.last_seq, (SELECT count(*) FROM {sender}.outbox o"
            f" WHERE o.destination = h.destination) FROM {sender}.outbox_heads h"
        )
        for destination, last, waiting in cursor.fetchall():
            cursor.execute(f"SELECT last_seq FROM {destination}.inbox WHERE source = %s", (sender,))
            (taken,) = cursor.fetchone() or (0,)
            if waiting or taken != last:
                yield f"{destination} has taken {taken} of {last} events of {sender}; {waiting} lie in the outbox"
    for what, query in _AGREEMENTS.items():
        cursor.execute(query)
        if rows := cursor.fetchall():
            yield f"{what}: {rows[:5]}"


_AGREEMENTS = {
    "numbers that are watched, and are not so for the prober, or the other way round": "SELECT * FROM"
    " (SELECT substr(key, 2)::integer AS number FROM watchlist.entries WHERE kind = 'number' AND key LIKE 'P%'"
    " GROUP BY 1) a FULL JOIN prober.watched b USING (number) WHERE a.number IS NULL OR b.number IS NULL",
    "papers that index and prober do not agree on": "SELECT a.id, b.id, a.title, b.title FROM"
    " (SELECT * FROM index.papers WHERE kind = 'P') a FULL JOIN prober.papers b USING (id)"
    " WHERE a.title IS DISTINCT FROM b.title OR a.authors IS DISTINCT FROM b.authors",
    "messages that are not sent": "SELECT recipient, announced, state, reason FROM notifier.messages"
    " WHERE state NOT IN ('sent', 'taken_back')",
    "cards that Slack does not show": "SELECT recipient, text, card_version, card_shown FROM notifier.messages"
    " WHERE card_version > card_shown",
    "events of which users are not told": "SELECT place, kind, position FROM watchlist.queued_events",
    "users who wait to be told": "SELECT user_id, news_item FROM watchlist.pending_notices",
    "commands that nobody answers": "SELECT command_id FROM watchlist.open_commands",
    "news of the index that are not told": "SELECT told, news FROM index.progress WHERE told < news",
}


def connected(dsn: str) -> Any:
    """A connection of the test's own."""
    connection = psycopg2.connect(dsn)
    connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    return connection
