"""Authors, audience and date out of what stands under the labels, and of what stands elsewhere. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from actors.prober.frontmatter.fields import labels
from actors.prober.frontmatter.fields.fields import HEADER, LONGEST_AUDIENCE, Fields, is_section, is_section_title
from actors.prober.frontmatter.fields.labels import Label
from actors.prober.frontmatter.text.page import Page, RowKind
from actors.prober.frontmatter.text.polish import polished
from actors.prober.frontmatter.values.dates import date_in, is_date, without_dates
from actors.prober.frontmatter.values.groups import (
    are_groups,
    goes_on_in_brackets,
    has_short_name,
    is_group,
    names_a_group,
    split_groups,
)
from actors.prober.frontmatter.values.people import folded, has_mail, is_name, is_only_names, names_in

MOST_AUDIENCES = 12
MOST_UNLABELLED = 12
"""Lines in which a group needs no label."""

LONGEST_MARKED = 60
"""Characters of a name that markup marks as one."""

_STATUS = re.compile(r"(?:published|draft)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]{0,100}[)\]]")
_WHOLE = re.compile(r"WG\s?\d+", re.IGNORECASE)
"""What a project belongs to, and no group that a paper is for."""

_ENCLOSED = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\])\s*")
_ROLE = re.compile(
    r"(?P<name>[^()]{4,60}?)\s*\((?:(?P<second>co-?editors?)|(?:co-?)?authors?|editors?)\b[^()]*\)(?:\s*\([^()]*\))*",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"\s{3,}")
_CONTRIBUTIONS = re.compile(r"\b(?:contributions?|help|thanks|edits|input|feedback)\b", re.IGNORECASE)


def people_of(page: Page, fields: Fields, title: str) -> tuple[str, ...]:
    """The authors: as the markup says, or under the first label for people that names any near the beginning, or marked
    as an address, or beside a mail address near the beginning, or alone on lines above a date, or in the metadata, or
    under a label further down. No line that is the title is a name."""
    found = (
        _whole(_named(page.people), fields)
        or _whole(_labelled(fields), fields)
        or tuple(_bylines(page))
        or names_in(line for row in page.rows if row.kind is RowKind.ADDRESS for line in (*row.cells[0], ""))
        or _with_roles(page)
        or names_in(_beside_mails(page))
        or tuple(_alone(page, title))
        or names_in(page.credited)
        or next((names for label in labels.PEOPLE if (names := names_in(fields.far(label)))), ())
    )
    return tuple(name for name in found if not title or folded(name) != folded(title))


def audience_of(page: Page, fields: Fields) -> tuple[str, ...]:
    """The groups that a paper is for: under their label, or below the project that they belong to, or alone on a line
    among the first."""
    parts = _groups(fields.lines(Label.AUDIENCE))
    if all(is_name(part) and not names_a_group(part) for part in parts):
        parts = [part for part in _groups(fields.near(Label.PROJECT)) if is_group(part) and not _WHOLE.fullmatch(part)]
    if not parts:
        first = islice(_header(page, to_section=True), MOST_UNLABELLED)
        parts = next((_groups([line]) for line in first if are_groups(line) and has_short_name(line)), [])
    return tuple(dict.fromkeys(parts))[:MOST_AUDIENCES]


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


def _labelled(fields: Fields) -> tuple[str, ...]:
    """The names under labels near the beginning."""
    found = next((names for label in labels.PEOPLE if (names := names_in(fields.near(label)))), ())
    return tuple(dict.fromkeys((*found, *names_in(fields.near(Label.COAUTHOR)))))


def _whole(found: tuple[str, ...], fields: Fields) -> tuple[str, ...]:
    """A section of the body that lists all authors counts if it has those that the beginning names, and more."""
    listed = names_in(fields.section) if found else ()
    surnames = {folded(name.split()[-1]) for name in listed}
    return listed if len(listed) > len(found) and {folded(name.split()[-1]) for name in found} <= surnames else found


def _groups(lines: list[str]) -> list[str]:
    whole_lines: list[str] = []
    for line in lines:
        if whole_lines and goes_on_in_brackets(whole_lines[-1], line):
            whole_lines[-1] = f"{whole_lines[-1]} {line.strip()}"
        else:
            whole_lines.append(line)
    shown = (_ENCLOSED.sub(r"\1\2", line) if _ENCLOSED.fullmatch(line) else line for line in whole_lines)
    parts = (polished(part).strip(" .:-–—|") for line in shown for part in split_groups(line[:400]))
    whole = (part if "(" in part or "[" in part else part.strip(")]") for part in parts)
    return [part[:LONGEST_AUDIENCE] for part in whole if any(letter.isalpha() for letter in part)]


def _named(told: tuple[str, ...]) -> tuple[str, ...]:
    """Names that are told to be names: also those that do not look like one."""
    names: list[str] = []
    for text in told:
        plain = _BRACKETED.sub("", polished(text)).strip()
        parts = names_in([plain]) if not is_name(plain) else (plain,)
        alone = plain.partition(",")[0].strip()
        is_pen_name = 1 < len(alone) <= LONGEST_MARKED and not has_mail(plain) and ":" not in plain
        names += parts or ([alone] if is_pen_name else [])
    return tuple(dict.fromkeys(names))


def _header(page: Page, to_section: bool = False) -> Iterator[str]:
    """The first lines, up to the first section if told so."""
    left = HEADER
    for row in page.rows:
        if to_section and is_section(row):
            return
        for cell in row.cells:
            for line in cell:
                if left <= 0 or (to_section and row.kind is RowKind.PLAIN and is_section_title(line)):
                    return
                left -= 1
                yield line


def _bylines(page: Page) -> Iterator[str]:
    """Names in elements of the class "author" that have nothing else."""
    for text in page.bylines:
        _, rest = labels.leading(text) or (None, text)
        if is_only_names(rest):
            yield from names_in([rest])


def _with_roles(page: Page) -> tuple[str, ...]:
    """Names near the beginning behind which stands that they are editors or authors. Co-editors beside an editor are
    none: the committee's index has the editor alone."""
    lines = (_ROLE.fullmatch(polished(line)) for line in _header(page, to_section=True))
    found = [match for match in lines if match is not None and is_name(match["name"])]
    first = [match for match in found if match["second"] is None]
    return tuple(dict.fromkeys(match["name"] for match in first or found))


