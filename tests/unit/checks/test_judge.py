"""When a check is down, and what people are told: pure decisions."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.checks.judging.judge import FLAPS, Judgement, judged, removed, resumed, set_aside, told
from actors.checks.judging.replay import replayed
from actors.checks.judging.silence import QuietReason
from actors.checks.model.standing import CheckStanding, shown_state, summary
from messages.check_definitions import CheckDefinition, Severity
from messages.checks import AlertPhase, CheckState, CheckVerdict, PhaseTimes, ResultMark
from messages.maintenance import MaintenancePlan, OnceWindow
from tests.check_builders import NOON, a_check, a_result

PASSED, WARNED, FAILED = CheckVerdict.PASSED, CheckVerdict.WARNED, CheckVerdict.FAILED
MINUTE = timedelta(minutes=1)


def play(
    check: CheckDefinition,
    *verdicts: CheckVerdict,
    quiet: Collection[int] = (),
    silence: QuietReason = QuietReason.MAINTENANCE,
    offline: Collection[int] = (),
) -> list[Judgement]:
    """The judgements of results that come a minute apart; in the minutes `quiet` people are not to be told, in those
    of `offline` our own network is away."""
    standing, judgements = CheckStanding(key=check.key), []
    for number, verdict in enumerate(verdicts):
        now = NOON + number * MINUTE
        mark = ResultMark.OFFLINE if number in offline else ResultMark.NONE
        result = a_result(verdict, at=now, mark=mark)
        kept = silence if number in quiet else QuietReason.NONE
        judgement = judged(standing, result, check, now, f"outage{number}", kept)
        standing = judgement.standing
        judgements.append(judgement)
    return judgements


def phases(judgements: list[Judgement]) -> list[AlertPhase | None]:
    return [None if each.alert is None else each.alert.phase for each in judgements]


def states(judgements: list[Judgement]) -> list[CheckState]:
    return [judgement.standing.state for judgement in judgements]


def test_it_is_down_after_three_failures_and_up_after_two_successes() -> None:
    played = play(a_check(), PASSED, FAILED, FAILED, FAILED, FAILED, PASSED, PASSED, PASSED)
    up, down = CheckState.UP, CheckState.DOWN
    assert states(played) == [up, up, up, down, down, down, up, up]
    assert phases(played) == [None, None, None, AlertPhase.BEGAN, None, None, AlertPhase.ENDED, None]


def test_a_success_in_between_begins_the_count_again() -> None:
    assert phases(play(a_check(), FAILED, FAILED, PASSED, FAILED, FAILED)) == [None] * 5
    played = play(a_check(), FAILED, FAILED, FAILED, PASSED, FAILED, PASSED, PASSED)
    assert phases(played)[3:] == [None, None, None, AlertPhase.ENDED]


def test_what_never_ran_well_is_unknown_until_it_is_down() -> None:
    assert states(play(a_check(), FAILED, FAILED, FAILED)) == [CheckState.UNKNOWN, CheckState.UNKNOWN, CheckState.DOWN]


def test_all_alerts_of_an_outage_have_its_id_and_a_second_outage_has_another() -> None:
    alerts = [each.alert for each in play(a_check(success_threshold=1), *[FAILED] * 3, PASSED, *[FAILED] * 3)]
    assert [alert.outage for alert in alerts if alert] == ["outage2", "outage2", "outage6"]


def test_warnings_are_told_like_failures_and_are_no_outage() -> None:
    played = play(a_check(), WARNED, WARNED, WARNED, PASSED, PASSED)
    assert states(played) == [*[CheckState.WARNING] * 4, CheckState.UP]
    assert phases(played) == [None, None, AlertPhase.BEGAN, None, AlertPhase.ENDED]
    began, ended = (each.alert for each in played if each.alert)
    assert began is not None
    assert ended is not None
    assert began.text.startswith("site has a warning: [STATUS] (503) == 200\n3 times in a row")
    assert ended.text == "site is well again after 2 min."


def test_a_warning_becomes_a_failure_in_the_same_thread() -> None:
    played = play(a_check(), *[WARNED] * 3, *[FAILED] * 3, *[WARNED] * 2, *[PASSED] * 2)
    assert phases(played)[2:] == [
        AlertPhase.BEGAN,
        None,
        None,
        AlertPhase.CHANGED,
        None,
        AlertPhase.CHANGED,
        None,
        AlertPhase.ENDED,
    ]
    assert {each.alert.outage for each in played if each.alert} == {"outage2"}
    texts = [each.alert.text.splitlines()[0] for each in played if each.alert]
    assert texts == [
        "site has a warning: [STATUS] (503) == 200",
        "site is down: [STATUS] (503) == 200",
        "site is up again after 5 min, with a warning: [STATUS] (503) == 200",
        "site is well again after 7 min.",
    ]


def test_the_notice_says_what_took_how_long() -> None:
    result = a_result(FAILED, phases=PhaseTimes(connect=0.012, tls=0.03, processing=2.14))
    standing = judged(CheckStanding(key="site"), result, a_check(failure_threshold=1), NOON, "id")
    assert standing.alert is not None
    assert standing.alert.text == ("site is down: [STATUS] (503) == 200\nconnect 12 ms, TLS 30 ms, processing 2.1 s")


def test_reminders_come_at_doubling_intervals_up_to_a_day() -> None:
    check = a_check(failure_threshold=1)
    standing = play(check, FAILED)[0].standing
    hours = []
    for hour in range(0, 24 * 5):
        reminder = told(standing, check, NOON + timedelta(hours=hour))
        standing = reminder.standing
        if reminder.alert is not None:
            hours.append(hour)
    assert hours == [1, 3, 7, 15, 31, 55, 79, 103]


def test_there_are_no_reminders_for_who_wants_none_or_has_paused() -> None:
    later = NOON + timedelta(days=9)
    for check in (a_check(failure_threshold=1, remind_every=0.0), a_check(failure_threshold=1, disabled=True)):
        assert told(play(check, FAILED)[0].standing, check, later).alert is None
    well = play(a_check(), PASSED)[0].standing
    assert told(well, a_check(), later).alert is None


def test_the_end_of_a_check_that_is_removed_is_told_where_its_outage_was() -> None:
    down = play(a_check(failure_threshold=1), FAILED)[0].standing
    alert = removed(down, "site")
    assert alert is not None
    assert (alert.outage, alert.phase, alert.text) == ("outage0", AlertPhase.ENDED, "site is no longer checked.")
    assert removed(play(a_check(), PASSED)[0].standing, "site") is None
    unknown = play(a_check(failure_threshold=1), FAILED, quiet=[0])[0].standing
    assert removed(unknown, "site") is None


def test_the_outage_of_a_check_that_is_paused_is_over_and_told_as_such() -> None:
    down = play(a_check(failure_threshold=1), FAILED)[0].standing
    paused = set_aside(replace(down, paused=True), a_check(), NOON)
    assert paused.alert is not None
    assert (paused.alert.phase, paused.alert.text) == (
        AlertPhase.ENDED,
        "site is paused: it was down and is not checked now.",
    )
    assert (paused.standing.state, paused.standing.failed, paused.standing.outage) == (CheckState.UNKNOWN, 0, None)
    assert set_aside(play(a_check(), PASSED)[0].standing, a_check(), NOON).alert is None
    warned = set_aside(play(a_check(failure_threshold=1), WARNED)[0].standing, a_check(disabled=True), NOON).alert
    assert warned is not None
    assert warned.text == "site is disabled: it had a warning and is not checked now."


def test_that_a_check_was_paused_in_maintenance_is_told_after_it() -> None:
    check = a_check(failure_threshold=1)
    down = replace(play(check, FAILED)[0].standing, paused=True)
    paused = set_aside(down, check, NOON, QuietReason.MAINTENANCE)
    assert paused.alert is None
    assert told(paused.standing, check, NOON + MINUTE, QuietReason.MAINTENANCE).alert is None
    later = told(paused.standing, check, NOON + 2 * MINUTE)
    assert later.alert is not None
    assert (later.alert.outage, later.alert.phase) == ("outage0", AlertPhase.ENDED)
    assert later.alert.text == "site is paused: it was down and is not checked now."
    assert told(later.standing, check, NOON + 3 * MINUTE).alert is None


def test_a_check_that_was_paused_and_goes_on_in_maintenance_keeps_its_outage() -> None:
    check = a_check(failure_threshold=1, success_threshold=1)
    down = replace(play(check, FAILED)[0].standing, paused=True)
    paused = set_aside(down, check, NOON, QuietReason.MAINTENANCE).standing
    again = resumed(replace(paused, paused=False))
    assert again.alert is None
    failed = judged(again.standing, a_result(FAILED), check, NOON + MINUTE, "new", QuietReason.MAINTENANCE)
    ended = judged(failed.standing, a_result(PASSED), check, NOON + 2 * MINUTE, "new")
    assert ended.alert is not None
    assert (ended.alert.outage, ended.alert.phase) == ("outage0", AlertPhase.ENDED)


@given(st.lists(st.sampled_from(CheckVerdict), max_size=60), st.integers(1, 4), st.integers(1, 4))
def test_begin_and_end_take_turns(verdicts: list[CheckVerdict], failures: int, successes: int) -> None:
    """A warning may become worse, so there may be two beginnings; an end has a beginning; the state is that of the
    outage."""
    check = a_check(failure_threshold=failures, success_threshold=successes)
    open_since = None
    for each in play(check, *verdicts):
        alert, outage = each.alert, each.standing.outage
        if alert is not None and alert.phase is AlertPhase.BEGAN:
            assert open_since is None
            open_since = alert.outage
        elif alert is not None and alert.phase is AlertPhase.CHANGED:
            assert alert.outage == open_since
        elif alert is not None:
            assert alert.outage == open_since
            open_since = None
        assert (outage.id if outage else None) == open_since
        is_down = outage is not None and outage.ended_at is None and outage.severity is Severity.CRITICAL
        assert (each.standing.state is CheckState.DOWN) == is_down


def test_a_replay_tells_what_the_service_told_and_what_other_thresholds_would_have() -> None:
    verdicts = [PASSED, FAILED, FAILED, FAILED, PASSED, PASSED, FAILED, PASSED]
    results = [a_result(verdict, at=NOON + number * MINUTE) for number, verdict in enumerate(verdicts)]
    told = [(each.at, each.alert.phase) for each in replayed(a_check(), results)]
    assert told == [(NOON + 3 * MINUTE, AlertPhase.BEGAN), (NOON + 5 * MINUTE, AlertPhase.ENDED)]
    hasty = replayed(a_check(failure_threshold=1, success_threshold=1), results)
    assert [each.alert.phase for each in hasty] == [AlertPhase.BEGAN, AlertPhase.ENDED] * 2
    assert replayed(a_check(failure_threshold=4), results) == []


# --- silence


def test_nothing_is_told_in_maintenance_and_what_is_down_after_it_is_told_then() -> None:
    check = a_check(failure_threshold=1)
    played = play(check, PASSED, *[FAILED] * 6, quiet=range(1, 5))
    assert phases(played) == [None, None, None, None, None, AlertPhase.BEGAN, None]
    assert states(played)[1:] == [CheckState.DOWN] * 6
    assert played[5].alert is not None
    assert played[5].alert.text == "site is down: [STATUS] (503) == 200\n5 times in a row; for 4 min"


def test_what_begins_and_ends_in_maintenance_is_never_told() -> None:
    played = play(a_check(failure_threshold=1), PASSED, FAILED, FAILED, *[PASSED] * 4, quiet=range(1, 6))
    assert phases(played) == [None] * 7
    assert played[-1].standing.outage is None
    assert states(played)[2:5] == [CheckState.DOWN, CheckState.DOWN, CheckState.UP]


def test_the_end_of_an_outage_that_people_know_of_is_told_after_maintenance() -> None:
    played = play(a_check(failure_threshold=1), FAILED, *[PASSED] * 5, quiet=range(1, 4))
    assert phases(played) == [AlertPhase.BEGAN, None, None, None, AlertPhase.ENDED, None]
    assert states(played)[2] is CheckState.UP
    assert played[4].alert is not None
    assert played[4].alert.text == "site is up again after 2 min."


def test_an_outage_that_ends_and_comes_back_in_maintenance_is_one_for_people() -> None:
    verdicts = [FAILED, PASSED, PASSED, FAILED, FAILED, PASSED, PASSED]
    played = play(a_check(failure_threshold=1), *verdicts, quiet=range(1, 5))
    assert phases(played) == [AlertPhase.BEGAN, None, None, None, None, None, AlertPhase.ENDED]
    assert {each.alert.outage for each in played if each.alert} == {"outage0"}


def test_a_warning_that_becomes_worse_in_maintenance_is_told_after_it() -> None:
    check = a_check(failure_threshold=1)
    played = play(check, WARNED, FAILED, FAILED, FAILED, quiet=[1, 2])
    assert phases(played) == [AlertPhase.BEGAN, None, None, AlertPhase.CHANGED]


def test_reminders_are_held_back_in_maintenance() -> None:
    check = a_check(failure_threshold=1, remind_every=60.0)
    played = play(check, *[FAILED] * 5, quiet=[1, 2, 3])
    assert phases(played) == [AlertPhase.BEGAN, None, None, None, AlertPhase.REMINDED]


def test_the_end_of_an_outage_is_told_also_while_what_it_depends_on_is_down() -> None:
    played = play(a_check(failure_threshold=1), FAILED, PASSED, PASSED, quiet=[1, 2], silence=QuietReason.DEPENDENCY)
    assert phases(played) == [AlertPhase.BEGAN, None, AlertPhase.ENDED]


def test_results_without_a_network_of_our_own_count_for_nothing() -> None:
    played = play(a_check(), PASSED, *[FAILED] * 9, PASSED, offline=range(1, 10))
    assert phases(played) == [None] * 11
    assert {each.standing.failed for each in played} == {0}
    assert shown_state(played[5].standing, disabled=False) is CheckState.UNKNOWN
    assert shown_state(played[-1].standing, disabled=False) is CheckState.UP


def test_one_that_is_disabled_says_so_and_one_that_is_paused_does_not() -> None:
    disabled = summary(CheckStanding(key="callboard/slack", since=NOON), "slack", "callboard", disabled=True)
    assert (disabled.status, disabled.error) == (CheckState.PAUSED, "disabled by the configuration")
    paused = summary(
        CheckStanding(key="callboard/slack", since=NOON, paused=True), "slack", "callboard", disabled=False
    )
    assert (paused.status, paused.error) == (CheckState.PAUSED, "")


def test_an_outage_goes_on_over_a_time_without_a_network_of_our_own() -> None:
    check = a_check(failure_threshold=1, remind_every=60.0)
    played = play(check, FAILED, *[FAILED] * 5, FAILED, PASSED, PASSED, offline=range(1, 6))
    assert phases(played)[1:6] == [None] * 5
    assert phases(played)[-1] is AlertPhase.ENDED


# --- flapping


def test_a_check_that_flaps_is_told_to_be_up_when_it_has_stayed_so() -> None:
    check = a_check(failure_threshold=1, success_threshold=1)
    flapping = [FAILED, PASSED] * 10
    played = play(check, *flapping, *[PASSED] * 40)
    heard = [each.alert for each in played if each.alert is not None]
    assert [each.phase for each in heard] == [AlertPhase.BEGAN, AlertPhase.ENDED] * (FLAPS + 1)
    assert heard[-2].text.splitlines()[-1].startswith("It keeps going down and up.")
    assert states(played)[2 * FLAPS : 20] == [CheckState.DOWN, CheckState.UP] * (10 - FLAPS)
    assert set(states(played)[20:]) == {CheckState.UP}
    assert phases(played).index(AlertPhase.ENDED, 2 * FLAPS) == 19 + 30


def test_a_check_that_flaps_for_hours_is_one_outage() -> None:
    check = a_check(failure_threshold=1, success_threshold=1)
    played = play(check, *[FAILED, PASSED] * 150)
    heard = [each.alert.phase for each in played if each.alert is not None]
    assert heard == [*[AlertPhase.BEGAN, AlertPhase.ENDED] * FLAPS, AlertPhase.BEGAN, *[AlertPhase.REMINDED] * 2]


def test_a_check_that_goes_down_now_and_then_does_not_flap() -> None:
    check, standing, heard = a_check(failure_threshold=1, success_threshold=1), CheckStanding(key="site"), []
    for number in range(40):
        now = NOON + number * timedelta(minutes=45)
        judgement = judged(standing, a_result(FAILED if number % 2 else PASSED, at=now), check, now, f"{number}")
        standing = judgement.standing
        heard.append(judgement.alert)
    assert all(heard[1:])


def test_a_replay_knows_the_maintenance_windows_of_the_configuration() -> None:
    results = [a_result(FAILED, at=NOON + number * MINUTE) for number in range(10)]
    window = OnceWindow(since=NOON, until=NOON + 6 * MINUTE)
    (only,) = replayed(a_check(failure_threshold=1, maintenance=MaintenancePlan(once=(window,))), results)
    assert only.at == NOON + 6 * MINUTE
