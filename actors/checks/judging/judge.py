"""Decides when a check is down, has a warning, and is up again; and what people hear about it, once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actors.checks.judging.silence import QuietReason
from actors.checks.judging.wording import began_text, changed_text, ended_text, reminder_text
from actors.checks.model.standing import CheckOutage, CheckStanding
from messages.check_definitions import CheckDefinition, Severity
from messages.checks import AlertPhase, CheckAlert, CheckResult, CheckState, CheckVerdict, PhaseTimes, ResultMark

LONGEST_REMINDER_SECONDS = 86_400.0

FLAPS = 4
FLAP_WINDOW = timedelta(hours=1)
"""A check flaps after so many outages, each of which was over within this time after the one before."""

FLAP_QUIET = timedelta(minutes=30)
"""One that flaps is told to be up again when it has been up for this long; until then it is the same outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How the check stands now, and what people are told: nothing, or one alert."""

    standing: CheckStanding
    alert: CheckAlert | None = None


def judged(
    before: CheckStanding,
    result: CheckResult,
    check: CheckDefinition,
    now: datetime,
    new_id: str,
    silence: QuietReason = QuietReason.NONE,
) -> Judgement:
    """What a result changes, and what people are told about it."""
    return told(settled(before, result, check, now, new_id), check, now, silence, result.phases)


def settled(
    before: CheckStanding, result: CheckResult, check: CheckDefinition, now: datetime, new_id: str
) -> CheckStanding:
    """How a check stands after a result. An outage begins after `failure_threshold` results in a row that are not well;
    it ends after `success_threshold` that are. A check that was down and only warns by then goes on as a warning.
    `new_id` is for an outage that begins. A result that our own network spoiled changes nothing."""
    if result.mark is ResultMark.OFFLINE:
        return _with_result(replace(before, is_offline=True), result)
    return _with_state(_with_outage(_counted(before, result), check, now, new_id), result, now)


def told(
    standing: CheckStanding,
    check: CheckDefinition,
    now: datetime,
    silence: QuietReason = QuietReason.NONE,
    phases: PhaseTimes | None = None,
) -> Judgement:
    """What people are to hear now about the outage of a check, and what they know afterwards. `phases` are those of the
    result that has just come, None if none has."""
    outage = standing.outage
    if outage is None:
        return Judgement(standing=standing)
    if standing.paused or check.disabled:
        is_held = outage.ended_at is not None and silence is not QuietReason.MAINTENANCE
        return set_aside(standing, check, now) if is_held else Judgement(standing=standing)
    if standing.is_offline:
        return Judgement(standing=standing)
    if outage.ended_at is not None:
        return _told_of_the_end(standing, outage, outage.ended_at, check, now, silence)
    if silence is not QuietReason.NONE or check.silent:
        return Judgement(standing=standing)
    if outage.told is None:
        text = began_text(check, standing, outage, now, phases or PhaseTimes(), flapping=_flaps(standing, now))
        return _telling(standing, outage, AlertPhase.BEGAN, text, check, now)
    if outage.told is not outage.severity:
        text = changed_text(check, standing, outage, now, phases or PhaseTimes())
        return _telling(standing, outage, AlertPhase.CHANGED, text, check, now)
    if _is_reminder_due(outage, check, now):
        again = replace(outage, told_at=now, reminders=outage.reminders + 1)
        alert = _alert(again, AlertPhase.REMINDED, reminder_text(check, again, standing.error, now), check)
        return Judgement(standing=replace(standing, outage=again), alert=alert)
    return Judgement(standing=standing)


def removed(standing: CheckStanding, key: str) -> CheckAlert | None:
    """What people hear about a check that is no longer checked: something only if they know about an outage. It goes to
    those who know."""
    return _given_up(standing, f"{key} is no longer checked.")


def set_aside(
    standing: CheckStanding, check: CheckDefinition, now: datetime, silence: QuietReason = QuietReason.NONE
) -> Judgement:
    """A check that is paused, or disabled: its outage is over for people, who hear so after a maintenance window that
    lasts; and when it runs again it begins from scratch."""
    outage, fresh = standing.outage, _from_scratch(standing)
    if outage is None or outage.told is None:
        return Judgement(standing=fresh)
    if silence is QuietReason.MAINTENANCE:
        return Judgement(standing=replace(fresh, outage=replace(outage, ended_at=outage.ended_at or now)))
    why = "is paused" if standing.paused else "is disabled"
    was = "was down" if outage.told is Severity.CRITICAL else "had a warning"
    text = f"{check.key} {why}: it {was} and is not checked now."
    return Judgement(standing=fresh, alert=_given_up(standing, text))


def resumed(standing: CheckStanding) -> Judgement:
    """A check that was paused and runs again. If people have yet to hear that its outage was over, they hear it after
    its next results, or that it goes on."""
    outage, fresh = standing.outage, _from_scratch(standing)
    return Judgement(standing=fresh if outage is None or outage.told is None else replace(fresh, outage=outage))


def _from_scratch(standing: CheckStanding) -> CheckStanding:
    return CheckStanding(
        key=standing.key,
        last_at=standing.last_at,
        last_began=standing.last_began,
        duration=standing.duration,
        error=standing.error,
        certificate_until=standing.certificate_until,
        paused=standing.paused,
    )


def _given_up(standing: CheckStanding, text: str) -> CheckAlert | None:
    outage = standing.outage
    if outage is None or outage.told is None:
        return None
    return CheckAlert(outage=outage.id, phase=AlertPhase.ENDED, text=text)


# --- results


def _counted(before: CheckStanding, result: CheckResult) -> CheckStanding:
    verdict = result.verdict
    failed, passed = verdict is CheckVerdict.FAILED, verdict is CheckVerdict.PASSED
    counted = replace(
        before,
        failed=before.failed + 1 if failed else 0,
        not_passed=0 if passed else before.not_passed + 1,
        not_failed=0 if failed else before.not_failed + 1,
        passed=before.passed + 1 if passed else 0,
        failing_since=None if passed else before.failing_since or result.at,
        is_offline=False,
    )
    return _with_result(counted, result)


def _with_result(standing: CheckStanding, result: CheckResult) -> CheckStanding:
    return replace(
        standing,
        last_at=result.at,
        last_began=result.began,
        duration=result.duration,
        error=result.error,
        certificate_until=result.certificate_until,
    )


def _with_outage(standing: CheckStanding, check: CheckDefinition, now: datetime, new_id: str) -> CheckStanding:
    outage = standing.outage
    lasts = outage is not None and outage.ended_at is None
    is_down = lasts and outage is not None and outage.severity is Severity.CRITICAL
    if standing.failed >= check.failure_threshold:
        return standing if is_down else _worse(standing, Severity.CRITICAL, now, new_id)
    if not lasts:
        begins = standing.not_passed >= check.failure_threshold
        return _worse(standing, Severity.WARNING, now, new_id) if begins else standing
    assert outage is not None, "it lasts"
    well = standing.not_failed if is_down else standing.passed
    if well < check.success_threshold:
        return standing
    if standing.not_passed:
        return replace(standing, outage=replace(outage, severity=Severity.WARNING))
    return replace(standing, outage=replace(outage, ended_at=now))


def _worse(standing: CheckStanding, severity: Severity, now: datetime, new_id: str) -> CheckStanding:
    outage = standing.outage
    if outage is None:
        return replace(standing, outage=CheckOutage(id=new_id, severity=severity, since=now))
    goes_on = outage.ended_at is not None and _flaps(standing, outage.ended_at)
    flapped_at = outage.ended_at if goes_on else standing.flapped_at
    return replace(standing, outage=replace(outage, severity=severity, ended_at=None), flapped_at=flapped_at)


def _with_state(standing: CheckStanding, result: CheckResult, now: datetime) -> CheckStanding:
    """A check is down while its outage lasts; before one begins, failures leave it as it was."""
    outage = standing.outage if standing.outage is not None and standing.outage.ended_at is None else None
    if outage is not None and outage.severity is Severity.CRITICAL:
        state = CheckState.DOWN
    elif outage is not None or result.verdict is CheckVerdict.WARNED:
        state = CheckState.WARNING
    elif result.verdict is CheckVerdict.PASSED:
        state = CheckState.UP
    else:
        state = standing.state
    return standing if state is standing.state else replace(standing, state=state, since=now)


# --- people


def _told_of_the_end(
    standing: CheckStanding,
    outage: CheckOutage,
    ended_at: datetime,
    check: CheckDefinition,
    now: datetime,
    silence: QuietReason,
) -> Judgement:
    """Nobody hears of the end of what nobody knows. What flaps must stay well for a while before it is said to be."""
    if outage.told is not None:
        is_early = _flaps(standing, now) and now - ended_at < FLAP_QUIET
        if silence is QuietReason.MAINTENANCE or is_early:
            return Judgement(standing=standing)
    over = replace(
        standing,
        outage=None,
        flaps=standing.flaps + 1 if _is_recent(standing.flapped_at, ended_at) else 1,
        flapped_at=ended_at,
    )
    if outage.told is None:
        return Judgement(standing=over)
    alert = _alert(outage, AlertPhase.ENDED, ended_text(check, outage, ended_at), check)
    return Judgement(standing=over, alert=alert)


def _flaps(standing: CheckStanding, now: datetime) -> bool:
    return standing.flaps >= FLAPS and _is_recent(standing.flapped_at, now)


def _is_recent(before: datetime | None, now: datetime) -> bool:
    return before is not None and now - before < FLAP_WINDOW


def _is_reminder_due(outage: CheckOutage, check: CheckDefinition, now: datetime) -> bool:
    if not check.remind_every or outage.told_at is None:
        return False
    longest = max(LONGEST_REMINDER_SECONDS, check.remind_every)
    pause = min(check.remind_every * 2.0 ** min(outage.reminders, 30), longest)
    return now - outage.told_at >= timedelta(seconds=pause)


def _telling(
    standing: CheckStanding, outage: CheckOutage, phase: AlertPhase, text: str, check: CheckDefinition, now: datetime
) -> Judgement:
    known = replace(outage, told=outage.severity, told_at=now, reminders=0)
    return Judgement(standing=replace(standing, outage=known), alert=_alert(known, phase, text, check))


def _alert(outage: CheckOutage, phase: AlertPhase, text: str, check: CheckDefinition) -> CheckAlert:
    return CheckAlert(outage=outage.id, phase=phase, text=text, channel=check.channel, users=check.users)
