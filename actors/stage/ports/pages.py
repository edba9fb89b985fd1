"""A web server with one page."""

import asyncio

from aiohttp import web

from actors.stage.ports.door import PortDoor
from actors.stage.world.ports import PagePort


def page_runner(door: PortDoor) -> web.AppRunner:
    """Answers everything as the script says at that time."""

    async def answer(request: web.Request) -> web.Response:
        script = door.script()
        if not isinstance(script, PagePort):
            raise web.HTTPServiceUnavailable()
        door.heard(f"{request.method} {request.path}")
        await asyncio.sleep(script.after)
        return web.Response(status=script.status, headers=dict(script.headers), body=script.body)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    return web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=0.1)
