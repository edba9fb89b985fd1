"""The title of a document, among what might be one. Pure."""

import re
from collections.abc import Iterable, Iterator

from actors.prober.frontmatter import labels
from actors.prober.frontmatter.dates import is_date
from actors.prober.frontmatter.fields import Fields
from actors.prober.frontmatter.labels import Label
from actors.prober.frontmatter.page import Page, RowKind
from actors.prober.frontmatter.people import has_mail, is_name
from actors.prober.frontmatter.polish import polished

LONGEST = 300
FIRST_LINES = 25

_NUMBER = (
    r"(?:ISO/IEC\s+)?(?:JTC\s?1/?SC\s?22/?)?(?:WG\s?21[\s/]*)?(?:(?:paper|document)\s+)?[PDN]\s?\d{4}(?:\s?[Rr]\d+)?"
)
_BEFORE = re.compile(rf"^[\s\[(]*(?:{_NUMBER}[\s\])]*[-–—:.,|]*\s*)+", re.IGNORECASE)
_AFTER = re.compile(rf"\s*[-–—:|(\[,]*\s*{_NUMBER}[\s\])]*$", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:untitled.*|document\d*|microsoft word.*|new document|title|index|draft|proposal|wg21(?: paper)?|c\+\+"
    r"|programming language c\+\+|contents|table of contents|abstract|introduction|revision history|changes|overview"
    r"|motivation|iso/iec.*wg\s?21.*|.*\.(?:docx?|html?|pdf|md|tex|dvi|bs))",
    re.IGNORECASE,
)


def title_of(page: Page, fields: Fields) -> str:
    """The best candidate; empty when there is none."""
    told = " ".join(fields.lines(Label.TITLE)[:2])
    candidates = (*page.titles[:1], told, *page.titles[1:6], page.last_title, *_first_lines(page))
    return next(filter(None, map(_title, candidates)), "")


def _title(text: str) -> str:
    plain = polished(text)
    for edge in (_BEFORE, _AFTER):
        plain = edge.sub("", plain)
    plain = plain.strip(" \t-–—:|")
    if sum(letter.isalpha() for letter in plain) < 3 or _GENERIC.fullmatch(plain) or labels.alone(plain):
        return ""
    if labels.leading(plain) is not None or is_date(plain) or has_mail(plain):
        return ""
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def _first_lines(page: Page) -> Iterator[str]:
    """Headings, then lines, near the beginning that are not obviously something else."""
    yield from (" ".join(row.cells[0]) for row in page.rows[:40] if row.kind is RowKind.HEADING)
    yield from _lines(line for row in page.rows[:FIRST_LINES] if len(row.cells) == 1 for line in row.cells[0])


def _lines(lines: Iterable[str]) -> Iterator[str]:
    for line, _ in zip(lines, range(FIRST_LINES), strict=False):
        text = polished(line)
        loose = labels.loosely_leading(text)
        if 8 <= len(text) <= 200 and len(text.split()) > 1 and not is_name(text) and loose is None:
            yield text
