"""Asks the sources in turn, and applies and tells what is new.

A round asks a source for its pages, one after the other: fetch, compare, stage the news some at a time, judge, apply
them by one short transaction, tell them message by message. Each step is one turn and schedules the next. A page that
fails is done for this round and the others go on; a step that raises ends the round. What is stored stays, health says
since when and why, and the next round begins after a delay that grows. News that were applied and not told are told
first.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from actors.index.announce.events import occasion_of
from actors.index.course import SourceCourse, SourceFailing
from actors.index.entries.plausibility import doubts, is_alike
from actors.index.fetch.source import Source
from actors.index.model.fetching import HELD_BACK, FetchFailed, IndexValidators, NotModified, retry_delay
from actors.index.model.pages import NO_VALIDATORS, HeldPage, NewPage, PageState, digests_after
from actors.index.model.records import ListedMailing
from actors.index.staging import PageSync, look_for_renamed, stage_some
from actors.index.steps import Steps
from actors.index.storage import pages, records, store
from actors.index.telling import end_telling, tell_some
from actors.index.upstreams import TELLING, reasons_of, site_of
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.durations import duration_text
from actors.runtime.failures import Outage
from messages.activity import FetchActivity
from messages.health import HealthReason
from messages.papers import PaperKind
from messages.reading import SomethingNew

CONGESTION_CHECK_SECONDS = 1.0
"""Seconds after which it is looked again whether a receiver takes what it was told."""


def named(source: str, reason: str) -> str:
    """A reason that names its source."""
    return reason if source in reason else f"{source}: {reason}"


class FetchCycle:
    """Owned by the IndexActor."""

    def __init__(self, actor: DurableActor) -> None:
        self._actor = actor
        self._steps = Steps(actor, self._break)
        self._courses: tuple[SourceCourse, ...] = ()
        self.progress: store.SyncProgress
        self.fingerprints: dict[str, dict[str, int]] = {}
        self._pages: dict[tuple[str, str], PageState] = {}
        self.entries = 0
        self.papers = 0
        self._current: SourceCourse | None = None
        self._untellable: SourceFailing | None = None
        self._breaks = 0
        self._is_resting = False
        self._brought: tuple[int, int, datetime | None] = (0, 0, None)

    # --- life

    def load(self, tx: Tx) -> None:
        """Read how far the index has come, and the fingerprints by which entries are compared."""
        self.progress = store.progress(tx.cursor)
        self.fingerprints = records.fingerprints(tx.cursor)
        self._pages = pages.load(tx.cursor)
        self.entries = store.count_all(tx.cursor)
        self.papers = store.count(tx.cursor, PaperKind.P)
        for course in self._courses:
            course.known = self.fingerprints.setdefault(course.source.name, {})

    def begin(self, sources: Sequence[Source]) -> None:
        """Begin the first round of each source."""
        self._courses = tuple(
            SourceCourse(source=source, known=self.fingerprints.setdefault(source.name, {})) for source in sources
        )
        self._steps.next(0.0, self._resume)

    def stop(self) -> None:
        """Abandon the round: what it staged does not count; what it applied is told after the next start."""
        self._steps.stop()

    async def close(self) -> None:
        """Close the connections."""
        for course in self._courses:
            await course.source.close()

    # --- what others may know

    @property
    def failing_since(self) -> datetime | None:
        """Since when the first source fails; None if it does not."""
        failing = self._courses[0].failing if self._courses else None
        return failing.since if failing else None

    def activity(self) -> FetchActivity:
        """What was fetched, and how the sources treat us."""
        added, changed, brought_at = self._brought
        return FetchActivity(
            fetched_at=self.progress.synced_at,
            added=added,
            changed=changed,
            brought_at=brought_at,
            upstreams=tuple(map(site_of, self._courses)),
        )

    def reasons(self) -> Iterator[HealthReason]:
        """Why the index is not what it should be."""
        return reasons_of(self._courses, self._untellable, is_loaded=self.progress.applied > 0)

    def held(self) -> tuple[PageState, ...]:
        """The pages that are not believed."""
        return tuple(state for state in self._pages.values() if state.held is not None)

    def accept(self, states: Sequence[PageState], tx: Tx) -> None:
        """Believe what is held of these pages: they are fetched again at once."""
        for state in states:
            pages.accept(tx.cursor, state.source, state.page)
        tx.after_commit(lambda: self._accepted(states))

    def _accepted(self, states: Sequence[PageState]) -> None:
        for state in states:
            if state.held is not None:
                self._pages[state.source, state.page] = replace(state, held=replace(state.held, is_accepted=True))
            for course in self._courses:
                if state.source == course.source.name:
                    course.ask_soon(state.page)
        if self._is_resting:
            self._steps.drop()
            self._steps.next(0.0, self._resume)

    # --- the round

    def _resume(self) -> None:
        self._is_resting, self._current = False, None
        if self.progress.told < self.progress.news and self._actor.congested() is not None:
            self._steps.next(CONGESTION_CHECK_SECONDS, self._resume)
        elif self.progress.told < self.progress.news:
            self._tell()
        else:
            open_courses = [each for each in self._courses if each.source.is_first or self.progress.applied > 0]
            course = min(open_courses, key=lambda each: each.due)
            self._steps.next(course.due - self._actor.loop.time(), self._fetch, course)
            self._is_resting = True

    def _fetch(self, course: SourceCourse) -> None:
        self._is_resting, self._current = False, course
        name, today = course.source.name, self._actor.now().date()
        page = course.next_page(self._pages.values(), today)
        if page is None:
            self._end_round(course)
            self._steps.next(0.0, self._resume)
            return
        if course.not_before > self._actor.loop.time():
            course.due = course.not_before
            self._steps.next(0.0, self._resume)
            return
        self._actor.count("fetches")
        state = self._pages.get((name, page)) or PageState(source=name, page=page)
        looking = course.source.look(state, self._conditions(state), course.known, today)
        self._steps.run(looking, functools.partial(self._judge, course, state))

    def _conditions(self, state: PageState) -> IndexValidators:
        """The validators to ask with: those of the version that is held, until it is time to apply it."""
        if state.held is None:
            return state.validators
        return NO_VALIDATORS if self._is_time(state.held) else state.held.validators

    def _is_time(self, held: HeldPage) -> bool:
        """Whether a held page is believed after all."""
        return held.is_accepted or self._actor.now() - held.since >= timedelta(
            seconds=self._actor.settings.index.hold_for
        )

    def _judge(self, course: SourceCourse, state: PageState, outcome: NotModified | FetchFailed | NewPage) -> None:
        state = self._latest(state)
        if not isinstance(outcome, FetchFailed) and outcome.pause > 0:
            course.pause(self._actor.loop.time(), outcome.pause)
        match outcome:
            case FetchFailed():
                self._fail(course, state.page, outcome)
            case NotModified() if state.held is not None and self._is_time(state.held):
                self._actor.count("not_modified")
                self._steps.next(0.0, self._resume)  # it may be applied by now: ask for all of it
            case NotModified() if state.held is not None:
                self._actor.count("not_modified")
                self._still_held(course, state)
            case NotModified():
                self._confirm(course, state)
            case NewPage():
                sync = PageSync(
                    course=course, page=state, new=outcome, number=self.progress.applied + 1, at=self._actor.now()
                )
                self._steps.next(0.0, self._stage if outcome.candidates else self._weigh, sync)

    def _latest(self, state: PageState) -> PageState:
        """The page as it is now: an operator may have accepted it meanwhile."""
        return self._pages.get((state.source, state.page), state)

    def _confirm(self, course: SourceCourse, state: PageState) -> None:
        now = self._actor.now()
        state = replace(state, checked_at=now, held=None)
        with self._actor.transaction() as tx:
            pages.save(tx.cursor, state)
            progress = store.confirm(tx.cursor, now if course.source.is_first else None)
            tx.after_commit(lambda: self._rest(course, state, progress))
        self._actor.count("not_modified")
        self._steps.next(0.0, self._resume)

    def _stage(self, sync: PageSync) -> None:
        """Compare the next candidates with what is stored; write those that are news, where they do not count yet."""
        with self._actor.transaction() as tx:
            stage_some(tx.cursor, sync)
        self._steps.next(0.0, self._weigh if sync.staged == len(sync.new.candidates) else self._stage, sync)

    def _weigh(self, sync: PageSync) -> None:
        """Apply what was staged, or hold it."""
        sync.page = self._latest(sync.page)
        with self._actor.transaction() as tx:
            look_for_renamed(tx.cursor, sync)
        lines = doubts(sync.page, sync.new.reading, sync.tally)
        held = sync.page.held
        if lines and not (held is not None and self._is_time(held) and is_alike(held, sync.new, lines)):
            self._hold(sync, lines)
        else:
            self._apply(sync)

    def _hold(self, sync: PageSync, lines: Sequence[str]) -> None:
        before, reading = sync.page.held, sync.new.reading
        lasts = before is not None and is_alike(before, sync.new, lines)
        held = HeldPage(
            since=before.since if before is not None and lasts else sync.at,
            why="\n".join(lines),
            digest=reading.digest,
            entries=reading.valid,
            validators=sync.new.validators,
            is_accepted=before.is_accepted if before is not None and lasts else False,
        )
        state = replace(sync.page, held=held)
        with self._actor.transaction() as tx:
            store.discard_unfinished(tx.cursor)
            pages.hold(tx.cursor, state.source, state.page, held)
            tx.after_commit(lambda: self._pages.update({(state.source, state.page): state}))
        self._actor.count("held")
        if before is None:
            self._actor.log.warning("%s", named(state.source, f"{HELD_BACK}{'; '.join(lines)}"))
        self._still_held(sync.course, state)

    def _apply(self, sync: PageSync) -> None:
        reading = sync.new.reading
        state = PageState(
            source=sync.page.source,
            page=sync.page.page,
            validators=sync.new.validators,
            checked_at=sync.at,
            entries=reading.valid,
            digests=digests_after(sync.page, reading.digest),
            hints=reading.hints,
        )
        synced_at = sync.at if sync.course.source.is_first else None
        with self._actor.transaction() as tx:
            mailings = self._new_mailings(sync, tx)
            last = self.progress.synced_at if sync.course.source.is_first else sync.page.checked_at
            loud = 0 if sync.new.is_quiet else len(mailings)
            reason = occasion_of(sync.number, sync.notable, last, sync.at, is_quiet=sync.new.is_quiet, mailings=loud)
            if sync.recorded or mailings:
                progress = store.apply(tx.cursor, sync.number, sync.added + sync.changed, reason, synced_at)
                pages.add_mailings(tx.cursor, mailings, sync.number, sync.at, is_quiet=sync.new.is_quiet)
                if not progress.news:
                    end_telling(tx, reason, self._actor.now())
            else:
                progress = store.confirm(tx.cursor, synced_at)
            pages.save(tx.cursor, state)
            tx.after_commit(lambda: self._applied(sync, state, progress))
        self._steps.next(0.0, self._resume)

    def _new_mailings(self, sync: PageSync, tx: Tx) -> tuple[ListedMailing, ...]:
        listed = {mailing.name: mailing for mailing in sync.new.reading.mailings}
        unknown = pages.unknown_mailings(tx.cursor, listed) if listed else frozenset()
        return tuple(mailing for name, mailing in listed.items() if name in unknown)

    def _applied(self, sync: PageSync, state: PageState, progress: store.SyncProgress) -> None:
        self.papers += sync.papers
        self.entries += sync.added
        sync.course.known.update((each.paper.id, each.fingerprint) for each in sync.new.candidates)
        self._rest(sync.course, state, progress)
        self._actor.count("syncs")
        if sync.added or sync.changed:
            self._brought = (sync.added, sync.changed, sync.at)
        self._actor.count("added", sync.added)
        self._actor.count("changed", sync.changed)
        if sync.recorded or sync.course.source.is_first:
            text = f"the index has {self.entries:,} entries: {sync.added:,} added, {sync.changed:,} changed"
            self._actor.log.info("%s: %s", sync.course.source.name, text)
        self._report_bad(sync)
        if (sync.added or sync.changed) and self._actor.address_of("health") is not None:
            self._actor.tell("health", SomethingNew(source=self._actor.name))

    def _report_bad(self, sync: PageSync) -> None:
        reading = sync.new.reading
        if reading.bad:
            self._actor.count("bad_entries", reading.bad)
            examples = "; ".join(f"{entry.id}: {entry.why}" for entry in reading.examples)
            text = "%d entries of %s cannot be read and were skipped: %s"
            self._actor.log.warning(text, reading.bad, sync.course.source.name, examples)
        if reading.unknown:
            self._actor.count("unknown_kinds", reading.unknown)

    def _rest(self, course: SourceCourse, state: PageState, progress: store.SyncProgress) -> None:
        self._pages[state.source, state.page] = state
        self.progress = progress
        course.passed(state.page)
        self._breaks = 0
        self._actor.count("fetches_ok")

    def _end_round(self, course: SourceCourse, failure: FetchFailed | None = None) -> None:
        is_holding = any(state.source == course.source.name for state in self.held())
        failed, is_first = course.failing, not course.rested
        course.end_round(self._actor.loop.time(), is_holding=is_holding, failure=failure)
        if failed is not None and course.failing is None:
            lasted = duration_text(self._actor.now() - failed.since)
            self._actor.log.warning("%s: all is well again, after %s", course.source.name, lasted)
        if is_first and course.rested:
            self._say_next(course)

    def _say_next(self, course: SourceCourse) -> None:
        """After the first round that went well: when it goes on."""
        at = self._actor.now() + timedelta(seconds=course.due - self._actor.loop.time())
        self._actor.log.info("%s: the next fetch is at %s UTC", course.source.name, f"{at:%H:%M}")

    # --- telling

    def _tell(self) -> None:
        with self._actor.transaction() as tx:
            progress = tell_some(tx, self.progress, self._actor.now())
            tx.after_commit(lambda: self._told(progress))
        self._steps.next(0.0, self._resume)

    def _told(self, progress: store.SyncProgress) -> None:
        if self._untellable is not None:
            lasted = duration_text(self._actor.now() - self._untellable.since)
            self._actor.log.warning("%s: all is well again, after %s", TELLING, lasted)
        self.progress, self._untellable, self._breaks = progress, None, 0

    # --- failures

    def _break(self, error: BaseException) -> None:
        """A step has failed: nothing goes on for a moment, then the others do. The source that was worked on waits for
        its next round; without one it was the telling of what was applied before."""
        course = self._current
        reason = str(error) if isinstance(error, Outage) else f"{type(error).__name__}: {error}"
        self._breaks += 1
        delay = retry_delay(self._breaks, self._courses[0].source.interval, None)
        if course is None:
            before, now = self._untellable, self._actor.now()
            self._untellable = SourceFailing(
                since=before.since if before else now, reason=reason, times=before.times + 1 if before else 1
            )
            self._count_failure(TELLING, reason)
            self._actor.log.warning("%s: what is new waits, next try in %.0f s: %s", TELLING, delay, reason)
        else:
            course.fail(course.asking, reason, self._actor.now())
            self._count_failure(course.source.name, reason, course.delay())
            self._end_round(course)
        self._steps.next(delay, self._try_again)

    def _fail(self, course: SourceCourse, page: str, failure: FetchFailed) -> None:
        """A page could not be had: the others of the source go on, unless the host wants no more requests."""
        course.fail(page, failure.reason, self._actor.now())
        self._count_failure(course.source.name, failure.reason, course.delay(failure.retry_after))
        if course.is_over(failure):
            self._end_round(course, failure)
        self._steps.next(0.0, self._resume)

    def _still_held(self, course: SourceCourse, state: PageState) -> None:
        """A page is not believed: the others of the source go on."""
        reason = f"{HELD_BACK}{state.held.why if state.held else ''}"
        course.hold(state.page, reason, self._actor.now())
        self._count_failure(course.source.name, reason)
        self._steps.next(0.0, self._resume)

    def _count_failure(self, what: str, reason: str, delay: float | None = None) -> None:
        """Health hears of what failed; `delay` in seconds until the next try."""
        self._actor.count("failed_cycles")
        self._actor.record_error(named(what, reason))
        if delay is not None:
            text = "%s; what is stored stays in use, next try in %.0f s"
            self._actor.log.warning(text, named(what, reason), delay)

    def _try_again(self) -> None:
        with self._actor.transaction() as tx:  # reloads all memory first, if the last commit was in doubt
            self.progress = store.progress(tx.cursor)
        self._resume()
