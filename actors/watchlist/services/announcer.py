"""Notifies users of what happened, a part of it each turn.

An event is queued when it is taken. Its news items are matched one after the other, and each user who will be notified
gets a row; when all items are matched, each of these users is sent one message. Every step is one short transaction, so
a kill at any moment loses nothing and notifies nobody twice.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.failures import Outage
from actors.watchlist.matching.job import Job
from actors.watchlist.matching.news import NewsEvent, for_recipient, news_items
from actors.watchlist.matching.recipients import NewsItem
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import news, users
from actors.watchlist.storage.news import CATCH_UP
from messages.notices import Happening, Notice, NotifyUser, SummarizeForUser
from messages.papers import CaughtUp, MailingPublished

USERS_PER_STATEMENT = 300
"""Users whose pending notices one statement stores."""

NOTICES_PER_STATEMENT = 100
"""Pending notices that one statement takes."""

TURN_SECONDS = 0.025
"""How long one turn works on announcements: other messages must not wait for a mailing."""

PAUSE_SECONDS = 0.001
"""The pause between two such turns, in which the actor takes other messages."""

MAX_NOTICES_PER_MESSAGE = 500
"""A summary of more notices says how many more there are."""

MAX_NOTICES_OF_A_MAILING = 5
"""So many papers of a mailing are told as others are, in the threads of their drafts; more are told as a summary."""

MAX_UNACKNOWLEDGED = 300
"""Messages on their way to the notifier: an answer to a command must not wait behind more than these."""

RECHECK_SECONDS = 0.05
"""When to look again whether the notifier has taken them."""

RETRY_SECONDS = 1.0
FAILURES_UNTIL_DEAD = 3


class Announcer:
    """Owned by the WatchlistActor."""

    def __init__(self, actor: DurableActor, state: WatchlistState) -> None:
        self._actor = actor
        self._state = state
        self._jobs: dict[int, Job] = {}
        self._place = 0
        self._timer: Any = None
        self._failures = 0

    def announce(self, event: NewsEvent | CaughtUp, tx: Tx) -> None:
        """Queue an event: users are notified of it after those that came before."""
        news.queue_event(tx.cursor, event, self._actor.now())
        tx.after_commit(self.resume)

    def resume(self) -> None:
        """Go on with the events in the queue."""
        self._work_in(0)

    def read_again(self) -> None:
        """The state was read again: jobs are built again from what the tables say, and there may be an event in the
        queue that was committed though nobody was told."""
        self._jobs = {}
        self.resume()

    def retry(self, place: int, event: NewsEvent | CaughtUp, tx: Tx) -> None:
        """Queue an event that was given up, for those users who have not been notified of it."""
        news.requeue_event(tx.cursor, place, event, self._actor.now())
        tx.after_commit(self.resume)

    # --- turns

    def _work_in(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = self._actor.after(seconds, self._work)

    def _work(self) -> None:
        self._timer = None
        try:
            with self._actor.trying("notify users"), self._actor.transaction() as tx:
                pause = self._step(tx)
        except Outage:
            self._retry_later()
            raise
        except Exception as error:
            self._failures += 1
            self._retry_later()
            if self._failures >= FAILURES_UNTIL_DEAD:
                self._give_up(error)
            raise
        self._failures = 0
        if pause is not None:
            self._work_in(pause)

    def _step(self, tx: Tx) -> float | None:
        """Do as much as a turn has time for: notify users of the first event, or match the next one while the notifier
        is busy. Returns the seconds until the next step, None when the queue is empty."""
        first, unmatched = news.queue_heads(tx.cursor)
        if first is None:
            return None
        self._jobs = {place: job for place, job in self._jobs.items() if place in (first, unmatched)}
        until = self._actor.loop.time() + TURN_SECONDS
        if first != unmatched and not self._notifier_is_busy():
            if self._notify(self._job_at(first, tx), until, tx):
                news.finish_event(tx.cursor, first)
                del self._jobs[first]
        elif unmatched is not None:
            self._match(self._job_at(unmatched, tx), until, tx)
        else:
            return RECHECK_SECONDS
        return PAUSE_SECONDS

    def _job_at(self, place: int, tx: Tx) -> Job:
        self._place = place
        if place not in self._jobs:
            queued = news.queued_event(tx.cursor, place)
            self._jobs[place] = Job(
                event=queued.event,
                queued_at=queued.at,
                remaining=news_items(self._state.matcher, self._state.audiences, queued.event, queued.position),
                position=queued.position,
                last_user=queued.last_user,
            )
        return self._jobs[place]

    # --- matching

    def _match(self, job: Job, until: float, tx: Tx) -> None:
        """Store who will be notified."""
        begun = False
        while not begun or self._actor.loop.time() < until:
            begun = True
            if job.item is not None:
                self._store_recipients(job, job.item, tx)
            elif not job.next_item():
                news.mark_matched(tx.cursor, self._place)
                return
        news.save_progress(tx.cursor, self._place, job.position, job.last_user)

    def _store_recipients(self, job: Job, item: NewsItem, tx: Tx) -> None:
        """For some more of the users who watch an item."""
        position = job.position
        recipients = item.recipients(job.next_users(USERS_PER_STATEMENT), self._state.mutes, self._actor.now())
        for earlier in item.earlier:
            knew = users.who_knew(tx.cursor, earlier, [user for user in recipients if earlier.matches.texts(user)])
            recipients = {user: why for user, why in recipients.items() if user not in knew}
        if recipients:
            id = news.add_news_item(tx.cursor, self._place, position, item.subject, item.notice, job.queued_at)
            news.add_pending(tx.cursor, self._pending_under(job), id, recipients)
            job.notices[id] = item.notice

    def _pending_under(self, job: Job) -> int:
        """The event under which notices wait."""
        return CATCH_UP if job.is_catch_up else self._place

    # --- notifying

    def _notify(self, job: Job, until: float, tx: Tx) -> bool:
        """Send pending notices; whether these were all. A catch-up's notices wait until it is over."""
        if job.is_catch_up and not job.is_its_end:
            return True
        while not self._notifier_is_busy(len(tx.emitted)) and self._actor.loop.time() < until:
            some = news.next_users(tx.cursor, self._pending_under(job), job.notified_to, NOTICES_PER_STATEMENT)
            if not some:
                return True
            self._notify_some(job, some, tx)
        return False

    def _notifier_is_busy(self, emitted: int = 0) -> bool:
        return self._actor.waiting_for("notifier") + emitted > MAX_UNACKNOWLEDGED

    def _notify_some(self, job: Job, some: Sequence[str], tx: Tx) -> None:
        taken = news.take_pending(
            tx.cursor,
            self._pending_under(job),
            job.notified_to,
            some[-1],
            MAX_NOTICES_PER_MESSAGE,
            self._actor.now(),
            job.only,
        )
        unknown = {id for theirs in taken.values() for id, _ in theirs.first if id not in job.notices}
        job.notices |= news.notices(tx.cursor, unknown) if unknown else {}
        job.notified_to = some[-1]
        for user, theirs in taken.items():
            notices = tuple(for_recipient(job.notices[id], why) for id, why in theirs.first)
            tx.emit("notifier", _message(job.event, user, notices, theirs.others))
        if not isinstance(job.event, CaughtUp):
            tx.after_commit(lambda: self._actor.count("notified", len(taken)))

    # --- failures

    def _retry_later(self) -> None:
        self._jobs = {}
        self._work_in(RETRY_SECONDS)

    def _give_up(self, error: Exception) -> None:
        """Turn the event into a dead letter, so that it no longer holds up the next one."""
        name = self._actor.name
        with self._actor.transaction() as tx:
            kind, version, payload = news.stored_event(tx.cursor, self._place)
            dead_letter = dead_letters.DeadLetterRow(
                source=name, destination=name, seq=self._place, kind=kind, version=version, payload=payload
            )
            why = self._actor.redact(f"{type(error).__name__}: {error}")
            dead_letters.add_dead_letter(tx.cursor, dead_letter, why, self._failures)
            news.finish_event(tx.cursor, self._place)
            self._actor.recount_dead_letters(tx)
        self._failures = 0
        self._actor.count("dead_letters")


def _message(
    event: Any, user: str, notices: tuple[Notice, ...], others: Counter[tuple[str, ...]]
) -> NotifyUser | SummarizeForUser:
    if isinstance(event, CaughtUp):
        return SummarizeForUser(
            user=user, since=event.since, notices=notices, more=others.total(), more_by=tuple(others.items())
        )
    if isinstance(event, MailingPublished) and (others or len(notices) > MAX_NOTICES_OF_A_MAILING):
        first = sorted(notices, key=lambda notice: notice.happening is not Happening.MAILING_PUBLISHED)
        return SummarizeForUser(
            user=user,
            since=None,
            notices=tuple(first),
            more=others.total(),
            more_by=tuple(others.items()),
            mailing=event.title,
        )
    return NotifyUser(user=user, notices=notices)
