"""Deliveries of Slack that are stored in one transaction."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

import pytest

from actors.notifier.inbound.ownership import Identity
from actors.notifier.inbound.parse import FormRefused, InboundEvent, InboundResult, PayloadKind
from actors.notifier.services import slack_inbox
from actors.notifier.services.slack_inbox import SlackInbox
from actors.runtime.database.connection import Database
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway
from tests.actors.notifier.slack_socket import a_message
from tests.builders import NOON, settings

UNSTORABLE = secrets.token_hex(5000)
"""An event's id that is too long for PostgreSQL's index."""

OURS = Identity(team="T1", user="UBOT")


class Host:
    """An actor's side, on real tables and the test's own loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.name = "notifier"
        self.settings = settings()
        self.log = logging.getLogger("test")
        self.emitted: list[Any] = []
        self.counters: dict[str, int] = {}
        self.errors: list[str] = []

    def now(self) -> datetime:
        """Always noon."""
        return NOON

    def clock(self) -> float:
        """Of the loop."""
        return asyncio.get_running_loop().time()

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """One, whose events are kept when it is committed."""
        with self._database.transaction() as cursor:
            tx = Tx(cursor)
            yield tx
        self.emitted += [event for _, event in tx.emitted]
        for call in tx.calls:
            call()

    def trying(self, what: str) -> AbstractContextManager[None]:
        """Without health."""
        return nullcontext()

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """On the loop."""
        return asyncio.get_running_loop().call_later(seconds, call)

    def every(self, seconds: float, call: Callable[[], None]) -> None:
        """Never."""

    def run(
        self,
        coroutine: Coroutine[Any, Any, Any],
        then: Callable[[Any], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """Nothing here runs a coroutine."""
        raise AssertionError("not asked for")

    def count(self, counter: str, by: int = 1) -> None:
        """As health would."""
        self.counters[counter] = self.counters.get(counter, 0) + by

    def redact(self, text: str) -> str:
        """Nothing here is a secret."""
        return text

    def record_error(self, text: str) -> None:
        """As health would."""
        self.errors.append(text)


@pytest.fixture
def host(empty_database: str) -> Iterator[Host]:
    database = Database(empty_database, "notifier")
    database.migrate({"notifier": "actors.notifier.storage.migrations"})
    yield Host(database)
    database.close()


async def no_form(event: InboundEvent) -> None:
    """Nothing is wrong with it: it is none."""


def deliver(
    host: Host, *ids: str, check_form: Callable[[InboundEvent], Awaitable[FormRefused | None]] = no_form
) -> list[InboundResult | FormRefused]:
    """Deliver messages of these ids at the same time."""
    inbox = SlackInbox(
        host,
        is_congested=lambda: False,
        heard_from=lambda tx, user, channel: None,
        acknowledge=lambda tx, event, command: False,
        refuse=lambda tx, outsider: None,
        workspace_changed=lambda tx, change: None,
        surfaced=lambda event: None,
        check_form=check_form,
        identity=OURS,
    )

    async def all_at_once() -> list[InboundResult | FormRefused]:
        events = [
            InboundEvent(kind=PayloadKind.EVENT, payload=a_message(f"watch {number}", id))
            for number, id in enumerate(ids)
        ]
        async with asyncio.timeout(60.0):
            return await asyncio.gather(*map(inbox.deliver, events))

    return asyncio.run(all_at_once())


def test_a_delivery_that_cannot_be_stored_does_not_hold_up_the_others(host: Host) -> None:
    results = deliver(host, "Ev1", UNSTORABLE, "Ev2")
    assert results == [InboundResult.STORED, InboundResult.BUSY, InboundResult.STORED]
    assert [command.text for command in host.emitted] == ["watch 0", "watch 2"]
    assert host.counters == {"deliveries_stored": 2, "deliveries_busy": 1}
    (error,) = host.errors
    assert error.startswith("a delivery from Slack could not be stored: ")


def test_a_delivery_that_comes_again_next_to_one_that_cannot_be_stored_has_no_effect(host: Host) -> None:
    deliver(host, "Ev1")
    results = deliver(host, UNSTORABLE, "Ev1")
    assert results == [InboundResult.BUSY, InboundResult.STORED]
    assert [command.text for command in host.emitted] == ["watch 0"]
    assert host.counters["deliveries_repeated"] == 1


def test_without_the_database_all_deliveries_come_again(host: Host) -> None:
    class Away(Host):
        @contextmanager
        def transaction(self) -> Iterator[Tx]:
            raise DatabaseAway("gone")
            yield

    away = Away(host._database)
    assert deliver(away, "Ev1", "Ev2") == [InboundResult.BUSY, InboundResult.BUSY]
    assert away.errors == ["deliveries from Slack could not be stored: gone"]


def test_the_check_of_a_form_counts_towards_the_time_that_slack_waits(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(event: InboundEvent) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(slack_inbox, "ACCEPT_WITHIN_SECONDS", 0.05)
    assert deliver(host, "Ev1", check_form=never) == [InboundResult.BUSY]
    assert host.counters == {"deliveries_not_taken": 1}
    assert host.emitted == []
