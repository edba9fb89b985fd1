"""The part of the NotifierActor that holds back what users want later, and lets it go when it is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actors.notifier import held, store, wording
from actors.notifier.desk import Gone, Open
from actors.notifier.due import due, is_held
from actors.notifier.held import Held
from actors.notifier.listening import ListeningActor
from actors.runtime.durable import Tx
from messages.commands import PreferencesChanged, UserForgotten
from messages.notices import NotifyUser, SummarizeForUser

MOST_AT_ONCE = 20
"""Users whose hour has come that one turn serves."""

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
        if not self._hold(tx, event.user, Held(notices=event.notices, more=0, since=None)):
            self.queue_notices(tx, event.user, event.notices, wording.for_user)

    def take_SummarizeForUser(self, event: SummarizeForUser, tx: Tx) -> None:
        """Queue a user's summary, or keep it."""
        kept = Held(notices=event.notices, more=event.more, since=event.since)
        if not self._hold(tx, event.user, kept):
            self.queue_worded(tx, event.user, [wording.summary(event.notices, event.more, event.since)])

    def take_PreferencesChanged(self, event: PreferencesChanged, tx: Tx) -> None:
        """From now on a user's hours are others, also for what is kept already."""
        held.prefer(tx.cursor, event.preferences)
        held.retime(tx.cursor, event.preferences.user, due(event.preferences, self.now()))
        self._wake_for_next(tx)

    def take_UserForgotten(self, event: UserForgotten, tx: Tx) -> None:
        """Nothing of this user is kept."""
        gone = held.forget(tx.cursor, event.user)
        left = store.next_of(tx.cursor, event.user)
        tx.after_commit(lambda: self._forgot(event.user, gone, left))

    def _forgot(self, user: str, gone: Gone, left: Sequence[Open]) -> None:
        self._desk.forget_recipient(user, gone, left, self.loop.time())
        self.work_when_due()

    def _hold(self, tx: Tx, user: str, kept: Held) -> bool:
        preferences = held.preferences_of(tx.cursor, user)
        if preferences is None or not is_held(preferences, self.now()):
            return False
        held.hold(tx.cursor, user, kept, self.now(), due(preferences, self.now()))
        tx.after_commit(lambda: self.count("held_back", len(kept.notices)))
        self._wake_for_next(tx)
        return True

    # --- the hour

    def load(self, tx: Tx) -> None:
        """Know the next hour."""
        super().load(tx)
        self._wake(held.next_due(tx.cursor))

    def _wake_for_next(self, tx: Tx) -> None:
        at = held.next_due(tx.cursor)
        tx.after_commit(lambda: self._wake(at))

    def _wake(self, at: datetime | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if at is not None:
            wait = min(max((at - self.now()).total_seconds(), 0.0), LONGEST_WAIT)
            self._alarm = self.after(wait, self._let_go)

    def _let_go(self) -> None:
        """Queue what is due; what is kept for a user goes into the queue in the transaction that keeps it no more."""
        self._alarm = self.after(LONGEST_WAIT / 60, self._let_go)  # in case that the database is away
        with self.trying("let go of what it holds back"), self.transaction() as tx:
            for user in held.users_due(tx.cursor, self.now(), MOST_AT_ONCE):
                kept = held.take(tx.cursor, user)
                self.queue_worded(tx, user, wording.digest(kept.notices, kept.more, kept.since))
            self._wake_for_next(tx)
