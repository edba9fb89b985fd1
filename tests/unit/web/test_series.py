"""The numbers of the plots."""

from datetime import timedelta

from actors.web.model.building import draft_view
from actors.web.plots.series import median, plots_of, verdicts
from messages.probing import Verdict
from messages.reading import RequestCount, RequestHistoryReply, RequestKind
from tests.builders import NOON
from tests.reading_builders import draft_called

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_count(at_hours: int, requests: int, kind: RequestKind = RequestKind.SEARCH) -> RequestCount:
    return RequestCount(at=NOON + at_hours * HOUR, kind=kind, verdict=Verdict.MISSING, requests=requests)


def test_days_without_drafts_are_there_too() -> None:
    drafts = [
        draft_view(draft_called("D1R0"), NOON, NOON + DAY),
        draft_view(draft_called("D2R0", found_at=NOON - 2 * DAY), None, None),
        draft_view(draft_called("D3R0", found_at=NOON - 90 * DAY), None, NOON),
    ]
    plots = plots_of(drafts, None, NOON - 3 * DAY, NOON + DAY)
    assert plots.detections.found == (0, 1, 0, 1, 0)
    assert plots.detections.published == (0, 0, 0, 1, 1)
    assert plots.budget is None


def test_delays_are_those_of_drafts_that_were_announced() -> None:
    drafts = [draft_view(draft_called("D1R0"), NOON + timedelta(seconds=3), None)]
    delays = plots_of(drafts, None, NOON - DAY, NOON).delays
    assert (delays.ids, delays.to_see, delays.to_tell) == (("D1R0",), (600.0,), (3.0,))


def test_requests_are_added_up_by_hour_and_kind() -> None:
    counts = (a_count(0, 5), a_count(0, 2, RequestKind.RECHECK), a_count(1, 7))
    reply = RequestHistoryReply(request_id="1", counts=counts, budget=100)
    budget = plots_of([], reply, NOON - HOUR, NOON + HOUR).budget
    assert budget is not None
    assert (budget.kinds["search"], budget.kinds["recheck"]) == ((0, 5, 7), (0, 2, 0))
    assert (budget.allowed, budget.step_seconds) == (100, 3600)


def test_a_long_time_is_shown_by_day() -> None:
    reply = RequestHistoryReply(request_id="1", counts=(a_count(0, 5), a_count(5, 2)), budget=100)
    budget = plots_of([], reply, NOON - 30 * DAY, NOON + DAY).budget
    assert budget is not None
    assert budget.kinds["search"][30] == 7
    assert budget.allowed == 2400
    assert verdicts(reply.counts) == {Verdict.MISSING: 7}


def test_the_median_leaves_out_what_is_not_known() -> None:
    assert [median([]), median([None, 3.0]), median([1.0, None, 5.0]), median([9.0, 1.0, 2.0])] == [None, 3.0, 3.0, 2.0]
