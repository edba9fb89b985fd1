"""A stage as a process of its own: `python -m actors.stage.server.process [--port N] [--index FILE]`.

It prints one line of JSON with its address when it is ready, and ends when its standard input does, so that nobody who
started it leaves it behind.
"""

import argparse
import asyncio
import json
import logging
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from actors.stage.server.ports import harbour_of
from actors.stage.sites.snapshots import read_packed
from actors.stage.web.app import serve
from actors.stage.web.ports import PortRoutes
from actors.stage.web.store import Stage
from actors.stage.world.state import index_file
from actors.stage.world.world import World

HOST = "127.0.0.1"


def main(arguments: list[str]) -> None:
    """Serve until the end of the input, SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="python -m actors.stage.server.process", description="A stand-in world on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--index", type=Path, help="what wg21.link has: index.json, gzipped or not")
    given = parser.parse_args(arguments)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd tells of every visitor who leaves
    asyncio.run(_run(Stage(_opening(given.index), lambda: datetime.now(UTC)), given.port))


def _opening(index: Path | None) -> World:
    if index is None:
        return World()
    written = datetime.fromtimestamp(index.stat().st_mtime, UTC)
    return World(index=index_file(read_packed(index), written))


async def _run(stage: Stage, port: int) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    input_ended = _InputEnd(over)
    await loop.connect_read_pipe(lambda: input_ended, sys.stdin)
    runner, bound = await serve(stage, HOST, port, ports=PortRoutes(stage, harbour_of))
    print(json.dumps({"host": HOST, "port": bound, "url": f"http://{HOST}:{bound}"}), flush=True)
    try:
        await over.wait()
    finally:
        await runner.cleanup()


class _InputEnd(asyncio.Protocol):
    """Tells when the input ends; what comes before is not read."""

    def __init__(self, over: asyncio.Event) -> None:
        self._over = over

    def connection_lost(self, error: Exception | None) -> None:
        self._over.set()


if __name__ == "__main__":
    main(sys.argv[1:])
