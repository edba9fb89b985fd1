"""What people would have been told: other thresholds on results that are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from actors.checks.judging.judge import judged
from actors.checks.judging.silence import QuietReason
from actors.checks.model.standing import CheckStanding
from actors.checks.schedule.maintenance import end_of
from messages.check_definitions import CheckDefinition
from messages.checks import CheckAlert, CheckResult, ResultMark


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedAlert:
    """An alert, and when it would have been told."""

    at: datetime
    alert: CheckAlert


def replayed(check: CheckDefinition, results: Iterable[CheckResult]) -> list[ReplayedAlert]:
    """The alerts that results in the order of time would have caused, with the maintenance windows that the
    configuration has; reminders come with the next result."""
    standing, alerts = CheckStanding(key=check.key), []
    for number, result in enumerate(results):
        is_maintained = (
            result.mark is ResultMark.MAINTENANCE or end_of(check.maintenance.windows, result.at) is not None
        )
        silence = QuietReason.MAINTENANCE if is_maintained else QuietReason.NONE
        judgement = judged(standing, result, check, result.at, f"{number}", silence)
        standing = judgement.standing
        if judgement.alert is not None:
            alerts.append(ReplayedAlert(at=result.at, alert=judgement.alert))
    return alerts
