"""A papers folder without files, in a process of its own: prints its port, then answers 404 until it is ended."""

import asyncio

from aiohttp import web


async def _missing(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=404)


async def _serve() -> None:
    runner = web.ServerRunner(web.Server(_missing))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
