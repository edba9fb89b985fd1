"""One round of probing a number, from sending its names to the last answer. Times are seconds since the epoch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from actors.prober.model import names
from messages.probing import DraftName

FIRST_RETRY_SECONDS = 30.0
"""Pause before names without an answer are retried, doubled each time, at most `min_revisit`."""

FORGET_MISSING_SECONDS = 30 * 86_400.0
"""How long we remember that a name was missing if it is not probed any more, or only rarely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastProbe:
    """The last probe of a number: `at` is when all its names had answers (None: never yet); `missing` has each name
    (without its number) that was last answered missing, with the time at which it was sent."""

    at: float | None
    missing: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedProbe:
    """Names of a number without an answer after `attempt` attempts. The full round ended at `whole_at`; these names are
    retried at `retry_at`."""

    names: tuple[DraftName, ...]
    attempt: int
    whole_at: float
    retry_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingProbe:
    """A number being probed: the names `waiting` for an answer, and the answers so far. `retry_of` is what it retries,
    None if it probes all names of the number."""

    retry_of: FailedProbe | None
    waiting: frozenset[DraftName]
    missing: Mapping[str, float]
    failed: tuple[DraftName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledAnswers:
    """The answers of a batch that was sent at `given_at`, for its scheduled names."""

    given_at: float
    missing: tuple[DraftName, ...]
    found: tuple[DraftName, ...]
    failed: tuple[DraftName, ...]


def begin(to_send: Iterable[DraftName], retry_of: FailedProbe | None) -> PendingProbe:
    """A round without answers yet."""
    return PendingProbe(retry_of=retry_of, waiting=frozenset(to_send), missing={}, failed=())


def advance(pending: Mapping[int, PendingProbe], answers: ScheduledAnswers) -> dict[int, PendingProbe]:
    """The rounds that `answers` change, as they are then. Answers that no round waits for change nothing."""
    touched: dict[int, PendingProbe] = {}
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
        probe = pending.get(number)
        if probe is not None and theirs <= probe.waiting:
            touched[number] = replace(
                probe,
                waiting=probe.waiting - theirs,
                missing={**probe.missing, **missing.get(number, {})},
                failed=(*probe.failed, *failed.get(number, ())),
            )
    return touched


def record(probe: PendingProbe, before: LastProbe | None, now: float) -> LastProbe:
    """What to remember of a finished round. A name without an answer keeps its earlier answer."""
    earlier = before.missing if before else {}
    if probe.retry_of is not None:
        missing = {**earlier, **probe.missing}
        at = probe.retry_of.whole_at
    else:
        still = {short: given for short, given in earlier.items() if given > now - FORGET_MISSING_SECONDS}
        unanswered = {short: earlier[short] for name in probe.failed if (short := names.short(name)) in earlier}
        missing = {**still, **unanswered, **probe.missing}
        at = now
    return LastProbe(at=(before.at if before else None) if probe.failed else at, missing=missing)


def requested(answers: ScheduledAnswers, asked: Mapping[int, LastProbe]) -> dict[int, LastProbe]:
    """The last probes with what operators asked for outside the rounds: it was asked, though its number's turn does not
    change."""
    touched: dict[int, LastProbe] = {}
    for name in answers.missing:
        before = touched.get(name.number) or asked.get(name.number) or LastProbe(at=None, missing={})
        missing = {**before.missing, names.short(name): answers.given_at}
        touched[name.number] = replace(before, missing=missing)
    return touched


def in_the_past(asked: Mapping[int, LastProbe], now: float) -> dict[int, LastProbe]:
    """Last probes, all moved back by as much as the newest is ahead of `now`: if the clock was set back, they are as
    long ago as before."""
    ahead = max((one.at for one in asked.values() if one.at is not None), default=now) - now
    return {number: _earlier(one, ahead) for number, one in asked.items()} if ahead > 0 else dict(asked)


def _earlier(asked: LastProbe, seconds: float) -> LastProbe:
    missing = {short: given - seconds for short, given in asked.missing.items()}
    return LastProbe(at=None if asked.at is None else asked.at - seconds, missing=missing)


def failure(probe: PendingProbe, min_revisit: float, now: float) -> FailedProbe | None:
    """What to retry after a finished round; None if every name was answered."""
    if not probe.failed:
        return None
    attempt = probe.retry_of.attempt + 1 if probe.retry_of else 1
    return FailedProbe(
        names=probe.failed,
        attempt=attempt,
        whole_at=probe.retry_of.whole_at if probe.retry_of else now,
        retry_at=now + min(FIRST_RETRY_SECONDS * 2.0 ** min(attempt - 1, 30), min_revisit),
    )
