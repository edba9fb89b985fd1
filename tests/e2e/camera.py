"""Pictures of the stage's page: Chromium without a window, spoken to by its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import re
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = "chromium"
WIDTH, HEIGHT = 760, 6000
"""CSS pixels of the window: high enough for the longest conversation."""

SCREEN = 900
"""CSS pixels of a picture at most: a screen."""

STARTS = 30.0
"""Seconds that Chromium may take to start."""

_LISTENS = re.compile(rb"DevTools listening on ws://([0-9.:]+)/")


class Camera:
    """One page of a running Chromium."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def take(self, url: str, selector: str, file: Path) -> None:
        """Write the first element of the page at `url` that matches, as PNG. Raises LookupError without one."""
        await self._call("Page.enable")
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        await self._call("Emulation.setDeviceMetricsOverride", **size)
        await self._call("Page.navigate", url=url)
        await self._event("Page.loadEventFired")
        root = (await self._call("DOM.getDocument"))["root"]["nodeId"]
        node = (await self._call("DOM.querySelector", nodeId=root, selector=selector))["nodeId"]
        if not node:
            raise LookupError(f"{url} has no {selector}")
        corners = (await self._call("DOM.getBoxModel", nodeId=node))["model"]["border"]
        x, y, right, _, _, bottom, *_ = corners
        if bottom - y > SCREEN:
            bottom = await self._last_whole(node, y + SCREEN)
        clip = {"x": x, "y": y, "width": right - x, "height": bottom - y, "scale": 1}
        shot = await self._call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    async def _last_whole(self, node: int, limit: float) -> float:
        """Where the last message of a conversation ends that is whole above this line."""
        parts = (await self._call("DOM.querySelectorAll", nodeId=node, selector="h2, article"))["nodeIds"]
        ends = [(await self._call("DOM.getBoxModel", nodeId=each))["model"]["margin"][5] for each in parts]
        return max((end for end in ends if end <= limit), default=limit)

    async def _call(self, method: str, **told: Any) -> Mapping[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": told})
        answer = await self._until("id", self._number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: Mapping[str, Any] = answer["result"]
        return result

    async def _event(self, name: str) -> None:
        await self._until("method", name)

    async def _until(self, key: str, value: object) -> Mapping[str, Any]:
        async with asyncio.timeout(STARTS):
            while True:
                told: Mapping[str, Any] = await self._socket.receive_json()
                if told.get(key) == value:
                    return told


@asynccontextmanager
async def camera() -> AsyncIterator[Camera]:
    """A Chromium that ends with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={home}")
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *flags, "about:blank", stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            address = await _address(process)
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://{address}/json/list") as answer:
                    pages = [each for each in await answer.json() if each["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Camera(socket)
        finally:
            process.terminate()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(STARTS):
        while line := await process.stderr.readline():
            if (found := _LISTENS.search(line)) is not None:
                return found[1].decode()
    raise RuntimeError("Chromium ended before it listened")
