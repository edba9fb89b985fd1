"""The HTTP server of the HealthActor: aiohttp on the actor's private loop, with room for only so many clients."""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from actors.runtime.request_errors import RequestErrors

IDLE_LIMIT = 15.0
"""Seconds after which a client that asks for nothing is dismissed."""

MOST_CLIENTS = 200
"""Connections at a time; for one more the oldest that waits for no answer has to go. Thespian selects on descriptors,
which must stay below 1,024."""


class HealthServer:
    """`/health`, `/livez` and `/readyz`. `document` gathers the health document and its verdict; `ready` asks whether
    everybody answers, and `readiness` says for what."""

    def __init__(
        self,
        document: Callable[[], Awaitable[tuple[str, bool]]],
        ready: Callable[[], Awaitable[bool]],
        readiness: Callable[[], str],
        errors: RequestErrors,
    ) -> None:
        self._document = document
        self._ready = ready
        self._readiness = readiness
        self._seen: dict[object, float] = {}
        self._answering: Counter[object] = Counter()
        application = web.Application(middlewares=[self._tracked])
        application.add_routes(
            [web.get("/health", self._health), web.get("/livez", self._livez), web.get("/readyz", self._readyz)]
        )
        self._runner = web.AppRunner(
            application, logger=errors, access_log=None, keepalive_timeout=IDLE_LIMIT, handle_signals=False
        )
        self._listener: asyncio.Server | None = None

    async def serve(self, bound: socket.socket) -> "HealthServer":
        """Begin to answer on `bound`."""
        await self._runner.setup()
        self._listener = await asyncio.get_running_loop().create_server(self._receive, sock=bound)
        return self

    async def close(self) -> None:
        """Stop answering, and close what is open."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    def dismiss_idle(self, now: float) -> None:
        """Close the connections that have asked for nothing since `IDLE_LIMIT`; `now` on the loop's clock."""
        present = self._clients()
        self._seen = {client: self._seen.get(client, now) for client in present}
        for client in present:
            if now - self._seen[client] > IDLE_LIMIT:
                client.force_close()

    def _clients(self) -> list[web.RequestHandler]:
        return [] if self._runner.server is None else self._runner.server.connections

    def _receive(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None:
            return _NoRoom()
        present = [client for client in server.connections if client.transport is not None]
        if len(present) >= MOST_CLIENTS:
            silent = next((client for client in present if client not in self._answering), None)
            if silent is None:
                return _NoRoom()
            silent.force_close()
        return server()

    @web.middleware
    async def _tracked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        client = request.protocol
        self._seen[client] = asyncio.get_running_loop().time()
        self._answering[client] += 1
        try:
            return await handler(request)
        finally:
            self._answering[client] -= 1
            self._answering += Counter()  # keeps what is above 0

    async def _health(self, request: web.Request) -> web.Response:
        text, healthy = await self._document()
        return web.Response(text=text, status=200 if healthy else 503, content_type="application/json")

    async def _livez(self, request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, request: web.Request) -> web.Response:
        ready = await self._ready()
        text = self._readiness() if ready else "not ready"
        return web.Response(text=f"{text}\n", status=200 if ready else 503)


class _NoRoom(asyncio.Protocol):
    """Closes a connection that came when the house was full."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
