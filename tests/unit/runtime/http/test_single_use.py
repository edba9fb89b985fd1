"""A connection for each request, and what is said of one that cannot be made."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.session import open_session
from actors.runtime.http.single_use import SingleUseConnector

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LIMIT = 60.0


class Resolver(AbstractResolver):
    """Names have these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        return


def asked(
    ask: Callable[[aiohttp.ClientSession, int], Awaitable[Any]], connector: Callable[[], SingleUseConnector]
) -> tuple[Any, int]:
    """What `ask` finds with a session and the port of a server, and how many connections that took."""

    async def scene() -> tuple[Any, int]:
        connections = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            while await reader.readline() not in (b"\r\n", b""):
                pass
            writer.write(ANSWER)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)
        try:
            async with open_session(NetworkEnvironment({}), connector(), timeout) as session, asyncio.timeout(LIMIT):
                return await ask(session, server.sockets[0].getsockname()[1]), connections
        finally:
            server.close()

    return asyncio.run(scene())


async def three_times(session: aiohttp.ClientSession, port: int, host: str = "127.0.0.1") -> list[str]:
    texts = []
    for _ in range(3):
        async with session.get(f"http://{host}:{port}/") as response:
            texts.append(await response.text())
    return texts


def test_each_request_has_a_connection_of_its_own() -> None:
    assert asked(three_times, lambda: SingleUseConnector(Resolver())) == (["ok"] * 3, 3)


def test_of_several_addresses_one_that_answers_is_taken() -> None:
    found, _ = asked(
        lambda session, port: three_times(session, port, "page.test"),
        lambda: SingleUseConnector(Resolver("127.0.0.2", "127.0.0.1")),
    )
    assert found == ["ok"] * 3


def test_a_refusal_says_what_the_system_says() -> None:
    async def ask(session: aiohttp.ClientSession, port: int) -> int | None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            with pytest.raises(aiohttp.ClientConnectorError) as refused:
                await session.get(f"http://127.0.0.1:{free.getsockname()[1]}/")
        return refused.value.os_error.errno

    found, _ = asked(ask, lambda: SingleUseConnector(Resolver()))
    assert found == errno.ECONNREFUSED


def test_what_is_open_is_closed_with_the_session() -> None:
    async def ask(session: aiohttp.ClientSession, port: int) -> bool:
        response = await session.get(f"http://127.0.0.1:{port}/", read_until_eof=False)
        protocol = response._protocol
        await session.close()
        return protocol is None or not protocol.is_connected()

    assert asked(ask, lambda: SingleUseConnector(Resolver())) == (True, 1)


async def given_up(answer: bytes) -> bool:
    """Whether a server that says no more than this sees the end of a connection whose request is cancelled."""
    asked_for, ended = asyncio.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        asked_for.set()
        await reader.read()
        ended.set()
        writer.close()

    async def ask(session: aiohttp.ClientSession, port: int) -> None:
        async with session.get(f"http://127.0.0.1:{port}/") as response:
            await response.read()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)
    async with asyncio.timeout(LIMIT):
        async with open_session(NetworkEnvironment({}), SingleUseConnector(Resolver()), timeout) as session:
            asking = asyncio.create_task(ask(session, server.sockets[0].getsockname()[1]))
            await asked_for.wait()
            asking.cancel()
            await asyncio.wait([asking])
            await ended.wait()
    server.close()
    return asking.cancelled()


@pytest.mark.parametrize("answer", [b"", ANSWER[:-1]])
def test_a_request_that_is_given_up_closes_its_connection(answer: bytes) -> None:
    assert asyncio.run(given_up(answer))


async def given_up_while_connecting() -> int:
    """How many sockets are left of a connection that the other side never accepts."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        before = len(list(Path("/proc/self/fd").iterdir()))
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)
        async with open_session(NetworkEnvironment({}), SingleUseConnector(Resolver()), timeout) as session:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await session.get(f"http://127.0.0.1:{full.getsockname()[1]}/")
            left = len(list(Path("/proc/self/fd").iterdir())) - before
        for each in waiting:
            each.close()
        return left


def test_a_connection_that_is_given_up_before_it_stands_leaves_no_socket() -> None:
    assert asyncio.run(given_up_while_connecting()) == 0


def test_aiohttp_still_has_and_calls_what_is_overridden() -> None:
    called: list[str] = []

    class Watched(SingleUseConnector):
        async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
            called.append("connect")
            return await super().connect(req, traces, timeout)

        async def _wrap_create_connection(self, *args: Any, **options: Any) -> Any:
            called.append("_wrap_create_connection")
            return await super()._wrap_create_connection(*args, **options)

    asked(three_times, lambda: Watched(Resolver()))
    assert called == ["connect", "_wrap_create_connection"] * 3
    assert all(hasattr(TCPConnector, name) for name in called)
