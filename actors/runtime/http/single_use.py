"""Connections that serve one request each. A pool would never give one of them out again, so that what aiohttp does for
its pool, and for racing addresses where there is one, is left out: a tenth of what such a request costs.

The methods are aiohttp's own, and it may change them: a test asks whether they are still there and still called.
"""

import socket
from typing import Any

from aiohttp import ClientConnectionError, ClientConnectorError
from aiohttp.abc import AbstractResolver
from aiohttp.connector import Connection

from actors.runtime.http.connections import LiberalConnector


class SingleUseConnector(LiberalConnector):
    """A connector without a pool and without limits."""

    def __init__(self, resolver: AbstractResolver) -> None:
        super().__init__(limit=0, force_close=True, resolver=resolver, use_dns_cache=False)

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Connection:
        """A new connection for a request, by a proxy if it has one."""
        protocol = await self._create_connection(req, traces, timeout)
        if self._closed:
            protocol.close()
            raise ClientConnectionError("Connector is closed.")
        self._acquired.add(protocol)  # as long as it is open: who closes the connector closes it
        return Connection(self, req.connection_key, protocol, self._loop)

    async def _wrap_create_connection(
        self,
        *args: Any,
        addr_infos: Any,
        req: Any,
        timeout: Any,
        client_error: type[Exception] = ClientConnectorError,
        **options: Any,
    ) -> Any:
        """To one address without TLS directly; else as aiohttp does it."""
        if len(addr_infos) != 1 or options.get("ssl") or timeout.sock_connect:
            return await super()._wrap_create_connection(
                *args, addr_infos=addr_infos, req=req, timeout=timeout, client_error=client_error, **options
            )
        family, kind, protocol, _, address = addr_infos[0]
        connecting = socket.socket(family, kind, protocol)
        try:
            connecting.setblocking(False)
            await self._loop.sock_connect(connecting, address)
            return await self._loop.create_connection(*args, sock=connecting, **options)
        except OSError as error:
            connecting.close()
            raise client_error(req.connection_key, error) from error
        except BaseException:
            connecting.close()
            raise
