"""Listens at the ports that the script has opened, and at no others."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakSet

from aiohttp import web

from actors.stage.ports.certificates import CLIENT, StagedAuthority
from actors.stage.ports.dialogue import hold_dialogue
from actors.stage.ports.door import PortDoor
from actors.stage.ports.imap import MOST_LINE_BYTES, serve_imap
from actors.stage.ports.names import NameDatagrams, answer_by_tcp
from actors.stage.ports.pages import page_runner
from actors.stage.ports.smtp import StagedSmtp
from actors.stage.web.store import Stage
from actors.stage.world.ports import DialoguePort, ImapPort, NamePort, PagePort, PortScript, SmtpPort, StagedTls

HOST = "127.0.0.1"

MOST_TRIES = 20
"""Free numbers that are tried where one must be free by UDP and TCP."""


@dataclass(slots=True, kw_only=True)
class _Listening:
    """At one port: what it is, and how to end it."""

    kind: type[PortScript]
    tls: StagedTls | None
    tasks: set[asyncio.Task[None]]
    close: Callable[[], Awaitable[None]]


class Harbour:
    """Owns the listening sockets of one stage. A port that is opened again has the number that it had."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._authority = StagedAuthority()
        self._client = self._authority.issued(CLIENT)
        self._listening: dict[str, _Listening] = {}
        self.numbers: dict[str, int] = {}

    @property
    def authority(self) -> bytes:
        """The certificate of the stage's authority, as PEM."""
        return self._authority.pem

    @property
    def client(self) -> bytes:
        """A certificate with its key for a client that must show one, as PEM."""
        return self._client

    async def follow(self) -> None:
        """Listen where the script says. What changes only in what it says is not interrupted. Raises OSError."""
        scripts = self._stage.world.ports.scripts
        for name, known in list(self._listening.items()):
            script = scripts.get(name)
            if script is None or (type(script), script.tls) != (known.kind, known.tls):
                del self._listening[name]
                await _end(known)
        for name, script in scripts.items():
            if name not in self._listening:
                self._listening[name] = await self._open(name, script)

    async def close(self) -> None:
        """Listen nowhere."""
        listening, self._listening = self._listening, {}
        for each in listening.values():
            await _end(each)

    async def _open(self, name: str, script: PortScript) -> _Listening:
        tasks: set[asyncio.Task[None]] = set()

        def spawn(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
            task = asyncio.get_running_loop().create_task(coroutine)
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return task

        door = PortDoor(name, self._stage, self._authority, spawn)
        tls = door.context(script.tls) if script.tls is not None and script.tls.at_once else None
        close, number = await self._listen(door, script, self.numbers.get(name, 0), tls)
        self.numbers[name] = number
        return _Listening(kind=type(script), tls=script.tls, tasks=tasks, close=close)

    async def _listen(
        self, door: PortDoor, script: PortScript, number: int, tls: ssl.SSLContext | None
    ) -> tuple[Callable[[], Awaitable[None]], int]:
        match script:
            case PagePort():
                runner = page_runner(door)
                await runner.setup()
                await web.TCPSite(runner, HOST, number, ssl_context=tls).start()
                return runner.cleanup, int(runner.addresses[0][1])
            case SmtpPort():
                return await _listen_for_mail(door, number, tls)
            case NamePort():
                return await _listen_for_names(door, number)
            case ImapPort():
                return _closing(await _serve(door, serve_imap, number, tls))
            case DialoguePort():
                return _closing(await _serve(door, hold_dialogue, number, tls))
            case _:
                raise ValueError(f"nothing listens as {type(script).__name__}")


_Talk = Callable[[PortDoor, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _serve(door: PortDoor, talk: _Talk, number: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        door.spawn(_talked(door, talk, reader, writer))

    return await asyncio.start_server(begin, HOST, number, ssl=tls, limit=MOST_LINE_BYTES)


async def _talked(door: PortDoor, talk: _Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await talk(door, reader, writer)
    except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
        pass  # whoever came has left, or does not trust the stage: that is their affair
    finally:
        writer.close()


async def _listen_for_mail(
    door: PortDoor, number: int, tls: ssl.SSLContext | None
) -> tuple[Callable[[], Awaitable[None]], int]:
    loop, sessions = asyncio.get_running_loop(), WeakSet[StagedSmtp]()

    def session() -> StagedSmtp:
        made = StagedSmtp(door, loop)
        sessions.add(made)
        return made

    close, bound = _closing(await loop.create_server(session, HOST, number, ssl=tls))

    async def close_all() -> None:
        for each in sessions:
            each.leave()
        await close()

    return close_all, bound


async def _listen_for_names(door: PortDoor, number: int) -> tuple[Callable[[], Awaitable[None]], int]:
    """At one number by UDP and TCP."""
    for left in reversed(range(MOST_TRIES)):
        server = await _serve(door, answer_by_tcp, number)
        close, bound = _closing(server)
        try:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: NameDatagrams(door), local_addr=(HOST, bound)
            )
        except OSError:
            await close()
            if number or not left:
                raise
            continue

        return partial(_close_both, transport, close), bound
    raise AssertionError("it has returned or raised")


async def _close_both(transport: asyncio.DatagramTransport, close: Callable[[], Awaitable[None]]) -> None:
    transport.close()
    await close()


def _closing(server: asyncio.Server) -> tuple[Callable[[], Awaitable[None]], int]:
    async def close() -> None:
        server.close()
        await server.wait_closed()

    return close, int(server.sockets[0].getsockname()[1])


async def _end(listening: _Listening) -> None:
    """The tasks first: from Python 3.12 on a server waits for its connections."""
    tasks = list(listening.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await listening.close()
