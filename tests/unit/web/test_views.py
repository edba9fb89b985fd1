"""From what the actors said to what readers see."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actors.web.model import building
from actors.web.model.views import EventKind
from messages.drafts import DraftFile, Extension
from messages.papers import RecentPaper
from messages.reading import DraftStep, PastIncident
from tests.builders import NOON, a_paper
from tests.reading_builders import a_history, draft_called

MINUTE = timedelta(minutes=1)


def test_a_draft_says_how_long_each_step_took() -> None:
    view = building.draft_view(draft_called("D2300R11"), NOON + MINUTE, NOON + timedelta(days=2))
    steps = view.steps
    assert (steps.uploaded_at, steps.seen_at, steps.told_at) == (NOON - 10 * MINUTE, NOON, NOON + MINUTE)
    assert (steps.seconds_to_see, steps.seconds_to_tell, steps.seconds_to_publish) == (600.0, 60.0, 172_800.0)


def test_a_clock_that_is_wrong_gives_no_negative_time() -> None:
    file = DraftFile(extension=Extension.PDF, url="https://x.example/a.pdf", last_modified=NOON + MINUTE, length=None)
    assert building.draft_view(draft_called("D1R0", files=(file,)), None, None).steps.seconds_to_see is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", "ftp://x.example/", "http://", "http://["]
)
def test_links_lead_to_the_web_or_nowhere(url: str) -> None:
    assert building.web_address(url) == ""
    assert building.paper_view(replace(a_paper(), url=url), NOON, True).url == ""


def test_the_timeline_has_everything_newest_first() -> None:
    history = a_history(("D1R1", DraftStep.FOUND, NOON), ("D1R1", DraftStep.PUBLISHED, NOON + timedelta(days=1)))
    incident = PastIncident(
        code="host_unusable", subject="isocpp.org", text="no answer", began_at=NOON + MINUTE, ended_at=NOON + 2 * MINUTE
    )
    drafts = {"D1R1": building.draft_view(draft_called("D1R1"), None, None)}
    told = building.events(history, drafts, [RecentPaper(at=NOON - MINUTE, paper=a_paper())], [incident])
    assert [event.kind for event in told] == [
        EventKind.DRAFT_PUBLISHED,
        EventKind.PROBLEM_RESOLVED,
        EventKind.PROBLEM_BEGAN,
        EventKind.DRAFT_FOUND,
        EventKind.PAPER_ADDED,
    ]
    assert len({event.id for event in told}) == 5
    assert building.published_at(history) == {"D1R1": NOON + timedelta(days=1)}
