"""Cheap and malformed requests in bulk, from a process of their own: `python -m tests.e2e.flood RATE SECONDS PORT…`.

Prints how many were answered, by status.
"""

import asyncio
import sys
import time
from collections import Counter

REQUESTS = (
    b"GET /livez HTTP/1.1\r\n\r\n",
    b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Encoding: gzip\r\n\r\nx",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack-Signature: v0=1\r\nX-Slack-Request-Timestamp: "
    + b"9" * 400
    + b"\r\nContent-Length: 2\r\n\r\n{}",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 9000 + b"\r\n\r\n",
)
AT_A_TIME = 40
"""Connections."""


async def _ask(port: int, request: bytes, seen: Counter[str]) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            answer = await asyncio.wait_for(reader.readline(), 10)
            seen[answer.decode("latin-1").split()[1] if answer else "closed"] += 1
        finally:
            writer.close()
    except (OSError, TimeoutError) as error:
        seen[type(error).__name__] += 1


async def _worker(number: int, rate: float, until: float, ports: list[int], seen: Counter[str]) -> None:
    turn, due = number, time.monotonic()
    while time.monotonic() < until:
        await _ask(ports[turn % len(ports)], REQUESTS[turn // len(ports) % len(REQUESTS)], seen)
        turn += 1
        due = max(due + AT_A_TIME / rate, time.monotonic() - 1.0)
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _flood(rate: float, seconds: float, ports: list[int]) -> Counter[str]:
    seen: Counter[str] = Counter()
    until = time.monotonic() + seconds
    await asyncio.gather(*(_worker(number, rate, until, ports, seen) for number in range(AT_A_TIME)))
    return seen


if __name__ == "__main__":
    rate, seconds, *ports = map(float, sys.argv[1:])
    print(dict(asyncio.run(_flood(rate, seconds, [int(port) for port in ports]))))
