"""Takes back what a user no longer wants: queued messages, parts of them, and what is kept for a digest.

All of it happens in the transaction of the command. What was given to Slack stays: only queued messages are looked at.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from actors.notifier.model.outgoing import MessageState, NewMessage, OpenMessage, RenderedMessage
from actors.notifier.model.taking_back import number_of, remainder
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.render import notices
from actors.notifier.services.enqueuer import event_of
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import message_store, taken_back
from actors.notifier.storage.taken_back import KeptNotices, QueuedNotices, TakenNotices
from actors.runtime.delivery.durable import Tx
from messages.notices import NotifyUser, SummarizeForUser, TakeBackNotices


@dataclass(frozen=True, slots=True, kw_only=True)
class _BatchChange:
    """What becomes of the messages of one batch, which were queued together and share a thread: those `dropped`, each
    with the ids of notices that its row records as taken back; the `pages` of those that stay; pages that need one
    `more`; ids of `taken` notices for which there is no dropped row."""

    thread: str
    since: datetime
    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pages: dict[str, RenderedMessage] = field(default_factory=dict)
    more: tuple[RenderedMessage, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def all_taken(self) -> tuple[str, ...]:
        """The ids of all notices that are taken back."""
        return (*(id for ids in self.dropped.values() for id in ids), *self.taken)


class TakeBackService:
    """`new_id` makes the UUID of a message; `wake` tells the sender that the queue has changed; `schedule_next` is
    called in a transaction that may have changed when the next digest is due."""

    def __init__(
        self,
        host: ServiceHost,
        queue: SendQueue,
        new_id: Callable[[], str],
        wake: Callable[[], None],
        schedule_next: Callable[[Tx], None],
    ) -> None:
        self._host = host
        self._queue = queue
        self._new_id = new_id
        self._wake = wake
        self._schedule_next = schedule_next

    def take_back(self, tx: Tx, command: TakeBackNotices) -> None:
        """Carry out a command."""
        user = command.user
        queued = taken_back.queued(tx.cursor, user, with_events=not command.everything)
        changes = [change for batch in _batches(queued) if (change := _changed(batch, command)) is not None]
        unkept = self._take_from_buffer(tx, taken_back.kept(tx.cursor, user), command)
        if not changes and not unkept:
            return
        now = self._host.now()
        dropped = {id: ids for change in changes for id, ids in change.dropped.items()}
        taken_back.take_back(tx.cursor, dropped, command.reason, now)
        taken_back.rewrite(
            tx.cursor, [(id, page, event_of(user, page)) for change in changes for id, page in change.pages.items()]
        )
        extra = [self._extra(user, change.thread, page) for change in changes for page in change.more]
        message_store.queue(tx.cursor, extra, now)
        unrecorded = [TakenNotices(ids=change.taken, since=change.since) for change in changes if change.taken]
        records = [(self._new_id(), each) for each in (*unrecorded, *unkept)]
        taken_back.record(tx.cursor, user, records, command.reason, now)
        taken_back.forget_announcements(tx.cursor, user, [(change.thread, change.all_taken) for change in changes])
        left = message_store.next_of(tx.cursor, user)
        taken = sum(len(change.all_taken) for change in changes) + sum(len(each.ids) for each in unkept)
        tx.after_commit(lambda: self._taken_back(user, len(dropped), len(extra), len(records), left))
        tx.after_commit(lambda: self._host.count("taken_back", taken))

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` messages that were taken back long ago; returns how many."""
        gone = taken_back.expire(tx.cursor, self._host.settings.retention.sent, limit)
        tx.after_commit(lambda: self._queue.deleted(MessageState.TAKEN_BACK, gone))
        return gone

    def _take_from_buffer(
        self, tx: Tx, kept: Iterable[KeptNotices], command: TakeBackNotices
    ) -> Sequence[TakenNotices]:
        """Replace what is kept for later by what is left of it; what was taken out."""
        after = [(each, remainder(each.event, command)) for each in kept]
        changed = [(each, rest) for each, rest in after if rest.event != each.event]
        if changed:
            taken_back.rewrite_kept(tx.cursor, command.user, {each.place: rest.event for each, rest in changed})
            self._schedule_next(tx)
        return [TakenNotices(ids=rest.taken, since=each.held_at) for each, rest in changed if rest.taken]

    def _extra(self, user: str, thread: str, page: RenderedMessage) -> NewMessage:
        return NewMessage(
            id=self._new_id(),
            recipient=user,
            text=page.text,
            announced=page.ids,
            blocks=page.blocks,
            parent=thread,
            event=event_of(user, page),
        )

    def _taken_back(self, user: str, dropped: int, extra: int, recorded: int, left: Sequence[OpenMessage]) -> None:
        self._queue.taken_back(user, dropped, extra, recorded, left, self._host.clock())
        self._wake()


def _batches(queued: Iterable[QueuedNotices]) -> Iterable[Sequence[QueuedNotices]]:
    """The messages that were queued together in one thread."""
    together = groupby(queued, key=lambda each: (each.thread, each.created_at))
    return (tuple(batch) for _, batch in together)


def _changed(batch: Sequence[QueuedNotices], command: TakeBackNotices) -> _BatchChange | None:
    """What a command changes in a batch; None if nothing. The notices that are left fill its first messages again."""
    thread, since = batch[0].thread, batch[0].created_at
    if all(_is_whole(message, command) for message in batch):
        dropped = {message.id: message.announced for message in batch}
        return _BatchChange(thread=thread, since=since, dropped=dropped)
    rests = [(message, remainder(message.event, command)) for message in batch if message.event is not None]
    if all(rest.event == message.event for message, rest in rests):
        return None
    pages = {
        message.id: notices.summary_for_user(rest.event)
        for message, rest in rests
        if isinstance(rest.event, SummarizeForUser)
    }
    places = [message.id for message, _ in rests if isinstance(message.event, NotifyUser)]
    left = [notice for _, rest in rests if isinstance(rest.event, NotifyUser) for notice in rest.event.notices]
    rendered = notices.for_recipient(command.user)(left) if left else ()
    pages |= dict(zip(places, rendered, strict=False))
    gone = [message.id for message, _ in rests if message.id not in pages]
    taken = tuple(id for _, rest in rests for id in rest.taken)
    return _BatchChange(
        thread=thread,
        since=since,
        dropped={id: () if number else taken for number, id in enumerate(gone)},
        pages=pages,
        more=rendered[len(places) :],
        taken=() if gone else taken,
    )


def _is_whole(message: QueuedNotices, command: TakeBackNotices) -> bool:
    """Whether nothing of a message is left."""
    if command.everything:
        return True
    if message.event is None:
        return bool(message.announced) and all(number_of(id) in command.subjects for id in message.announced)
    return remainder(message.event, command).event is None
