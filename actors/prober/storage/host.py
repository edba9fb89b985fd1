"""The tables of the host: its rate limit, its robots.txt, the kill switch. Functions on a cursor, inside the actor's
transaction."""

from datetime import UTC, date, datetime
from typing import Any

from actors.prober.model.answers import Belief
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.politeness.policy import SPENT_DAYS, UNKNOWN_POLICY
from actors.prober.politeness.rate_limiter import BreakerState, RateLimit
from actors.prober.politeness.robots import RobotsStatus, RobotsTxt
from actors.runtime.http_headers import MAX_RETRY_AFTER_SECONDS
from messages.switching import Probing


def row_of(host: Host) -> tuple[Any, ...]:
    """What is stored of a host in `hosts`, in the order of the columns."""
    pace = host.rate_limit
    since = None if pace.trouble_since is None else _moment(pace.trouble_since)
    return (
        host.name, pace.rate, pace.threshold, _moment(pace.paused_until), pace.silent_batches, pace.trials,
        pace.breaker.value, pace.error_share, since, host.belief.value,
    )  # fmt: skip


def save_host(cursor: Any, host: Host, now: datetime) -> None:
    """Store the rate limit, how far the host is believed, and how much of its budget today has taken."""
    cursor.execute(
        "INSERT INTO hosts (host, rate, threshold, paused_until, silent_batches, trials, breaker, error_share,"
        " trouble_since, belief, saved_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (host) DO UPDATE SET"
        " rate = excluded.rate, threshold = excluded.threshold, paused_until = excluded.paused_until,"
        " silent_batches = excluded.silent_batches, trials = excluded.trials, breaker = excluded.breaker,"
        " error_share = excluded.error_share, trouble_since = excluded.trouble_since, belief = excluded.belief,"
        " saved_at = excluded.saved_at",
        (*row_of(host), now),
    )
    if host.spent:
        today = max(host.spent)
        cursor.execute(
            "INSERT INTO requests (host, day, share) VALUES (%s, %s, %s)"
            " ON CONFLICT (host, day) DO UPDATE SET share = excluded.share",
            (host.name, date.fromordinal(today), host.spent[today]),
        )
        cursor.execute("DELETE FROM requests WHERE day < %s", (date.fromordinal(today - SPENT_DAYS),))
    if host.lately:
        stretch = max(host.lately)
        cursor.execute(
            "INSERT INTO recent_requests (host, stretch, count) VALUES (%s, %s, %s)"
            " ON CONFLICT (host, stretch) DO UPDATE SET count = excluded.count",
            (host.name, stretch, host.lately[stretch]),
        )
        cursor.execute("DELETE FROM recent_requests WHERE stretch < %s", (min(host.lately),))


def load_spent(cursor: Any, name: str, since: int) -> dict[int, float]:
    """The share of its budget that a host was sent on each day, an ordinal, after `since`."""
    cursor.execute("SELECT day, share FROM requests WHERE host = %s AND day > %s", (name, date.fromordinal(since)))
    return {day.toordinal(): share for day, share in cursor.fetchall()}


def load_lately(cursor: Any, name: str, since: int, until: int) -> dict[int, int]:
    """The requests that a host was sent in each stretch after `since`, up to `until`: a clock may be set back."""
    cursor.execute(
        "SELECT stretch, count FROM recent_requests WHERE host = %s AND stretch > %s AND stretch <= %s",
        (name, since, until),
    )
    return dict(cursor.fetchall())


def load_rate_limit(cursor: Any, name: str, now: float) -> tuple[RateLimit | None, Belief]:
    """The stored rate limit of a host, None for a new host, and how far the host is believed. The policy comes from the
    configuration. A clock that was set back makes no pause longer, and no pause is longer than a host may ask for."""
    cursor.execute(
        "SELECT rate, threshold, extract(epoch FROM paused_until)::double precision, silent_batches, trials, breaker,"
        " error_share, extract(epoch FROM trouble_since)::double precision, belief,"
        " extract(epoch FROM saved_at)::double precision FROM hosts WHERE host = %s",
        (name,),
    )
    if (row := cursor.fetchone()) is None:
        return None, Belief.NO_ANSWER
    pace = RateLimit(
        policy=UNKNOWN_POLICY,
        rate=row[0],
        threshold=row[1],
        next_at=now,
        paused_until=min(row[2] - max(0.0, row[9] - now), now + MAX_RETRY_AFTER_SECONDS),
        silent_batches=row[3],
        trials=row[4],
        breaker=BreakerState(row[5]),
        error_share=row[6],
        trouble_since=row[7],
    )
    return pace, Belief(row[8])


def save_robots(cursor: Any, name: str, robots: RobotsTxt) -> None:
    """Store what a host's robots.txt said."""
    cursor.execute(
        "INSERT INTO robots (host, status, text, read_at, due_at, error) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (host) DO UPDATE SET status = excluded.status, text = excluded.text,"
        " read_at = excluded.read_at, due_at = excluded.due_at, error = excluded.error",
        (
            name,
            robots.status.value,
            robots.text,
            _moment(robots.read_at),
            _moment(robots.due_at),
            robots.error,
        ),
    )


def load_robots(cursor: Any, name: str) -> RobotsTxt | None:
    """What a host's robots.txt said, None for a new host."""
    cursor.execute(
        "SELECT status, text, extract(epoch FROM read_at)::double precision,"
        " extract(epoch FROM due_at)::double precision, error FROM robots WHERE host = %s",
        (name,),
    )
    if (row := cursor.fetchone()) is None:
        return None
    return RobotsTxt(status=RobotsStatus(row[0]), text=row[1], read_at=row[2], due_at=row[3], error=row[4])


def save_switch(cursor: Any, switch: KillSwitch) -> None:
    """Store the kill switch."""
    cursor.execute(
        "INSERT INTO switch (probing, since, by) VALUES (%s, %s, %s) ON CONFLICT (only_row) DO UPDATE SET"
        " probing = excluded.probing, since = excluded.since, by = excluded.by",
        (switch.probing.value, switch.since, switch.by),
    )


def load_switch(cursor: Any) -> KillSwitch:
    """The stored kill switch; on if nobody ever touched it."""
    cursor.execute("SELECT probing, since, by FROM switch")
    if (row := cursor.fetchone()) is None:
        return KillSwitch(probing=Probing.ON, since=None, by="")
    return KillSwitch(probing=Probing(row[0]), since=row[1], by=row[2])


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
