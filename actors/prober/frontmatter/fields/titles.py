"""The title of a document, among what might be one. Pure."""

import re
from collections.abc import Iterable, Iterator

from actors.prober.frontmatter.fields import labels
from actors.prober.frontmatter.fields.fields import Fields, is_section
from actors.prober.frontmatter.fields.labels import Label
from actors.prober.frontmatter.text.page import Page, RowKind
from actors.prober.frontmatter.text.polish import polished
from actors.prober.frontmatter.values.dates import is_date
from actors.prober.frontmatter.values.people import has_mail, is_name

LONGEST = 300
FIRST_LINES = 25
FIRST_ROWS = 3
"""Rows in which a heading is rather the title than what the metadata say: those are often left as they were."""

_DIGITS = r"(?P<digits>\d{4}|[Xx]{4}|[Nn]{4}|\?{4})"
_REVISION = r"(?:\s?(?:[Rr](?:\d+|[Xx?]))+(?:\.\w{1,3})?)?"
_NUMBER = (
    rf"(?:ISO/IEC\s+)?(?:JTC\s?1/?SC\s?22/?)?(?:WG\s?21[\s/]*)?(?:(?:paper|document)\s+)?[PDN]\s?{_DIGITS}{_REVISION}"
)
_BEFORE = re.compile(rf"[\s\[(]*{_NUMBER}(?P<mark>[\s\])]*[-–—:.,|]+\s*|[\s\])]*\s|\)|$)", re.IGNORECASE)
_AFTER = re.compile(rf"(?P<mark>\s*[-–—:|(\[,]*\s*){_NUMBER}[\s\])]*$", re.IGNORECASE)
_OWN = re.compile(rf"\b[PD]\s?{_DIGITS}\s?R\d+\b", re.IGNORECASE)
_LABELLED = re.compile(rf"\b[PDN]\s?{_DIGITS}(?!\d)", re.IGNORECASE)
_BEGINS = re.compile(rf"^[\s\[(]*[PD]\s?{_DIGITS}{_REVISION}\s*[\])]*\s*[:–—-]", re.IGNORECASE)
_OLD = re.compile(r"\s*N(?P<digits>\d{4})\b[^\w]*\w")
"""An N number at the beginning of a title: such papers often print it nowhere else."""

_ALONE = re.compile(rf"\s*{_NUMBER}\s*", re.IGNORECASE)
_SYMBOLS = re.compile(r"[<>=!&|+*%^~?{}\[\]#@\\]")
"""A title without letters has one of these: it is about operators."""

_SHORT_NAME = re.compile(r"^\[[^\[\]]{1,40}\]\s*R\d+\s+")
"""What Bikeshed puts above the title of a document that was given a name instead of a number."""

_SECTION = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")
_GENERIC = re.compile(
    r"(?:untitled.*|document\d*|microsoft word.*|new document|title|index|draft|proposal|wg21(?: paper)?|c\+\+"
    r"|programming language c\+\+|contents|table of contents|abstract|introduction|revision history|changes|overview"
    r"|motivation|iso/iec.*wg\s?21.*|powerpoint.presentation|slides?|doc|paper|pdf|.*\.(?:docx?|html?|pdf|md|tex|dvi|bs))",
    re.IGNORECASE,
)


def title_of(page: Page, fields: Fields) -> str:
    """The best candidate; empty when there is none."""
    own = _own_number(page, fields)
    for text in (page.marked or page.titles)[:1]:
        if _SYMBOLS.search(text) and (title := _title(text, own, least=0)):
            return title
    told = " ".join(fields.near(Label.TITLE)[:2])
    heading = _first_heading(page)
    candidates = (*page.marked[:3], told, *page.titles[:5], heading, page.last_title, *_first_lines(page))
    return next(filter(None, (_title(text, own) for text in candidates)), "")


def _first_heading(page: Page) -> str:
    """The first heading if it may be the title: it begins the document, or has several words and no number of a
    section. The title in the metadata is often left as it was."""
    for place, row in enumerate(page.rows[:FIRST_LINES]):
        if row.kind is RowKind.HEADING:
            text = " ".join(row.cells[0])
            is_title = _SECTION.match(text) is None and not is_section(row) and " " in text.strip()
            return text if is_title or place < FIRST_ROWS else ""
    return ""


def _own_number(page: Page, fields: Fields) -> str:
    """The four digits of the paper's own number, as it is printed; empty when it is not."""
    lines = (line for row in page.rows[:FIRST_LINES] for cell in row.cells for line in cell[:FIRST_LINES])
    told, titles = fields.near(Label.NUMBER), (*page.marked[:1], *page.titles[:1])
    for pattern, texts in ((_OWN, told), (_LABELLED, told), (_BEGINS, titles), (_OWN, titles)):
        if (match := next(filter(None, map(pattern.search, texts)), None)) is not None:
            return match["digits"]
    if not told and (match := next(filter(None, map(_OLD.match, titles)), None)) is not None:
        return match["digits"]
    for text in lines:
        if (match := _OWN.search(text)) is not None:
            return match["digits"]
    lines = (line for row in page.rows[:FIRST_LINES] for cell in row.cells for line in cell[:FIRST_LINES])
    alone = (match for match in map(_ALONE.fullmatch, lines) if match is not None)
    return next((match["digits"] for match in alone), "")


def _title(text: str, own: str, least: int = 3) -> str:
    """A candidate without the paper's own number, with at least so many letters; empty if it is no title."""
    plain = _without_number(polished(text), own).strip(" \t-–—:|" if least else " \t|")
    letters = sum(letter.isalpha() for letter in plain)
    name = _SECTION.sub("", plain)
    if letters < least or len(plain) < 2 or _GENERIC.fullmatch(name) or labels.alone(name):
        return ""
    if labels.leading(plain) is not None or is_date(plain) or has_mail(plain):
        return ""
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def _without_number(text: str, own: str) -> str:
    """Numbers before and after the title go if they are the paper's own, or if they are set apart and the paper does
    not print its own: "Response to P0123" keeps that of the other."""
    text = _SHORT_NAME.sub("", text)
    while (match := _BEFORE.match(text)) is not None and _is_own(match, own):
        text = text[match.end() :]
    while (match := _AFTER.search(text)) is not None and _is_own(match, own):
        text = text[: match.start()]
    return text


def _is_own(match: re.Match[str], own: str) -> bool:
    digits = match["digits"]
    if digits == own or not digits.isdigit():
        return True
    is_apart = match["mark"].strip() != "" or (match.re is _BEFORE and match.end() == len(match.string))
    return is_apart and (match.re is _BEFORE or not own)


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
