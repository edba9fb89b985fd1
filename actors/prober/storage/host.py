"""The tables of how the host is to be treated. Functions on a cursor, inside the actor's transaction."""

from datetime import UTC, datetime
from typing import Any

from actors.prober.model.answers import Belief
from actors.prober.politeness.host import Host, Switch
from actors.prober.politeness.policy import UNTOLD
from actors.prober.politeness.rate_limiter import Breaker, Pace
from actors.prober.politeness.robots import Robots, Standing
from actors.runtime.http_headers import MAX_RETRY_AFTER_SECONDS
from messages.switching import Probing


def row_of(host: Host) -> tuple[Any, ...]:
    """What is remembered of a host, in the order of the columns."""
    pace = host.pace
    since = None if pace.trouble_since is None else _moment(pace.trouble_since)
    return (
        host.name, pace.rate, pace.threshold, _moment(pace.paused_until), pace.unheard, pace.trials,
        pace.breaker.value, pace.error_share, since, host.belief.value,
    )  # fmt: skip


def save_host(cursor: Any, host: Host, now: datetime) -> None:
    """Remember the pace, and what is thought of the host."""
    cursor.execute(
        "INSERT INTO hosts (host, rate, threshold, paused_until, unheard, trials, breaker, error_share, trouble_since,"
        " belief, saved_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (host) DO UPDATE SET"
        " rate = excluded.rate, threshold = excluded.threshold, paused_until = excluded.paused_until,"
        " unheard = excluded.unheard, trials = excluded.trials, breaker = excluded.breaker,"
        " error_share = excluded.error_share, trouble_since = excluded.trouble_since, belief = excluded.belief,"
        " saved_at = excluded.saved_at",
        (*row_of(host), now),
    )


def load_pace(cursor: Any, name: str, now: float) -> tuple[Pace | None, Belief]:
    """The pace towards a host as it was left, None for one that was never asked; a clock that was set back makes no
    pause longer, nor can any be longer than a host may ask for. Its manners are those of the configuration. And what
    was thought of the host."""
    cursor.execute(
        "SELECT rate, threshold, extract(epoch FROM paused_until)::double precision, unheard, trials, breaker,"
        " error_share, extract(epoch FROM trouble_since)::double precision, belief,"
        " extract(epoch FROM saved_at)::double precision FROM hosts WHERE host = %s",
        (name,),
    )
    if (row := cursor.fetchone()) is None:
        return None, Belief.UNHEARD
    pace = Pace(
        manners=UNTOLD,
        rate=row[0],
        threshold=row[1],
        next_at=now,
        paused_until=min(row[2] - max(0.0, row[9] - now), now + MAX_RETRY_AFTER_SECONDS),
        unheard=row[3],
        trials=row[4],
        breaker=Breaker(row[5]),
        error_share=row[6],
        trouble_since=row[7],
    )
    return pace, Belief(row[8])


def save_robots(cursor: Any, name: str, robots: Robots) -> None:
    """Remember what a host's robots.txt said."""
    cursor.execute(
        "INSERT INTO robots (host, standing, text, read_at, due_at, error) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (host) DO UPDATE SET standing = excluded.standing, text = excluded.text,"
        " read_at = excluded.read_at, due_at = excluded.due_at, error = excluded.error",
        (
            name,
            robots.standing.value,
            robots.text,
            _moment(robots.read_at),
            _moment(robots.due_at),
            robots.error,
        ),
    )


def load_robots(cursor: Any, name: str) -> Robots | None:
    """What a host's robots.txt said, None for one that was never asked."""
    cursor.execute(
        "SELECT standing, text, extract(epoch FROM read_at)::double precision,"
        " extract(epoch FROM due_at)::double precision, error FROM robots WHERE host = %s",
        (name,),
    )
    if (row := cursor.fetchone()) is None:
        return None
    return Robots(standing=Standing(row[0]), text=row[1], read_at=row[2], due_at=row[3], error=row[4])


def save_switch(cursor: Any, switch: Switch) -> None:
    """Remember how the kill switch stands."""
    cursor.execute(
        "INSERT INTO switch (probing, since, by) VALUES (%s, %s, %s) ON CONFLICT (only_row) DO UPDATE SET"
        " probing = excluded.probing, since = excluded.since, by = excluded.by",
        (switch.probing.value, switch.since, switch.by),
    )


def load_switch(cursor: Any) -> Switch:
    """How the kill switch was left; on when nobody ever touched it."""
    cursor.execute("SELECT probing, since, by FROM switch")
    if (row := cursor.fetchone()) is None:
        return Switch(probing=Probing.ON, since=None, by="")
    return Switch(probing=Probing(row[0]), since=row[1], by=row[2])


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
