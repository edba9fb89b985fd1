"""The sentences about outages."""

from datetime import datetime, timedelta

from actors.checks.model.standing import CheckOutage, CheckStanding
from messages.check_definitions import CheckDefinition, Severity
from messages.checks import PhaseTimes

LONGEST_ERROR_CHARACTERS = 500

HELD = timedelta(minutes=1)
"""An outage that is told so much later than it began is told with its age."""


def began_text(
    check: CheckDefinition,
    standing: CheckStanding,
    outage: CheckOutage,
    now: datetime,
    phases: PhaseTimes,
    *,
    flapping: bool = False,
) -> str:
    """`infra/mail is down: …`, how often in a row, how long each phase took, and since when if that is not now."""
    state = "is down" if outage.severity is Severity.CRITICAL else "has a warning"
    lines = [f"{check.key} {state}: {_cut(standing.error)}", *_facts(standing, outage, now, phases)]
    if flapping:
        lines.append("It keeps going down and up. That it is up again is told when it has been up for 30 min.")
    return "\n".join(lines)


def changed_text(
    check: CheckDefinition, standing: CheckStanding, outage: CheckOutage, now: datetime, phases: PhaseTimes
) -> str:
    """A warning became worse, or a check that was down has only a warning now."""
    if outage.severity is Severity.CRITICAL:
        return began_text(check, standing, outage, outage.since, phases)
    after = span_text(now - outage.since)
    return f"{check.key} is up again after {after}, with a warning: {_cut(standing.error)}"


def reminder_text(check: CheckDefinition, outage: CheckOutage, error: str, now: datetime) -> str:
    """`infra/mail is still down (2 h): …`."""
    state = "is still down" if outage.severity is Severity.CRITICAL else "still has a warning"
    why = f": {_cut(error)}" if error else "."
    return f"{check.key} {state} ({span_text(now - outage.since)}){why}"


def ended_text(check: CheckDefinition, outage: CheckOutage, now: datetime) -> str:
    """`infra/mail is up again after 12 min.`"""
    state = "is up again" if outage.severity is Severity.CRITICAL else "is well again"
    return f"{check.key} {state} after {span_text(now - outage.since)}."


def phases_text(phases: PhaseTimes) -> str:
    """`connect 12 ms, TLS 30 ms, processing 2.1 s`; empty if nothing took any time."""
    parts = (
        ("resolve", phases.resolve),
        ("connect", phases.connect),
        ("TLS", phases.tls),
        ("processing", phases.processing),
        ("transfer", phases.transfer),
    )
    return ", ".join(f"{name} {seconds_text(seconds)}" for name, seconds in parts if seconds > 0)


def seconds_text(seconds: float) -> str:
    """`12 ms` or `2.1 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def span_text(span: timedelta) -> str:
    """A duration in its largest unit: `12 min`, `3 h`, `2 days`."""
    seconds = max(0.0, span.total_seconds())
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 2 * 86_400:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} days"


def _facts(standing: CheckStanding, outage: CheckOutage, now: datetime, phases: PhaseTimes) -> list[str]:
    times = standing.failed if outage.severity is Severity.CRITICAL else standing.not_passed
    age = now - outage.since
    facts = (
        f"{times} times in a row" if times > 1 else "",
        f"for {span_text(age)}" if age >= HELD else "",
        phases_text(phases),
    )
    said = "; ".join(filter(None, facts))
    return [said] if said else []


def _cut(error: str) -> str:
    return error if len(error) <= LONGEST_ERROR_CHARACTERS else f"{error[:LONGEST_ERROR_CHARACTERS]}…"
