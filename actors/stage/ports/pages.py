"""A web server with one page."""

import asyncio

from aiohttp import web

from actors.stage.ports.door import PortDoor
from actors.stage.web.runner import runner_of
from actors.stage.world.ports import PagePort

CLOSE_LIMIT = 0.1
"""Seconds that a closing port waits for open connections."""


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
    return runner_of(application, CLOSE_LIMIT)
