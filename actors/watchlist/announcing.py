"""The part of the WatchlistActor that tells users what happened, some of it a turn.

An event is stored as work when it is taken. Step by step its things are matched, who is to be told of each is written
down, and when all are, those users are told, one message each. Each step is one short transaction; a kill at any
instant loses nothing and tells nobody twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from actors.runtime import letters
from actors.runtime.durable import DurableActor, Tx
from actors.runtime.failures import Outage
from actors.watchlist import news_store, people_store, shelf_store, store
from actors.watchlist.matching import Matcher
from actors.watchlist.memory import Memory
from actors.watchlist.muting import Mutes
from actors.watchlist.news_store import CATCH_UP, Work
from actors.watchlist.shelf import Shelf
from actors.watchlist.telling import Happened, Tellable, happened
from messages.lifecycle import Begin
from messages.notices import Notice, NotifyUser, SummarizeForUser
from messages.papers import CaughtUp, Occasion

ROWS = 250
"""Notices that one turn writes down, and that one turn tells: about 10 ms each."""

COST_OF_A_THING = 10
"""What matching a thing costs, in rows."""

MOST_IN_A_BATCH = 500
"""Notices in one message: more ids do not go into one."""

CONGESTED = 0.5
"""Seconds after which it is looked again whether the notifier takes what it was told."""

TRY_AGAIN = 1.0
FAILURES_UNTIL_DEAD = 3


@dataclass(slots=True, kw_only=True)
class _Job:
    """The work under way, with what of it is in memory only: the things that are not matched yet, the users of the
    thing that is being written down, and the notices."""

    work: Work
    rest: Iterator[Happened]
    position: int
    matched: bool
    thing: Happened | None = None
    users: Sequence[tuple[str, tuple[str, ...]]] = ()
    written: int = 0
    notices: dict[int, Notice] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """Where those wait whom this work concerns."""
        return CATCH_UP if _is_of_a_catch_up(self.work.event) else self.work.place


class AnnouncingActor(DurableActor):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._memory = Memory()
        self._job: _Job | None = None
        self._due: Any = None
        self._failures = 0

    # --- start

    def load(self, tx: Tx) -> None:
        """Read everything anew; the work under way is opened again where it was."""
        matcher, shelf = Matcher(), Shelf()
        for user, kind, key, text in store.everything(tx.cursor):
            matcher.add(user, kind, key, text)
        shelf.put(shelf_store.all_volumes(tx.cursor))
        self._memory = Memory(
            matcher=matcher,
            mutes=Mutes(people_store.all_mutes(tx.cursor)),
            shelf=shelf,
            audiences=shelf_store.all_audiences(tx.cursor),
        )
        self._job = None

    def begin(self, begin: Begin) -> str:
        """Go on with the work that was left."""
        self._work_in(0)
        return super().begin(begin)

    # --- work

    def announce(self, event: Tellable | CaughtUp, tx: Tx) -> None:
        """Tell users of an event, after those that came before it."""
        news_store.add_work(tx.cursor, event, self.now())
        tx.after_commit(lambda: self._work_in(0))

    def _work_in(self, seconds: float) -> None:
        if self._due is None:
            self._due = self.after(seconds, self._work)

    def _work(self) -> None:
        self._due = None
        if self.congested() is not None:
            self._work_in(CONGESTED)
            return
        try:
            with self.transaction() as tx:
                there_is_more = self._step(tx)
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
        if there_is_more:
            self._work_in(0)

    def _step(self, tx: Tx) -> bool:
        job = self._job or self._open(tx)
        if job is None:
            return False
        self._job = job
        if not job.matched:
            self._match(job, tx)
        if job.matched and self._tell(job, tx):
            news_store.finish(tx.cursor, job.work.place)
            self._job = None
        return True

    def _open(self, tx: Tx) -> _Job | None:
        work = news_store.next_work(tx.cursor)
        if work is None:
            return None
        is_over = isinstance(work.event, CaughtUp)
        things = iter(()) if is_over else happened(self._memory.matcher, self._memory.audiences, work.event)
        rest = islice(things, work.position, None)
        return _Job(work=work, rest=rest, position=work.position, matched=work.matched or is_over)

    def _match(self, job: _Job, tx: Tx) -> None:
        """Write down who is to be told, as much as goes into a turn."""
        left = ROWS
        last_user = ""
        while left > 0 and not job.matched:
            if job.thing is None and not self._next_thing(job):
                job.matched = True
                break
            left -= COST_OF_A_THING
            portion = job.users[job.written : job.written + max(left, 1)]
            self._write_down(job, portion, tx)
            left -= len(portion)
            job.written += len(portion)
            last_user = portion[-1][0] if portion else ""
            if job.written >= len(job.users):
                job.thing, job.position, last_user = None, job.position + 1, ""
        news_store.move_on(tx.cursor, job.work.place, job.position, last_user)
        if job.matched:
            news_store.all_matched(tx.cursor, job.work.place)

    def _next_thing(self, job: _Job) -> bool:
        thing = next(job.rest, None)
        if thing is None:
            return False
        heard = self._memory.mutes.audible(thing.subject, thing.matches, self.now())
        resumed = job.position == job.work.position
        after = job.work.last_user if resumed else ""
        job.thing, job.written = thing, 0
        job.users = sorted((user, texts) for user, texts in heard.items() if user > after)
        return True

    def _write_down(self, job: _Job, portion: Sequence[tuple[str, tuple[str, ...]]], tx: Tx) -> None:
        if not portion or job.thing is None:
            return
        place, thing = job.work.place, job.thing
        id = news_store.add_news(tx.cursor, place, job.position, thing.subject, thing.notice, job.work.at)
        news_store.add_waiting(tx.cursor, job.room, id, portion)
        job.notices[id] = thing.notice

    def _tell(self, job: _Job, tx: Tx) -> bool:
        """Tell some of those who wait. Whether it was all of them."""
        is_over = isinstance(job.work.event, CaughtUp)
        if job.room == CATCH_UP and not is_over:
            return True
        waiting = news_store.next_users(tx.cursor, job.room, ROWS)
        taken = news_store.take_waiting(tx.cursor, job.room, list(waiting), MOST_IN_A_BATCH, self.now())
        unknown = {id for theirs in taken.values() for id, _ in theirs if id not in job.notices}
        job.notices |= news_store.notices(tx.cursor, unknown) if unknown else {}
        for user, theirs in taken.items():
            notices = tuple(replace(job.notices[id], matched=texts) for id, texts in theirs)
            tx.emit("notifier", _message(job.work.event, user, notices, waiting[user]))
        if not is_over:
            tx.after_commit(lambda: self.count("notified", len(taken)))
        return not news_store.anybody_waits(tx.cursor, job.room)

    def begin_work_anew(self) -> None:
        """Match again what is not written down yet: somebody among it is forgotten."""
        self._job = None

    # --- failures

    def _stumble(self, seconds: float) -> None:
        self._job = None
        self._work_in(seconds)

    def _give_up(self, error: Exception) -> None:
        """Make the work a dead letter, so that the next is no longer in its way."""
        with self.transaction() as tx:
            if (row := news_store.first_row(tx.cursor)) is None:
                return
            place, kind, version, payload = row
            letter = letters.Row(
                source=self.name, destination=self.name, seq=place, kind=kind, version=version, payload=payload
            )
            letters.bury(tx.cursor, letter, f"{type(error).__name__}: {error}", self._failures)
            news_store.finish(tx.cursor, place)
            self._learn_standing(tx)
        self._failures = 0
        self.count("dead_letters")


def _is_of_a_catch_up(event: Any) -> bool:
    return isinstance(event, CaughtUp) or getattr(event, "occasion", Occasion.NEWS) is Occasion.CATCH_UP


def _message(event: Any, user: str, notices: tuple[Notice, ...], waiting: int) -> NotifyUser | SummarizeForUser:
    if isinstance(event, CaughtUp):
        return SummarizeForUser(user=user, since=event.since, notices=notices, more=waiting - len(notices))
    return NotifyUser(user=user, notices=notices)
