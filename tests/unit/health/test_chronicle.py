"""Since when all is well, and what is over: from one overview after the other."""

from datetime import datetime, timedelta

from actors.health.document.chronicle import MOST_OVER, Chronicle, after, begun
from actors.health.snapshots.reports import ActorReport, Overview, Responsiveness
from messages.activity import Reachability
from messages.health import ActorStatus, HealthReason, ReasonCode
from tests.builders import NOON
from tests.health_builders import a_busy_snapshot


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def a_reason(subject: str, text: str = "It fails.") -> HealthReason:
    return HealthReason(code=ReasonCode.HOST_UNUSABLE, subject=subject, text=text)


def seen(minutes: float, *reasons: HealthReason) -> Overview:
    status = ActorStatus(last_updated=NOON, reasons=reasons, counters=(), last_error=None, last_error_at=None)
    report = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=a_busy_snapshot("index", "1", status))
    return Overview(reports={"index": report}, at=at(minutes), leader="")


def told(*overviews: Overview) -> Chronicle:
    chronicle = begun(NOON)
    for overview in overviews:
        chronicle = after(chronicle, overview)
    return chronicle


def test_what_is_well_from_the_beginning_has_been_well_since_then() -> None:
    chronicle = told(seen(1), seen(2))
    assert (chronicle.well, chronicle.since) == (True, NOON)


def test_it_counts_from_the_first_problem_and_again_from_the_end_of_the_last() -> None:
    a, b = a_reason("a"), a_reason("b")
    assert told(seen(1), seen(2, a), seen(3, a, b)).since == at(2)
    chronicle = told(seen(1), seen(2, a), seen(3, a, b), seen(4, b), seen(5), seen(6))
    assert (chronicle.well, chronicle.since) == (True, at(5))


def test_a_problem_that_is_over_is_kept_with_its_time() -> None:
    chronicle = told(seen(1, a_reason("a", "At first.")), seen(2, a_reason("a", "At last.")), seen(3))
    (over,) = chronicle.over
    assert (over.reason.text, over.since, over.until) == ("At last.", at(1), at(3))


def test_what_only_begins_is_well_and_never_over_unless_it_fails() -> None:
    begins = HealthReason(code=ReasonCode.HOST_UNUSABLE, subject="a", text="Not yet.", is_beginning=True)
    chronicle = told(seen(1, begins), seen(2))
    assert (chronicle.well, chronicle.since, chronicle.over) == (True, NOON, ())
    chronicle = told(seen(1, begins), seen(2, a_reason("a")), seen(3))
    assert (chronicle.since, [each.since for each in chronicle.over]) == (at(3), [at(1)])


def test_one_that_is_back_is_not_over() -> None:
    chronicle = told(seen(1, a_reason("a")), seen(2), seen(3, a_reason("a")))
    assert chronicle.over == ()
    assert [problem.since for problem in chronicle.lasting.values()] == [at(3)]


def test_only_so_many_are_kept_the_newest_first() -> None:
    overviews = [seen(number, a_reason(str(number))) for number in range(MOST_OVER + 5)]
    subjects = [problem.reason.subject for problem in told(*overviews).over]
    assert subjects == [str(number) for number in range(MOST_OVER + 3, 3, -1)]


def test_a_site_has_its_state_since_it_was_first_seen_in_it() -> None:
    assert told(seen(1), seen(2)).sites == {"wg21.link": (Reachability.THROTTLED, NOON)}
