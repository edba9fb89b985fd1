"""The stage's web servers and clients that leave before their answer."""

import asyncio
import logging
import socket
import struct

import pytest
from aiohttp import web

from actors.stage.web.runner import runner_of

LIMIT = 60.0


async def gone_before_its_answer() -> None:
    """A client that resets its connection while a handler is about to begin a response, as a service does that ends."""
    asked, left, answered = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.set()
        try:
            await left.wait()
            while request.transport is not None and not request.transport.is_closing():
                await asyncio.sleep(0)
            response = web.StreamResponse()
            await response.prepare(request)
            return response
        finally:
            answered.set()

    application = web.Application()
    application.add_routes([web.get("/", answer)])
    runner = runner_of(application, 0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        with socket.create_connection(runner.addresses[0]) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: stage\r\n\r\n")
            await asked.wait()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        left.set()
        await answered.wait()
    finally:
        await runner.cleanup()


def test_a_client_that_leaves_before_its_answer_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(asyncio.wait_for(gone_before_its_answer(), LIMIT))
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
