"""The conversations over the control socket: a request a line, an answer a line."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from actors.control.protocol import ControlAnswer, encode_line

LONGEST_LINE = 2 * 1024 * 1024
"""Bytes of a request: the import of a user's whole list is one, and a character may take six."""

TOO_LONG = f"a request can have up to {LONGEST_LINE:,} bytes, so nothing was done: split it"


class ConversationsHost(Protocol):
    """What the actor offers that owns this."""

    log: logging.Logger


class Conversations:
    """Owned by the ControlActor. `answer` answers a line."""

    def __init__(self, host: ConversationsHost, answer: Callable[[bytes], Awaitable[ControlAnswer]]) -> None:
        self._host = host
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    async def serve(self, listener: socket.socket) -> None:
        """Take connections at this socket from now on."""
        self._server = await asyncio.start_unix_server(self._converse, sock=listener, limit=LONGEST_LINE)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a conversation is a task of the server"
        self._open[task] = writer
        try:
            while (line := await _next_line(reader)) != b"":
                writer.write(encode_line(await self._answer_to(line)))
                await writer.drain()
        except ConnectionError as error:
            self._host.log.info("a control connection ended: %s", error)
        finally:
            del self._open[task]
            writer.close()

    async def _answer_to(self, line: bytes | None) -> ControlAnswer:
        return ControlAnswer(ok=False, error=TOO_LONG) if line is None else await self._answer(line)

    async def close(self) -> None:
        """Take no more connections, and close those that are open."""
        if self._server is not None:
            self._server.close()
        under_way = tuple(self._open)
        for writer in self._open.values():
            writer.close()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _next_line(reader: asyncio.StreamReader) -> bytes | None:
    """A request; None for one that is too long, which is passed over; empty at the end."""
    is_too_long = False
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            return end.partial
        except asyncio.LimitOverrunError as more:
            is_too_long = True
            await reader.readexactly(more.consumed)
            continue
        return None if is_too_long else line
