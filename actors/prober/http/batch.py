"""Asking for the names of one batch: the starts evenly spread, so many exchanges at a time, a canary after each hit."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from messages.probing import DraftName, ProbeBatch, ProbeResult, Validators, Verdict

Ask = Callable[[DraftName, Validators | None], Awaitable[ProbeResult]]

ANSWERS = frozenset({Verdict.HIT, Verdict.UNCHANGED, Verdict.MISSING})
"""Verdicts that say something of the name."""


class BatchRun:
    """One batch on its way. It stops early when the host throttles, has told nothing `concurrency` times on end, or
    answers for a canary: it wants no more, or there is no use in asking.

    `canary` is the answer for the names that cannot exist: the first that was not missing, if any; None without a hit.
    """

    def __init__(self, ask: Ask, batch: ProbeBatch, concurrency: int) -> None:
        self._ask = ask
        self._batch = batch
        self._concurrency = concurrency
        self._known = {validators.name: validators for validators in batch.validators}
        self._results: dict[DraftName, ProbeResult] = {}
        self._untold_on_end = 0
        self._stopped = False
        self._canaries = 0
        self.canary: ProbeResult | None = None

    async def results(self) -> tuple[ProbeResult, ...]:
        """The answers of the names that were asked, in their order."""
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
                self._heard(result)
                if result.verdict is Verdict.HIT:
                    await self._ask_canary(name)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._concurrency, len(self._batch.names))):
                group.create_task(ask_on())
        return tuple(self._results[name] for name in self._batch.names if name in self._results)

    async def _ask_canary(self, hit: DraftName) -> None:
        """Ask for a name of the same kind that cannot exist, each time another; the first that is not missing says that
        the hits are worth nothing, and that there is no use in going on."""
        canary = self._batch.canary
        name = replace(canary, prefix=hit.prefix, extension=hit.extension, revision=canary.revision + self._canaries)
        self._canaries += 1
        answer = await self._ask(name, None)
        if self.canary is None or self.canary.verdict is Verdict.MISSING:
            self.canary = answer
        if answer.verdict is not Verdict.MISSING:
            self._stopped = True

    def _heard(self, result: ProbeResult) -> None:
        self._results[result.name] = result
        self._untold_on_end = 0 if result.verdict in ANSWERS else self._untold_on_end + 1
        if result.verdict is Verdict.THROTTLED or self._untold_on_end >= self._concurrency:
            self._stopped = True
