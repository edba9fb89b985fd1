"""Many clients of one HTTP address, in a process of its own: `python -m tests.bench.load PORT PATH SECONDS CONNECTIONS`
prints a JSON object with requests a second and percentiles in ms."""

import asyncio
import json
import statistics
import sys
import time


async def _client(port: int, request: bytes, until: float, times: list[float]) -> None:
    """One after the other on one connection, until the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (began := time.perf_counter()) < until:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith((b"http/1.1 200", b"http/1.1 503")), head
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()


async def _all(port: int, path: str, seconds: float, connections: int) -> dict[str, float]:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, request, began + seconds, times) for _ in range(connections)))
    percentiles = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "a_second": len(times) / (time.perf_counter() - began),
        "p50": percentiles[49],
        "p99": percentiles[98],
        "longest": max(times),
    }


def main(port: str, path: str, seconds: str, connections: str) -> None:
    """Run it and print the result."""
    print(json.dumps(asyncio.run(_all(int(port), path, float(seconds), int(connections)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
