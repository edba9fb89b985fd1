"""The part of the NotifierActor that holds back what users want later, and lets it go when it is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from thespian.actors import ActorAddress

from actors.notifier.digests.schedule import due, is_held
from actors.notifier.model.outgoing import DeletedMessages, OpenMessage
from actors.notifier.render import notices
from actors.notifier.services.slack_inbox import ListeningActor
from actors.notifier.storage import digest_buffer, message_status, message_store
from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.durable import Tx
from actors.runtime.delivery.encoding import CODEC
from actors.runtime.failures import Outage
from messages.commands import Preferences, PreferencesChanged, UserForgotten
from messages.notices import NoticeStatusQuery, NoticeStatusReply, NotifyUser, SummarizeForUser

MOST_AT_ONCE = 20
TURN = 0.02
"""Users whose hour has come that one turn serves at the most, and the seconds after which it goes on in the next."""

LONGEST_WAIT = 300.0
"""Seconds after which is looked again, however late the next hour is: the wall clock may be set meanwhile."""


class HoldingActor(ListeningActor):
    """Whoever never said otherwise is told at once. What is held lies in tables until its hour, also over a restart."""

    def __init__(self) -> None:
        super().__init__()
        self._alarm: Any = None

    # --- events

    def take_NotifyUser(self, event: NotifyUser, tx: Tx) -> None:
        """Queue a user's batch, or keep it."""
        if not self._hold(tx, event):
            self.queue_notices(tx, event.user, event.notices, notices.for_user)

    def take_SummarizeForUser(self, event: SummarizeForUser, tx: Tx) -> None:
        """Queue a user's summary, or keep it."""
        if not self._hold(tx, event):
            self.queue_worded(tx, event.user, [notices.summary(event.notices, event.more, event.since)])

    def take_PreferencesChanged(self, event: PreferencesChanged, tx: Tx) -> None:
        """From now on a user's hours are others, also for what is kept already."""
        digest_buffer.prefer(tx.cursor, event.preferences)
        self._retime(tx, event.preferences.user, event.preferences)
        self._wake_for_next(tx)

    def take_UserForgotten(self, event: UserForgotten, tx: Tx) -> None:
        """Nothing of this user is kept."""
        gone = digest_buffer.forget(tx.cursor, event.user)
        left = message_store.next_of(tx.cursor, event.user)
        self._learn_standing(tx)
        tx.after_commit(lambda: self._forgot(event.user, gone, left))

    def _forgot(self, user: str, gone: DeletedMessages, left: Sequence[OpenMessage]) -> None:
        self._desk.forget_recipient(user, gone, left, self.loop.time())
        self.work_when_due()

    def _hold(self, tx: Tx, event: NotifyUser | SummarizeForUser) -> bool:
        preferences = digest_buffer.preferences_of(tx.cursor, event.user)
        if preferences is None or not is_held(preferences, self.now()):
            return False
        digest_buffer.hold(tx.cursor, event, self.now(), due(preferences, self.now()))
        tx.after_commit(lambda: self.count("held_back", len(event.notices)))
        self._wake_for_next(tx)
        return True

    def _retime(self, tx: Tx, user: str, preferences: Preferences | None) -> None:
        now = self.now()
        digest_buffer.retime(tx.cursor, user, now, now if preferences is None else due(preferences, now))

    # --- queries

    def receiveMsg_NoticeStatusQuery(self, query: NoticeStatusQuery, sender: ActorAddress) -> None:
        """What became of a user's notices."""
        with self.transaction() as tx:
            found = message_status.of(tx.cursor, query.user, query.ids)
        self.send(sender, NoticeStatusReply(request_id=query.request_id, statuses=found))

    # --- the hour

    def load(self, tx: Tx) -> None:
        """Know the next hour."""
        super().load(tx)
        self._wake(digest_buffer.next_due(tx.cursor, self.now()))

    def _wake_for_next(self, tx: Tx) -> None:
        at = digest_buffer.next_due(tx.cursor, self.now())
        tx.after_commit(lambda: self._wake(at))

    def _wake(self, at: datetime | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if at is not None:
            wait = min(max((at - self.now()).total_seconds(), 0.0), LONGEST_WAIT)
            self._alarm = self.after(wait, self._let_go)

    def _let_go(self) -> None:
        """Queue what is due, as much as one turn has time for."""
        self._alarm = self.after(LONGEST_WAIT / 60, self._let_go)  # in case that the database is away
        until = self.loop.time() + TURN
        with self.trying("let go of what it holds back"):
            with self.transaction() as tx:
                users = self._users_due(tx)
            for user in users:
                self._let_go_of(user)
                if self.loop.time() >= until:
                    break
            with self.transaction() as tx:
                self._wake_for_next(tx)

    def _users_due(self, tx: Tx) -> Sequence[str]:
        """Whose hour has come; first some hours are found out anew if the clock was set back."""
        for user in digest_buffer.users_ahead(tx.cursor, self.now(), MOST_AT_ONCE):
            self._retime(tx, user, digest_buffer.preferences_of(tx.cursor, user))
        return digest_buffer.users_due(tx.cursor, self.now(), MOST_AT_ONCE)

    def _let_go_of(self, user: str) -> None:
        """What is kept for a user goes into the queue in the transaction that keeps it no more."""
        try:
            with self.transaction() as tx:
                kept = [CODEC.decode(row.kind, row.version, row.payload) for row in digest_buffer.take(tx.cursor, user)]
                self.queue_worded(tx, user, notices.digest(kept))
        except Outage:
            raise
        except Exception as error:
            self.log.error("what is held for %s cannot be told, and becomes dead letters", user, exc_info=error)
            self._set_aside(user, f"{type(error).__name__}: {error}")

    def _set_aside(self, user: str, error: str) -> None:
        """What cannot be told must not keep others from being told: it is a dead letter, as it would be if it had
        failed when it came."""
        with self.transaction() as tx:
            rows = digest_buffer.take(tx.cursor, user)
            for row in rows:
                dead_letter = dead_letters.Row(
                    source=self.name,
                    destination=self.name,
                    seq=row.place,
                    kind=row.kind,
                    version=row.version,
                    payload=row.payload,
                )
                dead_letters.add_dead_letter(tx.cursor, dead_letter, error, 1)
            self._learn_standing(tx)
        self.count("dead_letters", len(rows))
        self.record_error(error)
