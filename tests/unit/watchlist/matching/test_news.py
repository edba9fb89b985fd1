"""What a notice says of what happened."""

from typing import Any

import pytest

from actors.watchlist.matching.entries import EntryKind, ParsedEntry, parse
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.matching.news import news_items, with_known_audiences
from actors.watchlist.matching.recipients import NewsItem
from messages.notices import Happening
from messages.papers import (
    MailedPaper,
    MailingPublished,
    Occasion,
    Paper,
    PaperChange,
    PapersAdded,
    PapersChanged,
)
from tests.builders import NOON, a_paper
from tests.watching_builders import a_matcher


def test_a_changed_title_is_told_with_what_it_was_and_for_whom_the_paper_is() -> None:
    change = PaperChange(before=a_paper(title="Ranges", authors=()), after=a_paper(title="Views"))
    (told,) = news_items(a_matcher(U1=("Niebler",)), {"P2300": ("LEWG",)}, PapersChanged(at=NOON, changes=(change,)))
    assert (told.notice.detail, told.notice.audience) == ("The title was: Ranges", ("LEWG",))
    assert told.matches == {"U1": ("Niebler",)}


def test_of_a_paper_whose_authors_changed_no_title_is_told() -> None:
    change = PaperChange(before=a_paper(authors=()), after=a_paper())
    (told,) = news_items(a_matcher(), {}, PapersChanged(at=NOON, changes=(change,)))
    assert told.notice.detail == ""


def told_of(matcher: Matcher, before: Paper, after: Paper, **known: Any) -> NewsItem:
    change = PaperChange(before=before, after=after, **known)
    (item,) = news_items(matcher, {}, PapersChanged(at=NOON, changes=(change,)))
    return item


WATCHERS = {"U1": ("P2300",), "U2": ("Niebler",), "U3": ("audience:SG16",), "U4": ("title:execution",)}


@pytest.mark.parametrize(
    ("disposition", "happening"),
    [
        ("Adopted 2025-06", Happening.PAPER_ADOPTED),
        ("Forwarded to LWG", Happening.PAPER_FORWARDED),
        ("Rejected", Happening.PAPER_DISPOSED),
    ],
)
def test_a_new_disposition_is_for_who_watches_the_paper_and_not_only_its_group(
    disposition: str, happening: Happening
) -> None:
    groups = ("SG16 Unicode",)
    after = a_paper(audience=groups, disposition=disposition)

    item = told_of(a_matcher(**WATCHERS), a_paper(audience=groups), after)

    assert (item.notice.happening, item.notice.detail) == (happening, f"Disposition: {disposition}")
    assert set(item.recipients(item.candidates(), Mutes(()), NOON)) == {"U1", "U2", "U4"}


def test_a_disposition_that_was_there_before_or_is_taken_back_is_no_news() -> None:
    matcher, adopted = a_matcher(**WATCHERS), a_paper(disposition="Adopted 2025-06")

    for item in (told_of(matcher, a_paper(), adopted, is_old_disposition=True), told_of(matcher, adopted, a_paper())):
        assert item.notice.happening is Happening.PAPER_CHANGED
        assert item.recipients(item.candidates(), Mutes(()), NOON) == {}


def test_a_paper_that_gets_an_audience_is_news_for_who_watches_the_group() -> None:
    item = told_of(a_matcher(**WATCHERS), a_paper(), a_paper(audience=("SG16 Unicode", "LEWG Library Evolution")))

    assert set(item.recipients(item.candidates(), Mutes(()), NOON)) == {"U3"}
    assert item.notice.audience == ("SG16", "LEWG")


def test_an_audience_that_the_draft_named_is_no_news_when_a_source_names_it_too() -> None:
    change = PaperChange(before=a_paper(), after=a_paper(audience=("SG16 Unicode",)))
    event = with_known_audiences(PapersChanged(at=NOON, changes=(change,)), {"P2300": ("SG16",)})

    (item,) = news_items(a_matcher(**WATCHERS), {}, event)

    assert item.recipients(item.candidates(), Mutes(()), NOON) == {}


def test_a_new_paper_is_for_the_groups_that_its_source_names() -> None:
    paper = a_paper(authors=(), title="", audience=("EWGI SG17: EWG Incubator", "SG16 Unicode"))
    event = PapersAdded(at=NOON, papers=(paper,), occasion=Occasion.NEWS)

    (item,) = news_items(a_matcher(**WATCHERS), {"P2300": ("LWG",)}, event)

    assert set(item.recipients(item.candidates(), Mutes(()), NOON)) == {"U1", "U3"}


def test_a_mailing_is_told_by_group_to_who_watches_mailings() -> None:
    papers = tuple(
        MailedPaper(id=f"P{number:04d}R0", title="", audience=groups)
        for number, groups in enumerate([("SG16 Unicode",), ("SG16", "LEWG"), (), ("Concurrency",)], 1)
    )
    mailing = MailingPublished(
        at=NOON, name="2025-02", title="2025-02 pre-Nowhere", url="https://example.org/#x", papers=papers
    )

    (item,) = news_items(a_matcher(U1=("mailings",), U2=("SG16",)), {}, mailing)

    assert item.matches == {"U1": ("mailings",)}
    assert (item.notice.title, item.notice.detail) == ("2025-02 pre-Nowhere", "4 papers")
    assert item.notice.by_group == (
        ("SG16", ("P0001R0", "P0002R0")),
        ("LEWG", ("P0002R0",)),
        ("SG1", ("P0004R0",)),
        ("no group", ("P0003R0",)),
    )
    assert list(news_items(a_matcher(), {}, mailing, skip=1)) == []


@pytest.mark.parametrize("text", ["mailings", "Mailing", "new mailings", "all the mailings"])
def test_mailings_can_be_watched(text: str) -> None:
    assert parse(text) == ParsedEntry(kind=EntryKind.MAILINGS, key="mailings", text="mailings")
