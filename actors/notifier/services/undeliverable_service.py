"""What Slack did not accept: dead messages and suspended recipients, which operators list, retry or discard together
with the actor's dead letters. Also deletes messages that are old enough."""

from collections.abc import Callable, Mapping

from actors.notifier.model.outgoing import MessageState
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import message_store, undeliverable
from actors.runtime.delivery.dead_letters import Settled, unknown
from actors.runtime.delivery.durable import Tx
from messages.dead_letters import DeadLetter, DeadLetterOutcome


class UndeliverableService:
    """`reload` reads the queue again from the tables."""

    def __init__(self, host: ServiceHost, queue: SendQueue, reload: Callable[[], None]) -> None:
        self._host = host
        self._queue = queue
        self._reload = reload

    def listed(self, tx: Tx, limit: int) -> tuple[tuple[DeadLetter, ...], int]:
        """Up to `limit` of each, the oldest first, and how many there are in all."""
        return undeliverable.listed(tx.cursor, limit), undeliverable.count(tx.cursor)

    def retry(self, id: str) -> Settled | None:
        """Send again what Slack did not accept; None if `id` belongs to something else."""
        recipient, place = undeliverable.recipient_of(id), undeliverable.place_of(id)
        if recipient is None and place is None:
            return None
        with self._host.transaction() as tx:
            if recipient is not None:
                waiting = undeliverable.retry_recipient(tx.cursor, recipient)
            else:
                waiting = 1 if undeliverable.retry_message(tx.cursor, place or 0) else None
        if waiting is None:
            return unknown(id)
        self._reload()
        detail = f"trying {id} now ({_messages(waiting)}): `callboard undelivered` shows whether Slack accepts it"
        return DeadLetterOutcome.RETRIED, detail

    def discard(self, id: str) -> Settled | None:
        """Delete what Slack did not accept; None if `id` belongs to something else."""
        recipient, place = undeliverable.recipient_of(id), undeliverable.place_of(id)
        if recipient is None and place is None:
            return None
        with self._host.transaction() as tx:
            if recipient is not None:
                deleted = undeliverable.discard_recipient(tx.cursor, recipient)
            else:
                deleted = 1 if undeliverable.discard_message(tx.cursor, place or 0) else None
        if deleted is None:
            return unknown(id)
        self._reload()
        self._host.log.warning("an operator discarded %s (%s)", id, _messages(deleted))
        return DeadLetterOutcome.DISCARDED, f"{id} is discarded ({_messages(deleted)})"

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` rows of each kind that is old enough; returns how many."""
        keep = self._host.settings.retention
        gone = undeliverable.expire(
            tx.cursor, sent=keep.sent, suspended=keep.suspended, dead=keep.dead_letters, limit=limit
        )
        tx.after_commit(lambda: self._expired(gone))
        return sum(gone.values()) + message_store.expire_conversations(tx.cursor, keep.sent, limit)

    def _expired(self, gone: Mapping[MessageState, int]) -> None:
        for state, count in gone.items():
            self._queue.deleted(state, count)
        if suspended := gone[MessageState.QUEUED]:
            self._host.count("suspended_expired", suspended)
            self._host.log.warning("deleted %d messages to suspended recipients: they were too old", suspended)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"
