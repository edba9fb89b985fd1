"""A few days of the soak: it plays, it sees every process, and what is old is let go."""

from typing import Any

import pytest

from actors.runtime.engine.bases import TCP
from tests.clusters import Cluster
from tests.e2e.service import Service, wait_for
from tests.soak.curve import lines
from tests.soak.month import a_month


@pytest.mark.long
def test_some_days_of_traffic_leave_no_more_than_is_kept(cluster: Cluster) -> None:
    with a_month(TCP, 5, 2.0, cluster) as month:
        month.play()
        wait_for(lambda: of(month.service, "notifier")["sent"] > 0)
        wait_for(lambda: of(month.service, "index")["counters"].get("rows_expired", 0) > 0)
    assert {"front", "notifier", "watchlist", "prober", "index", "health", "postgres"} <= set(month.looks.memory[-1])
    assert max(look["most versions of an entry"] for look in month.looks.rows) > 2
    assert lines(month.looks.curves())


def of(service: Service, name: str) -> dict[str, Any]:
    """What health says of one actor."""
    shown: dict[str, Any] = service.health_of_all()["actors"][name]
    return shown
