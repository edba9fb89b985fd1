"""Fuzz the framing of the actor system's ports: `python -m tests.chaos.framing --seconds 3600 --seed 1`.

One actor on multiprocTCPBase answers meanwhile; strangers send frames with lengths that are none, changed frames of a
run with another key, pieces, and nothing. Prints how many connections were made, and fails when a process of the actor
system ends, an answer takes too long, or memory or descriptors grow.
"""

import argparse
import contextlib
import random
import socket
import time
from collections.abc import Callable

import psutil
from thespian.system.transport.streamBuffer import toSendBuffer

from actors.runtime.engine.bases import TCP
from actors.runtime.engine.security import MAX_UNSIGNED, SignedPickle
from tests.actors.harness import Harness
from tests.actors.runtime.cast import Order, Report, Stumbler
from tests.actors.runtime.ports import listening_ports, memory_and_descriptors
from tests.builders import settings
from tests.e2e.service import members

ANSWER_LIMIT = 10.0
GROWTH_BYTES = 200 * 1024 * 1024
OPEN_AT_A_TIME = 200

_OTHER_KEY = SignedPickle(b"another run's key, 32 bytes long")


def _length(chance: random.Random) -> bytes:
    return chance.choice(
        (
            b"%d" % chance.randint(-(10**12), 10**12),
            b"%d" % chance.randint(-100, 200),
            chance.randbytes(chance.randint(0, 12)),
            b"9" * chance.randint(1, 60),
            b" %d" % chance.randint(0, 100),
            b"",
        )
    )


def _changed(chance: random.Random) -> bytes:
    frame = bytearray(toSendBuffer(chance.randbytes(chance.randint(0, 300)), _OTHER_KEY.dumps))
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(frame))
        frame[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
    return bytes(frame)


_KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    lambda chance: _length(chance) + b">" + chance.randbytes(chance.randint(0, 200)),
    _length,
    _changed,
    lambda chance: _changed(chance)[: chance.randint(0, 100)],
    lambda chance: chance.randbytes(chance.randint(0, 500)),
    lambda chance: b"",
)


def _attack(harness: Harness, chance: random.Random, opened: list[socket.socket]) -> int:
    """One round against every port; how many connections that made."""
    made = 0
    for address in listening_ports(harness):
        for _ in range(chance.randint(1, 10)):
            with contextlib.suppress(OSError):
                stranger = socket.create_connection(address, timeout=1)
                stranger.sendall(chance.choice(_KINDS)(chance))
                made += 1
                if chance.random() < 0.5:
                    opened.append(stranger)
                else:
                    stranger.close()
    while len(opened) > OPEN_AT_A_TIME:
        opened.pop(chance.randrange(len(opened))).close()
    return made


def fuzz(seconds: float, seed: int, harness: Harness, least: int = 0) -> tuple[int, float]:
    """For so long, and until `least` connections were made at least. How many were made, and the slowest answer in
    seconds. Raises AssertionError at harm."""
    chance, opened, made, slowest = random.Random(seed), list[socket.socket](), 0, 0.0
    processes: list[psutil.Process] = list(members(harness.driver.process_group))
    memory, descriptors = memory_and_descriptors(harness)
    deadline, number = time.monotonic() + seconds, 0
    while time.monotonic() < deadline or made < least:
        made += _attack(harness, chance, opened)
        number += 1
        began = time.monotonic()
        harness.ask(Order(request_id=f"fuzz {number}", what="count"), Report, limit=ANSWER_LIMIT)
        slowest = max(slowest, time.monotonic() - began)
        if number % 50 == 1:
            assert all(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes), processes
            now = memory_and_descriptors(harness)
            assert now[0] < memory + GROWTH_BYTES, f"{now[0]} bytes, {memory} at the start"
            assert now[1] < descriptors + MAX_UNSIGNED + 20, f"{now[1]} descriptors, {descriptors} at the start"
    for stranger in opened:
        stranger.close()
    assert harness.failures() == []
    return made, slowest


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    harness = Harness(TCP, settings())
    harness.begin(Stumbler, "stumbler")
    began = time.monotonic()
    try:
        made, slowest = fuzz(arguments.seconds, arguments.seed, harness)
    finally:
        print(f"seed {arguments.seed}: {time.monotonic() - began:.0f} s", flush=True)
        harness.close()
    print(f"{made:,} connections, no harm; the slowest answer took {slowest:.2f} s", flush=True)


if __name__ == "__main__":
    main()
