"""The tables of what was wrong, and of when operators were last told all. Functions on a cursor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from actors.notifier.incidents.rules import Incident, IncidentChange

_COLUMNS = "key, text, first_seen, last_seen, told_at, reminders, ended_at"


def open_ones(cursor: Any) -> Sequence[Incident]:
    """What is wrong."""
    cursor.execute(f"SELECT {_COLUMNS} FROM incidents WHERE ended_at IS NULL")
    return [_incident(row) for row in cursor.fetchall()]


def write(cursor: Any, changes: Sequence[IncidentChange]) -> None:
    """Remember what became of incidents."""
    for incident in (change.incident for change in changes):
        cursor.execute(
            "UPDATE incidents SET text = %s, last_seen = %s, told_at = %s, reminders = %s, ended_at = %s"
            " WHERE key = %s AND ended_at IS NULL",
            (
                incident.text, incident.last_seen, incident.told_at, incident.reminders, incident.ended_at,
                incident.key,
            ),
        )  # fmt: skip
        if cursor.rowcount == 0:
            cursor.execute(
                "INSERT INTO incidents (key, text, first_seen, last_seen, told_at) VALUES (%s, %s, %s, %s, %s)",
                (incident.key, incident.text, incident.first_seen, incident.last_seen, incident.told_at),
            )


def told_since(cursor: Any, since: datetime) -> Sequence[Incident]:
    """What operators were told of that was wrong after that moment, in its order."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM incidents WHERE told_at IS NOT NULL AND last_seen >= %s ORDER BY first_seen", (since,)
    )
    return [_incident(row) for row in cursor.fetchall()]


def began_before(cursor: Any, epoch: int | None) -> bool:
    """Whether this actor began before under this lease: then it was begun again. From now on it did."""
    cursor.execute("SELECT epoch FROM standing")
    (before,) = cursor.fetchone()
    if before != epoch:
        cursor.execute("UPDATE standing SET epoch = %s", (epoch,))
    return epoch is not None and before == epoch


def summarized_at(cursor: Any) -> datetime:
    """When operators had their last summary, or when this began."""
    cursor.execute("SELECT summarized_at FROM standing")
    at: datetime = cursor.fetchone()[0]
    return at


def summarize(cursor: Any, now: datetime) -> Mapping[str, int]:
    """They have one now: what was done since the last."""
    cursor.execute(
        "SELECT count(*) FILTER (WHERE kind = 'notice'), count(*) FILTER (WHERE kind = 'answer'),"
        " count(*) FILTER (WHERE state = 'dead') FROM messages"
        " WHERE changed_at >= (SELECT summarized_at FROM standing) AND state IN ('sent', 'dead')"
    )
    notices, answers, dead = cursor.fetchone()
    cursor.execute("UPDATE standing SET summarized_at = %s", (now,))
    return {"messages with news": notices, "answers to commands": answers, "messages that Slack never took": dead}


def expire(cursor: Any, seconds: float, most: int) -> int:
    """Forget what has been over for so long; how many, at most `most`."""
    cursor.execute(
        "DELETE FROM incidents WHERE id IN (SELECT id FROM incidents"
        " WHERE ended_at < now() - make_interval(secs => %s) ORDER BY ended_at LIMIT %s)",
        (seconds, most),
    )
    return int(cursor.rowcount)


def _incident(row: Any) -> Incident:
    key, text, first_seen, last_seen, told_at, reminders, ended_at = row
    return Incident(
        key=key, text=text, first_seen=first_seen, last_seen=last_seen, told_at=told_at, reminders=reminders,
        ended_at=ended_at,
    )  # fmt: skip
