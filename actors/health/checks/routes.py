"""`/health`, `/livez` and `/readyz`."""

from collections.abc import Awaitable, Callable

from aiohttp import web


class CheckRoutes:
    """`document` gathers the health document and its verdict; `ready` asks whether everybody answers, and `readiness`
    says for what."""

    def __init__(
        self,
        document: Callable[[], Awaitable[tuple[bytes, bool]]],
        ready: Callable[[], Awaitable[bool]],
        readiness: Callable[[], str],
    ) -> None:
        self._document = document
        self._ready = ready
        self._readiness = readiness

    def routes(self) -> list[web.RouteDef]:
        """What the server is to answer."""
        return [web.get("/health", self._health), web.get("/livez", self._livez), web.get("/readyz", self._readyz)]

    async def _health(self, request: web.Request) -> web.Response:
        body, healthy = await self._document()
        return web.Response(body=body, status=200 if healthy else 503, content_type="application/json", charset="utf-8")

    async def _livez(self, request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, request: web.Request) -> web.Response:
        ready = await self._ready()
        text = self._readiness() if ready else "not ready"
        return web.Response(text=f"{text}\n", status=200 if ready else 503)
