"""10,000 checks a minute, in a whole service: what they cost, and how late they are; run with `make bench`."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from tests.bench.checking import serving
from tests.bench.processes import MB, database_seconds, processes_of
from tests.bench.services import actor
from tests.bench.table import Table
from tests.e2e.service import Service, named, wait_for

CHECKS, SECONDS = 10_000, 60.0
LIMIT = 600.0


pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, tmp_path: Path) -> Iterator[Service]:
    """With so many checks of one page, each of which has run once."""
    with serving(tmp_path, tls=False) as target:
        checks = [
            {"name": f"c{number:05}", "group": f"g{number % 50}", "url": target.url, "interval": "1m"}
            for number in range(CHECKS)
        ]
        made = make_service(
            system={"base": base}, checks=checks, prober={"enabled": False}, web={"requests_per_minute": 100_000}
        )
        made.start()
        wait_for(lambda: metric(made, "callboard_check_results_total", 'outcome="stored"') >= CHECKS, LIMIT)
        yield made


def metrics(service: Service) -> str:
    """As Prometheus reads them."""
    with urlopen(f"{actor(service, 'health')['url']}metrics", timeout=60) as response:
        text: bytes = response.read()
    return text.decode()


def metric(service: Service, name: str, label: str = "") -> float:
    """One of them; 0 if it is not there yet."""
    labels = f"{{{label}}}" if label else ""
    found = re.search(rf"^{re.escape(name + labels)} (\S+)$", metrics(service), re.MULTILINE)
    return float(found[1]) if found else 0.0


def seconds_of(processes: list[psutil.Process]) -> float:
    """CPU so far."""
    return float(sum(sum(process.cpu_times()[:2]) for process in processes))


def test_ten_thousand_checks_a_minute(service: Service, base: str, table: Table) -> None:
    processes = processes_of(service)
    own = [*named(service.actor_processes(), "checks"), *named(service.actor_processes(), "check-runner")] or processes
    before, stored = seconds_of(own), metric(service, "callboard_check_results_total", 'outcome="stored"')
    database, lags, turns = database_seconds(service), lags_of(service), long_turns(service)
    began, most = time.monotonic(), 0.0
    while time.monotonic() - began < SECONDS:
        most = max(most, metric(service, "callboard_checks_in_flight"))
        time.sleep(2.0)  # so that asking costs nothing that counts
    took = time.monotonic() - began
    runs = metric(service, "callboard_check_results_total", 'outcome="stored"') - stored
    spent = {bound: count - lags[bound] for bound, count in lags_of(service).items()}

    table.add(f"checks run and stored in a minute, {base}", runs / took * 60, "", above=CHECKS * 0.97)
    table.add(f"CPU of the actor and its runner for it, {base}", (seconds_of(own) - before) / took * 60, "s")
    table.add(f"CPU of PostgreSQL for it, {base}", (database_seconds(service) - database) / took * 60, "s")
    table.add(f"the most under way, {base}", most, "", below=201)
    table.add(f"from due to stored within 2 s, {base}", 100 * spent["2.0"] / spent["+Inf"], "%", above=99)
    table.add(f"from due to stored within 0.5 s, {base}", 100 * spent["0.5"] / spent["+Inf"], "%")
    table.add(f"turns of the actor over 50 ms meanwhile, {base}", long_turns(service) - turns, "")
    for process in own:
        table.add(f"resident memory, {process.name()}, {base}", process.memory_info().rss / MB, "MB")


def lags_of(service: Service) -> dict[str, float]:
    """How many runs were stored so many seconds after they were due, by the bound."""
    found = re.findall(r'^callboard_check_lag_seconds_bucket\{le="([^"]+)"\} (\S+)$', metrics(service), re.MULTILINE)
    return {bound if "." in bound or bound == "+Inf" else f"{bound}.0": float(count) for bound, count in found}


def long_turns(service: Service) -> int:
    """Of the ChecksActor so far."""
    return int(actor(service, "checks")["counters"].get("long_turns", 0))
