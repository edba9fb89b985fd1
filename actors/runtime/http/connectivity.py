"""Connectivity: whether other hosts can be reached, or our own network is down."""

import asyncio
from collections.abc import Iterable

from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.reach import accepts_connections
from messages.probing import Network

CONNECT_LIMIT_SECONDS = 5.0
"""Another host must accept a connection within this time."""


async def check_network(connectivity_hosts: Iterable[str], network: NetworkEnvironment) -> Network:
    """Whether our network is up, after the papers' host could not be reached. Another host that accepts or refuses a
    connection proves that it is. Nothing is sent to it."""
    attempts = [
        asyncio.ensure_future(accepts_connections(origin, network, CONNECT_LIMIT_SECONDS))
        for origin in connectivity_hosts
    ]
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
