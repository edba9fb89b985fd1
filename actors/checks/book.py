"""How the checks stand: what results change, what people are told, and what becomes of checks that are renamed, paused
or no longer there. Each change is part of the transaction that is given."""

import uuid
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from types import MappingProxyType

from actors.checks.judging.judge import Judgement, removed, resumed, set_aside, settled, told
from actors.checks.judging.places import combined, key_at
from actors.checks.model.standing import CheckStanding
from actors.checks.places import mailbox
from actors.checks.roster import Roster, is_run, renames, roster_of, subject_of
from actors.checks.schedule.timing import first_delay, next_delay
from actors.checks.silencing import Silencing
from actors.checks.storage import checks as store
from actors.checks.storage import maintenance
from actors.checks.storage import results as results_store
from actors.checks.storage.checks import NextRun, PlannedCheck
from actors.runtime.delivery.durable import Tx
from messages.checks import CheckAlert, CheckResult, ResultMark
from messages.maintenance import ManualWindow

MOST_TOLD = 50
"""Checks without a result of which people are told in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenResults:
    """What came of some results: those that were awaited; how many others were late and are dropped; whether the state
    of a check changed; and the seconds from when each run was due until its result was stored."""

    fresh: tuple[CheckResult, ...]
    late: int
    changed: bool
    lags: tuple[float, ...] = ()


class CheckBook:
    """Of the ChecksActor, which gives it the transactions. `now` is the time; `alerted` hears of each alert when it is
    committed. What is in memory changes when a transaction is committed."""

    def __init__(self, now: Callable[[], datetime], alerted: Callable[[CheckAlert], None]) -> None:
        self._now = now
        self._alerted = alerted
        self._days: set[date] = set()
        self.standings: dict[str, CheckStanding] = {}
        self.silencing = Silencing(roster=roster_of((), 0.0), windows=MappingProxyType({}))

    @property
    def roster(self) -> Roster:
        """The checks of the configuration."""
        return self.silencing.roster

    def load(self, tx: Tx) -> None:
        """Read all from the tables."""
        self.standings = store.standings(tx.cursor)
        self.silencing = replace(self.silencing, windows=maintenance.windows(tx.cursor))

    def adopt(self, tx: Tx, roster: Roster) -> None:
        """Make the tables those of a configuration. A check that is called something else now keeps its state."""
        known = store.subjects(tx.cursor)
        subjects = {key: subject_of(check) for key, check in roster.checks.items()}
        at_places = [key_at(key, place) for key, check in roster.checks.items() for place in check.places]
        subjects |= dict.fromkeys(at_places, "")
        before = store.standings(tx.cursor)
        renamed = renames(known, subjects)
        renamed |= {
            key_at(old, place): key_at(new, place)
            for old, new in renamed.items()
            for place in roster.checks[new].places
            if key_at(old, place) in known
        }
        gone = ((known.keys() - subjects.keys()) | (renamed.values() & known.keys())) - renamed.keys()
        for key in sorted(gone):
            if (alert := removed(before[key], key)) is not None:
                tx.emit("notifier", alert)
        store.remove(tx.cursor, gone)
        store.rename(tx.cursor, renamed)
        standings = store.standings(tx.cursor)
        now, silencing = self._now(), replace(self.silencing, roster=roster, windows=maintenance.windows(tx.cursor))
        disabled = [
            set_aside(standings[key], check, now, silencing.by_window(check, now))
            for key, check in roster.checks.items()
            if check.disabled and key in standings and standings[key].outage is not None
        ]
        self._write(tx, disabled)
        planned = [
            PlannedCheck(
                key=key,
                active=is_run(check) and not check.places,
                delay=first_delay(check),
                interval=check.interval,
                subject=subjects[key],
            )
            for key, check in roster.checks.items()
        ]
        planned += [PlannedCheck(key=key, active=False, delay=0.0, interval=0.0) for key in at_places]
        if planned:
            store.adopt(tx.cursor, planned)
        adopted = store.standings(tx.cursor)
        tx.after_commit(lambda: self._adopted(silencing, adopted))

    def take(self, tx: Tx, results: Sequence[CheckResult]) -> TakenResults:
        """Store results, how the checks stand after them, and what people are told: of these checks, and of those that
        depend on them."""
        awaited = store.awaited(tx.cursor, {result.key for result in results})
        generations = {key: run.generation for key, run in awaited.items()}
        fresh = {each.key: each for each in results if generations.get(each.key) == each.generation}
        taken = self._take(tx, tuple(fresh.values()), generations, late=len(results) - len(fresh))
        return replace(taken, lags=tuple(awaited[key].lag for key in fresh if awaited[key].lag >= 0))

    def push(self, tx: Tx, results: Sequence[CheckResult]) -> TakenResults:
        """The same with results that nobody was asked for, one for each check: no run of theirs is ever under way."""
        return self._take(tx, results, {result.key: 0 for result in results}, late=0)

    def _take(self, tx: Tx, results: Sequence[CheckResult], generations: Mapping[str, int], late: int) -> TakenResults:
        now = self._now()
        fresh = [self._marked(result, now) for result in results]
        ours = {result.key: result for result in fresh if result.key in self.roster.checks}
        after = ChainMap({key: self._settled(result, now) for key, result in ours.items()}, self.standings)
        touched = [key for key in self.roster.with_dependents(ours) if key in after]
        judgements = {key: self._told(key, after, now, ours[key]) for key in ours}
        self.make_days(tx, [result.at for result in fresh])
        results_store.add(tx.cursor, fresh)
        store.record(tx.cursor, [self._next_run(judgements[key], generations) for key in ours])
        changed = [after[key] for key in ours if after[key].state is not self.standings[key].state]
        results_store.add_transitions(tx.cursor, changed)
        self._write(tx, self._alerting([key for key in touched if key not in ours], after, now))
        self._commit(tx, [judgements[key] for key in ours])
        self._hasten(tx, touched, after)
        return TakenResults(fresh=tuple(fresh), late=late, changed=bool(changed))

    def take_from_places(self, tx: Tx, most: int) -> TakenResults:
        """Store what came of runs at places, how the checks stand at each and as a whole, and what people are told."""
        now, checks = self._now(), self.roster.checks
        found = [each for each in mailbox.take(tx.cursor, most) if each.key in checks]
        fresh = [
            self._marked(each, now)
            for each in found
            if each.place in checks[each.key].places and not self.standings[each.key].paused
        ]
        after = ChainMap[str, CheckStanding]({}, self.standings)
        wholes: dict[str, CheckResult] = {}
        for result in fresh:
            check, here = checks[result.key], key_at(result.key, result.place)
            after[here] = settled(after[here], result, check, now, uuid.uuid4().hex)
            known = {place: after[key_at(result.key, place)] for place in check.places}
            if (whole := combined(check, known, result, now)) is not None:
                decided = replace(check, failure_threshold=1, success_threshold=1)
                after[result.key] = settled(after[result.key], whole, decided, now, uuid.uuid4().hex)
                wholes[result.key] = whole
        self.make_days(tx, [result.at for result in fresh])
        results_store.add(tx.cursor, fresh)
        changed = [after[key] for key in wholes if after[key].state is not self.standings[key].state]
        results_store.add_transitions(tx.cursor, changed)
        touched = [key for key in self.roster.with_dependents(wholes) if key in after]
        judgements = [self._told(key, after, now, wholes[key]) for key in wholes]
        judgements += self._alerting([key for key in touched if key not in wholes], after, now)
        self._write(tx, [Judgement(standing=each) for key, each in after.maps[0].items() if key not in checks])
        self._write(tx, judgements)
        self._hasten(tx, touched, after)
        return TakenResults(fresh=tuple(fresh), late=len(found) - len(fresh), changed=bool(changed))

    def due(self) -> tuple[list[Judgement], list[str]]:
        """What is to be told without a result: reminders, and what was held back, MOST_TOLD at most; and the checks
        whose outage may be one of what they depend on."""
        now = self._now()
        down = [key for key in self.roster.checks if key in self.standings and self.standings[key].outage is not None]
        judgements = (self._told(key, self.standings, now) for key in down)
        news = (each for each in judgements if each.standing != self.standings[each.standing.key])
        return list(islice(news, MOST_TOLD)), [key for key in down if self.silencing.to_hasten(key, self.standings)]

    def tell(self, tx: Tx, news: Sequence[Judgement], held: Sequence[str]) -> None:
        """Tell what is due."""
        self._write(tx, news)
        self._hasten(tx, held, self.standings)

    def pause(self, tx: Tx, key: str, *, paused: bool) -> None:
        """Run a check no more, or again. One that is not paused only runs at once."""
        was_paused, now, check = self.standings[key].paused, self._now(), self.roster.checks[key]
        standing = store.set_paused(tx.cursor, key, paused)
        if paused:
            self._write(tx, [set_aside(standing, check, now, self.silencing.by_window(check, now))])
        elif was_paused:
            self._write(tx, [resumed(standing)])

    def begin_maintenance(self, tx: Tx, window: ManualWindow) -> None:
        """Tell nobody of some checks for a while."""
        maintenance.begin(tx.cursor, window)
        tx.after_commit(lambda: self._use(self.silencing.with_window(window)))

    def end_maintenance(self, tx: Tx, scope: str) -> None:
        """Tell people again."""
        maintenance.end(tx.cursor, scope)
        tx.after_commit(lambda: self._use(self.silencing.without(scope)))

    def make_days(self, tx: Tx, moments: Iterable[datetime]) -> None:
        """Make the partitions of days that have none yet."""
        if missing := [at for at in moments if at.astimezone(UTC).date() not in self._days]:
            days = results_store.make_partitions(tx.cursor, missing)
            tx.after_commit(lambda: self._days.update(days))

    def forget_old(self, tx: Tx) -> None:
        """Drop what is too old."""
        maintenance.forget(tx.cursor, self._now())
        dropped = results_store.drop_partitions(tx.cursor, self._now())
        tx.after_commit(lambda: self._days.difference_update(dropped))

    def forget_days(self) -> bool:
        """Partitions may be gone that were there; whether any were known."""
        known = bool(self._days)
        self._days.clear()
        return known

    # --- one check

    def _marked(self, result: CheckResult, now: datetime) -> CheckResult:
        check = self.roster.checks.get(result.key)
        is_maintained = check is not None and self.silencing.is_maintained(check, now)
        return replace(result, mark=ResultMark.MAINTENANCE) if is_maintained and not result.mark.value else result

    def _settled(self, result: CheckResult, now: datetime) -> CheckStanding:
        return settled(self.standings[result.key], result, self.roster.checks[result.key], now, uuid.uuid4().hex)

    def _told(
        self, key: str, standings: Mapping[str, CheckStanding], now: datetime, result: CheckResult | None = None
    ) -> Judgement:
        silence = self.silencing.of(key, standings, now)
        phases = None if result is None else result.phases
        return told(standings[key], self.roster.checks[key], now, silence, phases)

    def _alerting(self, keys: Iterable[str], standings: Mapping[str, CheckStanding], now: datetime) -> list[Judgement]:
        """What people are to hear of checks without a result now, since what they depend on has one. What is more than
        a transaction tells is due afterwards."""
        judgements = (self._told(key, standings, now) for key in keys)
        return list(islice((each for each in judgements if each.alert is not None), MOST_TOLD))

    def _next_run(self, judgement: Judgement, generations: Mapping[str, int]) -> NextRun:
        standing = judgement.standing
        check = self.roster.checks[standing.key]
        return NextRun(standing=standing, delay=next_delay(check, standing, generations[standing.key]))

    # --- changes

    def _hasten(self, tx: Tx, keys: Iterable[str], standings: Mapping[str, CheckStanding]) -> None:
        """Let run what says whether an outage is one of its own."""
        store.hasten(tx.cursor, {each for key in keys for each in self.silencing.to_hasten(key, standings)})

    def _write(self, tx: Tx, judgements: Sequence[Judgement]) -> None:
        store.rewrite(tx.cursor, [each.standing for each in judgements])
        self._commit(tx, judgements)

    def _commit(self, tx: Tx, judgements: Sequence[Judgement]) -> None:
        alerts = [each.alert for each in judgements if each.alert is not None]
        for alert in alerts:
            tx.emit("notifier", alert)
        tx.after_commit(lambda: self._committed(judgements, alerts))

    def _committed(self, judgements: Sequence[Judgement], alerts: Sequence[CheckAlert]) -> None:
        self.standings.update((each.standing.key, each.standing) for each in judgements)
        for alert in alerts:
            self._alerted(alert)

    def _adopted(self, silencing: Silencing, standings: dict[str, CheckStanding]) -> None:
        self.standings = standings
        silencing.planned.forget()
        self._use(silencing)

    def _use(self, silencing: Silencing) -> None:
        self.silencing = silencing
