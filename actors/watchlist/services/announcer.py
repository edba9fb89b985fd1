"""The part of the WatchlistActor that tells users what happened, some of it a turn.

An event is stored as work when it is taken. Step by step its things are matched, who is to be told of each is written
down, and when all are, those users are told, one message each. Each step is one short transaction; a kill at any
instant loses nothing and tells nobody twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.encoding import CODEC
from actors.runtime.failures import Outage
from actors.watchlist.matching.job import Job
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.matching.news import NewsEvent, happened
from actors.watchlist.matching.recipients import NewsItem
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import news, people, recent_papers, store
from actors.watchlist.storage.news import CATCH_UP
from messages.lifecycle import Begin
from messages.notices import Notice, NotifyUser, SummarizeForUser
from messages.papers import CaughtUp

WRITTEN, TAKEN = 300, 100
"""Notices that one statement writes down, and takes."""

TURN = 0.025
"""Seconds after which a turn takes no more of them: what else the actor is told must not wait for a mailing."""

BREATH = 0.001
"""Seconds between two such turns, in which the private loop is idle and messages are taken."""

MOST_IN_A_BATCH = 500
"""Notices in one message: more ids do not go into one."""

MOST_AHEAD = 300
"""Messages to users that may be on the way to the notifier: an answer to a command must not wait behind more."""

BEHIND = 0.05
"""Seconds after which it is looked again whether the notifier has taken them."""

TRY_AGAIN = 1.0
FAILURES_UNTIL_DEAD = 3


class AnnouncingActor(DurableActor):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._memory = WatchlistState()
        self._jobs: dict[int, Job] = {}
        self._at = 0
        self._due: Any = None
        self._failures = 0

    # --- start

    def load(self, tx: Tx) -> None:
        """Read everything anew; the work under way is opened again where it was."""
        matcher, recent = Matcher(), RecentPapers()
        for user, kind, key, text in store.everything(tx.cursor):
            matcher.add(user, kind, key, text)
        recent.put(recent_papers.all_volumes(tx.cursor))
        self._memory = WatchlistState(
            matcher=matcher,
            mutes=Mutes(people.all_mutes(tx.cursor)),
            recent_papers=recent,
            audiences=recent_papers.all_audiences(tx.cursor),
        )
        self._jobs = {}

    def begin(self, begin: Begin) -> str:
        """Go on with the work that was left."""
        self._work_in(0)
        return super().begin(begin)

    # --- work

    def announce(self, event: NewsEvent | CaughtUp, tx: Tx) -> None:
        """Tell users of an event, after those that came before it."""
        news.add_work(tx.cursor, event, self.now())
        tx.after_commit(lambda: self._work_in(0))

    def _work_in(self, seconds: float) -> None:
        if self._due is None:
            self._due = self.after(seconds, self._work)

    def _work(self) -> None:
        self._due = None
        try:
            with self.trying("tell users what happened"), self.transaction() as tx:
                pause = self._step(tx)
        except Outage:
            self._stumble(TRY_AGAIN)
            raise
        except Exception as error:
            self._failures += 1
            self._stumble(TRY_AGAIN)
            if self._failures >= FAILURES_UNTIL_DEAD:
                self._give_up(error)
            raise
        self._failures = 0
        if pause is not None:
            self._work_in(pause)

    def _step(self, tx: Tx) -> float | None:
        """As much as a turn has time for: tell of the first work, or, while the notifier is behind, match the next.
        Seconds until the next step; None when there is nothing left to do."""
        first, unmatched = news.heads(tx.cursor)
        if first is None:
            return None
        self._jobs = {place: job for place, job in self._jobs.items() if place in (first, unmatched)}
        until = self.loop.time() + TURN
        if first != unmatched and not self._is_ahead():
            if self._tell(self._job_at(first, tx), until, tx):
                news.finish(tx.cursor, first)
                del self._jobs[first]
        elif unmatched is not None:
            self._match(self._job_at(unmatched, tx), until, tx)
        else:
            return BEHIND
        return BREATH

    def _job_at(self, place: int, tx: Tx) -> Job:
        self._at = place
        if place not in self._jobs:
            work = news.work(tx.cursor, place)
            rest = happened(self._memory.matcher, self._memory.audiences, work.event, work.position)
            self._jobs[place] = Job(
                event=work.event, at=work.at, rest=rest, position=work.position, last_user=work.last_user
            )
        return self._jobs[place]

    def _match(self, job: Job, until: float, tx: Tx) -> None:
        """Write down who is to be told."""
        begun = False
        while not begun or self.loop.time() < until:
            begun = True
            if job.thing is not None:
                self._write_down(job, job.thing, tx)
            elif not job.take_up():
                news.all_matched(tx.cursor, self._at)
                return
        news.move_on(tx.cursor, self._at, job.position, job.last_user)

    def _write_down(self, job: Job, thing: NewsItem, tx: Tx) -> None:
        """Of a thing, for some more of the users whom it may concern."""
        position = job.position
        recipients = thing.recipients(job.next_users(WRITTEN), self._memory.mutes, self.now())
        if recipients:
            id = news.add_news(tx.cursor, self._at, position, thing.subject, thing.notice, job.at)
            news.add_waiting(tx.cursor, self._room(job), id, recipients)
            job.notices[id] = thing.notice

    def _room(self, job: Job) -> int:
        """Where those wait whom an event concerns."""
        return CATCH_UP if job.is_of_a_catch_up else self._at

    def _tell(self, job: Job, until: float, tx: Tx) -> bool:
        """Tell those who wait; whether it was all of them. Of a catch-up, only when it is over."""
        if job.is_of_a_catch_up and not isinstance(job.event, CaughtUp):
            return True
        while not self._is_ahead(len(tx.emitted)) and self.loop.time() < until:
            waiting = news.next_users(tx.cursor, self._room(job), job.told, TAKEN)
            if not waiting:
                return True
            self._tell_some(job, waiting, tx)
        return False

    def _is_ahead(self, more: int = 0) -> bool:
        return self.waiting_for("notifier") + more > MOST_AHEAD

    def _tell_some(self, job: Job, waiting: Sequence[str], tx: Tx) -> None:
        last = waiting[-1]
        taken = news.take_waiting(tx.cursor, self._room(job), job.told, last, MOST_IN_A_BATCH, self.now())
        unknown = {id for theirs in taken.values() for id, _ in theirs.first if id not in job.notices}
        job.notices |= news.notices(tx.cursor, unknown) if unknown else {}
        job.told = last
        for user, theirs in taken.items():
            notices = tuple(
                replace(job.notices[id], matched=why.matched, mentioned=why.mentioned) for id, why in theirs.first
            )
            tx.emit("notifier", _message(job.event, user, notices, theirs.count))
        if not isinstance(job.event, CaughtUp):
            tx.after_commit(lambda: self.count("notified", len(taken)))

    # --- failures

    def _stumble(self, seconds: float) -> None:
        self._jobs = {}
        self._work_in(seconds)

    def _give_up(self, error: Exception) -> None:
        """Make the work a dead letter, so that the next is no longer in its way."""
        with self.transaction() as tx:
            kind, version, payload = news.row(tx.cursor, self._at)
            dead_letter = dead_letters.Row(
                source=self.name, destination=self.name, seq=self._at, kind=kind, version=version, payload=payload
            )
            dead_letters.add_dead_letter(tx.cursor, dead_letter, f"{type(error).__name__}: {error}", self._failures)
            news.finish(tx.cursor, self._at)
            self._learn_standing(tx)
        self._failures = 0
        self.count("dead_letters")

    def _do_again(self, row: dead_letters.Row, tx: Tx) -> None:
        """Of work that was given up, those are told who were not."""
        if row.source != self.name or row.destination != self.name:
            super()._do_again(row, tx)
            return
        news.add_again(tx.cursor, row.seq, CODEC.decode(row.kind, row.version, row.payload), self.now())
        tx.after_commit(lambda: self._work_in(0))


def _message(event: Any, user: str, notices: tuple[Notice, ...], count: int) -> NotifyUser | SummarizeForUser:
    if isinstance(event, CaughtUp):
        return SummarizeForUser(user=user, since=event.since, notices=notices, more=count - len(notices))
    return NotifyUser(user=user, notices=notices)
