"""The CheckRunner: a child of the ChecksActor that carries runs out."""

import asyncio
import os
from typing import Any

from thespian.actors import ActorAddress

from actors.checks.kinds.documents import own_address
from actors.checks.kinds.own_network import OwnNetwork, witnesses_of
from actors.checks.kinds.probes import CheckProbes
from actors.runtime.actor import CallboardActor
from actors.runtime.http.environment import NetworkEnvironment
from messages.checks import CHECK_RUNNER_ACCEPTS, CheckResult, ChecksDone, DropRuns, RunChecks
from messages.lifecycle import Begin

REPORT_SECONDS = 0.05
MOST_REPORTED = 50
"""Results wait this long for others, up to so many, to travel in one message."""


class CheckRunner(CallboardActor):
    """Owns what runs need. Accepts RunChecks, as often as its parent likes, and DropRuns; emits ChecksDone to the
    parent. It holds no state worth keeping: if it dies, the ChecksActor gives the runs out again."""

    ACCEPTS = CHECK_RUNNER_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._probes: CheckProbes | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._results: list[CheckResult] = []
        self._reporting: Any = None

    def begin(self, begin: Begin) -> str:
        """Open nothing yet: most installations check few kinds."""
        own = own_address(self.settings.health.host, self.settings.health.port)
        network = NetworkEnvironment(dict(os.environ))
        own_network = OwnNetwork(witnesses_of(self.settings), network)
        self._probes = CheckProbes(network, self.report_failure, self.redact, own, own_network)
        return ""

    def receiveMsg_RunChecks(self, command: RunChecks, sender: ActorAddress) -> None:
        """Carry runs out, all at once."""
        assert self._probes is not None, "the runner has not begun"
        for run in command.runs:
            task = self.run(self._probes.result(run), self._finished)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def receiveMsg_DropRuns(self, command: DropRuns, sender: ActorAddress) -> None:
        """Stop everything."""
        for task in self._tasks:
            task.cancel()
        self._results.clear()

    def close(self) -> None:
        """Stop everything, and close what is open."""
        if self._probes is not None:
            self.finish(self._probes.close())

    def _finished(self, result: CheckResult) -> None:
        self.count("runs")
        self._results.append(result)
        if len(self._results) >= MOST_REPORTED:
            self._report()
        elif self._reporting is None:
            self._reporting = self.after(REPORT_SECONDS, self._report)

    def _report(self) -> None:
        if self._reporting is not None:
            self._reporting.cancel()
            self._reporting = None
        results, self._results = tuple(self._results), []
        if results:
            self.tell_parent(ChecksDone(results=results))
