"""What the ChecksActor answers readers: from memory, and from the tables for one check at a time."""

import hashlib
import hmac
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from actors.checks.model.standing import CheckStanding, shown_state
from actors.checks.reading.board import NO_RUNS, LastRuns, card, groups, milliseconds, page, shown_singly
from actors.checks.storage import history, results
from actors.runtime.delivery.tx import Tx
from actors.runtime.output.redaction import without_access
from messages.check_definitions import CheckDefinition
from messages.check_reading import (
    MOST_SINGLE_CHECKS,
    CheckBadgeQuery,
    CheckBadgeReply,
    CheckBoardQuery,
    CheckBoardReply,
    CheckCard,
    CheckFlipsQuery,
    CheckFlipsReply,
    CheckHistoryQuery,
    CheckHistoryReply,
    CheckPageQuery,
    CheckPageReply,
)
from messages.checks import CheckResult, CheckState

TOKEN_BYTES = 16
"""Of a badge's address: nobody finds one by trying."""

MOST_PAGE_CHECKS = 500
MOST_READ_RESULTS = 500
MOST_FLIPS = 200
"""Of each in one reply."""


class ReadingOwner(Protocol):
    """What the actor offers."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """One transaction of its schema."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""


class CheckReadings:
    """Of the ChecksActor. `checks` and `standings` are its own, by key; `named` finds a check by its key or its name,
    or says why there is none."""

    def __init__(
        self,
        owner: ReadingOwner,
        checks: Callable[[], Mapping[str, CheckDefinition]],
        standings: Callable[[], Mapping[str, CheckStanding]],
        named: Callable[[str], CheckDefinition | str],
    ) -> None:
        self._owner = owner
        self._checks = checks
        self._standings = standings
        self._named = named
        self._known: Mapping[str, CheckDefinition] = {}
        self._order: tuple[tuple[str, str, str], ...] = ()
        self._urls: dict[str, str] = {}
        self._badge_key = b""
        self._token_of: dict[str, str] = {}
        self._key_of: dict[str, str] = {}
        self._runs: dict[str, LastRuns] = {}
        self._cards: dict[str, tuple[CheckStanding | None, CheckCard]] = {}

    def begin(self) -> None:
        """Read the secret of the badges, and what the page shows of the runs before this start."""
        checks = self._checks()
        with self._owner.transaction() as tx:
            self._badge_key = history.badge_key(tx.cursor)
            found = history.recent(tx.cursor, checks) if len(checks) <= MOST_SINGLE_CHECKS else {}
        for key, runs in found.items():
            letters = "".join(verdict[:1] for verdict, _ in runs)
            self._runs[key] = LastRuns(letters=letters, ms=tuple(milliseconds(seconds) for _, seconds in runs))
        for check in self._follow().values():
            self.card_of(check)

    def took(self, taken: Iterable[CheckResult]) -> None:
        """These were stored. Their cards are made now, some at a time: who asks for the board of 10,000 checks gets it
        in a short turn."""
        checks = self._follow()
        with_bars = len(checks) <= MOST_SINGLE_CHECKS
        for result in taken:
            self._runs[result.key] = self._runs.get(result.key, NO_RUNS).with_result(result, with_bars=with_bars)
            if (check := checks.get(result.key)) is not None:
                self.card_of(check)

    def states(self) -> tuple[tuple[CheckState, int], ...]:
        """How many checks there are in each state."""
        standings = self._standings()
        counts = Counter(
            shown_state(standings.get(key) or CheckStanding(key=key), disabled=check.disabled)
            for key, check in self._checks().items()
        )
        return tuple((state, counts[state]) for state in sorted(counts, key=lambda each: each.value))

    def card_of(self, check: CheckDefinition) -> CheckCard:
        """A check as readers see it."""
        standing = self._standings().get(check.key)
        known = self._cards.get(check.key)
        if known is None or known[0] is not standing:
            runs, url = self._runs.get(check.key, NO_RUNS), self._urls.get(check.key, "")
            made = card(check, standing or CheckStanding(key=check.key), runs, url)
            known = self._cards[check.key] = (standing, made)
        return known[1]

    def token_of(self, key: str) -> str:
        """The token of a check's badges."""
        self._follow()
        return self._token_of[key]

    # --- queries

    def board(self, query: CheckBoardQuery) -> CheckBoardReply:
        """All checks at a glance."""
        cards = list(self._all_cards())
        return CheckBoardReply(
            request_id=query.request_id,
            total=len(cards),
            groups=groups(cards),
            cards=shown_singly(cards),
            is_whole=len(cards) <= MOST_SINGLE_CHECKS,
        )

    def page(self, query: CheckPageQuery) -> CheckPageReply:
        """Some of them."""
        checks = self._follow()
        begin = 0
        if query.after:
            known = checks.get(query.after)
            if known is None:
                return CheckPageReply(request_id=query.request_id, checks=(), next="", is_after_known=False)
            begin = bisect_right(self._order, (known.group, known.name, known.key))
        listed = (self.card_of(checks[key]).summary for _, _, key in self._order[begin:])
        chosen, more = page(listed, min(query.limit, MOST_PAGE_CHECKS), query.group, query.state)
        after = chosen[-1].key if more else ""
        return CheckPageReply(request_id=query.request_id, checks=chosen, next=after)

    def history(self, query: CheckHistoryQuery) -> CheckHistoryReply:
        """One of them, from the tables."""
        self._follow()
        check = self._named(query.key)
        if isinstance(check, str):
            return CheckHistoryReply(request_id=query.request_id, refusal=check)
        with self._owner.transaction() as tx:
            return CheckHistoryReply(
                request_id=query.request_id,
                card=self.card_of(check),
                results=results.history(tx.cursor, check.key, min(query.limit, MOST_READ_RESULTS)),
                hours=history.hours(tx.cursor, check.key, query.since),
                uptimes=history.uptimes(tx.cursor, check.key, self._owner.now()),
                flips=history.flips(tx.cursor, check.key, MOST_FLIPS),
                badge=self.token_of(check.key),
            )

    def badge(self, query: CheckBadgeQuery) -> CheckBadgeReply:
        """What its badges show."""
        checks = self._follow()
        key = self._key_of.get(query.token)
        if key is None:
            return CheckBadgeReply(request_id=query.request_id)
        with self._owner.transaction() as tx:
            uptimes = history.uptimes(tx.cursor, key, self._owner.now())
        return CheckBadgeReply(request_id=query.request_id, card=self.card_of(checks[key]), uptimes=uptimes)

    def flips(self, query: CheckFlipsQuery) -> CheckFlipsReply:
        """What changed lately."""
        with self._owner.transaction() as tx:
            found = history.all_flips(tx.cursor, query.since, min(query.limit, MOST_READ_RESULTS))
        return CheckFlipsReply(request_id=query.request_id, flips=found)

    # --- memory

    def _follow(self) -> Mapping[str, CheckDefinition]:
        """The checks as they are now; what is derived from them is made again when they are others."""
        checks = self._checks()
        if checks is not self._known:
            same = {key for key, check in checks.items() if _looks_same(self._known.get(key), check)}
            self._known = checks
            self._order = tuple(sorted((check.group, check.name, key) for key, check in checks.items()))
            self._urls = {
                key: self._urls[key] if key in same else without_access(check.url, "…") for key, check in checks.items()
            }
            self._token_of = {key: self._token_of.get(key) or self._token(key) for key in checks}
            self._key_of = {token: key for key, token in self._token_of.items()}
            self._runs = {key: runs for key, runs in self._runs.items() if key in checks}
            self._cards = {key: known for key, known in self._cards.items() if key in same}
        return checks

    def _token(self, key: str) -> str:
        return hmac.digest(self._badge_key, key.encode(), hashlib.sha256)[:TOKEN_BYTES].hex()

    def _all_cards(self) -> Iterator[CheckCard]:
        checks = self._follow()
        return (self.card_of(checks[key]) for _, _, key in self._order)


def _looks_same(before: CheckDefinition | None, check: CheckDefinition) -> bool:
    """Whether readers see the same of a check, by its key, when its configuration has been read again."""
    return before is not None and (before.kind, before.url, before.disabled) == (check.kind, check.url, check.disabled)
