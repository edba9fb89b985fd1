"""A few days of the soak: it plays, it sees every process, and what is old is let go."""

from actors.runtime.system import TCP
from tests.soak.curve import lines
from tests.soak.month import a_month


def test_some_days_of_traffic_leave_no_more_than_is_kept() -> None:
    with a_month(TCP, days=5, day=2.0) as month:
        month.play()
        health = month.service.health()
    assert health["actors"]["notifier"]["sent"] > 0
    assert {"front", "notifier", "watchlist", "prober", "index", "health", "postgres"} <= set(month.looks.memory[-1])
    assert max(look["most versions of an entry"] for look in month.looks.rows) > 2
    assert health["actors"]["index"]["counters"].get("rows_expired", 0) > 0
    assert lines(month.looks.curves())
