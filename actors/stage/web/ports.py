"""The ports of the stage, as they are scripted from outside."""

from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from actors.stage.web import wire
from actors.stage.web.store import Stage


class PortKeeper(Protocol):
    """Listens where the script says."""

    numbers: dict[str, int]

    @property
    def authority(self) -> bytes:
        """The certificate of the authority, as PEM."""

    @property
    def client(self) -> bytes:
        """A certificate with its key for a client, as PEM."""

    async def follow(self) -> None:
        """Open and close what the script has opened and closed."""

    async def close(self) -> None:
        """Close everything."""


class PortRoutes:
    """`make` makes what listens, when the first port is opened; without it there are no ports."""

    def __init__(self, stage: Stage, make: Callable[[Stage], PortKeeper] | None = None) -> None:
        self._stage = stage
        self._make = make
        self._keeper: PortKeeper | None = None

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [web.get("/_stage/ports", self._told)]

    async def follow(self) -> None:
        """Listen where the script says."""
        if self._keeper is None and self._stage.world.ports.scripts:
            if self._make is None:
                raise web.HTTPNotImplemented(text="this stage opens no ports\n")
            self._keeper = self._make(self._stage)
        if self._keeper is not None:
            await self._keeper.follow()

    async def close(self) -> None:
        """Listen nowhere."""
        if self._keeper is not None:
            await self._keeper.close()

    async def _told(self, request: web.Request) -> web.Response:
        ports, keeper = self._stage.world.ports, self._keeper
        told = wire.StagedPorts(
            numbers={} if keeper is None else dict(keeper.numbers),
            authority=b"" if keeper is None else keeper.authority,
            client=b"" if keeper is None else keeper.client,
            heard=dict(ports.heard),
            mail={folder: tuple(mail.body for mail in mails) for folder, mails in ports.mail.folders.items()},
        )
        return web.Response(body=wire.encode_ports(told), content_type="application/json")
