"""What several places say together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from actors.checks.model.standing import CheckStanding
from messages.check_definitions import CheckDefinition
from messages.checks import CheckResult, CheckState, CheckVerdict, ResultMark

MISSED_RUNS = 3
"""A place that has said nothing for so many intervals is not asked any more."""


def key_at(key: str, place: str) -> str:
    """The key of what is known of a check at one place. No check can have it."""
    return f"{key}/@{place}"


def combined(
    check: CheckDefinition, at_places: Mapping[str, CheckStanding], last: CheckResult, now: datetime
) -> CheckResult | None:
    """What the places say together: it is down if `agree` of them say so, and has a warning if so many are not well.
    None while too few have said anything to know."""
    oldest = now - timedelta(seconds=MISSED_RUNS * check.interval + check.timeout)
    said = {
        place: standing
        for place, standing in at_places.items()
        if standing.state is not CheckState.UNKNOWN
        and not standing.is_offline
        and standing.last_at is not None
        and standing.last_at >= oldest
    }
    down = {place: each for place, each in said.items() if each.state is CheckState.DOWN}
    unwell = {place: each for place, each in said.items() if each.state in (CheckState.DOWN, CheckState.WARNING)}
    if len(down) >= check.agree:
        return _whole(last, CheckVerdict.FAILED, _words(down, check))
    if len(unwell) >= check.agree:
        return _whole(last, CheckVerdict.WARNED, _words(unwell, check))
    if len(said) < check.agree:
        return None
    return _whole(last, CheckVerdict.PASSED, _words(down, check) if down else "")


def _whole(last: CheckResult, verdict: CheckVerdict, error: str) -> CheckResult:
    return replace(last, verdict=verdict, error=error, place="", mark=ResultMark.NONE)


def _words(at_places: Mapping[str, CheckStanding], check: CheckDefinition) -> str:
    """`2 of 3 places (north, south): no answer within 10 s`."""
    names, errors = ", ".join(sorted(at_places)), {each.error for each in at_places.values() if each.error}
    return f"{len(at_places)} of {len(check.places)} places ({names}): {'; '.join(sorted(errors))}"
