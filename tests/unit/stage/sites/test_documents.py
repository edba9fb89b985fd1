"""What stands in the stage's drafts is what readers of real ones find."""

from datetime import date
from typing import Any

import pytest

from actors.prober.frontmatter.reading import read
from actors.stage.server.timelapse import APPEARANCES
from actors.stage.sites.documents import Document, body_of, document_of
from messages.drafts import Extension

DOCUMENT = Document(
    id="D1234R5",
    title="A title with <angles> & a second line, for it is longer than most titles are",
    authors=("Anaïs Verbruggen", "John O'Roe", "Li van der Meer"),
    audience=("LEWG", "SG1"),
    date=date(2025, 3, 4),
)
PAPER: dict[str, Any] = {"title": "Things", "author": "Jane Doe, John Roe; Ann Poe;", "date": "2025-06-20"}


@pytest.mark.parametrize("extension", Extension)
def test_its_front_matter_is_found_again(extension: Extension) -> None:
    found = read(body_of(DOCUMENT, f"D1234R5.{extension.value}"), extension, "text/html")
    assert (found.title, found.authors) == (DOCUMENT.title, DOCUMENT.authors)
    assert (found.audience, found.date) == (DOCUMENT.audience, DOCUMENT.date)
    assert DOCUMENT.text.split()[0] in found.text


def test_a_draft_says_what_the_index_will_say_of_its_paper() -> None:
    document = document_of({"P2996R13": PAPER}, "D2996R13.html", ("SG7",))
    assert (document.id, document.title, document.date) == ("D2996R13", "Things", date(2025, 6, 20))
    assert document.audience == ("SG7",)
    assert document.authors == ("Jane Doe", "John Roe", "Ann Poe")


def test_every_draft_of_the_time_lapse_is_html_or_pdf() -> None:
    assert {each.name.rpartition(".")[2] for each in APPEARANCES} == {"html", "pdf"}
