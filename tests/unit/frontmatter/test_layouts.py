"""Front matter out of documents that are laid out as real papers are."""

import unicodedata

import pytest

from actors.prober.frontmatter.reading import read
from actors.stage.sites.pdf import PdfLine, pdf_of
from messages.drafts import FrontMatter
from tests.unit.frontmatter.layouts import LATE_AUTHOR, LAYOUTS, Layout

EACH = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def front_matter(layout: Layout) -> FrontMatter:
    return read(layout.body, layout.extension, layout.content_type)


@EACH
def test_the_title_is_found_without_the_number(layout: Layout) -> None:
    assert front_matter(layout).title == layout.title


@EACH
def test_the_authors_are_found_without_mail_addresses_and_employers(layout: Layout) -> None:
    assert front_matter(layout).authors == layout.authors


@EACH
def test_the_audience_is_found(layout: Layout) -> None:
    assert front_matter(layout).audience == layout.audience


@EACH
def test_the_date_is_found(layout: Layout) -> None:
    assert front_matter(layout).date == layout.date


@EACH
def test_all_of_it_is_in_composed_letters(layout: Layout) -> None:
    found = front_matter(layout)
    for text in (found.title, *found.authors, *found.audience, found.text):
        assert unicodedata.is_normalized("NFC", text)


def test_the_late_author_stands_where_it_is_said_to_stand() -> None:
    assert LATE_AUTHOR.index("Author:") > 39_000


def test_styles_and_scripts_are_dropped_before_words_are_counted() -> None:
    noise = "<style>" + "p { color: red } " * 2000 + "</style><script>" + "var x = 1; " * 2000 + "</script>"
    words = " ".join(f"w{n}" for n in range(1200))
    layout = Layout(body=f"{noise}<p></p>{noise}<p>{words}</p>".encode(), title="", authors=(), audience=(), date=None)
    text = front_matter(layout).text
    assert text.split() == words.split()[:1000]
    assert front_matter(LAYOUTS["bikeshed"]).text.startswith("P4321R1 A ring buffer for <everyone> Published Proposal")


def test_words_of_a_pdf_that_were_parted_at_the_end_of_a_line_are_whole() -> None:
    body = pdf_of([[PdfLine(text="The imple-"), PdfLine(text="mentation of it")]])
    layout = LAYOUTS["latex with a header"]
    found = read(body, layout.extension, layout.content_type)
    assert found.text == "The implementation of it"


def test_the_mail_address_behind_a_link_is_no_word_of_the_text() -> None:
    assert "mara@example.org" not in front_matter(LAYOUTS["bikeshed"]).text
