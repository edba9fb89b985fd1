"""What the ports of the stage have in common: they look at the script at each step, and meet its faults."""

import asyncio
import ssl
from collections.abc import Callable

from actors.stage.ports.certificates import StagedAuthority
from actors.stage.web.store import Stage
from actors.stage.world.port_events import PortEvent, PortFaultMet, PortHeard
from actors.stage.world.ports import PortFault, PortScript, StagedTls, fault_at


class PortDoor:
    """One port by its name: what it does at this moment, and where it says what happens. `spawn` starts a task that
    ends with the port."""

    def __init__(
        self, name: str, stage: Stage, authority: StagedAuthority, spawn: Callable[..., asyncio.Task[None]]
    ) -> None:
        self._name = name
        self._stage = stage
        self._authority = authority
        self.spawn = spawn

    @property
    def stage(self) -> Stage:
        """Whose port it is."""
        return self._stage

    def script(self) -> PortScript | None:
        """What it does now; None when it is closed."""
        return self._stage.world.ports.scripts.get(self._name)

    def context(self, tls: StagedTls) -> ssl.SSLContext:
        """A server's, with a new certificate."""
        return self._authority.context(tls)

    def happened(self, event: PortEvent) -> None:
        """Tell the world."""
        self._stage.apply(event)

    def heard(self, line: str) -> None:
        """Note a line without secrets."""
        self.happened(PortHeard(name=self._name, line=line))

    async def met(self, command: str) -> PortFault | None:
        """The fault of a command, after it has taken its time; None if there is none."""
        script = self.script()
        fault = None if script is None else fault_at(script, command)
        if fault is not None:
            self.happened(PortFaultMet(name=self._name, fault=fault))
            await asyncio.sleep(fault.after)
        return fault
