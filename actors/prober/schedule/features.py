"""The features of a number on a day that say how likely a draft is: a kind and a few buckets."""

from bisect import bisect_right
from enum import IntEnum
from types import MappingProxyType

from actors.prober.model.history import NEVER, RevisionHistory


class NumberKind(IntEnum):
    """KNOWN: the number has a revision. BELOW: it has none, and the frontier has passed it. ABOVE: it has none yet."""

    KNOWN = 0
    BELOW = 1
    ABOVE = 2


Features = tuple[NumberKind, tuple[int, ...]]
"""A kind, and the bucket of each of its factors (see `FACTORS`)."""

FACTORS = MappingProxyType(
    {
        NumberKind.KNOWN: ("age of the newest revision", "revisions and age", "authors' last other paper"),
        NumberKind.BELOW: ("since the frontier passed it", "distance below the frontier", "neighbors' age"),
        NumberKind.ABOVE: ("distance above the frontier", "neighbors' age", "since the frontier moved"),
    }
)

AGES = (1, 2, 3, 5, 7, 10, 14, 21, 28, 35, 45, 60, 75, 90, 120, 150, 182, 240, 300, 365, 550, 730, 1100, 1500, 2200)
REVISIONS = (0, 1, 2, 3, 5, 8)
YOUTH = (30, 182)
AUTHORS = (1, 3, 7, 14, 30, 60, 120, 365, 1000)
PASSED = (3, 7, 14, 30, 60, 120, 200, 365, 730, 1500)
BELOW = (10, 30, 60, 100, 200, 400, 1000)
ABOVE = (2, 5, 9, 14, 19, 29, 44, 60, 100, 200, 500)
NEIGHBOURS = (1, 3, 7, 14, 30, 60, 180, 365)
MOVED = (3, 10, 30)
"""The limits of the buckets: days, revisions, numbers."""

LANDMARK = 1000
LANDMARK_DISTANCE = 30
"""People reserve round numbers far ahead of the others, P4000 and the like: a multiple of 1,000 above the frontier
counts as this close to it."""

NEIGHBOUR_DISTANCE = 2
"""Numbers this close are neighbors: they are handed out in blocks, often to the same people."""


def features_of(history: RevisionHistory, number: int, day: int, *, including_today: bool = False) -> Features:
    """The features of a number on a day, from what was dated before that day. What was found on the day itself can be
    included: it counts as if it were a day old."""
    until = day
    if including_today:  # an entry of the number itself counts even if it is dated later
        until = max(day, history.last_day(number) or day) + 1
    known = history.before(number, until)
    if known is not None:
        entry, newest = known
        age = max(1, day - entry.day)
        others = max(1, day - history.last_day_of_authors(entry.authors, number, until))
        stage = bisect_right(REVISIONS, newest) * (len(YOUTH) + 1) + bisect_right(YOUTH, age)
        return NumberKind.KNOWN, (bisect_right(AGES, age), stage, bisect_right(AUTHORS, others))
    frontier = history.frontier(until)
    neighbours = bisect_right(NEIGHBOURS, _neighbours_age(history, number, day, until))
    if frontier is None:
        return NumberKind.BELOW, (0, 0, neighbours)
    if number <= frontier:
        since = day - (history.passed(number) or 0)
        return NumberKind.BELOW, (bisect_right(PASSED, since), bisect_right(BELOW, frontier - number), neighbours)
    moved = day - (history.passed(frontier) or 0)
    distance = number - frontier
    if number % LANDMARK == 0:
        distance = min(distance, LANDMARK_DISTANCE)
    return NumberKind.ABOVE, (bisect_right(ABOVE, distance), neighbours, bisect_right(MOVED, moved))


def _neighbours_age(history: RevisionHistory, number: int, day: int, until: int) -> int:
    """Days since the youngest neighbor appeared before `until`."""
    youngest = NEVER
    for near in range(number - NEIGHBOUR_DISTANCE, number + NEIGHBOUR_DISTANCE + 1):
        first = history.first_day(near)
        if first is not None and first < until:
            youngest = min(youngest, max(1, day - first))
    return youngest
