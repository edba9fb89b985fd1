"""What the benchmarks share: the table, printed at the end, and services that end with their test."""

import pytest

from tests.bench.table import Table
from tests.e2e.conftest import make_service

__all__ = ["make_service"]

TABLE = pytest.StashKey[Table]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLE] = Table()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Table:
    """Where a benchmark writes its numbers."""
    return request.config.stash[TABLE]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash[TABLE].lines()
    if lines:
        terminalreporter.section("targets and numbers")
    for line in lines:
        terminalreporter.write_line(line)
