"""Pages of open-std.org that are no listings, or are made to keep the reader busy."""

import time

import pytest

from actors.index.open_std.markup import MOST_NESTED
from tests.unit.index.listings import a_page, a_row, listing_of

JANUARY = "mailing2031-01"


@pytest.mark.parametrize(
    "tag",
    [
        "<div>",
        "<table><tr><td>",
        "<h2><ul><li>",
        "<a href=x><table><tr><td>",
        "<div></ul>",
        "<span></div>",
        "<address>",
        "<div><table></div>",
        "<table><tr><td><div></table><div></tr>",
    ],
)
def test_elements_within_each_other_take_time_by_their_number_only(tag: str) -> None:
    page = f"<html><body>{tag * (400_000 // len(tag))}".encode()
    began = time.process_time()
    listing_of(page)
    assert time.process_time() - began < 6.0


def test_rows_within_some_elements_and_behind_too_many_are_read() -> None:
    inside = a_page({JANUARY: [a_row()]})
    some = MOST_NESTED - 10
    assert list(listing_of(f"{'<div>' * some}{inside}".encode()).papers) == ["P9000R0"]
    many = MOST_NESTED * 10
    behind = f"<div><div>{'<div>' * many}{'</div>' * many}</div></div>{inside}"
    assert list(listing_of(behind.encode()).papers) == ["P9000R0"]


def test_a_list_of_files_that_a_web_server_makes_is_no_listing() -> None:
    page = (
        "<html><body><h1>Index of /2031</h1><pre><a href='p9000r0.html'>p9000r0.html</a>  2031-01-01 10:00  12K\n"
        "<a href='p9001r0.pdf'>P9001R0.pdf</a>   2031-01-02 10:00  1.2M\n</pre></body></html>"
    )
    assert listing_of(page.encode()).papers == {}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_page_in_utf_16_is_read(encoding: str) -> None:
    text = a_page({JANUARY: [a_row(title="Größe")]})
    mark = "" if encoding == "utf-16" else "\ufeff"
    listing = listing_of(f"{mark}{text}".encode(encoding))
    assert (listing.papers["P9000R0"].paper.title, listing.is_whole) == ("Größe", True)


def test_marks_that_turn_a_text_round_and_soft_hyphens_are_no_part_of_it() -> None:
    row = a_row(title="\u202eabc\u202c and \u2066std::exe\u00adcution\u2069", author="\u200fAda We\u00adll\u200e")
    paper = listing_of(a_page({JANUARY: [row]}).encode()).papers["P9000R0"].paper
    assert (paper.title, paper.authors) == ("abc and std::execution", ("Ada Well",))
