"""What is remembered of each heartbeat."""

from collections.abc import Collection, Iterable
from typing import Any

from psycopg2.extras import execute_values

from actors.checks.model.heartbeats import HeartbeatRecord
from messages.heartbeats import HeartbeatSignal

_COLUMNS = (
    "key, ended_at, started_at, run_id, missed_at, signal, signal_at, signal_run, output, output_at"  # as in the class
)
_SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS.split(", ")[1:])


def records(cursor: Any) -> dict[str, HeartbeatRecord]:
    """Of all heartbeats that have had a signal, by key."""
    cursor.execute(f"SELECT {_COLUMNS} FROM heartbeats")
    return {row[0]: _record(*row) for row in cursor.fetchall()}


def keep(cursor: Any, kept: Iterable[HeartbeatRecord]) -> None:
    """Write these."""
    rows = [
        (
            each.key, each.ended_at, each.started_at, each.run_id, each.missed_at,
            each.signal.value if each.signal else None, each.signal_at, each.signal_run, each.output, each.output_at,
        )
        for each in kept
    ]  # fmt: skip
    if rows:
        execute_values(
            cursor,
            f"INSERT INTO heartbeats ({_COLUMNS}) VALUES %s ON CONFLICT (key) DO UPDATE SET {_SET}",
            rows,
        )


def forget(cursor: Any, keys: Collection[str]) -> None:
    """Forget heartbeats that the configuration no longer has."""
    cursor.execute("DELETE FROM heartbeats WHERE key = ANY(%s)", (list(keys),))


def _record(
    key: str, ended_at: Any, started_at: Any, run_id: str, missed_at: Any, signal: str | None, signal_at: Any,
    signal_run: str, output: str, output_at: Any,
) -> HeartbeatRecord:  # fmt: skip
    return HeartbeatRecord(
        key=key,
        ended_at=ended_at,
        started_at=started_at,
        run_id=run_id,
        missed_at=missed_at,
        signal=None if signal is None else HeartbeatSignal(signal),
        signal_at=signal_at,
        signal_run=signal_run,
        output=output,
        output_at=output_at,
    )