def _beside_mails(page: Page) -> Iterator[str]:
    """The lines with mail addresses near the beginning, and the line before each of them."""
    before: list[str] = []
    is_above = any(map(has_mail, _header(page, to_section=True)))
    for line in _header(page, to_section=is_above):
        if not has_mail(line):
            before.append(line)
            continue
        columns = len(_COLUMNS.split(line.strip()))
        if columns > 1 and before and len(_COLUMNS.split(before[-1].strip())) == columns:
            yield _top_of_columns(before, columns)
        else:
            if before and before[-1] and not labels.leading(before[-1]):
                is_firm = len(before) > 1 and not names_in(before[-1:]) and is_only_names(before[-2])
                yield before[-2] if is_firm else before[-1]
            yield line
        before.clear()


def _top_of_columns(lines: list[str], columns: int) -> str:
    """The first of the last lines that have so many columns: people beside each other, each above a firm."""
    place = len(lines)
    while place and len(_COLUMNS.split(lines[place - 1].strip())) == columns:
        place -= 1
    return " ; ".join(_COLUMNS.split(lines[place].strip()))


def _alone(page: Page, title: str) -> Iterator[str]:
    """LaTeX's `\\author` between the title and the date: lines that are nothing but names, before a line that is a
    date; or names and the date on one line, as on slides."""
    names: list[str] = []
    whole_title = folded(title)
    for line in _header(page):
        text = polished(line).rstrip(" \\")
        if date_in(text) is not None and is_only_names(without_dates(text)) and not names:
            yield from names_in([without_dates(text)])
            return
        _, value = labels.leading(text) or (Label.DATE, text)
        if is_date(value) and names:
            yield from names
            return
        if names and _CONTRIBUTIONS.search(text):
            continue
        are_names = is_only_names(text) and text not in page.titles and folded(text) not in whole_title
        names = [*names, *names_in([text])] if are_names else []
