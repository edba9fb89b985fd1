"""Which tests `make test` runs, which ones `make test-long`, and how both are handed out to processes.

`make test` leaves out what is marked `long`. A test that runs on both bases is long on all but those that it is marked
with, `bases(SIMPLE, TCP)`; without that mark, on all but the simple base, which is the one that a user has who chooses
none.
"""

from collections import defaultdict
from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadScopeScheduling

from actors.runtime.engine.bases import SIMPLE, TCP

TOGETHER = ("tests/e2e/test_stage", "tests/unit/")
"""Where the tests of a file run in one process: they share a stage, or are too short to be handed out one by one."""

TOGETHER_ON_A_BASE = ("tests/e2e/test_slack_as_it_is", "tests/e2e/test_slack_commands", "tests/e2e/test_slack_once")
"""Where those of a file do that have the same first parameter, which is of the service that they share."""

FIRST = ("tests/chaos", "tests/e2e", "tests/actors")
"""What is handed out first."""


def mark_other_bases(items: Iterable[pytest.Item]) -> None:
    """Mark as long what runs on another base than the test's own, if it runs on its own too."""
    variants: dict[tuple[str, str], list[tuple[str, pytest.Function]]] = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and (base := _base_of(item)) is not None:
            variants[item.location[0], item.originalname].append((base, item))
    for several in variants.values():
        wanted = _bases_wanted(several[0][1])
        if wanted & {base for base, _ in several}:
            for base, item in several:
                if base not in wanted:
                    item.add_marker(pytest.mark.long)


def _base_of(item: pytest.Function) -> str | None:
    """By a parameter of the test, or of a fixture for all tests of a file."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return next((value for value in values if value in (SIMPLE, TCP)), None)


def _bases_wanted(item: pytest.Function) -> frozenset[str]:
    mark = item.get_closest_marker("bases")
    return frozenset(mark.args) if mark is not None else frozenset({SIMPLE})


def rank(item: pytest.Item) -> tuple[bool, int]:
    """What is smaller is handed out first."""
    places = [place for place, folder in enumerate(FIRST) if item.nodeid.startswith(folder)]
    return item.get_closest_marker("slow") is None, places[0] if places else len(FIRST)


class Shares(LoadScopeScheduling):
    """Tests are handed out one by one, but for those that share something, which run in one process."""

    def _split_scope(self, nodeid: str) -> str:
        if "/test_faults_" in nodeid:
            return "faults"
        if nodeid.startswith(TOGETHER_ON_A_BASE):
            return nodeid.partition("::")[0] + nodeid.partition("[")[2].partition("-")[0].rstrip("]")
        return super()._split_scope(nodeid) if nodeid.startswith(TOGETHER) else nodeid
