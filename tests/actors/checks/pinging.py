"""Pings in a network namespace of its own, where it may say who is allowed to: `python -m tests.actors.checks.pinging`
prints what came of it as JSON."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from actors.checks.kinds.ping import ping_refusal
from actors.checks.kinds.probes import CheckProbes
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import CheckDefinition, CheckKind, PingOptions, RequiredCondition
from messages.checks import CheckResult, CheckRun
from tests.check_builders import a_check

SETTINGS = Path("/proc/sys/net/ipv4")

QUICK = PingOptions(packets=3, interval=0.05)
NONE_ANSWERED = "none of 3 packets was answered"
CONNECTED = (RequiredCondition(text="[CONNECTED] == true"),)


def a_ping(host: str, *told: str, **changes: Any) -> CheckDefinition:
    conditions = tuple(RequiredCondition(text=text) for text in told) or CONNECTED
    known: dict[str, Any] = {
        "kind": CheckKind.PING,
        "url": f"icmp://{host}",
        "condition": conditions,
        "ping": QUICK,
        "timeout": 20.0,
    }
    return a_check(**(known | changes))


def set_to(name: str, value: str) -> None:
    (SETTINGS / name).write_text(value, encoding="ascii")


async def carried_out(checks: dict[str, CheckDefinition]) -> dict[str, Any]:
    """By name the verdict, the error, the duration, and the seconds that the run took."""

    def failed(what: str, error: BaseException) -> None:
        raise error

    probes = CheckProbes(NetworkEnvironment({}), failed, lambda text: text)
    try:
        found = {name: await probes.result(CheckRun(generation=1, check=check)) for name, check in checks.items()}
    finally:
        await probes.close()
    return {name: [each.verdict.value, each.error, each.duration, _took(each)] for name, each in found.items()}


def _took(result: CheckResult) -> float:
    assert result.began is not None
    return (result.at - result.began).total_seconds()


async def with_loss(seconds: float) -> dict[str, Any]:
    """The first of three packets is answered, and then none; both checks have `seconds` more time than a machine needs
    that does not stand still."""
    check = a_ping(
        "127.0.0.1",
        "[PACKET_LOSS] > 60",
        "[PACKET_LOSS] < 70",
        "[CONNECTED] == true",
        ping=PingOptions(packets=3, interval=1.0),
        timeout=4.0 + seconds,
    )
    running = asyncio.ensure_future(carried_out({"some lost": check}))
    await asyncio.sleep(0.5)
    set_to("icmp_echo_ignore_all", "1")
    found = await running
    found |= await carried_out({"all lost": replace(check, timeout=1.5 + seconds, conditions=CONNECTED, ping=QUICK)})
    set_to("icmp_echo_ignore_all", "0")
    return found


def main() -> None:
    """Print it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # The kernel lets nobody ping in a new namespace.
    found: dict[str, Any] = {"refusal": ping_refusal()}
    found |= asyncio.run(
        carried_out({"forbidden": a_ping("127.0.0.1"), "unable": a_ping("127.0.0.1", "[CONNECTED] == false")})
    )
    set_to("ping_group_range", "0 0")
    found["allowed"] = ping_refusal()
    told = ("[PACKET_LOSS] == 0", "[ROUND_TRIP] < 10s", "[RESPONSE_TIME] < 10s", "[IP] == 127.0.0.1")
    found |= asyncio.run(
        carried_out(
            {
                "loopback": a_ping("127.0.0.1", *told),
                "name": a_ping("localhost", "[IP] == 127.0.0.1", ip_version="4"),
                "ipv6": a_ping("localhost", "[IP] == ::1", "[PACKET_LOSS] == 0", ip_version="6"),
                "nowhere": a_ping("192.0.2.1"),
                "slow": a_ping("127.0.0.1", "[ROUND_TRIP] > 10s"),
            }
        )
    )
    lossy = asyncio.run(with_loss(0.0))
    if lossy["some lost"][1] or lossy["all lost"][1] != NONE_ANSWERED:
        lossy = asyncio.run(with_loss(20.0))  # a machine that stood still sent fewer than three
    found |= lossy
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
