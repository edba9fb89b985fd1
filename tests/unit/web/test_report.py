"""The report: one file that needs nothing else."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from actors.web.model.building import draft_view, paper_view
from actors.web.model.report_facts import ReportFacts
from actors.web.page.rendering import PageRenderer
from actors.web.plots import svg
from actors.web.plots.series import Delays, plots_of
from actors.web.report.document import percentile, report
from messages.probing import Verdict
from messages.reading import PastIncident, RequestCount, RequestHistoryReply, RequestKind
from tests.builders import NOON, a_paper
from tests.reading_builders import draft_called

DAY = timedelta(days=1)
EVIL = "<script>alert(1)</script>"


def some_counts() -> Sequence[RequestCount]:
    return (
        RequestCount(at=NOON - DAY, kind=RequestKind.SEARCH, verdict=Verdict.MISSING, requests=900),
        RequestCount(at=NOON - DAY, kind=RequestKind.RECHECK, verdict=Verdict.THROTTLED, requests=3),
    )


def facts(**fields: Any) -> ReportFacts:
    known = ReportFacts(
        since=NOON - 30 * DAY,
        now=NOON + DAY,
        drafts=[
            draft_view(draft_called("D2300R11", predecessor=a_paper(title=EVIL)), NOON + timedelta(seconds=4), None),
            draft_view(draft_called("D1R0", found_at=NOON - 90 * DAY), None, NOON),
        ],
        papers=[paper_view(a_paper(), NOON, True)],
        requests=RequestHistoryReply(request_id="1", counts=tuple(some_counts()), budget=400),
        problems=[
            PastIncident(
                code="host_unusable", subject="isocpp.org", text="no answer", began_at=NOON, ended_at=NOON + DAY
            )
        ],
        as_of=None,
    )
    return replace(known, **fields)


def written(**fields: Any) -> str:
    return report(facts(**fields), PageRenderer())


def test_it_says_what_appeared_how_fast_how_politely_and_what_went_wrong() -> None:
    text = written()
    assert "1 draft was found, 1 draft became a paper, and 1 paper was new in the index." in text
    assert "Half of the drafts were seen within 10 min of their upload" in text
    assert "903 requests to the papers’ host; the budget was 400 an hour. 3 answers asked us to slow down" in text
    assert "no answer <small>host_unusable</small></td><td>24 h" in text
    assert text.count("<svg") == 3


def test_it_needs_nothing_else_and_what_papers_say_is_text() -> None:
    text = written()
    assert EVIL not in text
    assert re.findall(r"<(?:script|link|img|iframe)\b", text) == []
    assert "url(" not in text


def test_what_is_not_known_is_said() -> None:
    text = written(requests=None, problems=None, drafts=[], papers=[], as_of=NOON)
    assert "The prober does not answer: nobody can say." in text
    assert "The notifier does not answer: nobody can say." in text
    assert "An actor does not answer: this is as it was" in text
    assert "It is not known of any draft how long it waited." in text


def test_the_plots_are_pictures_that_can_be_read() -> None:
    plots = plots_of(facts().drafts, facts().requests, facts().since, facts().now)
    assert plots.budget is not None
    for figure in (
        svg.detections_svg(plots.detections),
        svg.delays_svg(plots.delays, 0, 1),
        svg.budget_svg(plots.budget),
    ):
        picture = ElementTree.fromstring(figure[figure.index("<svg") : figure.index("</svg>") + 6])
        assert picture.get("aria-label")
        assert picture.find("text") is not None


@given(some.lists(some.floats(0, 1e9) | some.none(), max_size=20))
def test_any_delays_can_be_drawn(values: list[float | None]) -> None:
    ids = tuple(f"D{place}R0" for place in range(len(values)))
    delays = Delays(seen=tuple(range(len(values))), ids=ids, to_see=tuple(values), to_tell=tuple(values))
    assert svg.delays_svg(delays, 0, 100).count("<circle") == 2 * sum(value is not None for value in values)


def test_nine_of_ten_is_the_ninth_of_ten() -> None:
    assert percentile([float(value) for value in range(1, 11)], 0.9) == 9.0
    assert percentile([5.0, None], 0.9) == 5.0
    assert percentile([], 0.9) is None


def test_how_soon_drafts_were_told_is_said_where_it_is_not_known_when_they_were_uploaded() -> None:
    (draft, *_) = facts().drafts
    steps = replace(draft.steps, uploaded_at=None, seconds_to_see=None, seconds_to_tell=4.0)

    text = written(drafts=[replace(draft, steps=steps)])

    assert "It is not known when any of these drafts was uploaded. Half were told within 4 s of being seen" in text
