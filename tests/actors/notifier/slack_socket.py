"""Slack's Socket Mode for tests: a websocket that says what it is told to, in a thread."""

import asyncio
import json
import threading
import time
import zlib
from typing import Any, Self

from aiohttp import WSMsgType, web

APP = "A1"


class SlackSocket:
    """Serves on loopback while it is entered."""

    def __init__(self) -> None:
        self.acknowledged: list[dict[str, Any]] = []
        self.connections = 0
        self.closed: list[int] = []
        self._open: list[web.WebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""

    def deliver(
        self, kind: str, payload: dict[str, Any], envelope_id: str = "e1", connection: int = -1, **more: Any
    ) -> None:
        """Send an envelope, on the newest connection or another."""
        self.say({"type": kind, "envelope_id": envelope_id, "payload": payload, **more}, connection)

    def say(self, message: dict[str, Any], connection: int = -1) -> None:
        """Send anything."""
        self.send(json.dumps(message), connection)

    def send(self, text: str, connection: int = -1) -> None:
        """Send a text, whatever it is."""
        self._run(self._open[connection].send_str(text))

    def hang_up(self, connection: int = -1) -> None:
        """Close the connection."""
        self._run(self._open[connection].close())

    def envelopes(self) -> list[str]:
        """The ids of what was acknowledged."""
        return [each["envelope_id"] for each in self.acknowledged]

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _serve(self) -> None:
        application = web.Application()
        application.add_routes([web.get("/link", self._talk)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/link"

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        number = len(self._open)
        self._open.append(socket)
        self.connections += 1
        await socket.send_str(json.dumps({"type": "hello", "connection_info": {"app_id": APP}}))
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
        self.closed.append(number)
        return socket

    async def _leave(self) -> None:
        for socket in self._open:
            if (transport := socket._req.transport if socket._req else None) is not None:
                transport.close()
        await self._runner.cleanup()

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._serve())
        return self

    def __exit__(self, *exception: object) -> None:
        self._run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def a_message(text: str, event_id: str = "Ev1", **event: Any) -> dict[str, Any]:
    """`text` said by U1 in a direct message; each event id is another message."""
    ts = f"1700000000.{zlib.crc32(event_id.encode()) % 1_000_000:06}"
    said = {"type": "message", "channel_type": "im", "channel": "DU1", "user": "U1", "text": text, "ts": ts}
    return {"team_id": "T1", "api_app_id": APP, "type": "event_callback", "event_id": event_id, "event": said | event}


def a_mention(text: str, event_id: str = "Ev2", **event: Any) -> dict[str, Any]:
    """`text` said by U1 in C1."""
    return a_message(text, event_id, **({"type": "app_mention", "channel_type": "channel", "channel": "C1"} | event))


def a_slash(text: str, trigger_id: str = "t1", **fields: Any) -> dict[str, Any]:
    """`/callboard text`, typed by U1 in C9."""
    known = {"team_id": "T1", "api_app_id": APP, "command": "/callboard", "text": text, "user_id": "U1"}
    return known | {"channel_id": "C9", "trigger_id": trigger_id, "response_url": "http://127.0.0.1:9/"} | fields


def a_press(command: str, trigger_id: str = "p1", **fields: Any) -> dict[str, Any]:
    """A button pressed by U1 in C1."""
    action = {"type": "button", "action_id": "callboard-0", "value": command, "action_ts": "1700000000.2"}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "api_app_id": APP,
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "trigger_id": trigger_id,
        "actions": [action],
    } | fields


def edited(mention: dict[str, Any], event_id: str) -> dict[str, Any]:
    """The mention as Slack delivers it when its author has edited it: under another id."""
    now = f"{time.time():.6f}"
    return mention | {"event_id": event_id, "event": mention["event"] | {"edited": {"user": "U1", "ts": now}}}


def a_fresh_mention(text: str, event_id: str) -> dict[str, Any]:
    return a_mention(text, event_id, ts=f"{time.time():.6f}")


def the_longest_message() -> dict[str, Any]:
    """40,000 characters of 12 bytes each in JSON, once as text and once as blocks."""
    text = "\N{GRINNING FACE}" * 40_000
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return a_message(text, blocks=[{"type": "rich_text", "elements": [section]}])
