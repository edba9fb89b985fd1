"""What is remembered of a heartbeat."""

from dataclasses import dataclass
from datetime import datetime

from messages.heartbeats import HeartbeatSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatRecord:
    """`ended_at`: when the last run ended, well or not. `started_at`: since when one is under way, with the `run_id`
    that it gave. `missed_at`: when a signal was last found missing. `signal`, `signal_at` and `signal_run`: the last
    one; `output` and `output_at`: what a job last printed."""

    key: str
    ended_at: datetime | None = None
    started_at: datetime | None = None
    run_id: str = ""
    missed_at: datetime | None = None
    signal: HeartbeatSignal | None = None
    signal_at: datetime | None = None
    signal_run: str = ""
    output: str = ""
    output_at: datetime | None = None
