"""Of which drafts of any kind are made: words, people, groups, tables and letters."""

import re
import string

from hypothesis import settings
from hypothesis import strategies as st

from actors.prober.frontmatter.pdf.layout import Glyph
from actors.prober.frontmatter.reading import read
from messages.drafts import Extension, FrontMatter

GIVEN = re.split(r"\s", "Ada Al Björn Chloé Dmitri Lawrence Le Jean-Luc Mei Ngozi Siobhán Zoë April Li J.F. Hans-J.")
FAMILY = re.split(r"\s", "Adeyemi Boehm Kühne Lindqvist Major Minor Müster O'Hara Roe Verbruggen Dvořák Doe Köppe DOE")
GROUPS = re.split(r"\s", "LEWG LWG EWG CWG SG1 SG14 SG23 EWGI")
MAILBOX = "editors@example.org"
LONG_GROUPS = ("Library Evolution", "Library Working Group", "Evolution Working Group (EWG)", "SG19 Machine Learning",
               "SG1: Concurrency and Parallelism", "Core")  # fmt: skip
WORDS = re.split(
    r"\s", "Widgets gadgets of for the and std::vector ranges faster colours a simpler view P0123 operator<=> 2nd"
)

people = st.lists(
    st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY)), min_size=1, max_size=4, unique=True
)
groups = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=4, unique=True)
titles = st.lists(st.sampled_from(WORDS), min_size=2, max_size=7).map(lambda words: "Improving " + " ".join(words))
FEW = settings(max_examples=60, deadline=None)


def drawn(text: str, left: float, base: float, size: float, *, gap: float = 0.26, is_bold: bool = False) -> list[Glyph]:
    """Letters of one width, and gaps in place of blanks."""
    glyphs = []
    for letter in text:
        if letter != " ":
            glyphs.append(Glyph(text=letter, left=left, right=left + size / 2, base=base, size=size, is_bold=is_bold))
        left += size * (gap if letter == " " else 0.5)
    return glyphs


def body(base: float) -> list[Glyph]:
    return [
        glyph for line in range(12) for glyph in drawn("plain words of the text of a paper", 72, base - 12 * line, 10)
    ]


def html(text: str) -> FrontMatter:
    return read(text.encode(), Extension.HTML, "text/html; charset=utf-8")


def mail(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter in string.ascii_lowercase) + "@example.com"


def table(**cells: str) -> str:
    rows = "".join(f"<tr><td>{label.replace('_', ' ')}:</td><td>{cell}</td></tr>" for label, cell in cells.items())
    return f"<table><tr><td>Document #:</td><td>D9001R0</td></tr>{rows}</table>"
