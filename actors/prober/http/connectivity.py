"""Connectivity: whether a host was reached, and whether other hosts can be, or our own network is down."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

import aiohttp

from messages.probing import Contact, Network

CONNECT_LIMIT_SECONDS = 5.0
"""Another host must accept a connection within this time."""


def contact_of(error: BaseException) -> Contact:
    """How far an exchange got that failed with `error`, from httpx or aiohttp. A refused connection means: reached."""
    cause = error.__cause__ or error
    if isinstance(cause, aiohttp.ClientSSLError):
        return Contact.REACHED
    if isinstance(cause, aiohttp.ConnectionTimeoutError):
        return Contact.UNREACHED
    if isinstance(cause, aiohttp.ClientConnectorError):
        refused = isinstance(cause.os_error, ConnectionRefusedError | ConnectionResetError)
        return Contact.REACHED if refused else Contact.UNREACHED
    return Contact.REACHED


async def check_network(connectivity_hosts: Iterable[str]) -> Network:
    """Whether our network is up, after the papers' host could not be reached. Another host that accepts or refuses a
    connection proves that it is. Nothing is sent."""
    attempts = [asyncio.ensure_future(_accepts_connections(origin)) for origin in connectivity_hosts]
    if not attempts:
        return Network.UNTOLD
    try:
        for attempt in asyncio.as_completed(attempts):
            if await attempt:
                return Network.UP
    finally:
        for pending in attempts:
            pending.cancel()
    return Network.AWAY


async def _accepts_connections(origin: str) -> bool:
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(CONNECT_LIMIT_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
