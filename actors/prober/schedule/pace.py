"""The pace: how fast the budget is spent at a moment, as a multiple of its mean.

Uploads come in waves: a few days before a mailing bring more than the weeks after it. If the rate of all drafts goes up
by s, the total delay under a fixed budget is least when the rate of requests goes up by √s, for the same reason as
between numbers (see `budget.py`). So the pace is the square root of the drafts expected per day now, divided by its
mean over the last four weeks, within bounds.

What is expected of a day comes from the days before it: the drafts of each, divided by the share of its weekday, with
the last days counting most. What was found today corrects that: a day is a gamma mixture of Poisson days (Gelman et
al., *Bayesian Data Analysis*, 2.6) whose mean is what was expected.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SLOWEST = 0.4
FASTEST = 2.5
"""The bounds of the pace."""

BALANCE_DAYS = 28
"""The mean of the pace is 1 over about this many days."""

REPAY_DAYS = 14.0
"""What was spent above the mean is saved again over this many days."""

MAX_CREDIT_DAYS = 7.0
"""What was not spent, in an outage or under a throttle, is spent later; never more than this many days of it."""

MEMORY_DAYS = 28
HALF_LIFE_DAYS = 2.0
"""How many days back the drafts of a day still count, and after how many they count half."""

WEEKDAY_YEARS = 3
PRIOR_WEEKS = 1
"""How long the shares of the weekdays are learned from, and how many even weeks are assumed before."""

PRIOR_DRAFTS = 0.3
"""Drafts per day that are expected at least."""

SHAPE = 1.0
"""The shape of the gamma distribution of a day's rate: 1 is as uneven as the exponential distribution."""

MOMENTS = 8
"""A past day is looked at this often to know what its pace was."""

PRIOR_DRAFTS_PER_HOUR = 10.0
"""Drafts that are assumed in each hour of the day until drafts are found."""

FLAT_HOURS: tuple[float, ...] = (1.0,) * 24
"""The weight of each hour (UTC) of a day, 1 on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a day is expected to bring, knowing only the days before it: `expected` drafts, and `usual`, the mean of the
    square root of the rate over the last four weeks. `hours` are the weights of its hours."""

    expected: float
    usual: float
    hours: Sequence[float]

    def rate(self, fraction: float, found: int) -> float:
        """Drafts per day to be expected now, when `found` drafts of today are known and `fraction` of the day is
        over."""
        return _rate(self.expected, fraction, found, self.hours)

    def pace(self, fraction: float, found: int, overspent_days: float, fastest: float = FASTEST) -> float:
        """The multiple of the mean rate to spend now. `overspent_days` is what was spent beyond the mean, in days of
        the budget; negative if something was saved."""
        wanted = math.sqrt(self.rate(fraction, found)) / self.usual
        repaid = max(-MAX_CREDIT_DAYS, overspent_days) / REPAY_DAYS
        return max(min(SLOWEST, fastest), min(fastest, wanted - repaid))


def forecast(drafts: Mapping[int, int], day: int, hours: Sequence[float] = FLAT_HOURS) -> Forecast:
    """The forecast for `day`, an ordinal, from the drafts of each day before it."""
    shares = _weekday_shares(drafts, day)
    past = range(day - BALANCE_DAYS, day)
    roots = [_mean_root(_expected(drafts, before, shares), drafts.get(before, 0), hours) for before in past]
    return Forecast(expected=_expected(drafts, day, shares), usual=math.fsum(roots) / len(roots), hours=hours)


def hours_of(uploads: Iterable[int]) -> tuple[float, ...]:
    """The weights of the hours, from the hours (UTC, 0 to 23) at which drafts were uploaded."""
    counts = [PRIOR_DRAFTS_PER_HOUR] * 24
    for hour in uploads:
        counts[hour] += 1
    return tuple(24 * count / math.fsum(counts) for count in counts)


def _rate(expected: float, fraction: float, found: int, hours: Sequence[float]) -> float:
    return hours[min(23, int(fraction * 24))] * (SHAPE + found) / (SHAPE / expected + _passed(fraction, hours))


def _passed(fraction: float, hours: Sequence[float]) -> float:
    """The share of a day's drafts that is to be expected before a fraction of it."""
    whole = min(24, int(fraction * 24))
    part = (fraction * 24 - whole) * hours[whole] if whole < 24 else 0.0
    return (math.fsum(hours[:whole]) + part) / 24


def _mean_root(expected: float, found: int, hours: Sequence[float]) -> float:
    moments = [(place + 0.5) / MOMENTS for place in range(MOMENTS)]
    by_then = ((moment, round(found * _passed(moment, hours))) for moment in moments)
    return math.fsum(math.sqrt(_rate(expected, moment, some, hours)) for moment, some in by_then) / MOMENTS


def _expected(drafts: Mapping[int, int], day: int, shares: Sequence[float]) -> float:
    seen = weights = 0.0
    for days_ago in range(1, MEMORY_DAYS + 1):
        weight = math.exp2(-days_ago / HALF_LIFE_DAYS)
        before = day - days_ago
        seen += weight * drafts.get(before, 0) / shares[before % 7]
        weights += weight
    return (seen / weights + PRIOR_DRAFTS) * shares[day % 7]


def _weekday_shares(drafts: Mapping[int, int], day: int) -> tuple[float, ...]:
    """By weekday, 1 on average; none is 0."""
    counts = [float(PRIOR_WEEKS)] * 7
    for before in range(day - int(365.25 * WEEKDAY_YEARS), day):
        counts[before % 7] += drafts.get(before, 0)
    return tuple(7 * count / math.fsum(counts) for count in counts)
