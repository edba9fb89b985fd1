"""Labels, dates, and what any document may be made of."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.prober.frontmatter.fields import labels
from actors.prober.frontmatter.fields.labels import Label
from actors.prober.frontmatter.reading import LONGEST_TEXT, MOST_WORDS, read
from actors.prober.frontmatter.text.polish import polished
from actors.prober.frontmatter.values.dates import date_in
from messages.drafts import Extension


@pytest.mark.parametrize(
    "text",
    ["2024-05-03", "2024/5/3", "20240503", "3 May 2024", "3rd of May, 2024", "May 3, 2024", "May 3rd 2024",
     "Date: 2024.05.03", "03.05.2024", "2024-May-03", "Draft of 3-May-2024, late"],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert date_in(text) == date(2024, 5, 3)


@pytest.mark.parametrize(
    "text", ["", "P2024R0", "2024-13-41", "05/03/2024", "2024", "May you live", "30 February 2024"]
)
def test_what_is_no_date_or_leaves_a_doubt_is_none(text: str) -> None:
    assert date_in(text) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Document Number:", Label.NUMBER), ("Doc. No.", Label.NUMBER), ("Document #:", Label.NUMBER),
        ("Date", Label.DATE), ("Audience:", Label.AUDIENCE), ("Sub-Group:", Label.AUDIENCE),
        ("Working Group", Label.AUDIENCE), ("Author(s):", Label.AUTHOR), ("Authors / Reply-to", Label.AUTHOR),
        ("Co-Author:", Label.COAUTHOR), ("Editors", Label.EDITOR), ("Reply to:", Label.REPLY),
        ("Reply-To", Label.REPLY), ("E-mail:", Label.CONTACT), ("Issue Tracking:", Label.OTHER),
        ("Project", Label.PROJECT),
    ],
)  # fmt: skip
def test_labels_are_known_in_many_forms(text: str, label: Label) -> None:
    assert labels.alone(text) is label


@pytest.mark.parametrize("text", ["Authority", "The author", "Dates of meetings", "Audience participation is fun"])
def test_what_only_begins_like_a_label_is_none(text: str) -> None:
    assert labels.alone(text) is None
    assert labels.leading(text) is None


@pytest.mark.parametrize(
    ("told", "shown"),
    [("Ko\u0308ppe", "Köppe"), ("K¨oppe", "Köppe"), ("Ko¨ppe", "Köppe"), ("Mart´ın", "Martín"), ("ﬁle", "file"),
     ("a\u00adb\u200bc", "abc"), (" a \n\t b ", "a b"), ("`std::foo`", "`std::foo`")],
)  # fmt: skip
def test_text_is_shown_in_the_letters_that_were_meant(told: str, shown: str) -> None:
    assert polished(told) == shown


TAGS = (
    "<p> </p> <br> <table> <tr> <td> </td> </table> <dl> <dt> <dd> </dl> <h1> </h1> <pre> </pre> <div> </div> <address>"
    " <style> </style> <script> <a/href=mailto:a@b.c> </a> <title> </title> <!-- --> <svg> <template> <select>"
)
WORDS = (
    "Author: Authors Reply-to: Date: 2024-01-02 Audience: LEWG Title: Jane Doe, <jane@x.org> &amp; &#0; &#xD800; P1R2"
)
PIECES = st.one_of(st.sampled_from(TAGS.split()), st.sampled_from(WORDS.split()), st.just("\n"), st.text(max_size=10))


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join))
def test_any_document_is_read_and_what_is_found_is_bounded(text: str) -> None:
    found = read(text.encode("utf-8", "replace"), Extension.HTML, "text/html")
    assert len(found.title) <= 300
    assert len(found.authors) <= 40
    assert len(found.audience) <= 12
    assert len(found.text) <= LONGEST_TEXT
    assert len(found.text.split()) <= MOST_WORDS
    for shown in (found.title, *found.authors, *found.audience, found.text):
        assert shown == " ".join(shown.split())
        shown.encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_html(body: bytes) -> None:
    read(body, Extension.HTML, "text/html")


@pytest.mark.parametrize(
    "text",
    ["<" * 200_000, "&amp" * 50_000, "<p>Author: " + "a.-" * 60_000, "<p>" + "Author: " * 25_000,
     "Author:<br>" * 20_000, "<dl><dt>Author:" + "<dd>Jane Doe" * 15_000, "<p " + "a=1 " * 50_000,
     "<p>Author: " + "Jane " * 40_000, "<p>Author: " + "{" * 200_000, "<p>Date: " + "1" * 200_000, "x" * 200_000,
     "<title>" + "P1234R0 " * 30_000, "<h1>" + "P1234R0: " * 30_000, "<p>Reply-to: " + "(" * 100_000 + "@"],
    ids=lambda text: text[:16],
)  # fmt: skip
def test_a_tenth_of_the_largest_document_takes_a_tenth_of_the_time(text: str) -> None:
    begin = time.process_time()
    read(text.encode(), Extension.HTML, "text/html")
    assert time.process_time() - begin < 2.0
