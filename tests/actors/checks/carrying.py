"""Carries checks out against servers of this process."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme
from aiohttp import web

from actors.checks.kinds.probes import CheckProbes
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import CheckDefinition, RequiredCondition
from messages.checks import CheckResult, CheckRun


def results(
    play: Callable[[Callable[[CheckDefinition], Awaitable[CheckResult]]], Awaitable[None]], **variables: str
) -> None:
    """Play with a function that carries a check out."""

    async def run() -> None:
        def failed(what: str, error: BaseException) -> None:
            raise error

        probes = CheckProbes(NetworkEnvironment(variables), failed, lambda text: text)

        async def carry_out(check: CheckDefinition) -> CheckResult:
            return await probes.result(CheckRun(generation=1, check=check))

        try:
            await asyncio.wait_for(play(carry_out), 60)
        finally:
            await probes.close()

    asyncio.run(run())


Carry = Callable[[CheckDefinition], Awaitable[CheckResult]]


async def out_of_time(carry_out: Carry, check: CheckDefinition, as_far: Callable[[CheckResult], bool]) -> CheckResult:
    """What comes of a check whose server says nothing more. A machine that stands still comes as far as that only in
    more time than the check has first."""
    result = await carry_out(check)
    return result if as_far(result) else await carry_out(replace(check, timeout=10.0))


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def a_site(answer: Any, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """A web server that answers everything with `answer(request)`; its URL."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0, ssl_context=tls)
    await site.start()
    place = "https://localhost" if tls else f"http://{f'[{host}]' if ':' in host else host}"
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    try:
        yield f"{place}:{port}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_port(talk: Talk, **tls: Any) -> AsyncIterator[int]:
    """A TCP server; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, **tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def certificates(folder: Path, days: float = 30) -> tuple[ssl.SSLContext, str]:
    """A server's context for `localhost` whose certificate runs out after `days`, and the file of its authority."""
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", not_after=datetime.now(UTC) + timedelta(days=days))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return context, str(file)


def conditions(*texts: str) -> tuple[RequiredCondition, ...]:
    return tuple(RequiredCondition(text=text) for text in texts)
