"""What a draft says it is about, what is new in it, and which number it prints."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.fields.sections import LONGEST
from actors.prober.frontmatter.reading import read
from actors.stage.sites.pdf import PdfLine, pdf_of
from messages.drafts import Extension, FrontMatter
from tests.watching_builders import a_draft

HEAD = (
    "<h1>Widgets</h1><table><tr><td>Document #:</td><td>{}</td></tr><tr><td>Date:</td><td>2031-02-03</td></tr></table>"
)
TOC = "<h2>Contents</h2><ul><li>1 Abstract</li><li>2 Revision history</li><li>2.1 Changes since R2</li></ul>"
ABSTRACT = "<h2>1 Abstract</h2><p>Widgets are useful. They spin, and e.g. shine.</p><h2>2 Motivation</h2><p>Money.</p>"


def html(body: str, number: str = "D9001R3") -> FrontMatter:
    return read((HEAD.format(number) + body).encode(), Extension.HTML, "text/html")


def pdf(*lines: str) -> FrontMatter:
    return read(pdf_of([[PdfLine(text=text) for text in lines]]), Extension.PDF, "")


@pytest.mark.parametrize(
    ("written", "number"),
    [("D9001R3", "D9001R3"), ("P9001 R03", "P9001R3"), ("d9001r3 [Latest] [Status]", "D9001R3"),
     ("WG21 P9001R3", "P9001R3"), ("N4950", ""), ("9001", "")],
)  # fmt: skip
def test_the_number_is_the_one_that_is_printed(written: str, number: str) -> None:
    assert html("", written).number == number


@pytest.mark.parametrize(
    "body",
    [ABSTRACT, TOC + ABSTRACT, "<p>Abstract: Widgets are useful. They spin, and e.g. shine.</p><h2>Motivation</h2>",
     "<dl><dt>Abstract<dd>Widgets are useful. They spin, and e.g. shine.<dt>Date<dd>2031-02-03</dl>"],
)  # fmt: skip
def test_the_abstract_is_what_stands_below_its_heading(body: str) -> None:
    assert html(body).abstract == "Widgets are useful. They spin, and e.g. shine."


def test_no_more_of_an_abstract_than_whole_sentences_that_fit_is_taken() -> None:
    sentence = "Widgets spin and gadgets shine all day long in the sun."
    found = html(f"<h2>Abstract</h2><p>{' '.join([sentence] * 20)}</p>").abstract
    assert found == " ".join([sentence] * 5)
    assert html(f"<h2>Abstract</h2><p>{'many words ' * 100}</p>").abstract.endswith("many words…")


def test_a_document_without_an_abstract_has_none() -> None:
    assert html("<h2>Introduction</h2><p>The abstract machine spins.</p>").abstract == ""


CHANGES = "<ul><li>Spin faster.</li><li>Shine less.</li></ul><h2>Abstract</h2><p>Widgets.</p>"


@pytest.mark.parametrize(
    "body",
    [
        f"<h2>1.1 Changes since R2</h2>{CHANGES}",
        f"{TOC}<h2>2.1 Changes since R2</h2>{CHANGES}",
        f"<h2>Changes from P9001R2 to P9001R3</h2>{CHANGES}",
        f"<h2>Changes since the previous revision</h2>{CHANGES}",
        f"<h2>Revision history</h2><h3>R3</h3>{CHANGES}",
        f"<h2>Revision history</h2><h3>Since R1</h3><ul><li>Old.</li></ul><h3>Since R2</h3>{CHANGES}",
        f"<h2>Revision history</h2><p>R2 (2030-01-01):</p><ul><li>Old.</li></ul><p>R3 (2031-02-03):</p>{CHANGES}",
        f"<h2>Revision history</h2><p>Since [P9001R2], spin faster; shine less.</p><p>Since R1, old.</p>{ABSTRACT}",
        f"<p>Changes since R2:</p>{CHANGES}",
    ],
)
def test_the_changes_are_those_of_this_revision(body: str) -> None:
    assert html(body).changes == "Spin faster; Shine less" or html(body).changes == "Spin faster; shine less"


def test_a_first_revision_has_no_changes_and_another_revision_s_are_not_told() -> None:
    assert html(f"<h2>Revision history</h2><h3>R0</h3>{CHANGES}", "D9001R0").changes == ""
    assert html(f"<h2>Changes since R1</h2>{CHANGES}").changes == ""
    assert html(f"<h2>Revision history</h2><h3>R2</h3>{CHANGES}").changes == ""


def test_a_pdf_has_them_too() -> None:
    front = (
        "Widgets",
        "Document #: D9001R3",
        "Abstract",
        "Widgets are useful, and a long line of an ab-",
        "stract goes on.",
    )
    news = ("1 Changes since R2", "- Spin faster and", "do not stop.", "- Shine less.", "2 Motivation", "Money.")
    found = pdf(*front, *news)
    assert (found.number, found.abstract) == ("D9001R3", "Widgets are useful, and a long line of an abstract goes on.")
    assert found.changes == "Spin faster and do not stop; Shine less"


@given(
    st.lists(st.text(max_size=300), max_size=6), st.sampled_from(["Abstract", "Changes since R2", "Revision history"])
)
def test_whatever_stands_there_it_is_a_short_line(texts: list[str], heading: str) -> None:
    paragraphs = "".join(f"<p>{text.replace('<', ' ')}</p>" for text in texts)
    found = html(f"<h2>{heading}</h2>{paragraphs}")
    for text in (found.abstract, found.changes):
        assert len(text) <= LONGEST
        assert "\n" not in text


def test_a_notice_says_what_is_new_else_the_abstract_and_that_the_number_is_another() -> None:
    draft = a_draft(9001, revision=3)
    matter = FrontMatter(title="", authors=(), audience=(), date=None, text="", number="P9001R3", abstract="Widgets.")
    assert draft.remark == ""
    assert replace(draft, front_matter=matter).remark == "Widgets."
    assert replace(draft, front_matter=replace(matter, changes="Spin")).remark == "Changes: Spin"
    other = replace(matter, number="D9002R0")
    assert replace(draft, front_matter=other).remark == "The file calls itself D9002R0. Widgets."
