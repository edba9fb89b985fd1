"""The tables of the notifier, on a real server."""

import uuid

import pytest

from actors.notifier import store
from actors.notifier.lifecycle import MessageState, Step, after_post, after_search
from actors.notifier.outcomes import NotThere, Outgoing, Posted, Refused
from actors.runtime.database import Database
from tests.builders import NOON

SENT = after_post(Posted(channel="D1", ts="7.5"), "id", 0, 0, 15)


class Tables:
    """The schema of a fresh database, with one message in it."""

    def __init__(self, dsn: str) -> None:
        self._database = Database(dsn, "notifier")
        self._database.migrate(("actors.notifier.migrations",))
        self.id = self.queue("U1")

    def queue(self, recipient: str) -> str:
        """A message more."""
        draft = store.Draft(id=str(uuid.uuid4()), recipient=recipient, text="text", announced=("D1R0",))
        with self._database.transaction() as cursor:
            store.queue(cursor, [draft], NOON)
        return draft.id

    def send(self, id: str = "") -> Outgoing:
        """Mark a message."""
        with self._database.transaction() as cursor:
            store.mark_sending(cursor, [id or self.id], NOON)
            return store.sending(cursor, [id or self.id])[id or self.id]

    def conclude(self, message: Outgoing, step: Step) -> bool:
        """Write an outcome."""
        with self._database.transaction() as cursor:
            return store.conclude(cursor, message, step, NOON, None)

    def states(self) -> list[tuple[str, MessageState]]:
        """What is open."""
        with self._database.transaction() as cursor:
            return [(message.recipient, message.state) for message in store.open_messages(cursor)]


@pytest.fixture
def tables(database: str) -> Tables:
    """Of a fresh database."""
    return Tables(database)


def test_a_message_is_marked_with_its_attempt(tables: Tables) -> None:
    assert tables.states() == [("U1", MessageState.QUEUED)]
    message = tables.send()
    assert (message.attempt, message.failures, message.channel, message.last_ts) == (1, 0, None, None)
    assert tables.states() == [("U1", MessageState.SENDING)]
    assert tables.send().attempt == 1


def test_an_outcome_counts_once_and_for_its_own_attempt(tables: Tables) -> None:
    first = tables.send()
    assert tables.conclude(first, after_search(NotThere(), "id", 0))
    assert not tables.conclude(first, SENT)
    second = tables.send()
    assert second.attempt == 2
    assert not tables.conclude(first, SENT)
    assert tables.conclude(second, SENT)
    assert not tables.conclude(second, after_search(NotThere(), "id", 0))
    assert tables.states() == []


def test_a_queued_message_has_no_outcome(tables: Tables) -> None:
    first = tables.send()
    tables.conclude(first, after_search(NotThere(), "id", 0))
    assert not tables.conclude(first, SENT)
    assert tables.states() == [("U1", MessageState.QUEUED)]


def test_what_is_known_of_a_conversation_goes_with_its_next_message(tables: Tables) -> None:
    tables.conclude(tables.send(), SENT)
    message = tables.send(tables.queue("U1"))
    assert (message.channel, message.last_ts) == ("D1", "7.5")


def test_unknown_errors_are_counted(tables: Tables) -> None:
    step = after_post(Refused(error="quux"), "id", 0, 0, 15)
    tables.conclude(tables.send(), step)
    tables.conclude(tables.send(), step)
    assert tables.send().failures == 2


def test_more_messages_than_a_page_are_read_in_their_order(database: str) -> None:
    tables = Tables(database)
    drafts = [
        store.Draft(id=str(uuid.uuid4()), recipient=f"U{number}", text="", announced=())
        for number in range(store.PAGE + 5)
    ]
    with Database(database, "notifier").transaction() as cursor:
        store.queue(cursor, drafts, NOON)
    assert [recipient for recipient, _ in tables.states()] == ["U1", *(draft.recipient for draft in drafts)]
