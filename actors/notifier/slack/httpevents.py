"""Slack's deliveries by HTTP, signed: aiohttp on the actor's private loop.

https://docs.slack.dev/apis/events-api/using-http-request-urls and
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from actors.notifier.inbound.parse import InboundEvent, InboundResult, PayloadKind, acknowledgement

PATH = "/slack/events"
"""Events, slash commands and interactivity alike."""

LARGEST = 256 * 1024
"""Bytes of a body."""

IDLE_LIMIT = 30.0
READ_LIMIT = 5.0
"""Seconds that a connection is kept without a request, and that a request's body may take."""

MOST_CLIENTS = 100
"""Connections at a time; for one more the oldest has to go. Thespian selects on descriptors, which must stay few."""

_STATUS = MappingProxyType({InboundResult.REFUSED: 403, InboundResult.BUSY: 503})


class EventsServer:
    """Serves PATH, and nothing else. `hear` takes a delivery; `refused(why)` is told of requests that are not Slack's.

    Who can write to this port needs the signing secret to be heard: what is not signed with it, or was signed more than
    five minutes ago, is refused unread.
    """

    def __init__(
        self, secret: str, hear: Callable[[InboundEvent], Awaitable[InboundResult]], refused: Callable[[str], None]
    ) -> None:
        self._verifier = SignatureVerifier(secret)
        self._hear = hear
        self._refused = refused
        application = web.Application(client_max_size=LARGEST)
        application.add_routes([web.post(PATH, self._receive)])
        self._runner = web.AppRunner(application, access_log=None, keepalive_timeout=IDLE_LIMIT, handle_signals=False)
        self._listener: asyncio.Server | None = None

    async def serve(self, bound: socket.socket) -> "EventsServer":
        """Begin to answer on `bound`."""
        await self._runner.setup()
        self._listener = await asyncio.get_running_loop().create_server(self._protocol, sock=bound)
        return self

    async def close(self) -> None:
        """Stop answering."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    def _protocol(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        assert server is not None, "it serves"
        if len(server.connections) >= MOST_CLIENTS:
            server.connections[0].force_close()
        return server()

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await asyncio.wait_for(request.read(), READ_LIMIT)
        except TimeoutError:
            return web.Response(status=408, text="the body did not come in time\n")
        if not self._is_slacks(body, request.headers):
            self._refused("a request without Slack's signature was refused")
            return web.Response(status=401, text="not signed by Slack\n")
        try:
            manner, payload = _read(body, request.content_type)
        except ValueError:
            return web.Response(status=400, text="neither an event, a command nor an action\n")
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload.get("challenge", "")})
        retries = request.headers.get("X-Slack-Retry-Num", "0")
        delivered = InboundEvent(manner=manner, payload=payload, retries=int(retries) if retries.isdecimal() else 0)
        return _answer(manner, await self._hear(delivered))

    def _is_slacks(self, body: bytes, headers: Mapping[str, str]) -> bool:
        if not headers.get("X-Slack-Signature", "").isascii():  # which hmac does not compare
            return False
        try:
            return self._verifier.is_valid_request(body, dict(headers))
        except ValueError:  # a body that is no UTF-8, a timestamp that is no number
            return False


def _answer(manner: PayloadKind, reception: InboundResult) -> web.Response:
    payload = acknowledgement(manner, reception)
    if payload:
        return web.json_response(payload)
    # what was refused once is refused again: Slack need not try
    headers = {"X-Slack-No-Retry": "1"} if reception is InboundResult.REFUSED else {}
    return web.Response(status=_STATUS.get(reception, 200), headers=headers)


def _read(body: bytes, content_type: str) -> tuple[PayloadKind, Mapping[str, Any]]:
    """Raises ValueError."""
    if content_type == "application/json":
        return PayloadKind.EVENT, _object(json.loads(body))
    form = {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=100).items()}
    if "payload" in form:
        return PayloadKind.ACTION, _object(json.loads(form["payload"]))
    if "command" in form:
        return PayloadKind.SLASH, form
    raise ValueError("neither")


def _object(told: Any) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise ValueError("no JSON object")
    return told
