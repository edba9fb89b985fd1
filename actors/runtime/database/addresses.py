"""The addresses of a database's host, looked up by a process of its own.

A name server that says nothing would keep an actor's turn for as long as the resolver likes, usually 10 s and more, and
neither libpq nor the standard library has a limit for that. A child process can be left alone, and killed.
"""

import ipaddress
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from actors.runtime.os.linux import interrupts_kept_out

LOOKUP_LIMIT = 5.0
"""Seconds that a lookup may take before its process is killed."""

LOOKUP_PAUSE = 5.0
"""Seconds between a lookup that failed and the next one."""

LOOKUP_COMMAND = (
    sys.executable, "-I", "-S", "-c",
    "import _socket, sys\n"
    "for name in sys.argv[1:]:\n"
    "    try:\n"
    "        found = _socket.getaddrinfo(name, None, 0, _socket.SOCK_STREAM)\n"
    "        print('address', name, *dict.fromkeys(each[4][0] for each in found))\n"
    "    except OSError as error:\n"
    "        print('failed', name, error)\n",
)  # fmt: skip
"""What looks names up: it prints a line for each."""


class AddressUnknown(psycopg2.OperationalError):
    """The name of a host has no address, or none yet."""


class AddressLookup:
    """Of one connection string. Addresses that were found are used until newer ones are known."""

    def __init__(self, dsn: str, command: Sequence[str] = LOOKUP_COMMAND) -> None:
        self._dsn = dsn
        self._command = command
        parameters = parse_dsn(dsn)
        self._hosts = (parameters.get("host") or os.environ.get("PGHOST", "")).split(",")
        self._ports = parameters.get("port", "").split(",")
        self._names = () if "hostaddr" in parameters else tuple(filter(_needs_lookup, self._hosts))
        self._found = None if self._names else dsn
        self._why = f"the address of {', '.join(self._names)} is not known yet"
        self._child: subprocess.Popen[str] | None = None
        self._until = 0.0
        self._next_at = 0.0

    def dsn(self, wait: float) -> str:
        """The connection string with addresses, waiting up to `wait` seconds if none are known. Raises
        AddressUnknown."""
        if self._found is None:
            self.refresh()
        self._collect(wait if self._found is None else 0.0)
        if self._found is None:
            raise AddressUnknown(self._why)
        return self._found

    def refresh(self) -> None:
        """The host cannot be reached: its name may have another address by now. Nobody waits for the answer."""
        now = time.monotonic()
        if self._names and self._child is None and now >= self._next_at:
            self._until = now + LOOKUP_LIMIT
            with interrupts_kept_out():
                self._child = subprocess.Popen(
                    [*self._command, *self._names], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
                )

    def close(self) -> None:
        """End a lookup that is under way."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _collect(self, wait: float) -> None:
        """Take the answer of a lookup under way, if it comes within `wait` seconds."""
        if self._child is None or self._child.stdout is None:
            return
        left = self._until - time.monotonic()
        poller = select.poll()
        poller.register(self._child.stdout.fileno(), select.POLLIN | select.POLLHUP)
        if poller.poll(max(0.0, min(wait, left)) * 1000):
            said, _ = self._child.communicate()
            self._child = None
            self._learn(said)
        elif time.monotonic() >= self._until:
            self.close()
            self._gave_up(f"the name server did not answer within {LOOKUP_LIMIT:g} s for {', '.join(self._names)}")

    def _learn(self, said: str) -> None:
        lines = [line.split(" ", 2) for line in said.splitlines()]
        addresses = {name: rest.split() for kind, name, rest in lines if kind == "address"}
        if addresses:
            self._found = self._with(addresses)
        else:
            reasons = "; ".join(f"{name}: {rest}" for kind, name, rest in lines if kind == "failed")
            self._gave_up(f"no address for {reasons or ', '.join(self._names)}")

    def _gave_up(self, why: str) -> None:
        self._why = why
        self._next_at = time.monotonic() + LOOKUP_PAUSE

    def _with(self, addresses: dict[str, list[str]]) -> str:
        """Each host once for each of its addresses: libpq tries them in order."""
        each = [
            (host, address, self._ports[place % len(self._ports)])
            for place, host in enumerate(self._hosts)
            for address in (addresses.get(host, []) if _needs_lookup(host) else [_literal(host)])
        ]
        hosts, found, ports = (",".join(column) for column in zip(*each, strict=True))
        given = {"port": ports} if any(self._ports) else {}
        return make_dsn(self._dsn, host=hosts, hostaddr=found, **given)


def _needs_lookup(host: str) -> bool:
    return bool(host) and not host.startswith(("/", "@")) and not _literal(host)


def _literal(host: str) -> str:
    """The host if it is an address, else nothing."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
