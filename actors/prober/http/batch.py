"""Probing the names of one batch: requests spread evenly, a limit on parallel requests, a canary after each hit."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from messages.probing import DraftName, ProbeBatch, ProbeResult, Validators, Verdict

Ask = Callable[[DraftName, Validators | None], Awaitable[ProbeResult]]

ANSWERS = frozenset({Verdict.HIT, Verdict.UNCHANGED, Verdict.MISSING})
"""The conclusive verdicts."""


class BatchRun:
    """One batch on its way. It stops early if the host throttles, if `concurrency` answers in a row are inconclusive,
    or if a canary is not missing: the host wants no more requests, or they are of no use.

    `canary` is the answer for the names that cannot exist: the first that was not missing, if any; None without a hit.
    """

    def __init__(self, ask: Ask, batch: ProbeBatch, concurrency: int) -> None:
        self._ask = ask
        self._batch = batch
        self._concurrency = concurrency
        self._known = {validators.name: validators for validators in batch.validators}
        self._results: dict[DraftName, ProbeResult] = {}
        self._inconclusive_in_a_row = 0
        self._stopped = False
        self._canaries = 0
        self.canary: ProbeResult | None = None

    async def results(self) -> tuple[ProbeResult, ...]:
        """The answers for the names that were probed, in their order."""
        queue = iter(enumerate(self._batch.names))
        gap = self._batch.spread / max(1, len(self._batch.names))
        start = asyncio.get_running_loop().time()

        async def ask_on() -> None:
            for place, name in queue:
                if (wait := start + place * gap - asyncio.get_running_loop().time()) > 0:
                    await asyncio.sleep(wait)
                if self._stopped:
                    return
                result = await self._ask(name, self._known.get(name))
                self._record(result)
                if result.verdict is Verdict.HIT:
                    await self._ask_canary(name)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._concurrency, len(self._batch.names))):
                group.create_task(ask_on())
        return tuple(self._results[name] for name in self._batch.names if name in self._results)

    async def _ask_canary(self, hit: DraftName) -> None:
        """Probe a name of the same kind that cannot exist, a new one each time. The first that is not missing shows
        that hits mean nothing, and that it is no use going on."""
        canary = self._batch.canary
        name = replace(canary, prefix=hit.prefix, extension=hit.extension, revision=canary.revision + self._canaries)
        self._canaries += 1
        answer = await self._ask(name, None)
        if self.canary is None or self.canary.verdict is Verdict.MISSING:
            self.canary = answer
        if answer.verdict is not Verdict.MISSING:
            self._stopped = True

    def _record(self, result: ProbeResult) -> None:
        self._results[result.name] = result
        self._inconclusive_in_a_row = 0 if result.verdict in ANSWERS else self._inconclusive_in_a_row + 1
        if result.verdict is Verdict.THROTTLED or self._inconclusive_in_a_row >= self._concurrency:
            self._stopped = True
