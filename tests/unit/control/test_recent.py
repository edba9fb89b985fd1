"""What `callboard recent` lists, before there is any news and after."""

from datetime import date, timedelta
from typing import Any

import pytest

from actors.control.answers.recent import merged
from messages.drafts import Announcement, Draft, DraftPrefix, DraftState
from messages.papers import RecentPaper, RecentPapersReply
from tests.builders import NOON, a_paper

KNOWN = (a_paper(3000, 1, date=date(2025, 11, 1)), a_paper(3001, 0, date=date(2025, 10, 1)))


def a_draft(announcement: Announcement) -> Draft:
    return Draft(
        id="D2300R11",
        prefix=DraftPrefix.D,
        number=2300,
        revision=11,
        state=DraftState.FOUND,
        announcement=announcement,
        found_at=NOON - timedelta(days=30),
        files=(),
        predecessor=None,
    )


def reply(**fields: Any) -> RecentPapersReply:
    return RecentPapersReply(**{"request_id": "r", "papers": (), "known": KNOWN, **fields})


@pytest.mark.parametrize("drafts", [(), (a_draft(Announcement.SILENT),)])
def test_on_the_first_day_it_has_the_newest_papers_of_the_index_and_no_news(drafts: tuple[Draft, ...]) -> None:
    items = merged(reply(), drafts, 10)
    assert not any(item.is_news for item in items)
    assert {"P3000R1", "P3001R0"} <= {item.id for item in items}
    assert [item.at.date() for item in items if item.id == "P3000R1"] == [date(2025, 11, 1)]
    assert [item.at for item in items] == sorted((item.at for item in items), reverse=True)


def test_what_came_since_is_news_and_what_was_known_is_not_listed_with_it() -> None:
    came = RecentPaper(at=NOON, paper=a_paper(3100, 0))
    (paper,) = merged(reply(papers=(came,)), (), 10)
    assert (paper.id, paper.is_news) == ("P3100R0", True)
    (draft,) = merged(reply(), (a_draft(Announcement.ANNOUNCED),), 10)
    assert (draft.id, draft.is_news) == ("D2300R11", True)


def test_it_is_as_long_as_asked_for() -> None:
    assert [item.id for item in merged(reply(), (), 1)] == ["P3000R1"]
