"""The part of the NotifierActor that puts messages into the queue."""

import uuid
from collections.abc import Sequence

from actors.notifier.model.outgoing import MessageKind, NewMessage, RenderedMessage
from actors.notifier.render import threads
from actors.notifier.render.threads import Wording
from actors.notifier.services.undeliverable_service import UndeliveredActor
from actors.notifier.storage import announcements, message_store
from actors.runtime.delivery.durable import Tx
from actors.runtime.delivery.keeping import CHUNK
from messages.notices import Notice


class QueueingActor(UndeliveredActor):
    """Messages are queued in the transaction of what causes them, and sent after it."""

    def work_when_due(self) -> None:
        """Hook: there is something to send."""
        raise NotImplementedError

    def fresh_id(self) -> str:
        """Of a message that is to be queued: a UUID."""
        return str(uuid.uuid4())

    def queue_notices(self, tx: Tx, recipient: str, notices: Sequence[Notice], word: Wording) -> None:
        """Queue a batch; what goes on with something that the recipient was told of goes into the thread of that."""
        known = announcements.known(tx.cursor, recipient, [threads.subject_of(notice.id) for notice in notices])
        posts = threads.arranged(notices, known, word, self.fresh_id)
        told = [(subject, post.parent or post.id) for post in posts for subject in post.subjects]
        if told:
            announcements.remember(tx.cursor, recipient, told, self.now())
        drafts = [
            NewMessage(
                id=post.id,
                recipient=recipient,
                text=post.worded.text,
                announced=post.worded.ids,
                blocks=post.worded.blocks,
                parent=post.parent,
            )
            for post in posts
        ]
        self._queue(tx, drafts)

    def queue_worded(self, tx: Tx, recipient: str, worded: Sequence[RenderedMessage]) -> None:
        """Queue messages as they are worded, in no thread but that of the first; what they tell of has its thread
        there from now on."""
        first = self.fresh_id()
        subjects = [threads.subject_of(id) for each in worded for id in each.ids]
        if subjects:
            announcements.remember(tx.cursor, recipient, [(subject, first) for subject in subjects], self.now())
        drafts = [
            NewMessage(
                id=self.fresh_id() if number else first,
                recipient=recipient,
                text=each.text,
                announced=each.ids,
                blocks=each.blocks,
                parent=first if number else "",
            )
            for number, each in enumerate(worded)
        ]
        self._queue(tx, drafts)

    def queue_words(
        self, tx: Tx, recipient: str, worded: Sequence[RenderedMessage], kind: MessageKind, thread_ts: str = ""
    ) -> None:
        """Queue what announces nothing, in a thread if it belongs there."""
        drafts = [
            NewMessage(
                id=self.fresh_id(),
                recipient=recipient,
                text=each.text,
                announced=(),
                kind=kind,
                blocks=each.blocks,
                thread_ts=thread_ts,
            )
            for each in worded
        ]
        self._queue(tx, drafts)

    def expire(self, tx: Tx) -> int:
        """What was announced very long ago."""
        return announcements.expire(tx.cursor, CHUNK) + super().expire(tx)

    def _queue(self, tx: Tx, drafts: Sequence[NewMessage]) -> None:
        message_store.queue(tx.cursor, drafts, self.now())
        tx.after_commit(lambda: self._queued(drafts))

    def _queued(self, drafts: Sequence[NewMessage]) -> None:
        for draft in drafts:
            self._desk.queue(draft.id, draft.recipient, self.loop.time())
        self.work_when_due()
