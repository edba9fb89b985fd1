"""A NotifierActor under test, and its Slack."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from typing import Any, TypeVar

import psycopg2
from thespian.actors import ActorExitRequest

from actors.notifier.actor import NotifierActor
from messages.commands import UserCommand
from messages.dead_letters import (
    DeadLetter,
    DeadLetterOutcome,
    DeadLetterSettled,
    DeadLettersListed,
    DiscardDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.health import NotifierSnapshot, SnapshotRequest
from messages.notices import NotifyUser
from tests import sql
from tests.actors.harness import CALL_LIMIT, Harness
from tests.actors.notifier.slack_server import TOKEN, SlackServer
from tests.builders import settings
from tests.watching_builders import a_notice

T = TypeVar("T")

CONNECTION = " WHERE datname = current_database() AND application_name = 'callboard notifier'"


TIMEOUT = 100.0
"""Seconds that a call of Slack may take, where it is not the point that it takes too long."""


class Unhurried(NotifierActor):
    """One that is drained when what is on the way has ended, not when its time is up, and that waits for the answers of
    others as long as a test may take."""

    DRAIN_SECONDS = 600.0
    QUERY_SECONDS = 600.0


class Room:
    """A NotifierActor with a short quiet period, and its Slack."""

    def __init__(self, make_harness: Callable[..., Harness], dsn: str, stack: ExitStack) -> None:
        self._make, self._dsn, self._stack = make_harness, dsn, stack
        self.slack = SlackServer()
        self._asked = 0
        self._told = 0
        self.retention: dict[str, float] = {}
        self.mail: dict[str, Any] = {}
        self.others: tuple[str, ...] = ("watchlist", "prober")
        self.call_limit: float | None = CALL_LIMIT
        self.harness: Harness

    def open(self, url: str = "", **slack: Any) -> None:
        """Begin the actor, with Slack unless there is a `url` or no token."""
        self._stack.enter_context(self.slack)
        known = {
            "bot_token": TOKEN,
            "api_url": url or self.slack.url,
            "channel": "C1",
            "timeout": TIMEOUT,
            "quiet_period": 0.3,
        }
        made = settings(slack=known | slack, retention=self.retention, mail=self.mail)
        self.harness = self._make(made, self._dsn, self.call_limit)
        self.begin()

    def begin(self) -> None:
        """Begin an actor on the tables as they are."""
        self.harness.begin(Unhurried, "notifier", others=self.others)

    def end(self) -> None:
        """End the actor, whatever it is doing."""
        self.harness.tell(ActorExitRequest())
        self.until(lambda: not self.rows("SELECT 1 FROM pg_stat_activity" + CONNECTION))

    def tell_user(self, user: str, *ids: str) -> None:
        """A batch for a user."""
        self._told += 1
        notices = tuple(a_notice(id, matched=("niebler",)) for id in ids)
        self.harness.deliver("watchlist", self._told, NotifyUser(user=user, notices=notices))

    def snapshot(self) -> NotifierSnapshot:
        """Asked for now."""
        self._asked += 1
        return self.harness.ask(SnapshotRequest(request_id=f"s{self._asked}"), NotifierSnapshot)

    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """Listed now."""
        self._asked += 1
        return self.harness.ask(ListDeadLetters(request_id=f"l{self._asked}", limit=10), DeadLettersListed).dead_letters

    def settle(self, command: RetryDeadLetter | DiscardDeadLetter) -> DeadLetterOutcome:
        """As an operator."""
        return self.harness.ask(command, DeadLetterSettled).outcome

    def snapshot_when(self, holds: Callable[[NotifierSnapshot], bool]) -> NotifierSnapshot:
        """Asked for until it is as wished; the actor works in between."""
        kept: list[NotifierSnapshot] = []

        def look() -> bool:
            kept[:] = [self.snapshot()]
            return holds(kept[0])

        self.until(look, kept)
        return kept[0]

    def until(self, holds: Callable[[], bool], shown: object = None) -> None:
        """Let the actors work until this holds."""
        deadline = time.monotonic() + 100.0
        while not holds():
            assert time.monotonic() < deadline, shown
            if (message := self.harness.driver.listen(0.02)) is not None:
                self.harness.heard.append(message)

    def working(self, call: Callable[[], T]) -> T:
        """Let the actors work until this call, made by a thread of the test, has come back."""
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(call)
            self.until(future.done)
        return future.result()

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Nobody else reads this table, as if the database did not answer."""
        with closing(psycopg2.connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
            connection.rollback()  # this waits until the lock is gone; closing does not

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """As a user of the database."""
        return sql.rows(self._dsn, statement)


def counter(snapshot: NotifierSnapshot, name: str) -> int:
    """Of the vitals."""
    return dict(snapshot.status.counters).get(name, 0)


def heard(room: Room) -> UserCommand:
    """The next command that the watchlist is sent."""
    return room.harness.expect(UserCommand, to="watchlist")
