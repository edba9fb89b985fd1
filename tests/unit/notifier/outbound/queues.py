"""Queues with some messages."""

from collections.abc import Mapping
from datetime import timedelta

from actors.notifier.model.outcomes import Posted
from actors.notifier.model.outgoing import MessageState, OpenMessage, StoredQueue, SuspendedRecipient
from actors.notifier.outbound.send_queue import SendQueue
from tests.builders import NOON

QUIET = 15.0
POSTED = Posted(channel="D1", ts="1")


def an_open(
    id: str, recipient: str = "anna", state: MessageState = MessageState.QUEUED, wait: float | None = None
) -> OpenMessage:
    """A row that is not sent."""
    return OpenMessage(
        id=id, recipient=recipient, state=state, not_before=None if wait is None else NOON + timedelta(seconds=wait)
    )


def tables(*messages: OpenMessage, suspended: Mapping[str, SuspendedRecipient] | None = None) -> StoredQueue:
    """With these messages and no others."""
    counts = {state: sum(message.state is state for message in messages) for state in MessageState}
    return StoredQueue(messages=messages, counts=counts, unsettled=0, suspended=suspended or {})


def a_queue(*messages: OpenMessage, suspended: Mapping[str, SuspendedRecipient] | None = None) -> SendQueue:
    """Lined up at clock 100."""
    queue = SendQueue()
    queue.load(tables(*messages, suspended=suspended), QUIET, NOON, 100.0)
    return queue
