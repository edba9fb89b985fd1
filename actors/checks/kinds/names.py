"""Names to addresses without threads: by the hosts file, then by the name servers of the system."""

import asyncio
import os
import socket
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.resolver
from aiohttp.abc import AbstractResolver, ResolveResult

from actors.runtime.http.environment import address_in

HOSTS_FILE = "/etc/hosts"
RESOLVER_FILE = "/etc/resolv.conf"
RESOLVE_SECONDS = 5.0


_FAMILIES: Mapping[str, socket.AddressFamily] = MappingProxyType({"4": socket.AF_INET, "6": socket.AF_INET6})


def family_of(ip_version: str) -> socket.AddressFamily:
    """The addresses that a check wants: `4` or `6`; both if it does not say."""
    return _FAMILIES.get(ip_version, socket.AF_UNSPEC)


class NameUnknown(OSError):
    """A name has no address, or nobody says; the text says which."""


class NameResolver(AbstractResolver):
    """For one loop. The files are read again when they have changed."""

    def __init__(self, hosts_file: str = HOSTS_FILE, resolver_file: str = RESOLVER_FILE) -> None:
        self._hosts_file = hosts_file
        self._resolver_file = resolver_file
        self._hosts: dict[str, tuple[str, ...]] = {}
        self._hosts_read: int | None = None
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._resolver_read: int | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name, those of IPv4 first. Raises NameUnknown."""
        addresses = self._without_asking(host) or await self._asked(host, family)
        found = [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]
        fitting = [result for result in found if family in (socket.AF_UNSPEC, result["family"])]
        if not fitting:
            raise NameUnknown(0, f"{host} has no address of this family")
        return fitting

    async def close(self) -> None:
        """Nothing is open between two questions."""

    def servers(self) -> list[str]:
        """The addresses of the system's name servers. Raises NameUnknown."""
        return [str(server) for server in self._system().nameservers]

    def _without_asking(self, host: str) -> tuple[str, ...]:
        if address_in(host) is not None:
            return (host,)
        name = host.rstrip(".").lower()
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
            return ("127.0.0.1", "::1")
        changed = _changed_at(self._hosts_file)
        if changed != self._hosts_read:
            self._hosts, self._hosts_read = _read_hosts(self._hosts_file), changed
        return self._hosts.get(name, ())

    async def _asked(self, host: str, family: socket.AddressFamily) -> tuple[str, ...]:
        resolver = self._system()
        kinds = [kind for kind, of in (("A", socket.AF_INET), ("AAAA", socket.AF_INET6)) if family in (0, of)]
        answers = await asyncio.gather(
            *(resolver.resolve(host, kind, lifetime=RESOLVE_SECONDS, search=True) for kind in kinds),
            return_exceptions=True,
        )
        found = [str(record) for answer in answers if not isinstance(answer, BaseException) for record in answer]
        if not found:
            raise NameUnknown(0, _why_unknown(host, [each for each in answers if isinstance(each, BaseException)]))
        return tuple(found)

    def _system(self) -> dns.asyncresolver.Resolver:
        changed = _changed_at(self._resolver_file)
        if self._resolver is None or changed != self._resolver_read:
            try:
                self._resolver = dns.asyncresolver.Resolver(self._resolver_file)
            except dns.resolver.NoResolverConfiguration:
                raise NameUnknown(0, f"{self._resolver_file} names no server") from None
            self._resolver_read = changed
        return self._resolver


def _why_unknown(host: str, errors: Iterable[BaseException]) -> str:
    for error in errors:
        if isinstance(error, dns.resolver.NXDOMAIN):
            return f"there is no name {host}"
        if not isinstance(error, dns.exception.DNSException):
            raise error
    if all(isinstance(error, dns.resolver.NoAnswer) for error in errors):
        return f"{host} has no address"
    return f"the name servers gave no answer for {host}"


def _changed_at(path: str) -> int | None:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None


def _read_hosts(path: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, Any] = {}
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                address, *names = line.partition("#")[0].split() or [""]
                if address_in(address) is not None:
                    for name in names:
                        found.setdefault(name.lower(), []).append(address)
    except OSError:
        return {}
    return {name: tuple(addresses) for name, addresses in found.items()}
