"""A ChecksActor to play with."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import psycopg2

from actors.checks.actor import ChecksActor
from actors.checks.places.actor import PlaceActor
from messages.check_definitions import CheckDefinition
from messages.checks import CheckAlert, ChecksListed, ListChecks
from messages.health import ChecksSnapshot, SnapshotRequest
from tests.actors.harness import LIMIT, Harness
from tests.actors.index.server import IndexServer, status
from tests.builders import settings
from tests.check_builders import a_check


class Room:
    """A ChecksActor, and a server that answers as it is told."""

    def __init__(self, make_harness: Callable[..., Harness], dsn: str, stack: ExitStack) -> None:
        self._make, self._dsn, self._stack = make_harness, dsn, stack
        self.server = IndexServer(status(200))
        self._asked = 0
        self.harness: Harness

    def open(self, *checks: CheckDefinition, actor: type[ChecksActor] = ChecksActor) -> None:
        """Begin the actor with these checks of the server's page."""
        self._stack.enter_context(self.server)
        self.open_elsewhere(*(replace(check, url=self.server.url) for check in checks), actor=actor)

    def open_elsewhere(
        self, *checks: CheckDefinition, actor: type[ChecksActor] = ChecksActor, builtin_checks: bool = False
    ) -> None:
        """Begin the actor with these checks as they are."""
        self.harness = self._make(settings(checks=checks, health={"builtin_checks": builtin_checks}), self._dsn)
        self.harness.begin(actor, "checks", others=("notifier",))

    def open_place(self, place: str, *checks: CheckDefinition) -> None:
        """Begin the actor of a place with these checks of the server's page, on tables of a ChecksActor."""
        self.open()
        self.harness.leave()
        checks = tuple(replace(check, url=self.server.url) for check in checks)
        self.harness.settings = settings(checks=checks, system={"place": place})
        self.harness.begin(PlaceActor, "places")

    def again(self, *checks: CheckDefinition, actor: type[ChecksActor] = ChecksActor) -> None:
        """End the actor, and begin one with these checks on the same tables."""
        self.harness.leave()
        self.harness.settings = settings(checks=tuple(replace(check, url=self.server.url) for check in checks))
        self.harness.begin(actor, "checks", others=("notifier",))

    def alert(self) -> CheckAlert:
        """The next that the notifier is told."""
        return self.harness.expect(CheckAlert, to="notifier")

    def listed(self, key: str = "") -> ChecksListed:
        """Asked for now."""
        self._asked += 1
        return self.harness.ask(ListChecks(request_id=f"l{self._asked}", key=key), ChecksListed)

    def listed_when(self, holds: Callable[[ChecksListed], bool], key: str = "") -> ChecksListed:
        """Asked for until it is as wished."""
        deadline = time.monotonic() + LIMIT
        while not holds(found := self.listed(key)):
            assert time.monotonic() < deadline, found
            self.harness.listen(0.02)
        return found

    def counters(self) -> dict[str, int]:
        """Of the actor's snapshot."""
        self._asked += 1
        snapshot = self.harness.ask(SnapshotRequest(request_id=f"s{self._asked}"), ChecksSnapshot)
        return dict(snapshot.status.counters)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Let the actors work until it is so."""
        deadline = time.monotonic() + LIMIT
        while not holds():
            assert time.monotonic() < deadline, "it did not become so"
            self.harness.listen(0.02)

    def await_generation(self, number: int) -> None:
        """Wait until a run of this generation is given out, of each check."""
        self.wait_until(lambda: self.rows("SELECT min(generation) FROM checks.checks")[0][0] >= number)

    def change(self, statement: str) -> None:
        """As another user of the database."""
        connection = psycopg2.connect(self._dsn)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """As another user of the database."""
        connection = psycopg2.connect(self._dsn)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        connection.close()
        return found


def quick(name: str = "site", **changes: Any) -> CheckDefinition:
    """A check that runs every tenth of a second."""
    return a_check(name, **({"interval": 0.1, "retry_interval": 0.1} | changes))
