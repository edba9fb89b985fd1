"""Keeps notices for users who want them later, and queues them when their hour has come."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actors.notifier.digests.schedule import due, is_held
from actors.notifier.model.outgoing import DeletedMessages, MessageKind, OpenMessage
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.render import notices
from actors.notifier.render.zones import unknown_zone
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import digest_buffer, message_status, message_store
from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.durable import Tx
from actors.runtime.delivery.encoding import CODEC
from actors.runtime.failures import Outage
from actors.runtime.timezones import known
from messages.commands import DigestStyle, Preferences
from messages.notices import Notice, NoticeStatus, NoticeStatusQuery, NotifyUser, SummarizeForUser

USERS_PER_TURN = 20
TURN_SECONDS = 0.02
"""How many digests one turn sends at most, and when it stops earlier; the next turn goes on."""

MAX_WAIT_SECONDS = 300.0
"""Look again after this time even if the next digest is due later, in case the wall clock is set."""

RETRY_SECONDS = 5.0
"""Look again after this time if the database was away."""


class DigestService:
    """Users who never set an hour are notified immediately. What is kept for the others is in tables, so it survives a
    restart. `dead_letters_changed` is called in a transaction that has added dead letters; `wake` tells the sender to
    look at the queue; `recipient_of` says under which name a user or a channel gets messages."""

    def __init__(
        self,
        host: ServiceHost,
        queue: SendQueue,
        enqueuer: Enqueuer,
        dead_letters_changed: Callable[[Tx], None],
        wake: Callable[[], None],
        recipient_of: Callable[[Tx, str], str],
    ) -> None:
        self._host = host
        self._queue = queue
        self._enqueuer = enqueuer
        self._dead_letters_changed = dead_letters_changed
        self._wake = wake
        self._recipient_of = recipient_of
        self._timer: Any = None
        self._zones: tuple[str, ...] = ()

    # --- events

    def notify(self, tx: Tx, event: NotifyUser) -> None:
        """Queue a user's notices, or keep them for later."""
        if not self._hold(tx, event):
            recipient = self._recipient_of(tx, event.user)
            self._enqueuer.enqueue_notices(tx, recipient, event.notices, notices.for_recipient(event.user))

    def notify_readers(self, tx: Tx, recipient: str, channel: str, news: Sequence[Notice]) -> None:
        """Queue the notices of a channel of the configuration, whose id is `channel` if that is known, or keep them
        until the hour that its members have set."""
        if not channel or not self._hold(tx, NotifyUser(user=channel, notices=tuple(news))):
            self._enqueuer.enqueue_notices(tx, recipient, news, notices.for_channel)

    def summarize(self, tx: Tx, event: SummarizeForUser) -> None:
        """Queue a user's summary, or keep it for later."""
        if not self._hold(tx, event):
            recipient = self._recipient_of(tx, event.user)
            self._enqueuer.enqueue_thread(tx, recipient, [notices.summary_for_user(event)])

    def set_preferences(self, tx: Tx, preferences: Preferences) -> None:
        """A user has set other hours; they also apply to what is already kept."""
        digest_buffer.save_preferences(tx.cursor, preferences)
        self._tell_of_unknown_zone(tx, preferences.user, preferences.zone)
        self._reschedule(tx, preferences.user, preferences)
        self.schedule_next(tx)

    def forget(self, tx: Tx, user: str) -> None:
        """Delete everything about a user."""
        deleted = digest_buffer.forget(tx.cursor, user)
        left = message_store.next_of(tx.cursor, user)
        self._dead_letters_changed(tx)
        tx.after_commit(lambda: self._forgotten(user, deleted, left))

    def _forgotten(self, user: str, deleted: DeletedMessages, left: Sequence[OpenMessage]) -> None:
        self._queue.forget_recipient(user, deleted, left, self._host.clock())
        self._wake()

    def _hold(self, tx: Tx, event: NotifyUser | SummarizeForUser) -> bool:
        now = self._host.now()
        preferences = digest_buffer.preferences_of(tx.cursor, event.user)
        if preferences is None:
            return False
        self._tell_of_unknown_zone(tx, event.user, preferences.zone)
        zone = self._zone_of(preferences)
        if not is_held(preferences, now, zone):
            return False
        digest_buffer.hold(tx.cursor, event, now, due(preferences, now, zone))
        tx.after_commit(lambda: self._host.count("held_back", len(event.notices)))
        self.schedule_next(tx)
        return True

    def _reschedule(self, tx: Tx, user: str, preferences: Preferences | None, since: datetime | None = None) -> None:
        now = self._host.now()
        at = now if preferences is None else due(preferences, now, self._zone_of(preferences), since)
        digest_buffer.reschedule(tx.cursor, user, now, at)

    def _zone_of(self, preferences: Preferences) -> ZoneInfo:
        """The zone that counts: the user's, or else the installation's."""
        return known.zone_or_utc(preferences.zone or self._host.settings.slack.timezone)

    # --- zones that the system does not know

    def begin(self) -> None:
        """Tell users whose zone is known no longer."""
        self._host.after(0.0, self._tell_of_unknown_zones)

    def _tell_of_unknown_zones(self) -> None:
        """Some users in a turn, until all were told."""
        again = self._host.after(RETRY_SECONDS, self._tell_of_unknown_zones)
        with self._host.trying("tell users that their time zone is unknown"):
            with self._host.transaction() as tx:
                users = digest_buffer.unknown_zones(tx.cursor, self._zones, USERS_PER_TURN)
                for user, zone in users:
                    self._tell_of_unknown_zone(tx, user, zone)
            again.cancel()
            if users:
                gone = ", ".join(sorted({zone for _, zone in users}))
                self._host.log.warning("time zones that are not known count as UTC: %s", gone)
                self._host.after(0.0, self._tell_of_unknown_zones)

    def _tell_of_unknown_zone(self, tx: Tx, user: str, zone: str) -> None:
        """Tell a user once that their zone counts as UTC, if the system does not know it."""
        if zone and not known.is_known(zone) and digest_buffer.first_told_about_zone(tx.cursor, user, zone):
            self._enqueuer.enqueue_text(tx, user, unknown_zone(zone), MessageKind.NOTICE)
            tx.after_commit(lambda: self._host.count("unknown_zones"))

    # --- queries

    def status(self, query: NoticeStatusQuery) -> tuple[NoticeStatus, ...]:
        """What became of a user's notices. Those of a channel may have been sent under its name."""
        with self._host.transaction() as tx:
            names = dict.fromkeys((query.user, self._recipient_of(tx, query.user)))
            found = [each for name in names for each in message_status.status_of(tx.cursor, name, query.ids)]
        return tuple(sorted(found, key=lambda each: each.since))

    # --- when the hour has come

    def load(self, tx: Tx) -> None:
        """Find out when the next digest is due, by the zones that count now."""
        self._zones = tuple(known.names())
        digest_buffer.reschedule_all(tx.cursor, self._zones, self._host.now())
        self._schedule(digest_buffer.next_due(tx.cursor, self._host.now()))

    def schedule_next(self, tx: Tx) -> None:
        """What is kept, or until when, changes in this transaction: find out when the next digest is due."""
        at = digest_buffer.next_due(tx.cursor, self._host.now())
        tx.after_commit(lambda: self._schedule(at))

    def _schedule(self, at: datetime | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if at is not None:
            wait = min(max((at - self._host.now()).total_seconds(), 0.0), MAX_WAIT_SECONDS)
            self._timer = self._host.after(wait, self._queue_due_digests)

    def _queue_due_digests(self) -> None:
        """Queue as many due digests as one turn has time for."""
        self._timer = self._host.after(RETRY_SECONDS, self._queue_due_digests)
        until = self._host.clock() + TURN_SECONDS
        with self._host.trying("let go of what it holds back"):
            with self._host.transaction() as tx:
                users = self._users_due(tx)
            for user in users:
                self._queue_digest(user)
                if self._host.clock() >= until:
                    break
            with self._host.transaction() as tx:
                self.schedule_next(tx)

    def _users_due(self, tx: Tx) -> Sequence[str]:
        """Whose digest is due. Digests that were scheduled before the clock was set back, or before a start that may
        have brought another zone, are rescheduled first."""
        now = self._host.now()
        for user in digest_buffer.users_ahead(tx.cursor, now, USERS_PER_TURN):
            since = digest_buffer.held_since(tx.cursor, user)
            self._reschedule(tx, user, digest_buffer.preferences_of(tx.cursor, user), since)
        return digest_buffer.users_due(tx.cursor, now, USERS_PER_TURN)

    def _queue_digest(self, user: str) -> None:
        """Move a user's notices from the buffer to the queue, in one transaction."""
        try:
            with self._host.transaction() as tx:
                kept = [CODEC.decode(row.kind, row.version, row.payload) for row in digest_buffer.take(tx.cursor, user)]
                preferences = digest_buffer.preferences_of(tx.cursor, user)
                recipient = self._recipient_of(tx, user)
                if preferences is not None and preferences.style is DigestStyle.EACH:
                    for notice in (each for event in kept if isinstance(event, NotifyUser) for each in event.notices):
                        self._enqueuer.enqueue_notices(tx, recipient, (notice,), notices.for_recipient(user))
                    kept = [event for event in kept if isinstance(event, SummarizeForUser)]
                if kept:
                    self._enqueuer.enqueue_thread(tx, recipient, notices.digest(kept))
        except Outage:
            raise
        except Exception as error:
            self._host.log.error("the digest for %s failed; its events become dead letters", user, exc_info=error)
            self._add_dead_letters(user, self._host.redact(f"{type(error).__name__}: {error}"))

    def _add_dead_letters(self, user: str, error: str) -> None:
        """A digest that fails must not hold up the others. Its events become dead letters, as if they had failed when
        they came."""
        with self._host.transaction() as tx:
            rows = digest_buffer.take(tx.cursor, user)
            for row in rows:
                dead_letter = dead_letters.DeadLetterRow(
                    source=self._host.name,
                    destination=self._host.name,
                    seq=row.place,
                    kind=row.kind,
                    version=row.version,
                    payload=row.payload,
                )
                dead_letters.add_dead_letter(tx.cursor, dead_letter, error, 1)
            self._dead_letters_changed(tx)
        self._host.count("dead_letters", len(rows))
        self._host.record_error(error)
