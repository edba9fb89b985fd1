"""The tables of incidents, and of the last summary for operators. Functions on a cursor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from actors.notifier.incidents.rules import Incident, IncidentChange
from messages.reading import PastIncident

MOST_IN_HISTORY = 1000
"""Incidents in one reply."""

_COLUMNS = (
    "code, subject, text, first_seen, last_seen, told_at, reminders, ended_at, coalesce(message::text, ''),"
    " acknowledged_at, acknowledged_by"
)


def open_incidents(cursor: Any) -> Sequence[Incident]:
    """The incidents that are not resolved."""
    cursor.execute(f"SELECT {_COLUMNS} FROM incidents WHERE ended_at IS NULL")
    return [_incident(row) for row in cursor.fetchall()]


def write(cursor: Any, changes: Sequence[IncidentChange]) -> None:
    """Store the new state of incidents."""
    for incident in (change.incident for change in changes):
        cursor.execute(
            "UPDATE incidents SET text = %s, last_seen = %s, told_at = %s, reminders = %s, ended_at = %s, message = %s"
            " WHERE key = %s AND ended_at IS NULL",
            (
                incident.text, incident.last_seen, incident.told_at, incident.reminders, incident.ended_at,
                incident.message or None, incident.key,
            ),
        )  # fmt: skip
        if cursor.rowcount == 0:
            cursor.execute(
                "INSERT INTO incidents (key, code, subject, text, first_seen, last_seen, told_at, message)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    incident.key,
                    incident.code,
                    incident.subject,
                    incident.text,
                    incident.first_seen,
                    incident.last_seen,
                    incident.told_at,
                    incident.message or None,
                ),
            )


def lasting(cursor: Any) -> Sequence[Incident]:
    """The problems that can be acknowledged, the oldest first."""
    known = (incident for incident in open_incidents(cursor) if not incident.is_event)
    return sorted(known, key=lambda incident: (incident.first_seen, incident.key))


def history(cursor: Any, since: datetime, limit: int) -> tuple[PastIncident, ...]:
    """The newest `limit` incidents that lasted beyond `since`, newest first."""
    cursor.execute(
        "SELECT code, subject, text, first_seen, ended_at FROM incidents"
        " WHERE ended_at IS NULL OR ended_at >= %s ORDER BY first_seen DESC, id DESC LIMIT %s",
        (since, min(max(limit, 0), MOST_IN_HISTORY)),
    )
    return tuple(
        PastIncident(code=code, subject=subject, text=text, began_at=began_at, ended_at=ended_at)
        for code, subject, text, began_at, ended_at in cursor.fetchall()
    )


def acknowledge(cursor: Any, incidents: Sequence[Incident], by: str, at: datetime) -> None:
    """There are no more reminders of these; who acknowledged one first is kept."""
    cursor.execute(
        "UPDATE incidents SET acknowledged_at = %s, acknowledged_by = %s"
        " WHERE key = ANY(%s) AND ended_at IS NULL AND acknowledged_at IS NULL",
        (at, by, [incident.key for incident in incidents]),
    )


def of_thread(cursor: Any, ts: str) -> str:
    """The key of the lasting problem that the message with this timestamp reported, empty for none."""
    cursor.execute(
        "SELECT key FROM incidents JOIN messages ON messages.id = incidents.message"
        " WHERE messages.ts = %s AND ended_at IS NULL",
        (ts,),
    )
    found = cursor.fetchone()
    return "" if found is None else str(found[0])


def channels(cursor: Any, recipient: str) -> frozenset[str]:
    """The ids of the recipient's conversation, as far as they are known."""
    cursor.execute("SELECT channel FROM conversations WHERE recipient = %s", (recipient,))
    return frozenset({recipient, *(channel for (channel,) in cursor.fetchall())})


def told_since(cursor: Any, since: datetime) -> Sequence[Incident]:
    """The incidents that were reported to operators and lasted beyond `since`, in order."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM incidents WHERE told_at IS NOT NULL AND last_seen >= %s ORDER BY first_seen", (since,)
    )
    return [_incident(row) for row in cursor.fetchall()]


def began_before(cursor: Any, epoch: int | None) -> bool:
    """Whether this actor has begun before under this lease, which means that it was restarted; remember that it has."""
    cursor.execute("SELECT epoch FROM reporter_state")
    (before,) = cursor.fetchone()
    if before != epoch:
        cursor.execute("UPDATE reporter_state SET epoch = %s", (epoch,))
    return epoch is not None and before == epoch


def summarized_at(cursor: Any) -> datetime:
    """When operators had their last summary, or when the service was installed."""
    cursor.execute("SELECT summarized_at FROM reporter_state")
    at: datetime = cursor.fetchone()[0]
    return at


def summarize(cursor: Any, now: datetime) -> Mapping[tuple[str, str], int]:
    """Start a new summary; returns the counts since the last one, each with its noun in singular and plural."""
    cursor.execute(
        "SELECT count(*) FILTER (WHERE kind = 'notice'), count(*) FILTER (WHERE kind = 'answer'),"
        " count(*) FILTER (WHERE state = 'dead') FROM messages"
        " WHERE changed_at >= (SELECT summarized_at FROM reporter_state) AND state IN ('sent', 'dead')"
    )
    notices, answers, dead = cursor.fetchone()
    cursor.execute("UPDATE reporter_state SET summarized_at = %s", (now,))
    return {
        ("notice sent", "notices sent"): notices,
        ("answer to a command", "answers to commands"): answers,
        ("message that Slack rejected", "messages that Slack rejected"): dead,
    }


def expire(cursor: Any, seconds: float, limit: int) -> int:
    """Delete up to `limit` incidents that were resolved more than `seconds` ago; returns how many."""
    cursor.execute(
        "DELETE FROM incidents WHERE id IN (SELECT id FROM incidents"
        " WHERE ended_at < now() - make_interval(secs => %s) ORDER BY ended_at LIMIT %s)",
        (seconds, limit),
    )
    return int(cursor.rowcount)


def _incident(row: Any) -> Incident:
    code, subject, text, first_seen, last_seen, told_at, reminders, ended_at, message, acknowledged_at, by = row
    return Incident(
        code=code, subject=subject, text=text, first_seen=first_seen, last_seen=last_seen, told_at=told_at,
        reminders=reminders, ended_at=ended_at, message=message, acknowledged_at=acknowledged_at, acknowledged_by=by,
    )  # fmt: skip
