"""A source's rounds: which page is next, what failed, and when the next round is due. Pure: times are passed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from actors.index.fetch.source import Source
from actors.index.model.fetching import LONGEST_WAIT, FetchFailed, reachability_of, retry_delay
from actors.index.model.pages import PageState
from messages.activity import Reachability

MOST_FAILED_PAGES = 3
"""So many pages may fail before a round ends: a host that fails so often has other problems than a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailing:
    """Since when a source fails, why, and for how many rounds in a row."""

    since: datetime
    reason: str
    times: int


@dataclass(slots=True, kw_only=True)
class SourceCourse:
    """A source and its round: the page that is `asking`, those that are `done`, and whether it counts as failing
    already; `failures` are pages that failed in it, and `older` the page of it that is not in every round. `failed`
    are the pages whose last try failed, in any round, the one that waits longest first. `due` is when the next page or
    round is, and `not_before` what the host asked for, both in seconds of the loop's clock. `answered`: the source has
    given a page since the start; `rested`: so did a whole round. Between two rounds there may be extra ones of one
    older page each. `has_more`: more of these were never asked for; `is_extra`: the next round is such a one;
    `whole_due` is when the next whole one is."""

    source: Source
    known: dict[str, int] = field(default_factory=dict)
    asking: str | None = None
    done: set[str] = field(default_factory=set)
    older: str | None = None
    failed: dict[str, None] = field(default_factory=dict)
    failures: int = 0
    is_noted: bool = False
    due: float = 0.0
    not_before: float = 0.0
    failing: SourceFailing | None = None
    answered: bool = False
    rested: bool = False
    has_more: bool = False
    is_extra: bool = False
    whole_due: float = 0.0

    def next_page(self, states: Iterable[PageState], today: date) -> str | None:
        """The next page of this round, None at its end. Held pages are in every round, or they could never be applied;
        of the others, one is. Pages that failed come last, and older ones when no other is left. An extra round has one
        older page and no other."""
        own = {state.page: state for state in states if state.source == self.source.name}
        known = {page: state for page, state in own.items() if state.is_known}
        always = dict.fromkeys(self.source.pages(known, today))
        held = [page for page, state in own.items() if state.held is not None and page not in always]
        always |= dict.fromkeys(held)
        if self.older is None and held:
            self.older = held[0]
        elif self.older is None:
            wanted = [page for page in self.source.older(known, today) if page not in always]
            fresh = [page for page in wanted if page not in self.failed]
            again = (page for page in self.failed if page in wanted)
            self.older = next(chain(fresh, again), None)
            self.has_more = len(fresh) > 1
        chosen = dict.fromkeys([*always, *([self.older] if self.older is not None else ())])
        if self.is_extra:
            chosen = dict.fromkeys(page for page in chosen if page == self.older)
        first = (page for page in chosen if page not in self.failed)
        last = (page for page in self.failed if page in chosen)
        self.asking = next((page for page in chain(first, last) if page not in self.done), None)
        return self.asking

    def passed(self, page: str) -> None:
        """The page was applied, or is what it was."""
        self._is_done(page)
        self.answered = True

    def hold(self, page: str, reason: str, at: datetime) -> None:
        """The page is not believed."""
        self._is_done(page)
        self._note(reason, at)

    def fail(self, page: str | None, reason: str, at: datetime) -> None:
        """There is no page this time; None if it was no page that failed."""
        if page is not None:
            self._is_done(page)
            self.failed[page] = None
        self.failures += 1
        self._note(reason, at)

    def delay(self, retry_after: float | None = None) -> float:
        """Seconds until the next round of a source that fails."""
        return retry_delay(self.failing.times if self.failing else 1, self.source.interval, retry_after)

    def is_over(self, failure: FetchFailed) -> bool:
        """Whether the host gets no more requests in this round."""
        return is_throttled(failure) or self.failures >= MOST_FAILED_PAGES

    def end_round(self, now: float, *, is_holding: bool, failure: FetchFailed | None = None) -> None:
        """Begin to wait for the next round. `is_holding`: a page is held; `failure`: what ended the round early."""
        if not self.is_extra:
            self.whole_due = now + self.source.interval
        extra_due = now + self.source.older_interval
        self.is_extra = self.has_more and not self.failures and not is_holding and extra_due < self.whole_due
        if self.failures:
            self.due = now + self.delay(failure.retry_after if failure else None)
        else:
            self.due = extra_due if self.is_extra else self.whole_due
        if not self.failures and not is_holding:
            self.failing = None
            self.rested = True
        self.due = max(self.due, self.not_before)
        self.not_before = self.due if failure and is_throttled(failure) else self.not_before
        self.asking, self.done, self.older, self.failures, self.is_noted = None, set(), None, 0, False
        self.has_more = False

    def pause(self, now: float, seconds: float) -> None:
        """The host wants no further request for so long: what is left of the round comes afterwards."""
        self.not_before = max(self.not_before, now + min(seconds, LONGEST_WAIT))

    def ask_soon(self, page: str) -> None:
        """Ask for the page again, as soon as the host allows it."""
        self.done.discard(page)
        self.due, self.is_extra = self.not_before, False

    def _is_done(self, page: str) -> None:
        self.asking = None
        self.done.add(page)
        self.failed.pop(page, None)

    def _note(self, reason: str, at: datetime) -> None:
        """A round counts once, with its first failure."""
        if self.is_noted:
            return
        before = self.failing
        since, times = (before.since, before.times + 1) if before else (at, 1)
        self.failing = SourceFailing(since=since, reason=reason, times=times)
        self.is_noted = True


def is_throttled(failure: FetchFailed) -> bool:
    """Whether the host asks for fewer requests."""
    return failure.retry_after is not None or reachability_of(failure.reason) is Reachability.THROTTLED
