"""Title, authors, audience and date out of what stands under the labels, and of what stands elsewhere. Pure."""

import re
from collections.abc import Iterator
from datetime import date

from actors.prober.frontmatter import labels
from actors.prober.frontmatter.dates import date_in, is_date
from actors.prober.frontmatter.fields import HEADER, LONGEST_AUDIENCE, Fields
from actors.prober.frontmatter.labels import Label
from actors.prober.frontmatter.page import Page, RowKind
from actors.prober.frontmatter.people import has_mail, is_name, names_in
from actors.prober.frontmatter.polish import polished

MOST_AUDIENCES = 12

_BETWEEN_GROUPS = re.compile(r"\s*(?:[;,/|•]|\band\b|&|→|->|\n)\s*", re.IGNORECASE)
_STATUS = re.compile(r"(?:published|draft)\b", re.IGNORECASE)


def people_of(page: Page, fields: Fields) -> tuple[str, ...]:
    """The authors: as the markup says, or under the first label for people that names any, or marked as an address, or
    beside a mail address near the beginning, or in the metadata, or alone on lines below the title."""
    return (
        _named(page.people)
        or next((names for label in labels.PEOPLE if (names := names_in(fields.lines(label)))), ())
        or names_in(line for row in page.rows if row.kind is RowKind.ADDRESS for line in (*row.cells[0], ""))
        or names_in(_beside_mails(page))
        or _named(page.credited)
        or tuple(_alone(page))
    )


def audience_of(fields: Fields) -> tuple[str, ...]:
    """The groups that a paper is for."""
    groups = (polished(part) for line in fields.lines(Label.AUDIENCE) for part in _BETWEEN_GROUPS.split(line[:400]))
    told = (group.strip(" .:-–—") for group in groups if any(letter.isalpha() for letter in group))
    return tuple(dict.fromkeys(group[:LONGEST_AUDIENCE] for group in told if group))[:MOST_AUDIENCES]


def date_of(page: Page, fields: Fields) -> date | None:
    """The document's date: under its label, or marked as such, or alone on a line near the beginning."""
    for line in (*fields.lines(Label.DATE), *page.dates):
        if (day := date_in(polished(line))) is not None:
            return day
    for line in _header(page):
        text = polished(line)
        if (is_date(text) or (len(text) < 80 and _STATUS.match(text))) and (day := date_in(text)) is not None:
            return day
    return None


def _named(told: tuple[str, ...]) -> tuple[str, ...]:
    """Names that are told to be names: also those that do not look like one."""
    names: list[str] = []
    for text in told:
        plain = polished(text)
        parts = names_in([plain]) if not is_name(plain) else (plain,)
        names += parts or ([plain] if 1 < len(plain) <= 60 and not has_mail(plain) and ":" not in plain else [])
    return tuple(dict.fromkeys(names))


def _header(page: Page) -> Iterator[str]:
    left = HEADER
    for row in page.rows:
        for cell in row.cells:
            for line in cell:
                if left <= 0:
                    return
                left -= 1
                yield line


def _beside_mails(page: Page) -> Iterator[str]:
    """The lines with mail addresses near the beginning, and the line before each of them."""
    before = ""
    for line in _header(page):
        if has_mail(line):
            if before and not labels.leading(before):
                yield before
            yield line
            before = ""
        else:
            before = line


def _alone(page: Page) -> Iterator[str]:
    """LaTeX's `\\author` between the title and the date: lines that are nothing but names, before a line that is a
    date."""
    names: list[str] = []
    for line in _header(page):
        text = polished(line)
        if is_date(text) and names:
            yield from names
            return
        found = names_in([text])
        is_only_names = bool(found) and len(" ".join(found)) + 6 * len(found) >= len(text)
        names = [*names, *found] if is_only_names and text not in page.titles else []
