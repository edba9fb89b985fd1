"""What a check found out, and what its conditions say of it."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from actors.checks.conditions.evaluate import Evidence, evaluate
from actors.checks.conditions.terms import Existence, Measure, ParsedCondition
from messages.check_definitions import Severity
from messages.checks import CheckVerdict, PhaseTimes

NO_PHASES = PhaseTimes()

LONGEST_ANSWERS_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """The evidence, and how long each phase took. `error` says what kept the check from finding out more; empty if
    nothing did. `reasons` is what the other side itself says is wrong with it. `seconds` is what counts as the duration
    of the run where that is not how long it took. `is_unable`: we cannot find out anything, which says nothing of the
    other side, so that no condition holds."""

    evidence: Evidence
    phases: PhaseTimes = NO_PHASES
    error: str = ""
    reasons: str = ""
    seconds: float | None = None
    is_unable: bool = False


NOTHING_FOUND = CheckFinding(evidence=Evidence())

so_far: ContextVar[Callable[[str], CheckFinding] | None] = ContextVar("so_far", default=None)
"""What the run of this task has found out up to now, given what is wrong: for when its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedCondition:
    """A condition, and what it means that it does not hold."""

    condition: ParsedCondition
    severity: Severity


class PhaseClock:
    """Measures phases that follow each other; the times of one that comes again add up."""

    def __init__(self) -> None:
        self._phase = ""
        self._since = 0.0
        self._seconds: dict[str, float] = {}

    def begin(self, phase: str) -> None:
        """This phase begins, and the one before is over."""
        now = time.perf_counter()
        if self._phase:
            self._seconds[self._phase] = self._seconds.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = phase, now

    @property
    def phase(self) -> str:
        """The one under way."""
        return self._phase

    def times(self) -> PhaseTimes:
        """What was measured; the phase under way is over."""
        self.begin("")
        return PhaseTimes(**self._seconds)


def verdict_of(finding: CheckFinding, conditions: Sequence[WeightedCondition]) -> tuple[CheckVerdict, str]:
    """The verdict, and what is wrong in words. A check that could not connect has failed, unless a condition is about
    just that; what goes wrong later is a failure whatever the conditions say."""
    outcomes = evaluate([each.condition for each in conditions], finding.evidence)
    broken = [(each, outcome) for each, outcome in zip(conditions, outcomes, strict=True) if not outcome.holds]
    if finding.error:
        is_about_connecting = _ask_for_connection(conditions) and not finding.is_unable
        if broken or finding.evidence.connected or not is_about_connecting:
            return CheckVerdict.FAILED, finding.error
    if not broken:
        return CheckVerdict.PASSED, ""
    is_critical = any(each.severity is Severity.CRITICAL for each, _ in broken)
    said = finding.reasons or "; ".join(outcome.said for _, outcome in broken)
    if any(isinstance(outcome.condition.left, Existence) for _, outcome in broken):
        said += _answered(finding.evidence.answers)
    return (CheckVerdict.FAILED if is_critical else CheckVerdict.WARNED), said


def _answered(answers: Sequence[str] | None) -> str:
    """What a name server has said, for whoever reads that something is not there."""
    if answers is None:
        return ""
    text = ", ".join(answers) or "none"
    return f"; the answers: {text[:LONGEST_ANSWERS_CHARACTERS]}{'…' if len(text) > LONGEST_ANSWERS_CHARACTERS else ''}"


def _ask_for_connection(conditions: Iterable[WeightedCondition]) -> bool:
    return any(Measure.CONNECTED in each.condition.measures for each in conditions)


def until_ms(ends: Iterable[datetime], now: datetime) -> float | None:
    """Milliseconds until the first of these moments; None if there are none."""
    first = min(ends, default=None)
    return None if first is None else (first - now).total_seconds() * 1000


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)
