"""Puts messages into the queue, in the transaction of the event that causes them; they are sent after its commit."""

from collections.abc import Callable, Sequence

from actors.notifier.model.outgoing import MessageKind, NewMessage, RenderedMessage
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.render import threads
from actors.notifier.render.threads import Render
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import announcements, message_store
from actors.runtime.delivery.durable import Tx
from messages.notices import Notice, NotifyUser, SummarizeForUser


class Enqueuer:
    """`new_id` makes the UUID of a message; `wake` tells the sender that there is something to send."""

    def __init__(
        self, host: ServiceHost, queue: SendQueue, new_id: Callable[[], str], wake: Callable[[], None]
    ) -> None:
        self._host = host
        self._queue = queue
        self._new_id = new_id
        self._wake = wake

    def enqueue_notices(self, tx: Tx, recipient: str, notices: Sequence[Notice], render: Render) -> None:
        """Queue a batch of notices. News about a paper that the recipient already knows goes into its thread."""
        known = announcements.known(tx.cursor, recipient, [threads.subject_of(notice.id) for notice in notices])
        posts = threads.arranged(notices, known, render, self._new_id)
        announced = [(subject, post.parent or post.id) for post in posts for subject in post.subjects]
        if announced:
            announcements.remember(tx.cursor, recipient, announced, self._host.now())
        messages = [
            NewMessage(
                id=post.id,
                recipient=recipient,
                text=post.rendered.text,
                announced=post.rendered.ids,
                blocks=post.rendered.blocks,
                parent=post.parent,
                event=event_of(recipient, post.rendered),
            )
            for post in posts
        ]
        self._store(tx, messages)

    def enqueue_thread(self, tx: Tx, recipient: str, rendered: Sequence[RenderedMessage]) -> None:
        """Queue messages that announce papers: the first starts a thread, the others go into it, and so will later news
        about these papers."""
        first = self._new_id()
        subjects = [threads.subject_of(id) for each in rendered for id in each.ids]
        if subjects:
            announced = [(subject, first) for subject in subjects]
            announcements.remember(tx.cursor, recipient, announced, self._host.now())
        messages = [
            NewMessage(
                id=self._new_id() if number else first,
                recipient=recipient,
                text=each.text,
                announced=each.ids,
                blocks=each.blocks,
                parent=first if number else "",
                event=event_of(recipient, each),
            )
            for number, each in enumerate(rendered)
        ]
        self._store(tx, messages)

    def enqueue_text(
        self,
        tx: Tx,
        recipient: str,
        rendered: Sequence[RenderedMessage],
        kind: MessageKind,
        thread_ts: str = "",
        parent: str = "",
    ) -> str:
        """Queue messages that announce nothing, in the thread `thread_ts` or in that of the message `parent`, unless
        they are empty; returns the id of the first."""
        messages = [
            NewMessage(
                id=self._new_id(),
                recipient=recipient,
                text=each.text,
                announced=(),
                kind=kind,
                blocks=each.blocks,
                parent=parent,
                thread_ts=thread_ts,
            )
            for each in rendered
        ]
        self._store(tx, messages)
        return messages[0].id if messages else ""

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` very old announcements; returns how many."""
        return announcements.expire(tx.cursor, limit)

    def _store(self, tx: Tx, messages: Sequence[NewMessage]) -> None:
        message_store.queue(tx.cursor, messages, self._host.now())
        tx.after_commit(lambda: self._stored(messages))

    def _stored(self, messages: Sequence[NewMessage]) -> None:
        for message in messages:
            self._queue.add(message.id, message.recipient, self._host.clock(), message.kind)
        self._wake()


def event_of(user: str, rendered: RenderedMessage) -> NotifyUser | SummarizeForUser | None:
    """An event that says the same to a user as a message; None for messages to channels."""
    if rendered.summary is not None:
        return rendered.summary
    return NotifyUser(user=user, notices=rendered.notices) if rendered.notices else None
