"""How many signals of heartbeats are stored a second, each before it is answered; run with `make bench`."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests.bench.services import actor
from tests.bench.table import Table
from tests.e2e.service import Service, wait_for

SECONDS, AT_ONCE = 10.0, 100


@dataclass(slots=True)
class Pushed:
    """What clients saw: how often each status, and the ms that each `200` took."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)


def token(number: int) -> str:
    """Of a heartbeat."""
    return f"{number:020}"


@pytest.fixture
def heartbeats(make_service: Callable[..., Service], base: str) -> Callable[[int], Service]:
    """`heartbeats(20)`: a service that runs, with so many of them."""

    def make(count: int) -> Service:
        checks = [
            {"name": f"job-{number}", "url": "heartbeat://", "token": token(number), "period": "1h", "grace": "1h"}
            for number in range(count)
        ]
        made = make_service(checks=checks, system={"base": base}, prober={"enabled": False})
        made.start()
        wait_for(lambda: actor(made, "checks")["answer"] == "responsive")
        return made

    return make


async def push_all(port: int, count: int, each: int) -> tuple[Pushed, float]:
    """Each of so many heartbeats so often, at most, AT_ONCE at a time and for SECONDS; and how long that took."""
    seen, began = Pushed(), time.perf_counter()
    signals = iter([token(number) for _ in range(each) for number in range(count)])

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while (now := time.perf_counter()) < began + SECONDS and (signal := next(signals, None)) is not None:
                writer.write(f"POST /ping/{signal} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndone".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                status = int(head.split(b" ", 2)[1])
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
                seen.statuses[status] += 1
                if status == 200:
                    seen.times.append((time.perf_counter() - now) * 1000)
        finally:
            writer.close()

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return seen, time.perf_counter() - began


@pytest.mark.parametrize(("count", "each"), [(500, 50), (20, 50)])
def test_signals_of_heartbeats(
    heartbeats: Callable[[int], Service], base: str, table: Table, count: int, each: int
) -> None:
    service = heartbeats(count)
    port = urlsplit(str(actor(service, "health")["url"])).port
    assert port is not None
    seen, took = asyncio.run(push_all(port, count, each))
    percentiles = statistics.quantiles(seen.times, n=100, method="inclusive")
    what = f"signals of {count} heartbeats, {AT_ONCE} at a time, {base}"
    table.add(f"{what}, stored a second", seen.statuses[200] / took, "", above=300)
    table.add(f"{what}, until the answer, p50", percentiles[49], "ms")
    table.add(f"{what}, until the answer, p99", percentiles[98], "ms")
    assert set(seen.statuses) == {200}, seen.statuses
