"""One service a base for all faults, and the table of what was seen."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from tests.chaos.world import World, a_world

ROWS = pytest.StashKey["list[Row]"]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault on one base: what health said meanwhile, and after how many seconds all was told and health well."""

    fault: str
    base: str
    health: str
    seconds: float


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="faults last as long as their names say; print the table")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[ROWS] if config.getoption("--long") else []
    if rows:
        terminalreporter.write_line("| fault | base | health meanwhile | all told, health ok, after |")
        terminalreporter.write_line("|---|---|---|---|")
    for row in rows:
        terminalreporter.write_line(f"| {row.fault} | {row.base} | {row.health} | {row.seconds:.1f} s |")


class Worlds:
    """One world a base. What is done to all of them is done at the same time: faults are mostly waiting."""

    def __init__(self, worlds: tuple[World, ...], rows: list[Row], *, long: bool) -> None:
        self.worlds = worlds
        self._rows = rows
        self._long = long

    def lasting(self, short: float, long: float) -> float:
        """Seconds that a fault lasts here: `long` if it was asked for."""
        return long if self._long else short

    def suffer(self, fault: str, play: Callable[[World], tuple[str, float]]) -> None:
        """Do it on each base: health is well before and after, and nothing was told twice. `play` gives what health
        said meanwhile, and the time at which the fault was over."""
        self._on_each(lambda world: self._suffer(world, fault, play))

    def _suffer(self, world: World, fault: str, play: Callable[[World], tuple[str, float]]) -> None:
        world.is_well()
        health, over = play(world)
        world.is_well()
        self._rows.append(Row(fault=fault, base=world.base, health=health, seconds=monotonic() - over))
        stands = world.told()
        assert max(stands.values(), default=1) == 1, stands

    def recover(self) -> None:
        """No faults any more."""
        self._on_each(World.recover)

    def _on_each(self, do: Callable[[World], None]) -> None:
        with ThreadPoolExecutor(len(self.worlds)) as pool:
            futures = {world.base: pool.submit(do, world) for world in self.worlds}
        errors = []
        for base, future in futures.items():
            if (error := future.exception()) is not None:
                error.add_note(f"on {base}")
                errors.append(error)
        if errors:
            raise errors[0] if len(errors) == 1 else BaseExceptionGroup("on both bases", errors)


@pytest.fixture(scope="package")
def both_bases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Worlds]:
    """Services that have begun."""
    with ExitStack() as stack:
        made = tuple(stack.enter_context(a_world(base, tmp_path_factory.mktemp(base))) for base in (SIMPLE, TCP))
        yield Worlds(made, request.config.stash[ROWS], long=request.config.getoption("--long"))
        for world in made:
            assert "Traceback" not in world.service.said(), world.service.said()


@pytest.fixture
def worlds(both_bases: Worlds) -> Iterator[Worlds]:
    """The same, without faults before the test and after it."""
    both_bases.recover()
    yield both_bases
    both_bases.recover()
