"""The HTTP server of the HealthActor: aiohttp on the actor's private loop, with room for only so many clients."""

import asyncio
import socket
from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMethod, LineTooLong
from aiohttp.typedefs import Handler

from actors.runtime.request_errors import RequestErrors
from actors.web.server.admission import AdmissionRefusal
from actors.web.server.refusing import problem_of

IDLE_LIMIT = 15.0
"""Seconds after which a client that asks for nothing is dismissed."""

MOST_CLIENTS = 200
"""Connections at a time; for one more the oldest that waits for no answer has to go. Thespian selects on descriptors,
which must stay below 1,024."""

LONGEST_DETAIL = 200
"""Characters."""

_SERVER: Mapping[str, str] = MappingProxyType({"Server": "Callboard"})


class HealthServer:
    """Answers `routes`, to which each package of the room that serves something adds its own."""

    def __init__(self, errors: RequestErrors, routes: Sequence[web.AbstractRouteDef]) -> None:
        self._seen: dict[object, float] = {}
        self._answering: Counter[object] = Counter()
        application = web.Application(middlewares=[self._tracked])
        application.on_response_prepare.append(_named)
        application.add_routes(routes)
        self._options: Mapping[str, Any] = {"logger": errors, "access_log": None, "keepalive_timeout": IDLE_LIMIT}
        self._runner = web.AppRunner(application, handle_signals=False, **self._options)
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

    def touch(self, request: web.Request) -> None:
        """The client of this request takes what it is sent: it is not idle."""
        self._seen[request.protocol] = asyncio.get_running_loop().time()

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
        return Client(server, loop=asyncio.get_running_loop(), **self._options)

    @web.middleware
    async def _tracked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        client = request.protocol
        self._seen[client] = asyncio.get_running_loop().time()
        self._answering[client] += 1
        try:
            return await handler(request)
        finally:
            self._answering[client] -= 1
            if not self._answering[client]:
                del self._answering[client]


class Client(web.RequestHandler):
    """A connection, on which what is no request is refused like what is no good one."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """aiohttp's error as a problem in JSON: it would be a text, with what its parser read."""
        super().handle_error(request, status, exc, message)
        answer = problem_of(AdmissionRefusal(status=status, detail=detail_of(status, exc, message or "")), _SERVER)
        answer.force_close()
        return answer


def detail_of(status: int, error: BaseException | None, message: str) -> str:
    """What is wrong with a request that could not be read, in a sentence."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "this could not be answered: the service's log says why"
    if isinstance(error, LineTooLong):
        return "the address or a header is too long"
    if isinstance(error, BadHttpMethod) and "HTTPS" not in message:
        return "this is no request that can be read: there is no such method"
    line = next((line.strip(" .:") for line in message.splitlines() if line.strip()), "")
    return (
        f"this is no request that can be read: {line[:1].lower()}{line[1:LONGEST_DETAIL]}" if line else "not readable"
    )


async def _named(request: web.Request, response: web.StreamResponse) -> None:
    """Whoever asks need not know which versions answer."""
    response.headers.update(_SERVER)


class _NoRoom(asyncio.Protocol):
    """Closes a connection that came when the house was full."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
