"""Puts messages into the queue, in the transaction of the event that causes them; they are sent after its commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from actors.notifier.model.outgoing import MessageKind, NewMessage, RenderedMessage
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.render import cards, threads
from actors.notifier.render.threads import Render
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import announcements, message_store
from actors.notifier.storage import cards as stored_cards
from actors.runtime.delivery.durable import Tx
from messages.channels import is_channel
from messages.notices import Notice, NotifyUser, SummarizeForUser


class Enqueuer:
    """`new_id` makes the UUID of a message; `wake` tells the sender that there is something to send, `card_changed`
    that a message that was sent says something else now."""

    def __init__(
        self,
        host: ServiceHost,
        queue: SendQueue,
        new_id: Callable[[], str],
        wake: Callable[[], None],
        card_changed: Callable[[], None],
    ) -> None:
        self._host = host
        self._queue = queue
        self._new_id = new_id
        self._wake = wake
        self._card_changed = card_changed

    def enqueue_notices(self, tx: Tx, recipient: str, notices: Sequence[Notice], render: Render) -> None:
        """Queue a batch of notices. News about a paper that the recipient already knows goes into its thread."""
        known = announcements.known(tx.cursor, recipient, [threads.subject_of(notice.id) for notice in notices])
        posts = threads.arranged(notices, known, render, self._new_id)
        announced = [(subject, post.parent or post.id) for post in posts for subject in post.subjects]
        if announced:
            announcements.remember(tx.cursor, recipient, announced, self._host.now())
        self._update_cards(tx, known, notices)
        earlier = set(known.values())  # other parents are pages of this batch
        messages = [
            NewMessage(
                id=post.id,
                recipient=recipient,
                text=post.rendered.text,
                announced=post.rendered.ids,
                blocks=post.rendered.blocks,
                parent=post.parent,
                event=event_of(recipient, post.rendered),
                uploaded_at=_uploaded_at(notices, post.rendered.ids),
                card=() if post.parent else cards.card_of(post.rendered),
                broadcast=post.parent in earlier and is_channel(recipient) and cards.is_broadcast(post.rendered.card),
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
            known = announcements.known(tx.cursor, recipient, subjects)
            self._update_cards(tx, known, [notice for each in rendered for notice in each.card])
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
                card=cards.card_of(each),
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
        ids: Sequence[str] = (),
    ) -> str:
        """Queue messages that announce nothing, in the thread `thread_ts` or in that of the message `parent`, unless
        they are empty; returns the id of the first. Who may have to do it again gives their `ids`: what is stored
        already is not queued twice."""
        messages = [
            NewMessage(
                id=id,
                recipient=recipient,
                text=each.text,
                announced=(),
                kind=kind,
                blocks=each.blocks,
                parent=parent,
                thread_ts=thread_ts,
            )
            for id, each in zip(ids or self.new_ids(len(rendered)), rendered, strict=True)
        ]
        self._store(tx, messages)
        return messages[0].id if messages else ""

    def new_ids(self, count: int) -> tuple[str, ...]:
        """UUIDs for so many messages."""
        return tuple(self._new_id() for _ in range(count))

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` very old announcements; returns how many."""
        return announcements.expire(tx.cursor, limit)

    def _update_cards(self, tx: Tx, known: Mapping[str, str], notices: Sequence[Notice]) -> None:
        """What announced these drafts says their newest state from now on. `known` maps subjects to these messages."""
        news: dict[str, list[Notice]] = {}
        for notice in notices:
            if (message := known.get(threads.subject_of(notice.id))) is not None:
                news.setdefault(message, []).append(notice)
        for message, theirs in sorted(news.items()):
            card = stored_cards.of(tx.cursor, message)
            if card and (newest := cards.after(card, theirs)) != card:
                stored_cards.change(tx.cursor, message, newest)
                tx.after_commit(self._card_changed)

    def _store(self, tx: Tx, messages: Sequence[NewMessage]) -> None:
        now = self._host.now()
        new = message_store.queue(tx.cursor, messages, now)
        tx.after_commit(lambda: self._stored([message for message in messages if message.id in new], now))

    def _stored(self, messages: Sequence[NewMessage], now: datetime) -> None:
        for message in messages:
            self._queue.add(message.id, message.recipient, self._host.clock(), message.kind, now)
        self._wake()


def _uploaded_at(notices: Sequence[Notice], ids: Sequence[str]) -> datetime | None:
    """When the first of the drafts with these ids was uploaded whose discovery the notices tell."""
    moments = (notice.uploaded_at for notice in notices if notice.id in ids)
    return min((at for at in moments if at is not None), default=None)


def event_of(user: str, rendered: RenderedMessage) -> NotifyUser | SummarizeForUser | None:
    """An event that says the same to a user as a message; None for messages to channels."""
    if rendered.summary is not None:
        return rendered.summary
    return NotifyUser(user=user, notices=rendered.notices) if rendered.notices else None
