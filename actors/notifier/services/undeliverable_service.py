"""The part of the NotifierActor that settles what Slack does not take, and lets go of messages that are over."""

from collections.abc import Mapping

from actors.notifier.model.outgoing import MessageState
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.storage import message_store, undeliverable
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.keeping import CHUNK, Settled
from actors.runtime.failures import DatabaseAway
from messages.dead_letters import DeadLetter, DeadLetterOutcome

RETRY = 1.0
"""Seconds after which what the database did not take is tried again."""


class UndeliveredActor(DurableActor):
    """Its letters are dead letters, dead messages and parked recipients: operators have one command for them all."""

    def __init__(self) -> None:
        super().__init__()
        self._desk = SendQueue()

    def dead_letters_kept(self, tx: Tx, limit: int) -> tuple[tuple[DeadLetter, ...], int]:
        """Dead letters, and what Slack does not take."""
        kept, total = super().dead_letters_kept(tx, limit)
        return (*kept, *undeliverable.listed(tx.cursor, limit)), total + undeliverable.count(tx.cursor)

    def retry_dead_letter(self, id: str) -> Settled:
        """Send what Slack did not take once more."""
        recipient, place = undeliverable.recipient_of(id), undeliverable.place_of(id)
        if recipient is None and place is None:
            return super().retry_dead_letter(id)
        with self.transaction() as tx:
            if recipient is not None:
                waiting = undeliverable.retry_recipient(tx.cursor, recipient)
            else:
                waiting = 1 if undeliverable.retry_message(tx.cursor, place or 0) else None
        if waiting is None:
            return self._unknown(id)
        self._read_again()
        detail = f"{id} is tried now, with {waiting:,} messages: `callboard undelivered` shows whether Slack takes it"
        return DeadLetterOutcome.RETRIED, detail

    def discard_dead_letter(self, id: str) -> Settled:
        """Give up what Slack did not take."""
        recipient, place = undeliverable.recipient_of(id), undeliverable.place_of(id)
        if recipient is None and place is None:
            return super().discard_dead_letter(id)
        with self.transaction() as tx:
            if recipient is not None:
                gone = undeliverable.discard_recipient(tx.cursor, recipient)
            else:
                gone = 1 if undeliverable.discard_message(tx.cursor, place or 0) else None
        if gone is None:
            return self._unknown(id)
        self._read_again()
        self.log.warning("the letter %s was discarded, with %d messages", id, gone)
        return DeadLetterOutcome.DISCARDED, f"{id} is discarded, with {gone:,} messages"

    def expire(self, tx: Tx) -> int:
        """Messages that are over, and conversations in which there are none any more."""
        keep = self.settings.retention
        gone = undeliverable.expire(
            tx.cursor, sent=keep.sent, suspended=keep.suspended, dead=keep.dead_letters, most=CHUNK
        )
        tx.after_commit(lambda: self._expired(gone))
        conversations = message_store.expire_conversations(tx.cursor, keep.sent, CHUNK)
        return super().expire(tx) + sum(gone.values()) + conversations

    def _expired(self, gone: Mapping[MessageState, int]) -> None:
        for state, count in gone.items():
            self._desk.forget(state, count)
        if suspended := gone[MessageState.QUEUED]:
            self.count("parked_expired", suspended)
            self.log.warning("%d messages for parked recipients were too old and are deleted", suspended)

    def _read_again(self) -> None:
        try:
            with self.transaction() as tx:
                self.load(tx)
        except DatabaseAway:
            self.after(RETRY, self._read_again)
            raise
