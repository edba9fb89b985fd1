"""A papers folder without files, in a process of its own: prints its port, then answers 404 until it is ended. A POST
says by how many connections it was asked so far."""

import asyncio

from aiohttp import web


class Folder:
    """Remembers who asked."""

    def __init__(self) -> None:
        self._peers: set[object] = set()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """To each request."""
        if request.method == "POST":
            return web.Response(text=str(len(self._peers)))
        assert request.transport is not None
        self._peers.add(request.transport.get_extra_info("peername"))
        return web.Response(status=404, headers={"Content-Length": "0"})


async def _serve() -> None:
    runner = web.ServerRunner(web.Server(Folder().answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
