"""The tables of the notifier, on a real server."""

import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest

from actors.notifier.model.outcomes import ApiError, NotThere, Posted, Undelivered, Unsearchable
from actors.notifier.model.outgoing import MessageKind, MessageState, NewMessage, OutgoingMessage, SuspendedRecipient
from actors.notifier.outbound.retries import MAX_UNCLEAR_DELIVERIES, Step, after_post, after_search
from actors.notifier.outbound.suspensions import RecipientRefusal
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT
from actors.notifier.storage import digest_buffer, message_store, pressed_buttons, undeliverable
from actors.runtime.database.connection import Database
from tests.builders import NOON
from tests.notifier_builders import an_outgoing

SENT = after_post(Posted(channel="D1", ts="7.5"), an_outgoing("id"), 0, 15)


NOTHING = dict.fromkeys((MessageState.SENT, MessageState.DEAD, MessageState.QUEUED), 0)


class Tables:
    """The schema of a fresh database, with one message in it."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._database = Database(dsn, "notifier")
        self._database.migrate({"notifier": "actors.notifier.storage.migrations"})
        self.id = self.queue("U1")

    def queue(self, recipient: str, kind: MessageKind = MessageKind.NOTICE) -> str:
        """A message more."""
        draft = NewMessage(id=str(uuid.uuid4()), recipient=recipient, text="text", announced=("D1R0",), kind=kind)
        with self._database.transaction() as cursor:
            message_store.queue(cursor, [draft], NOON)
        return draft.id

    def transaction(self) -> AbstractContextManager[Any]:
        """For what a test asks of the tables itself."""
        return self._database.transaction()

    def send(self, id: str = "") -> OutgoingMessage:
        """Mark a message."""
        with self._database.transaction() as cursor:
            message_store.mark_sending(cursor, [id or self.id], NOON)
            return message_store.sending(cursor, [id or self.id])[id or self.id]

    def conclude(self, message: OutgoingMessage, step: Step) -> bool:
        """Write an outcome."""
        with self._database.transaction() as cursor:
            return message_store.conclude(cursor, message, step, NOON, None)

    def states(self) -> list[tuple[str, MessageState]]:
        """What is open."""
        with self._database.transaction() as cursor:
            return [(message.recipient, message.state) for message in message_store.tables(cursor).messages]

    def suspended(self) -> Mapping[str, SuspendedRecipient]:
        """Who is suspended."""
        with self._database.transaction() as cursor:
            return message_store.tables(cursor).suspended

    def expire(self, seconds: float, limit: int = 100) -> dict[MessageState, int]:
        """Let go of what is older."""
        with self._database.transaction() as cursor:
            return undeliverable.expire(cursor, sent=seconds, suspended=seconds, dead=seconds, limit=limit)


@pytest.fixture
def tables(database: str) -> Tables:
    """Of a fresh database."""
    return Tables(database)


def test_answers_are_read_before_notices_and_what_slack_may_have_before_them(tables: Tables) -> None:
    tables.send()
    notices = [tables.queue("U1") for _ in range(RECIPIENT_QUEUE_LIMIT + 5)]
    answers = [tables.queue("U1", MessageKind.ANSWER) for _ in range(2)]
    with tables.transaction() as cursor:
        loaded = [message.id for message in message_store.tables(cursor).messages]
        refilled = [message.id for message in message_store.next_of(cursor, "U1")]
    assert loaded == refilled == [tables.id, *answers, *notices[: RECIPIENT_QUEUE_LIMIT - 2]]


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
    step = after_post(ApiError(error="quux"), an_outgoing("id"), 0, 15)
    tables.conclude(tables.send(), step)
    tables.conclude(tables.send(), step)
    assert tables.send().failures == 2


def test_attempts_in_another_way_without_a_clear_answer_are_counted_and_end(tables: Tables) -> None:
    id = tables.queue("mail:ada@example.org")
    unclear = Undelivered(why="no answer", is_unclear=True)
    for failures in range(MAX_UNCLEAR_DELIVERIES):
        message = tables.send(id)
        assert message.failures == failures
        tables.conclude(message, after_post(unclear, message, 0, 15))
    assert ("mail:ada@example.org", MessageState.QUEUED) not in tables.states()


def test_of_each_recipient_a_lane_and_one_more_are_read_in_their_order(database: str) -> None:
    tables = Tables(database)
    for _ in range(RECIPIENT_QUEUE_LIMIT + 5):
        tables.queue("U1")
        last = tables.queue("U2")
    assert tables.states().count(("U1", MessageState.QUEUED)) == RECIPIENT_QUEUE_LIMIT + 1
    tables.send(last)
    with Database(database, "notifier").transaction() as cursor:
        read = [message for message in message_store.next_of(cursor, "U2") if message.recipient == "U2"]
    assert (read[0].id, read[0].state, len(read)) == (last, MessageState.SENDING, RECIPIENT_QUEUE_LIMIT + 1)


def test_a_recipient_whom_slack_does_not_reach_is_parked_until_a_message_is_taken(tables: Tables) -> None:
    refused = ApiError(error="is_archived")
    for tries in range(2):
        message = tables.send()
        assert message.suspended == tries
        tables.conclude(message, after_post(refused, message, 0, 15, RecipientRefusal(lasted=tries * 7200.0)))
    (suspended,) = tables.suspended().items()
    assert (suspended[0], suspended[1].reason) == ("U1", "is_archived: the channel is archived")
    assert 7100 < suspended[1].wait <= 7200
    assert tables.states() == [("U1", MessageState.QUEUED)]
    tables.conclude(tables.send(), SENT)
    assert tables.suspended() == {}


def test_a_suspended_recipient_who_writes_is_due_at_once_by_any_name(tables: Tables) -> None:
    refused = after_post(ApiError(error="channel_not_found"), an_outgoing(), 0, 15, RecipientRefusal(lasted=7200.0))
    tables.conclude(tables.send(), SENT)
    for recipient in ("U1", "#papers", "C9", "U5"):
        tables.conclude(tables.send(tables.queue(recipient)), refused)
    with Database(tables.dsn, "notifier").transaction() as cursor:
        assert message_store.heard_from(cursor, "U2", "D1") == ["U1"]  # known by the conversation
        assert message_store.heard_from(cursor, "U5", "C9") != []
        assert message_store.heard_from(cursor, "U8", "D8") == []
    waits = {recipient: each.wait > 0 for recipient, each in tables.suspended().items()}
    assert waits == {"U1": False, "#papers": True, "C9": False, "U5": False}
    assert {each.heard_at is None for name, each in tables.suspended().items() if not waits[name]} == {False}


def test_what_was_sent_again_unsettled_is_counted(tables: Tables) -> None:
    tables.conclude(tables.send(), after_search(Unsearchable(why="no history"), "id", 0))
    tables.conclude(tables.send(), SENT)
    with Database(tables.dsn, "notifier").transaction() as cursor:
        assert message_store.tables(cursor).unsettled == 1


def test_only_what_is_over_expires_and_only_when_it_is_old(tables: Tables) -> None:
    refused = ApiError(error="is_archived")
    sent, dead, suspended = (tables.queue(recipient) for recipient in ("U2", "U3", "U4"))
    tables.conclude(tables.send(sent), SENT)
    tables.conclude(tables.send(dead), after_post(ApiError(error="no_text"), an_outgoing(), 0, 15))
    tables.conclude(tables.send(suspended), after_post(refused, an_outgoing(), 0, 15))
    assert tables.expire(1e9) == NOTHING
    assert tables.expire(3600, limit=0) == NOTHING
    assert tables.expire(3600) == dict.fromkeys(NOTHING, 1)
    assert tables.states() == [("U1", MessageState.QUEUED)]


def test_a_parked_recipient_for_whom_nothing_waits_is_forgotten(tables: Tables) -> None:
    tables.conclude(tables.send(), after_post(ApiError(error="is_archived"), an_outgoing(), 0, 15))
    tables.expire(0)
    tables.expire(0)
    assert tables.suspended() == {}


def test_letters_are_parked_recipients_and_dead_messages_and_can_be_settled(tables: Tables) -> None:
    dead, second = tables.queue("U2"), tables.queue("U1")
    tables.conclude(tables.send(), after_post(ApiError(error="user_disabled"), an_outgoing(), 0, 15))
    tables.conclude(tables.send(dead), after_post(ApiError(error="no_text"), an_outgoing(), 0, 15))
    with Database(tables.dsn, "notifier").transaction() as cursor:
        suspended, message = undeliverable.listed(cursor, 10)
        assert undeliverable.count(cursor) == 2
        assert (suspended.id, suspended.messages, suspended.failures) == ("notifier/recipient/U1", 2, 1)
        assert (message.what, message.error) == ("D1R0 to U2", "no_text: the message is empty")
        assert undeliverable.retry_recipient(cursor, "U9") is None
        assert undeliverable.retry_recipient(cursor, "U1") == 2
        assert message_store.tables(cursor).suspended["U1"].wait <= 0
        place = int(message.id.rpartition("/")[2])
        assert [undeliverable.retry_message(cursor, place) for _ in range(2)] == [True, False]
        assert not undeliverable.discard_message(cursor, place)
        assert [undeliverable.discard_recipient(cursor, "U1") for _ in range(2)] == [2, None]
        assert [each.id for each in message_store.tables(cursor).messages] == [dead]
    assert second


def test_the_id_of_a_refused_name_says_which_channel_it_was_and_is_no_address(tables: Tables) -> None:
    first, second, third = (tables.queue("#papers") for _ in range(3))
    assert tables.conclude(tables.send(first), after_post(Posted(channel="C7", ts="7.5"), an_outgoing("id"), 0, 15))
    message = tables.send(second)
    assert (message.channel, message.last_ts) == ("C7", "7.5")
    tables.conclude(message, after_post(ApiError(error="not_in_channel"), message, 0, 15, RecipientRefusal()))
    with tables.transaction() as cursor:
        assert message_store.conversation_of(cursor, "#papers") == "C7"
        cursor.execute("DELETE FROM suspended")
        assert message_store.recipient_in(cursor, "C7", ("#papers",)) == "C7"
    message = tables.send(third)
    assert (message.channel, message.last_ts) == (None, None)
    with tables.transaction() as cursor:
        message_store.learn_conversation(cursor, "#papers", "C9")
        message_store.learn_conversation(cursor, "#papers", "C10")
        assert message_store.recipient_in(cursor, "C9", ("#papers",)) == "#papers"


@pytest.mark.parametrize(
    ("recipient", "kept"), [("C1", ["answer", "incident"]), ("U1", ["answer"]), ("D1", ["answer"])]
)
def test_to_forget_a_channel_keeps_what_operators_are_to_read_there(
    tables: Tables, recipient: str, kept: list[str]
) -> None:
    for kind in MessageKind:
        tables.queue(recipient, kind)
    with tables.transaction() as cursor:
        digest_buffer.forget(cursor, recipient)
        left = message_store.next_of(cursor, recipient)
    assert [message.kind.value for message in left if message.recipient == recipient] == kept


def test_what_is_stored_already_is_not_queued_twice(tables: Tables) -> None:
    first, second = (
        NewMessage(id=str(uuid.uuid4()), recipient="U7", text=text, announced=(), kind=MessageKind.ANSWER)
        for text in ("one", "two")
    )
    with tables.transaction() as cursor:
        assert message_store.queue(cursor, [first], NOON) == {first.id}
        assert message_store.queue(cursor, [first, second], NOON) == {second.id}
        assert [message.id for message in message_store.next_of(cursor, "U7")] == [first.id, second.id]


def test_only_the_messages_of_who_pressed_a_button_are_searched_for_it(tables: Tables) -> None:
    with tables.transaction() as cursor:
        pressed_buttons.remember(cursor, "Ev1", "D1", "7.5", "watch P1", NOON)
        cursor.execute("UPDATE messages SET channel = 'D1', ts = '7.5', blocks = '[]'")
        assert not pressed_buttons.settle(cursor, "Ev1", "U2", is_done=True)
        pressed_buttons.remember(cursor, "Ev2", "D1", "7.5", "watch P1", NOON)
        assert pressed_buttons.settle(cursor, "Ev2", "U1", is_done=True)
