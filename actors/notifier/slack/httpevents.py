"""Slack's signed deliveries by HTTP: an aiohttp server on the actor's private loop.

https://docs.slack.dev/apis/events-api/using-http-request-urls and
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from actors.notifier.inbound.parse import FormRefused, InboundEvent, InboundResult, PayloadKind, acknowledgement
from actors.runtime.request_errors import RequestErrors

MAX_DIGITS = 12
"""Of the numbers in Slack's headers: seconds since 1970, and how often something was delivered."""

PATH = "/slack/events"
"""For events, slash commands and interactivity, and for checks of the certificate."""

MAX_BODY_BYTES = 3 * 2**20
"""A message has up to 40,000 characters, each up to 12 bytes in JSON, and its text comes twice, as blocks too. If it
was edited, the message before comes with it."""

MAX_CHECK_BYTES = 4 * 1024
"""Of a request that checks the certificate, which is not signed."""

IDLE_SECONDS = 30.0
READ_BODY_SECONDS = 5.0
"""How long a connection is kept without a request, and how long a request's body may take."""

MAX_CONNECTIONS = 100
"""One more closes the oldest. Thespian uses select(), so the process must not have many descriptors."""

_BUSY_STATUS = 503
"""Slack delivers again what is answered so. Anything else that Slack has signed is answered 200: Slack disables an app
whose answers are mostly others (https://docs.slack.dev/apis/events-api/#failure-limits)."""

_FORM = "application/x-www-form-urlencoded"


class EventsServer:
    """Serves PATH and nothing else. `deliver` takes a delivery; `rejected(why)` is called for a request that is not
    Slack's.

    A request that only checks the certificate (`ssl_check`) is answered 200. Any other that is not signed with the
    signing secret, or was signed more than five minutes ago, is rejected unread.
    """

    def __init__(
        self,
        secret: str,
        deliver: Callable[[InboundEvent], Awaitable[InboundResult | FormRefused]],
        rejected: Callable[[str], None],
        errors: RequestErrors,
    ) -> None:
        self._verifier = SignatureVerifier(secret)
        self._deliver = deliver
        self._rejected = rejected
        self._errors = errors
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.add_routes([web.get(PATH, self._check), web.post(PATH, self._receive)])
        self._runner = web.AppRunner(
            application, logger=errors, access_log=None, keepalive_timeout=IDLE_SECONDS, handle_signals=False
        )
        self._listener: asyncio.Server | None = None

    async def serve(self, bound: socket.socket) -> "EventsServer":
        """Start to answer on `bound`."""
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
        if len(server.connections) >= MAX_CONNECTIONS:
            server.connections[0].force_close()
        return server()

    async def _check(self, request: web.Request) -> web.Response:
        if request.query.get("ssl_check") == "1":
            return web.Response()
        return web.Response(status=405, text="Slack sends events with POST\n", headers={"Allow": "POST"})

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await asyncio.wait_for(request.read(), READ_BODY_SECONDS)
        except TimeoutError:
            return web.Response(status=408, text="the body did not arrive in time\n")
        except web.RequestPayloadError as error:
            self._errors.malformed(error)
            return web.Response(status=400, text="the body is not what its headers say\n")
        if _is_certificate_check(body, request.content_type):
            return web.Response()
        if not self._is_from_slack(body, request.headers):
            self._rejected("rejected a request without Slack's signature")
            return web.Response(status=401, text="not signed by Slack\n")
        try:
            kind, payload = _read(body, request.content_type)
        except (ValueError, RecursionError):  # JSON may be nested more deeply than Python can follow
            return web.Response()
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload.get("challenge", "")})
        retries = request.headers.get("X-Slack-Retry-Num", "0")[:MAX_DIGITS]
        delivered = InboundEvent(kind=kind, payload=payload, retries=int(retries) if retries.isdecimal() else 0)
        return _answer(kind, await self._deliver(delivered))

    def _is_from_slack(self, body: bytes, headers: Mapping[str, str]) -> bool:
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= MAX_DIGITS):
            return False
        if not headers.get("X-Slack-Signature", "").isascii():  # hmac compares nothing else
            return False
        try:
            return self._verifier.is_valid_request(body, dict(headers))
        except ValueError:  # a body that is not UTF-8
            return False


def _answer(kind: PayloadKind, result: InboundResult | FormRefused) -> web.Response:
    payload = acknowledgement(kind, result)
    if payload:
        return web.json_response(payload)
    return web.Response(status=_BUSY_STATUS if result is InboundResult.BUSY else 200)


def _is_certificate_check(body: bytes, content_type: str) -> bool:
    """https://docs.slack.dev/interactivity/implementing-slash-commands: Slack checks now and then that an address has a
    valid certificate."""
    if content_type != _FORM or len(body) > MAX_CHECK_BYTES:
        return False
    try:
        return parse_qs(body.decode(), max_num_fields=100).get("ssl_check") == ["1"]
    except ValueError:
        return False


def _read(body: bytes, content_type: str) -> tuple[PayloadKind, Mapping[str, Any]]:
    """Raises ValueError."""
    if content_type == "application/json":
        return PayloadKind.EVENT, _object(json.loads(body))
    form = {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=100).items()}
    if "payload" in form:
        return PayloadKind.ACTION, _object(json.loads(form["payload"]))
    if "command" in form:
        return PayloadKind.SLASH, form
    raise ValueError("not an event, a command or an action")


def _object(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data
