"""The feed, held to RFC 4287 by a validator of the rules that it uses."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors.web.feed.atom import ATOM, MOST_ENTRIES, feed
from actors.web.model.building import draft_view, paper_view
from tests.builders import NOON, a_paper
from tests.reading_builders import draft_called
from tests.unit.web.atom_validator import problems_of

SELF, PAGE = "http://127.0.0.1:8765/feed.atom", "http://127.0.0.1:8765/"
DRAFT = draft_view(draft_called("D2300R11"), None, None)
PAPER = paper_view(a_paper(1, 0), NOON + timedelta(hours=1), True)


def entries(written: bytes) -> list[ElementTree.Element]:
    return ElementTree.fromstring(written).findall(f"{{{ATOM}}}entry")


def texts(written: bytes, name: str) -> list[str | None]:
    return [entry.findtext(f"{{{ATOM}}}{name}") for entry in entries(written)]


def test_it_is_valid_and_newest_first() -> None:
    written = feed([DRAFT, PAPER], "", SELF, PAGE)
    assert problems_of(written) == []
    assert texts(written, "id") == ["tag:callboard,2025:paper:P0001R0", "tag:callboard,2025:draft:D2300R11"]
    assert texts(written, "updated") == ["2025-11-21T13:00:00Z", "2025-11-21T12:00:00Z"]


def test_ids_do_not_depend_on_where_it_is_read_or_on_what_changes() -> None:
    elsewhere = feed(
        [draft_view(draft_called("D2300R11"), NOON, NOON)], "", "https://a.example/f", "https://a.example/"
    )
    assert texts(elsewhere, "id") == ["tag:callboard,2025:draft:D2300R11"]


def test_what_was_there_at_the_installation_is_dated_by_its_date() -> None:
    old = paper_view(a_paper(1, 0, date=date(2024, 1, 2)), NOON, False)
    assert texts(feed([old], "", SELF, PAGE), "updated") == ["2024-01-02T00:00:00Z"]


def test_an_empty_feed_is_valid_too() -> None:
    assert problems_of(feed([], "title:ranges & more", f"{SELF}?q=x", PAGE)) == []


def test_it_has_so_many_entries_and_no_more() -> None:
    many = [paper_view(a_paper(number, 0), NOON, True) for number in range(1, MOST_ENTRIES + 10)]
    assert len(entries(feed(many, "", SELF, PAGE))) == MOST_ENTRIES


@given(title=some.text(), author=some.text(min_size=1), at=some.datetimes(min_value=datetime(1970, 1, 1)))
def test_whatever_a_title_holds_it_is_valid(title: str, author: str, at: datetime) -> None:
    paper = replace(a_paper(1, 0, title=title, authors=(author,)), date=at.date())
    written = feed([paper_view(paper, NOON, False)], title, SELF, PAGE)
    assert problems_of(written) == []


@pytest.mark.parametrize(
    "broken", [b"<feed/>", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>", b"no xml"]
)
def test_the_validator_sees_what_is_wrong(broken: bytes) -> None:
    assert problems_of(broken) != []


def test_a_paper_leads_to_where_its_source_has_it_for_wg21_link_may_not_know_it_yet() -> None:
    url = "https://www.open-std.org/jtc1/sc22/wg21/docs/papers/2031/p0001r0.pdf"
    paper = paper_view(a_paper(1, 0, url=url, audience=("SG16 Unicode",), mailing="2031-01"), NOON, True)
    (entry,) = entries(feed([paper], "", SELF, PAGE))

    links = {each.get("rel"): (each.get("href"), each.get("type")) for each in entry.findall(f"{{{ATOM}}}link")}
    assert links["alternate"] == (url, "application/pdf")
    assert links["related"] == ("https://wg21.link/P0001R0", "text/html")
    assert str(entry.findtext(f"{{{ATOM}}}summary")).endswith(", for SG16 Unicode, mailing 2031-01")
    (entry,) = entries(feed([paper_view(a_paper(1, 0, url=""), NOON, True)], "", SELF, PAGE))
    assert [each.get("href") for each in entry.findall(f"{{{ATOM}}}link")] == ["https://wg21.link/P0001R0"]
