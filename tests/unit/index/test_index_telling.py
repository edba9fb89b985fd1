"""Which events the news of a sync become."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.index.announce.events import (
    CATCH_UP_AFTER,
    CATCH_UP_PAPERS,
    FRESH,
    MOST_ADDED,
    MOST_CHANGED,
    MOST_TEXT,
    IndexEvent,
    SyncOccasion,
    UntoldVersion,
    closing,
    next_events,
    occasion_of,
)
from messages.papers import CaughtUp, Occasion, Paper, PaperChange, PaperKind, PapersAdded, PapersChanged
from tests.builders import a_paper

AT = datetime(2025, 12, 4, 8, 0, tzinfo=UTC)


def added(paper: Paper) -> UntoldVersion:
    return UntoldVersion(sync=7, at=AT, before=None, after=paper)


def changed(paper: Paper) -> UntoldVersion:
    return UntoldVersion(sync=7, at=AT, before=a_paper(paper.number, kind=paper.kind, title="before"), after=paper)


def told(news: list[UntoldVersion], occasion: Occasion = Occasion.NEWS) -> list[tuple[str, IndexEvent]]:
    events: list[tuple[str, IndexEvent]] = []
    while news:
        telling = next_events(news[:1000], occasion)
        assert telling.covered > 0
        events.extend(telling.events)
        news = news[telling.covered :]
    return events


def test_a_first_sync_is_told_to_the_prober_alone_and_only_what_it_probes() -> None:
    draft, issue, paper = a_paper(1, kind=PaperKind.D), a_paper(2, None, PaperKind.CWG), a_paper(3)

    events = told([added(draft), added(issue), added(paper)], Occasion.FIRST_SYNC)

    assert events == [("prober", PapersAdded(occasion=Occasion.FIRST_SYNC, at=AT, papers=(draft, paper), sync=7))]


def test_news_go_to_the_watchlist_whole_and_to_the_prober_as_far_as_it_probes() -> None:
    paper, issue = a_paper(1), a_paper(2, None, PaperKind.LWG)

    events = told([added(paper), added(issue)])

    assert events == [
        ("prober", PapersAdded(occasion=Occasion.NEWS, at=AT, papers=(paper,), sync=7)),
        ("watchlist", PapersAdded(occasion=Occasion.NEWS, at=AT, papers=(paper, issue), sync=7)),
    ]


def test_the_prober_is_not_bothered_with_issues() -> None:
    assert [destination for destination, _ in told([added(a_paper(2, None, PaperKind.LWG))])] == ["watchlist"]


def test_additions_and_changes_are_messages_of_their_own() -> None:
    new, old = added(a_paper(1)), changed(a_paper(2))

    events = told([new, old])

    assert [type(event) for _, event in events] == [PapersAdded, PapersAdded, PapersChanged, PapersChanged]
    change = PaperChange(before=a_paper(2, title="before"), after=a_paper(2))
    assert events[-1] == ("watchlist", PapersChanged(at=AT, changes=(change,), sync=7))


def test_a_message_holds_no_more_than_it_may() -> None:
    news = [added(a_paper(number)) for number in range(1, 1002)] + [
        changed(a_paper(number)) for number in range(1, 352)
    ]

    sizes = [
        len(event.papers) if isinstance(event, PapersAdded) else len(event.changes)
        for destination, event in told(news)
        if destination == "watchlist" and isinstance(event, PapersAdded | PapersChanged)
    ]

    assert sizes == [MOST_ADDED, MOST_ADDED, 1, MOST_CHANGED, 101]


def test_long_titles_make_messages_shorter() -> None:
    telling = next_events(
        [added(a_paper(number, title="x" * (MOST_TEXT // 3))) for number in range(1, 9)], Occasion.NEWS
    )

    assert telling.covered == 2


def test_one_entry_that_is_longer_than_a_message_is_told_alone() -> None:
    assert next_events([added(a_paper(1, title="x" * (MOST_TEXT + 1)))] * 2, Occasion.NEWS).covered == 1


@given(st.lists(st.sampled_from(PaperKind)), st.lists(st.sampled_from(PaperKind)))
def test_everything_new_is_told_once_and_in_order(additions: list[PaperKind], changes: list[PaperKind]) -> None:
    news = [added(a_paper(n, kind=kind)) for n, kind in enumerate(additions, 1)]
    news += [changed(a_paper(n, kind=kind)) for n, kind in enumerate(changes, 1)]

    heard = [
        paper.id
        for destination, event in told(news)
        if destination == "watchlist" and isinstance(event, PapersAdded | PapersChanged)
        for paper in (event.papers if isinstance(event, PapersAdded) else [change.after for change in event.changes])
    ]

    assert heard == [item.after.id for item in news]


def test_what_is_found_after_a_week_or_very_much_at_once_is_a_catch_up() -> None:
    yesterday, long_ago = AT - timedelta(days=1), AT - CATCH_UP_AFTER - timedelta(seconds=1)
    assert occasion_of(2, 5, yesterday, AT) == FRESH
    assert occasion_of(2, CATCH_UP_PAPERS, yesterday, AT) == FRESH
    assert occasion_of(2, 5, long_ago, AT) == SyncOccasion(occasion=Occasion.CATCH_UP, since=long_ago)
    assert occasion_of(2, CATCH_UP_PAPERS + 1, yesterday, AT) == SyncOccasion(occasion=Occasion.CATCH_UP, since=None)
    assert occasion_of(1, 30_000, None, AT) == SyncOccasion(occasion=Occasion.FIRST_SYNC, since=None)


def test_the_end_of_a_catch_up_is_told_once_with_its_last_telling_or_after_it() -> None:
    reason = SyncOccasion(occasion=Occasion.CATCH_UP, since=AT - CATCH_UP_AFTER)
    news = [added(a_paper(n)) for n in range(1, MOST_ADDED + 3)]
    first = closing(next_events(news, reason.occasion), 0, len(news), reason, AT)
    assert [type(event) for _, event in first.events] == [PapersAdded, PapersAdded]
    rest = news[first.covered :]
    last = closing(next_events(rest, reason.occasion), first.covered, len(news), reason, AT)
    assert [type(event) for _, event in last.events] == [PapersAdded, PapersAdded, CaughtUp, CaughtUp]
    assert [name for name, _ in last.events] == ["prober", "watchlist", "prober", "watchlist"]
    assert closing(next_events(rest, Occasion.NEWS), first.covered, len(news), FRESH, AT).events[2:] == ()
