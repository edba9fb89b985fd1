"""Who is told what, on both bases: maintenance windows, dependencies, and checks that change while they are down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from actors.checks.actor import ChecksActor
from actors.checks.book import MOST_TOLD
from actors.checks.model.standing import DISABLED
from messages.activity import FetchActivity, Reachability, UpstreamSite
from messages.check_definitions import RequiredCondition
from messages.checks import (
    AlertPhase,
    CheckAlert,
    CheckPaused,
    CheckRefused,
    ChecksDone,
    ChecksListed,
    CheckState,
    CheckVerdict,
    PauseCheck,
)
from messages.health import ActorStatus, IndexSnapshot, SnapshotRequest
from messages.maintenance import BeginMaintenance, EndMaintenance, MaintenanceListed
from tests.actors.checks.quiet import QuietChecks
from tests.actors.checks.room import Room, quick
from tests.actors.index.server import status
from tests.check_builders import a_check, a_result


class AttentiveChecks(ChecksActor):
    """Looks all the time whether something is to be told."""

    REMINDER_SECONDS = 0.1


class SlowReminders(ChecksActor):
    """Looks almost never by itself whether something is to be told."""

    REMINDER_SECONDS = 3600.0


HASTY: dict[str, Any] = {"failure_threshold": 1, "success_threshold": 1}


def begin(room: Room, what: str, seconds: float | None = None) -> MaintenanceListed:
    command = BeginMaintenance(request_id="b", what=what, seconds=seconds, by="ada", reason="new switch")
    return room.harness.ask(command, MaintenanceListed)


def test_nothing_is_told_in_maintenance_that_was_begun_by_hand_also_after_a_restart(room: Room) -> None:
    room.open(quick(**HASTY), quick("other", group="infra", **HASTY), actor=AttentiveChecks)
    room.listed_when(lambda found: all(check.status is CheckState.UP for check in found.checks))
    begun = begin(room, "infra")
    assert [(each.scope, each.by, each.until) for each in begun.windows] == [("infra/", "ada", None)]
    assert [each.key for each in begun.checks] == ["infra/other"]
    room.again(quick(**HASTY), quick("other", group="infra", **HASTY), actor=AttentiveChecks)
    room.server.now_answers(status(503))
    assert room.alert().text.startswith("site is down")
    room.listed_when(lambda found: all(check.status is CheckState.DOWN for check in found.checks))
    assert room.harness.heard_of(CheckAlert) == []
    assert room.rows("SELECT DISTINCT key FROM checks.results WHERE mark = 'maintenance'") == [("infra/other",)]
    ended = room.harness.ask(EndMaintenance(request_id="e", what="infra/"), MaintenanceListed)
    assert (ended.windows, ended.checks) == ((), ())
    assert room.alert().text.startswith("infra/other is down")


def test_maintenance_by_hand_ends_by_itself_and_what_ended_in_it_is_not_told(room: Room) -> None:
    room.open(quick(**HASTY), actor=AttentiveChecks)
    room.listed_when(lambda found: found.checks[0].status is CheckState.UP)
    begin(room, "all", 3600.0)
    room.server.now_answers(status(503))
    room.listed_when(lambda found: found.checks[0].status is CheckState.DOWN)
    room.server.now_answers(status(200))
    room.listed_when(lambda found: found.checks[0].status is CheckState.UP)
    begin(room, "all", 0.2)
    room.server.now_answers(status(503))
    assert room.alert().phase is AlertPhase.BEGAN
    outages = room.rows("SELECT count(*) FROM checks.transitions WHERE state = 'down'")
    assert outages == [(2,)]


def test_more_than_one_transaction_tells_is_told_in_the_next_ones(room: Room) -> None:
    many = MOST_TOLD + 10
    room.open(*(a_check(f"c{number}", interval=2.0, **HASTY) for number in range(many)), actor=SlowReminders)
    begin(room, "all")
    room.server.now_answers(status(503))
    room.listed_when(lambda found: all(check.status is CheckState.DOWN for check in found.checks))
    room.harness.tell(EndMaintenance(request_id="e", what="all"))
    assert len({room.alert().outage for _ in range(many)}) == many


def test_no_maintenance_is_ended_that_nobody_began(room: Room) -> None:
    room.open(quick())
    refused = room.harness.ask(EndMaintenance(request_id="e", what="all"), CheckRefused)
    assert refused.detail == "no maintenance of all was begun by hand"


def test_of_two_checks_that_go_down_at_once_only_the_one_is_told_that_the_other_depends_on(room: Room) -> None:
    parent, child = quick("parent", **HASTY), quick("child", depends_on=("parent",), **HASTY)
    slow = replace(parent, interval=3600.0, retry_interval=0.1)
    room.open(slow, child, actor=AttentiveChecks)
    room.harness.ask(PauseCheck(request_id="p", key="parent", paused=False), CheckPaused)
    room.listed_when(lambda found: all(check.status is CheckState.UP for check in found.checks))
    room.server.now_answers(status(503))
    assert room.alert().text.startswith("parent is down")
    room.listed_when(lambda found: all(check.status is CheckState.DOWN for check in found.checks))
    room.again(parent, child, actor=AttentiveChecks)
    room.server.now_answers(status(200))
    assert room.alert().text.startswith("parent is up again")
    room.listed_when(lambda found: all(check.status is CheckState.UP for check in found.checks))
    assert room.harness.heard_of(CheckAlert) == []


def test_a_ping_that_was_under_way_when_a_check_failed_says_nothing_of_what_broke(room: Room) -> None:
    parent = quick("parent", timeout=20.0, **HASTY)
    room.open(parent, quick("child", depends_on=("parent",), timeout=20.0, **HASTY), actor=QuietChecks)
    room.await_generation(1)
    room.harness.tell(ChecksDone(results=(a_result(key="parent"), a_result(key="child"))))
    room.await_generation(2)
    now, millisecond = datetime.now(UTC), timedelta(milliseconds=1)
    failed = a_result(CheckVerdict.FAILED, key="child", generation=2, at=now)
    began, ended = now - 100 * millisecond, now + 100 * millisecond
    ping = a_result(key="parent", generation=2, at=ended, began=began, duration=0.004)
    room.harness.tell(ChecksDone(results=(failed, ping)))
    room.await_generation(3)
    room.harness.tell(ChecksDone(results=(a_result(CheckVerdict.FAILED, key="parent", generation=3),)))
    assert room.alert().text.startswith("parent is down")
    assert room.harness.heard_of(CheckAlert) == []


def test_what_stays_down_when_that_is_back_which_it_depends_on_is_told_then(room: Room) -> None:
    lenient = (RequiredCondition(text="[STATUS] < 500"),)
    parent = quick("parent", condition=lenient, **HASTY)
    room.open(parent, quick("child", depends_on=("parent",), **HASTY), actor=AttentiveChecks)
    room.listed_when(lambda found: all(check.status is CheckState.UP for check in found.checks))
    room.server.now_answers(status(503))
    assert room.alert().text.startswith("parent is down")
    room.listed_when(lambda found: all(check.status is CheckState.DOWN for check in found.checks))
    room.server.now_answers(status(404))
    assert room.alert().text.startswith("parent is up again")
    late = room.alert()
    assert (late.phase, late.text.splitlines()[0]) == (AlertPhase.BEGAN, "child is down: [STATUS] (404) == 200")


def test_a_check_that_is_paused_while_it_is_down_has_its_outage_ended(room: Room) -> None:
    room.open(quick(**HASTY))
    room.server.now_answers(status(503))
    began = room.alert()
    room.harness.ask(PauseCheck(request_id="p", key="site", paused=True), CheckPaused)
    ended = room.alert()
    assert (ended.phase, ended.outage) == (AlertPhase.ENDED, began.outage)
    assert ended.text == "site is paused: it was down and is not checked now."
    room.harness.ask(PauseCheck(request_id="p2", key="site", paused=False), CheckPaused)
    assert room.alert().phase is AlertPhase.BEGAN


def test_a_check_that_is_down_and_not_paused_stays_so_when_somebody_lets_it_go_on(room: Room) -> None:
    room.open(quick(**HASTY))
    room.server.now_answers(status(503))
    began = room.alert()
    gone_on = room.harness.ask(PauseCheck(request_id="p", key="site", paused=False), CheckPaused)
    assert gone_on.check.status is CheckState.DOWN
    room.server.now_answers(status(200))
    ended = room.alert()
    assert (ended.outage, ended.phase) == (began.outage, AlertPhase.ENDED)
    assert ended.text.startswith("site is up again")


def test_that_a_check_is_paused_in_maintenance_is_told_after_it_also_after_a_restart(room: Room) -> None:
    room.open(quick(**HASTY), actor=AttentiveChecks)
    room.server.now_answers(status(503))
    began = room.alert()
    begin(room, "all")
    room.harness.ask(PauseCheck(request_id="p", key="site", paused=True), CheckPaused)
    room.again(quick(**HASTY), actor=AttentiveChecks)
    assert room.listed().checks[0].status is CheckState.PAUSED
    assert room.harness.heard_of(CheckAlert) == []
    room.harness.ask(EndMaintenance(request_id="e", what="all"), MaintenanceListed)
    ended = room.alert()
    assert (ended.outage, ended.text) == (began.outage, "site is paused: it was down and is not checked now.")


def test_a_check_takes_the_name_of_one_that_was_removed_and_its_maintenance_along(room: Room) -> None:
    other = replace(quick("other", **HASTY), conditions=(RequiredCondition(text="[STATUS] < 500"),))
    room.open(quick("old", **HASTY), other, actor=AttentiveChecks)
    room.listed_when(lambda found: all(check.status is CheckState.UP for check in found.checks))
    begin(room, "old")
    room.again(quick("old", **HASTY), actor=AttentiveChecks)  # other is removed: its hours are kept
    room.again(quick("other", **HASTY), actor=AttentiveChecks)  # old is called so now
    room.server.now_answers(status(503))
    room.listed_when(lambda found: found.checks[0].status is CheckState.DOWN)
    assert room.harness.heard_of(CheckAlert) == []
    assert room.rows("SELECT DISTINCT key FROM checks.hours") == [("other",)]
    room.harness.ask(EndMaintenance(request_id="e", what="other"), MaintenanceListed)
    assert room.alert().text.startswith("other is down")


def test_maintenance_of_what_is_no_longer_there_can_be_ended(room: Room) -> None:
    room.open(quick("a", group="infra"), quick("b"))
    begin(room, "infra")
    begin(room, "b")
    room.again(quick("c"))
    for what in ("infra", "b"):
        ended = room.harness.ask(EndMaintenance(request_id=f"e{what}", what=what), MaintenanceListed)
    assert ended.windows == ()


def test_a_check_that_is_disabled_while_it_is_down_has_its_outage_ended(room: Room) -> None:
    room.open(quick(**HASTY))
    room.server.now_answers(status(503))
    began = room.alert()
    room.again(quick(disabled=True, **HASTY))
    ended = room.alert()
    assert (ended.outage, ended.text) == (began.outage, "site is disabled: it was down and is not checked now.")
    assert room.listed().checks[0].status is CheckState.PAUSED


def test_a_check_that_is_renamed_or_moved_keeps_its_outage_and_its_history(room: Room) -> None:
    room.open(quick(**HASTY))
    room.server.now_answers(status(503))
    began = room.alert()
    room.again(quick("page", group="web", **HASTY))
    (check,) = room.listed().checks
    assert (check.name, check.group, check.status) == ("page", "web", CheckState.DOWN)
    assert room.listed("page").history
    room.server.now_answers(status(200))
    ended = room.alert()
    assert (ended.outage, ended.phase) == (began.outage, AlertPhase.ENDED)
    assert ended.text.startswith("web/page is up again")


def test_two_checks_that_swap_their_names_keep_their_states_and_their_histories(room: Room) -> None:
    fails = replace(quick("a", **HASTY), conditions=(RequiredCondition(text="[STATUS] == 204"),))
    room.open(fails, quick("b", **HASTY))
    began = room.alert()
    assert began.text.startswith("a is down")
    room.listed_when(lambda found: found.checks[1].status is CheckState.UP)
    slow: dict[str, Any] = {"interval": 3600.0, "retry_interval": 3600.0, **HASTY}
    room.again(replace(quick("a", **slow)), replace(fails, name="b", interval=3600.0, retry_interval=3600.0))
    assert {each.name: each.status for each in room.listed().checks} == {"a": CheckState.UP, "b": CheckState.DOWN}
    assert {each.verdict for each in room.listed("a").history} == {CheckVerdict.PASSED}
    assert {each.verdict for each in room.listed("b").history} == {CheckVerdict.FAILED}
    assert room.harness.heard_of(CheckAlert) == []
    room.server.now_answers(status(204))
    room.again(quick("a", disabled=True, **slow), replace(fails, name="b"))
    ended = room.alert()
    assert (ended.outage, ended.phase) == (began.outage, AlertPhase.ENDED)
    assert ended.text.startswith("b is up again")


def test_a_check_that_takes_the_name_of_one_that_is_down_ends_the_outage_of_that(room: Room) -> None:
    fails = replace(quick("a", **HASTY), conditions=(RequiredCondition(text="[STATUS] == 204"),))
    room.open(fails, quick("b", **HASTY))
    began = room.alert()
    room.listed_when(lambda found: found.checks[1].status is CheckState.UP)
    room.again(quick("a", **HASTY))  # a is removed, and b is called so now
    ended = room.alert()
    assert (ended.outage, ended.text) == (began.outage, "a is no longer checked.")
    assert [each.status for each in room.listed().checks] == [CheckState.UP]


def test_thresholds_that_change_while_a_check_fails_count_from_the_next_result(room: Room) -> None:
    room.open(quick(failure_threshold=1000))
    room.server.now_answers(status(503))
    room.listed_when(lambda found: bool(found.checks[0].error))
    room.again(quick(failure_threshold=2))
    assert room.alert().phase is AlertPhase.BEGAN
    room.again(quick(failure_threshold=1000, success_threshold=1))
    assert room.listed().checks[0].status is CheckState.DOWN
    room.server.now_answers(status(200))
    assert room.alert().phase is AlertPhase.ENDED


def test_what_callboard_depends_on_is_checked_without_a_request_and_told_by_nobody(room: Room) -> None:
    room.open_elsewhere(actor=AttentiveChecks, builtin_checks=True)
    room.harness.introduce("notifier", "index")
    sites = (UpstreamSite(host="wg21.link", state=Reachability.UNREACHABLE, detail="HTTP 503"),)
    activity = FetchActivity(fetched_at=None, added=0, changed=0, brought_at=None, upstreams=sites)
    status = ActorStatus(last_updated=datetime.now(UTC), reasons=(), counters=(), last_error=None, last_error_at=None)
    known = IndexSnapshot(
        request_id="",
        status=status,
        entries=0,
        papers=0,
        synced_at=None,
        failing_since=None,
        activity=activity,
    )

    def is_judged(found: ChecksListed) -> bool:
        while room.harness.heard_of(SnapshotRequest):  # who answers too late is asked again
            asked = room.harness.expect(SnapshotRequest, to="index")
            room.harness.tell(replace(known, request_id=asked.request_id))
        return {"down", "up"} <= {check.status.value for check in found.checks}

    found = room.listed_when(is_judged)
    states = {check.name: (check.status.value, check.error) for check in found.checks}
    assert states["wg21.link"] == ("down", "HTTP 503")
    assert states["database"] == ("up", "")
    assert states["slack"] == ("paused", DISABLED)
    assert room.harness.heard_of(CheckAlert) == []
