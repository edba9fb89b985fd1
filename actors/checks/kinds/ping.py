"""Ping: echo requests over datagram sockets of ICMP, which need no privilege where the system allows them."""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver

from actors.checks.conditions.evaluate import Evidence
from actors.checks.kinds.findings import CheckFinding, PhaseClock
from actors.checks.kinds.icmp import EchoTally, echo_request, echoed, refusal_of_ping
from actors.checks.kinds.names import family_of
from messages.check_definitions import CheckDefinition

PAYLOAD_BYTES = 16

ANY_PORT = 1
"""ICMP has no ports, but asyncio takes a socket to port 0 for one that is not connected."""

SHARE_OF_TIMEOUT = 0.95
"""For so long of a check's time limit replies are awaited: what came is to be counted before the limit ends the run."""

_SOCKETS: Mapping[int, tuple[int, int]] = MappingProxyType(
    {socket.AF_INET: (4, socket.IPPROTO_ICMP), socket.AF_INET6: (6, socket.IPPROTO_ICMPV6)}
)


def ping_refusal() -> str:
    """Why this process cannot ping, and what to do; empty if it can."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).close()
    except PermissionError:
        return refusal_of_ping(os.getegid())
    except OSError as error:
        return f"this system has no datagram sockets for ICMP: {error.strerror}"
    return ""


class PingProbe:
    """Owned by a runner."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def find(self, check: CheckDefinition) -> CheckFinding:
        """Send the packets, and wait for the replies."""
        began, clock, ip = time.perf_counter(), PhaseClock(), ""
        try:
            clock.begin("resolve")
            host = urlsplit(check.url).hostname or ""
            found = (await self._resolver.resolve(host, 0, family_of(check.ip_version)))[0]
            ip, family = found["host"], found["family"]
            clock.begin("processing")
            left = check.timeout * SHARE_OF_TIMEOUT - (time.perf_counter() - began)
            tally = await _pinged(ip, family, check.ping.packets, check.ping.interval, left)
        except PermissionError:
            return CheckFinding(evidence=Evidence(), error=refusal_of_ping(os.getegid()), is_unable=True)
        except OSError as error:
            why = error.strerror or str(error)
            return CheckFinding(evidence=Evidence(ip=ip), phases=clock.times(), error=f"cannot ping: {why}")
        evidence = Evidence(
            connected=bool(tally.round_trips),
            response_ms=tally.round_trip,
            ip=ip,
            packet_loss=tally.loss,
            round_trip_ms=tally.round_trip,
        )
        said = "" if tally.round_trips else f"none of {tally.sent} packets was answered"
        seconds = None if tally.round_trip is None else tally.round_trip / 1000
        return CheckFinding(evidence=evidence, error=said, seconds=seconds)


async def _pinged(ip: str, family: int, packets: int, interval: float, seconds: float) -> EchoTally:
    """Raises OSError: the system does not allow it, or knows that nobody is there."""
    version, protocol = _SOCKETS[family]
    raw = socket.socket(family, socket.SOCK_DGRAM, protocol)
    try:
        raw.setblocking(False)
        raw.connect((ip, ANY_PORT))
    except BaseException:
        raw.close()
        raise
    echoes = _Echoes(version, packets)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: echoes, sock=raw)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                for number in range(packets):
                    if number:
                        await asyncio.sleep(interval)
                    echoes.send(transport, number)
                await echoes.all_came.wait()
    finally:
        transport.close()
    return echoes.tally()


@dataclass(slots=True)
class _Echoes(asyncio.DatagramProtocol):
    """The requests and replies of one run."""

    version: int
    packets: int
    payload: bytes = field(default_factory=lambda: secrets.token_bytes(PAYLOAD_BYTES))
    sent_at: dict[int, float] = field(default_factory=dict)
    round_trips: dict[int, float] = field(default_factory=dict)
    all_came: asyncio.Event = field(default_factory=asyncio.Event)
    failure: OSError | None = None

    def send(self, transport: asyncio.DatagramTransport, number: int) -> None:
        """Send one."""
        self.sent_at[number] = time.perf_counter()
        transport.sendto(echo_request(self.version, number, self.payload))

    def datagram_received(self, data: bytes, address: Any) -> None:
        """A reply, or something else."""
        number = echoed(self.version, data, self.payload)
        if number in self.sent_at and number not in self.round_trips:
            self.round_trips[number] = (time.perf_counter() - self.sent_at[number]) * 1000
            if len(self.round_trips) == self.packets:
                self.all_came.set()

    def error_received(self, error: Exception) -> None:
        """A router or the kernel says that nobody is there; other packets may get through all the same."""
        if isinstance(error, OSError):
            self.failure = error

    def tally(self) -> EchoTally:
        """What came. Raises OSError if nothing did and the system knows why."""
        if self.failure is not None and not self.round_trips:
            raise self.failure
        return EchoTally(sent=len(self.sent_at), round_trips=tuple(self.round_trips.values()))
