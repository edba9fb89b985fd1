"""Whether a host was reached, and whether others can be: to tell their trouble from that of our own network."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

import aiohttp

from messages.probing import Contact, Network

WITNESS_LIMIT = 5.0
"""Seconds in which another host must take a connection."""


def contact_of(error: BaseException) -> Contact:
    """How far an exchange came that ended with `error`, of httpx or aiohttp. Who refuses a connection is there."""
    cause = error.__cause__ or error
    if isinstance(cause, aiohttp.ClientSSLError):
        return Contact.REACHED
    if isinstance(cause, aiohttp.ConnectionTimeoutError):
        return Contact.UNREACHED
    if isinstance(cause, aiohttp.ClientConnectorError):
        refused = isinstance(cause.os_error, ConnectionRefusedError | ConnectionResetError)
        return Contact.REACHED if refused else Contact.UNREACHED
    return Contact.REACHED


async def network_by(witnesses: Iterable[str]) -> Network:
    """What the other hosts (by their origins) say of our network, once the papers' host could not be reached: one that
    takes a connection, or refuses it, is proof enough. Nothing is sent."""
    looks = [asyncio.ensure_future(_is_there(origin)) for origin in witnesses]
    if not looks:
        return Network.UNTOLD
    try:
        for look in asyncio.as_completed(looks):
            if await look:
                return Network.UP
    finally:
        for look in looks:
            look.cancel()
    return Network.AWAY


async def _is_there(origin: str) -> bool:
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(WITNESS_LIMIT):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
