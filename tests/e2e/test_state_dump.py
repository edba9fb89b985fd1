"""SIGUSR1 to the front: every actor's stack and state goes to the log, on both bases."""

import os
import re
import signal
import time
from collections.abc import Callable

from tests.e2e.service import Service, wait_for

ACTORS = ("supervisor", "lease", "health", "control", "notifier", "watchlist", "prober", "index")

SECRET = "xapp-1-A0SECRET-1234567890-abcdefabcdef"


def test_every_actor_says_what_it_does_and_the_service_goes_on(make_service: Callable[..., Service], base: str) -> None:
    service = make_service(system={"base": base})
    service.environment["CALLBOARD_SLACK__SIGNING_SECRET"] = SECRET
    service.start()
    assert service.front is not None
    before = len(service.said())
    os.kill(service.front.pid, signal.SIGUSR1)
    written = wait_for(lambda: complete(service.said()[before:]))
    for name in ACTORS:
        assert re.search(rf"WARNING state: {name}: (no handler runs|\S.* for \d+\.\d s)", written), name
    assert "process " in written
    assert "waiting events: 0; dead letters: 0" in written
    assert SECRET not in written
    assert len(written) < 100_000
    assert wait_for(service.health)
    # the front goes on waiting, and does not turn round and round
    wait_for(lambda: cpu_share_of(service, 2.0) < 0.2)


def complete(written: str) -> str | None:
    return written if all(f"state: {name}: " in written for name in ACTORS) else None


def cpu_share_of(service: Service, seconds: float) -> float:
    assert service.front is not None

    def used() -> float:
        assert service.front is not None
        with open(f"/proc/{service.front.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before, began = used(), time.monotonic()
    time.sleep(seconds)
    return (used() - before) / (time.monotonic() - began)
