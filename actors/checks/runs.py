"""The runs that are under way, and the runner that carries them out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from messages.check_definitions import CheckDefinition, CheckKind
from messages.checks import CheckResult, CheckRun, DropRuns, RunChecks

RUNNER = "check-runner"

MOST_IN_FLIGHT = 200

REPLACE_SECONDS = 0.1
REPLACE_LIMIT_SECONDS = 10.0
"""Pause before a lost runner is replaced, doubled for each in a row that is lost without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunUnderWay:
    """A run that was given out; by the loop's clock it counts `until` then."""

    generation: int
    until: float


class RunsInFlight:
    """Owned by the ChecksActor: the generations that were given to the runner. `lost(runs)` gets those of a runner that
    ended."""

    def __init__(
        self,
        actor: CallboardActor,
        runner: type[CallboardActor],
        lost: Callable[[list[tuple[str, int]]], None],
        built_in: Callable[[Sequence[CheckRun]], None],
    ) -> None:
        self._actor = actor
        self._runner_class = runner
        self._lost = lost
        self._built_in = built_in
        self._runner: ActorAddress | None = None
        self._under_way: dict[str, _RunUnderWay] = {}
        self._losses = 0
        self._rests = False
        self._left = False

    @property
    def room(self) -> int:
        """How many more runs the runner takes now."""
        now = self._actor.clock()
        self._under_way = {key: run for key, run in self._under_way.items() if run.until > now}
        return 0 if self._rests or self._left else max(0, MOST_IN_FLIGHT - len(self._under_way))

    @property
    def count(self) -> int:
        """How many are under way."""
        return len(self._under_way)

    @property
    def until_one_is_lost(self) -> float | None:
        """Seconds until the first of them has had its time; None if there is none."""
        first = min((run.until for run in self._under_way.values()), default=None)
        return None if first is None else first - self._actor.clock()

    def start(self) -> None:
        """Start the runner."""
        self._rests = False
        if not self._left and self._runner is None:
            self._runner = self._actor.hire(self._runner_class, RUNNER)

    def give(
        self, generations: Mapping[str, int], checks: Mapping[str, CheckDefinition], limits: Mapping[str, float]
    ) -> None:
        """Let the runner, which starts with the first run, carry these out; those of what we depend on ourselves go to
        `built_in`. One that has not ended after its limit takes up no room any more: its result was lost, and it is
        given out again."""
        runs = tuple(CheckRun(generation=number, check=checks[key]) for key, number in generations.items())
        now = self._actor.clock()
        if runs:
            self._under_way.update(
                (key, _RunUnderWay(generation=number, until=now + limits[key])) for key, number in generations.items()
            )
        if own := [run for run in runs if run.check.kind is CheckKind.BUILT_IN]:
            self._built_in(own)
        if others := tuple(run for run in runs if run.check.kind is not CheckKind.BUILT_IN):
            self.start()
            self._actor.send(self._runner, RunChecks(runs=others))

    def done(self, results: Iterable[CheckResult]) -> None:
        """These have their results."""
        self._losses = 0
        for result in results:
            run = self._under_way.get(result.key)
            if run is not None and run.generation == result.generation:
                del self._under_way[result.key]

    def ended(self, address: ActorAddress) -> None:
        """A child has ended: replace it if it was the runner."""
        if address != self._runner or self._left:
            return
        self._runner, self._rests = None, True
        pause = min(REPLACE_SECONDS * 2.0 ** min(self._losses, 10), REPLACE_LIMIT_SECONDS)
        self._losses += 1
        self._actor.log.warning("the check runner ended; a new one starts in %.1f s", pause)
        self._actor.after(pause, self.start)
        self._give_back()

    def leave(self) -> None:
        """Stop what is under way, for good."""
        self._left = True
        if self._runner is not None:
            self._actor.send(self._runner, DropRuns())
        self._give_back()

    def _give_back(self) -> None:
        runs = [(key, run.generation) for key, run in self._under_way.items()]
        self._under_way = {}
        if runs:
            self._lost(runs)
