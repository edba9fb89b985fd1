"""Slack's Socket Mode: its deliveries over a websocket that Callboard opens, so that it needs no public address.

https://docs.slack.dev/apis/events-api/using-socket-mode. Of slack-sdk the calls, the requests and the responses are
used; docs/decisions/0030-socket-mode.md says why not its client.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from actors.notifier.inbound.parse import InboundEvent, InboundResult, PayloadKind, acknowledgement
from actors.notifier.model.outcomes import ApiError
from actors.notifier.model.slack_errors import TOKEN_ERRORS
from actors.notifier.outbound.lifecycle import backoff
from actors.notifier.render.markdown import one_line
from actors.notifier.slack.api import SlackApi
from messages.settings import SlackSettings

HEARTBEAT = 10.0
"""Seconds between two pings; a connection that does not answer one within half of that is opened anew."""

SETTLED = 10.0
"""Seconds after which a connection has been a good one: the next is opened at once."""

FAREWELL = 15.0
"""Seconds that a connection which Slack wants renewed is still listened to, beside the next; Slack closes it sooner.
What nobody took it delivers again if it is an event, but no slash command and no button."""

_RENEWALS = frozenset({"warning", "refresh_requested"})

_TICKET = re.compile(r"\?[^\s'\"]*")
"""What in an address lets anybody connect."""

_MANNERS = MappingProxyType(
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
        hear: Callable[[InboundEvent], Awaitable[InboundResult]],
        connected: Callable[[str], None],
        away: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._api = api
        self._hear = hear
        self._connected = connected
        self._away = away

    async def run(self) -> None:
        """Until it is cancelled."""
        misses = 0
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as connections:
            while True:
                began = loop.time()
                over: asyncio.Future[str] = loop.create_future()
                connections.create_task(self._connection(over))
                if why := await over:
                    self._away(why)
                misses = 0 if loop.time() - began > SETTLED else misses + 1
                await asyncio.sleep(0 if misses == 0 else backoff(0.5, misses - 1, "socket"))

    async def _connection(self, over: "asyncio.Future[str]") -> None:
        """One connection to its end. `over` is told when another is needed: why this one is over, or nothing while this
        one still brings what Slack has sent already."""
        try:
            await self._listen(over)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            ended = _TICKET.sub("?…", f"{type(error).__name__}: {error}")
        except _Ended as end:
            ended = str(end)
        if not over.done():
            over.set_result(one_line(ended)[:200])

    async def _listen(self, over: "asyncio.Future[str]") -> None:
        url = await self._address()
        limit = self._settings.timeout
        loopback = urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=limit)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=not loopback) as session:
            socket = await asyncio.wait_for(session.ws_connect(url, heartbeat=HEARTBEAT), limit)
            try:
                await self._serve(socket, over)
            finally:
                await socket.close()

    async def _address(self) -> str:
        token = self._settings.app_token
        opened = await self._api.ask(lambda client: client.apps_connections_open(app_token=token), _Opened)
        if isinstance(opened, _Opened):
            return opened.url
        if isinstance(opened, ApiError) and opened.error in TOKEN_ERRORS:
            raise _Ended(f"{opened.error}: slack.app_token is not an app-level token with connections:write")
        raise _Ended(f"apps.connections.open: {opened}"[:200])

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, over: "asyncio.Future[str]") -> None:
        """Take deliveries one after the other, each acknowledged before the next."""
        async with asyncio.timeout(None) as limit:
            while True:
                message = await socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise _Ended(f"the connection was closed ({socket.close_code})")
                told = _read(message.data)
                match told.get("type"):
                    case "hello":
                        info = told.get("connection_info")
                        self._connected(str(info.get("app_id", "")) if isinstance(info, dict) else "")
                    case "disconnect" if told.get("reason") not in _RENEWALS:
                        raise _Ended(f"Slack said disconnect ({one_line(str(told.get('reason')))[:50]})")
                    case "disconnect" if not over.done():
                        over.set_result("")
                        limit.reschedule(asyncio.get_running_loop().time() + FAREWELL)
                    case _:
                        await self._take(socket, told)

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, told: dict[str, Any]) -> None:
        if not isinstance(told.get("payload"), dict) or (request := SocketModeRequest.from_dict(told)) is None:
            return
        manner = _MANNERS.get(request.type)
        payload: Mapping[str, Any] | None = {}
        if manner is not None:
            retries = request.retry_attempt if isinstance(request.retry_attempt, int) else 0
            reception = await self._hear(InboundEvent(manner=manner, payload=request.payload, retries=retries))
            payload = acknowledgement(manner, reception)
        if payload is not None:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=dict(payload) or None)
            await socket.send_str(json.dumps(response.to_dict()))


def _read(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
