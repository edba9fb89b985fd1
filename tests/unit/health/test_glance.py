"""Whether all is well, as the page says it."""

from actors.health.glance.view import health_view
from actors.health.snapshots.reports import ActorReport, Overview, Responsiveness
from messages.health import ActorStatus, HealthReason, ReasonCode
from tests.builders import NOON
from tests.health_builders import a_busy_snapshot

BEGINS = HealthReason(
    code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text="index: not loaded yet", is_beginning=True
)
FAILS = HealthReason(code=ReasonCode.DEAD_LETTERS, subject="index", text="index: 1 event is undelivered")


def headline_of(*reasons: HealthReason) -> tuple[str, str]:
    status = ActorStatus(last_updated=NOON, reasons=reasons, counters=(), last_error=None, last_error_at=None)
    report = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=a_busy_snapshot("index", "1", status))
    view = health_view(Overview(reports={"index": report}, at=NOON, leader=""), {}, NOON)
    return view.state, view.headline


def test_the_first_load_is_a_start_and_nothing_wrong() -> None:
    assert headline_of() == ("well", "All is well.")
    assert headline_of(BEGINS) == ("degraded", "Starting: not all is loaded yet.")
    assert headline_of(BEGINS, FAILS) == ("degraded", "2 things are wrong.")
