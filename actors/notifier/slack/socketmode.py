"""Slack's Socket Mode: Slack delivers over a websocket that Callboard opens, so Callboard needs no public address.

https://docs.slack.dev/apis/events-api/using-socket-mode. It uses slack-sdk's calls, requests and responses;
docs/decisions/0030-socket-mode.md says why it does not use its client.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import aiohttp
import msgspec
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from actors.notifier.inbound.parse import FormRefused, InboundEvent, InboundResult, PayloadKind, acknowledgement
from actors.notifier.model.outcomes import ApiError, words_of_failure
from actors.notifier.model.slack_errors import ErrorMeaning, meaning_of, words_of
from actors.notifier.outbound.retries import backoff
from actors.notifier.render.markdown import one_line
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.error_words import LONGEST_CHARACTERS, words_of_error
from actors.runtime.http.certificates import tls_for
from actors.runtime.http.client import network_of_this_process
from actors.runtime.http.connections import LiberalConnector
from actors.runtime.http.session import open_session, refuse_redirects
from messages.settings import SlackSettings

PING_SECONDS = 10.0
"""The time between two pings. A connection that does not answer within half of it is replaced."""

STABLE_AFTER_SECONDS = 10.0
"""After a connection that lasted this long, the next is opened at once."""

OVERLAP_SECONDS = 15.0
"""When Slack asks to renew a connection, the old one is used for this long next to the new one, unless Slack closes it
sooner. Otherwise a slash command or a button could get lost, which Slack does not deliver again."""

_RENEWALS = frozenset({"warning", "refresh_requested"})

_OPEN = "apps.connections.open"

_TICKET = re.compile(r"\?[^\s'\"]*")
"""The part of an address that lets anybody connect."""

_KINDS = MappingProxyType(
    {"events_api": PayloadKind.EVENT, "slash_commands": PayloadKind.SLASH, "interactive": PayloadKind.ACTION}
)  # fmt: skip


class _Opened(msgspec.Struct):
    """apps.connections.open."""

    url: str


class _Ended(Exception):
    """The connection is over, or there was none; the text says why."""


class SocketMode:
    """One connection after the other; the next is opened before Slack closes the last. `hear` takes a delivery;
    `connected(app)` is called when Slack has said hello to the app of that id, `away(why)` when there is no
    connection."""

    def __init__(
        self,
        settings: SlackSettings,
        api: SlackApi,
        deliver: Callable[[InboundEvent], Awaitable[InboundResult | FormRefused]],
        connected: Callable[[str], None],
        disconnected: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._api = api
        self._deliver = deliver
        self._connected = connected
        self._disconnected = disconnected

    async def run(self) -> None:
        """Keep a connection open until this is cancelled."""
        misses = 0
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as connections:
            while True:
                began = loop.time()
                over: asyncio.Future[str] = loop.create_future()
                connections.create_task(self._connection(over))
                if why := await over:
                    self._disconnected(why)
                misses = 0 if loop.time() - began > STABLE_AFTER_SECONDS else misses + 1
                wait = 0.0 if misses == 0 else backoff(0.5, misses - 1, "socket")
                await asyncio.sleep(max(wait, self._api.pause(_OPEN)))

    async def _connection(self, over: "asyncio.Future[str]") -> None:
        """Run one connection to its end. `over` gets a result when another connection is needed: the reason, or an
        empty text while this one still delivers what Slack has sent."""
        try:
            await self._listen(over)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            ended = words_of_error(error)
        except _Ended as end:
            ended = str(end)
        if not over.done():
            over.set_result(one_line(self._api.redact(_TICKET.sub("?…", ended)))[:LONGEST_CHARACTERS])

    async def _listen(self, over: "asyncio.Future[str]") -> None:
        url = await self._address()
        limit = self._settings.timeout
        network = network_of_this_process()
        connector = LiberalConnector(ssl=tls_for(network, url))
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=limit)
        async with open_session(network, connector, timeout, middlewares=(refuse_redirects,)) as session:
            socket = await asyncio.wait_for(session.ws_connect(url, heartbeat=PING_SECONDS), limit)
            try:
                await self._serve(socket, over)
            finally:
                await socket.close()

    async def _address(self) -> str:
        token = self._settings.app_token
        opened = await self._api.ask(_OPEN, lambda client: client.apps_connections_open(app_token=token), _Opened)
        if isinstance(opened, _Opened):
            return opened.url
        if isinstance(opened, ApiError) and meaning_of(_OPEN, opened.error) is ErrorMeaning.TOKEN:
            raise _Ended(words_of(_OPEN, opened.error))
        raise _Ended(f"{_OPEN}: {words_of_failure(opened)}")

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, over: "asyncio.Future[str]") -> None:
        """Take one delivery after another, and acknowledge each before the next."""
        async with asyncio.timeout(None) as limit:
            while True:
                message = await socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise _Ended(f"the connection was closed ({socket.close_code})")
                data = _read(message.data)
                match _word(data, "type"):
                    case "hello":
                        info = data.get("connection_info")
                        self._connected(str(info.get("app_id", "")) if isinstance(info, dict) else "")
                    case "disconnect" if _word(data, "reason") not in _RENEWALS:
                        raise _Ended(f"Slack disconnected ({one_line(self._api.redact(str(data.get('reason'))))[:50]})")
                    case "disconnect" if not over.done():
                        over.set_result("")
                        limit.reschedule(asyncio.get_running_loop().time() + OVERLAP_SECONDS)
                    case _:
                        await self._take(socket, data)

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, data: dict[str, Any]) -> None:
        if not isinstance(data.get("payload"), dict) or (request := SocketModeRequest.from_dict(data)) is None:
            return
        kind = _KINDS.get(_word(data, "type"))
        payload: Mapping[str, Any] | None = {}
        if kind is not None:
            retries = request.retry_attempt if isinstance(request.retry_attempt, int) else 0
            result = await self._deliver(InboundEvent(kind=kind, payload=request.payload, retries=retries))
            payload = acknowledgement(kind, result)
        if payload is not None:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=dict(payload) or None)
            await socket.send_str(json.dumps(response.to_dict()))


def _word(data: Mapping[str, Any], name: str) -> str:
    """What Slack sends there is a text; anything else means nothing to us."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _read(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
