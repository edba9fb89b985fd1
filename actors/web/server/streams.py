"""Server-sent events: who is told that a part of the page is new, and how many listen."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from aiohttp import web

MOST_STREAMS = 100
"""Open at a time. Everybody else is asked to come back: the page then asks again by itself now and then."""

HEARTBEAT_SECONDS = 10.0
"""A beat is sent after so long without news: by it the server notices a client that is gone, and the page a stream."""

WRITE_SECONDS = 20.0
"""A client that has not taken an event by then is let go."""

LOOK_SECONDS = 1.0
"""How often it is looked for news while anybody listens."""


class Listener:
    """One stream: the parts that are new and were not sent yet. At first that is all of them, for something may have
    happened between the page and its stream."""

    def __init__(self, parts: Iterable[str]) -> None:
        self.news = set(parts)
        self.wake = asyncio.Event()
        self.wake.set()


class LiveStreams:
    """Of the HealthActor. `fingerprints` says what each of the `parts` looks like now; `touch` keeps a connection."""

    def __init__(
        self,
        parts: Sequence[str],
        fingerprints: Callable[[], Awaitable[Mapping[str, str]]],
        touch: Callable[[web.Request], None],
    ) -> None:
        self._parts = parts
        self._fingerprints = fingerprints
        self._touch = touch
        self._listeners: set[Listener] = set()
        self._last: Mapping[str, str] = {}
        self._is_closing = False

    @property
    def open(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @property
    def is_full(self) -> bool:
        """Whether nobody else can listen now."""
        return self._is_closing or len(self._listeners) >= MOST_STREAMS

    async def look(self) -> None:
        """Tell everybody which parts are new."""
        if not self._listeners:
            return
        now = await self._fingerprints()
        news = {part for part, fingerprint in now.items() if self._last.get(part) != fingerprint}
        self._last = now
        for listener in self._listeners if news else ():
            listener.news |= news
            listener.wake.set()

    async def serve(self, request: web.Request, headers: Mapping[str, str]) -> web.StreamResponse:
        """A stream, until the client or the service goes."""
        response = web.StreamResponse(
            headers={**headers, "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        )
        listener = Listener(self._parts)
        self._listeners.add(listener)
        try:
            await response.prepare(request)
            await self._write(response, request, ": Callboard\nretry: 5000\n\n")
            while not self._is_closing:
                await self._write(response, request, await _next_text(listener))
        except (TimeoutError, ConnectionError):
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._listeners.discard(listener)
        return response

    async def _write(self, response: web.StreamResponse, request: web.Request, text: str) -> None:
        async with asyncio.timeout(WRITE_SECONDS):
            await response.write(text.encode())
        self._touch(request)

    def close(self) -> None:
        """End all streams."""
        self._is_closing = True
        for listener in self._listeners:
            listener.wake.set()


async def _next_text(listener: Listener) -> str:
    """Events for what is new, or a beat when nothing is for a while."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            await listener.wake.wait()
    except TimeoutError:
        return "event: beat\ndata: still here\n\n"
    listener.wake.clear()
    news, listener.news = sorted(listener.news), set()
    return "".join(f"event: {part}\ndata: new\n\n" for part in news)
