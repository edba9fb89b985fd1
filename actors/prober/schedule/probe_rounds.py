"""One ask of a number, from its names being given out to the last answer. Times are seconds since the epoch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from actors.prober.model import names
from messages.probing import DraftName

FIRST_RETRY = 30.0
"""Seconds until names that were not answered are asked again, doubled each time in vain, at most `min_revisit`."""


KEPT = 30 * 86_400.0
"""Seconds for which it is remembered that a name was missing which is not asked any more, or seldom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What earlier asks of a number left: `at`, when the last answer of all its names was there (None: never yet), and
    for each name that was last answered missing (without its number) when it was given out."""

    at: float | None
    missing: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Names of a number without an answer: `attempt` asks were in vain; the ask of all its names ended at `whole_at`;
    they are asked again at `retry_at`."""

    names: tuple[DraftName, ...]
    attempt: int
    whole_at: float
    retry_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A number being asked: the names that have no answer yet, and the answers so far. `retry_of` is what it asks
    again, None when it asks for all of the number's names."""

    retry_of: Failed | None
    waiting: frozenset[DraftName]
    missing: Mapping[str, float]
    failed: tuple[DraftName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a batch, given out at `given_at`, says of its names."""

    given_at: float
    missing: tuple[DraftName, ...]
    found: tuple[DraftName, ...]
    failed: tuple[DraftName, ...]


def begun(asked_for: Iterable[DraftName], retry_of: Failed | None) -> Visit:
    """A visit without answers."""
    return Visit(retry_of=retry_of, waiting=frozenset(asked_for), missing={}, failed=())


def advance(visits: Mapping[int, Visit], answers: Answers) -> dict[int, Visit]:
    """The visits that `answers` touch, as they are then. Answers to names that nobody waits for change nothing."""
    touched: dict[int, Visit] = {}
    answered: dict[int, set[DraftName]] = {}
    missing: dict[int, dict[str, float]] = {}
    failed: dict[int, list[DraftName]] = {}
    for name in (*answers.missing, *answers.found, *answers.failed):
        answered.setdefault(name.number, set()).add(name)
    for name in answers.missing:
        missing.setdefault(name.number, {})[names.short(name)] = answers.given_at
    for name in answers.failed:
        failed.setdefault(name.number, []).append(name)
    for number, theirs in answered.items():
        visit = visits.get(number)
        if visit is not None and theirs <= visit.waiting:
            touched[number] = replace(
                visit,
                waiting=visit.waiting - theirs,
                missing={**visit.missing, **missing.get(number, {})},
                failed=(*visit.failed, *failed.get(number, ())),
            )
    return touched


def record(visit: Visit, before: Asked | None, now: float) -> Asked:
    """What an ended visit leaves to be remembered. Of a name without an answer the earlier answer stands."""
    earlier = before.missing if before else {}
    if visit.retry_of is not None:
        missing = {**earlier, **visit.missing}
        at = visit.retry_of.whole_at
    else:
        still = {short: given for short, given in earlier.items() if given > now - KEPT}
        unanswered = {short: earlier[short] for name in visit.failed if (short := names.short(name)) in earlier}
        missing = {**still, **unanswered, **visit.missing}
        at = now
    return Asked(at=(before.at if before else None) if visit.failed else at, missing=missing)


def in_the_past(asked: Mapping[int, Asked], now: float) -> dict[int, Asked]:
    """What asks of numbers left, moved back as far as the newest lies ahead of `now`: the clock was set back, and they
    are as long ago as before."""
    ahead = max((one.at for one in asked.values() if one.at is not None), default=now) - now
    return {number: _earlier(one, ahead) for number, one in asked.items()} if ahead > 0 else dict(asked)


def _earlier(asked: Asked, seconds: float) -> Asked:
    missing = {short: given - seconds for short, given in asked.missing.items()}
    return Asked(at=None if asked.at is None else asked.at - seconds, missing=missing)


def failure(visit: Visit, min_revisit: float, now: float) -> Failed | None:
    """What an ended visit leaves to be asked again, None when every name was answered."""
    if not visit.failed:
        return None
    attempt = visit.retry_of.attempt + 1 if visit.retry_of else 1
    return Failed(
        names=visit.failed,
        attempt=attempt,
        whole_at=visit.retry_of.whole_at if visit.retry_of else now,
        retry_at=now + min(FIRST_RETRY * 2.0 ** min(attempt - 1, 30), min_revisit),
    )
