"""The PlaceActor: runs the checks of its place, also on an instance that does not lead."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.checks.judging.judge import settled
from actors.checks.model.standing import CheckStanding
from actors.checks.places import mailbox
from actors.checks.roster import Roster, roster_of
from actors.checks.runner import CheckRunner
from actors.checks.runs import RunsInFlight
from actors.checks.schedule.timing import first_delay, next_delay
from actors.runtime.actor import CallboardActor
from actors.runtime.database.connection import Database
from actors.runtime.failures import Outage
from messages.checks import PLACE_ACCEPTS, CheckResult, CheckRun, ChecksDone
from messages.lifecycle import Begin
from messages.settings import Settings

LOOK_SECONDS = 0.5
AWAY_SECONDS = 2.0
"""Between two looks for what is due; while the database is away."""

MOST_CLAIMED = 50


class PlaceActor(CallboardActor):
    """Owns the rows of its place in `checks.place_runs`: which runs of its checks are given out. Accepts ChecksDone of
    its runner. It writes results into `checks.place_results`, from where the ChecksActor of the instance that leads
    takes them: so the two share a table, which is a mailbox. On failure: what was under way is given out again."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = PLACE_ACCEPTS
    GRACE_SECONDS: ClassVar[float] = 20.0

    def __init__(self) -> None:
        super().__init__()
        self._database: Database | None = None
        self._place = ""
        self._roster: Roster = roster_of((), 0.0)
        self._runs = RunsInFlight(self, CheckRunner, self._release, self._refuse)
        self._standings: dict[str, CheckStanding] = {}
        self._to_store: list[tuple[CheckResult, float]] = []
        self._is_adopted = False
        self._timer: Any = None

    def begin(self, begin: Begin) -> str:
        """Take up the checks of this place."""
        self._place = self.settings.system.place
        here = [replace(each, places=()) for each in self.settings.checks if self._place in each.places]
        self._roster = roster_of([each for each in here if not each.disabled], self.GRACE_SECONDS)
        self._database = self.open_database(begin.dsn, mailbox.SCHEMA)
        self._database.began()
        self._look_in(0.0)
        return self._place

    def begins_again_for(self, settings: Settings) -> bool:
        """What is under way is handed back, and each check keeps its rhythm."""
        return settings.checks != self.settings.checks

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """The runner has ended."""
        self._runs.ended(address)

    def drain(self) -> None:
        """Hand back what is under way."""
        if self._timer is not None:
            self._timer.cancel()
        self._runs.leave()
        self.drained()

    def close(self) -> None:
        """Close the connection."""
        if self._database is not None:
            self._database.close()

    def receiveMsg_ChecksDone(self, message: ChecksDone, sender: ActorAddress) -> None:
        """Results; they are kept while the database is away."""
        self._runs.done(message.results)
        self._to_store += [(replace(each, place=self._place), self._delay_after(each)) for each in message.results]
        self._look_in(0.0)

    def _delay_after(self, result: CheckResult) -> float:
        """Seconds until the next run: as if this were the only place. How the check stands here is also known to the
        ChecksActor, but later; what was known before a start is not needed for it."""
        check = self._roster.checks[result.key]
        before = self._standings.get(result.key, CheckStanding(key=result.key))
        after = self._standings[result.key] = settled(before, result, check, result.at, new_id="")
        return next_delay(check, after, result.generation)

    def _look_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.after(seconds, self._look)

    def _look(self) -> None:
        """Store what is there, and give out what is due."""
        self._timer, wait = None, LOOK_SECONDS
        assert self._database is not None, "the actor has not begun"
        try:
            with self._database.transaction() as cursor:
                if not self._is_adopted and not self._adopt(cursor):
                    return
                put, refused = mailbox.put(cursor, self._place, self._to_store)
                most = min(self._runs.room, MOST_CLAIMED)
                claimed = mailbox.claim(cursor, self._place, most, self._roster.limits) if most else {}
            self._is_adopted = True
            stored = len(self._to_store)
            self._to_store.clear()
            if late := stored - put - len(refused):
                self.count("late_results", late)
            for why in refused:
                self.count("results_refused")
                self.record_error(why)
                self.log.error("%s", why)
            self._runs.give(claimed, self._roster.checks, self._roster.limits)
        except Outage:
            wait = AWAY_SECONDS
            raise
        finally:
            self._look_in(wait)

    def _adopt(self, cursor: Any) -> bool:
        """Take up the checks of this place, as soon as there are tables for them."""
        if not mailbox.is_there(cursor):
            return False
        mailbox.adopt(cursor, self._place, {key: first_delay(check) for key, check in self._roster.checks.items()})
        return True

    def _release(self, runs: Sequence[tuple[str, int]]) -> None:
        assert self._database is not None, "the actor has not begun"
        with self._database.transaction() as cursor:
            mailbox.release(cursor, self._place, runs)

    def _refuse(self, runs: Sequence[CheckRun]) -> None:
        raise AssertionError(runs)  # what we depend on ourselves has no places
