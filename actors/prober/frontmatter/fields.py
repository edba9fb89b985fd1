"""What stands under the labels of a document. Pure."""

import re

from actors.prober.frontmatter import labels
from actors.prober.frontmatter.dates import is_date
from actors.prober.frontmatter.labels import Label
from actors.prober.frontmatter.page import Page, Row, RowKind
from actors.prober.frontmatter.people import has_mail, names_in

HEADER = 60
"""Lines in which a label needs no mark to be one, and a mail address is an author's."""

MOST_CONTINUED = 40
"""Lines that one label can have."""

MOST_WORDS_CONTINUED = 14
"""Words of a line that goes on what stands under a label: more are a sentence."""

LONGEST_AUDIENCE = 80

_GROUP = re.compile(r"\b(?:[LE]?[LE]?WG|CWG|SG\s?\d+|WG21|evolution|library|core|committee|study group|all)\b", re.I)
_NUMBER = re.compile(r"\b[PDN]\d{4}")
_PROSE = re.compile(r"[.!?]$")
_SECTION = re.compile(r"^\s*(?:\d+(?:\.\d+)*\.?|[IVX]+\.?)\s+[A-Z]")


class Fields:
    """The values that were found, lines by label: for each label those that came first."""

    def __init__(self) -> None:
        self._found: dict[Label, list[str]] = {}

    def add(self, label: Label, lines: list[str]) -> None:
        """Lines under a label; people may be named at several places, all else at one."""
        lines = [line for line in lines if line.strip()]
        if lines and (label is Label.AUTHOR or label not in self._found):
            self._found.setdefault(label, []).extend(lines)

    def lines(self, label: Label) -> list[str]:
        """What stands under a label."""
        return self._found.get(label, [])


def fields_of(page: Page) -> Fields:
    """All labelled values of a page."""
    fields = Fields()
    rows, seen = page.rows, 0
    place = 0
    while place < len(rows):
        row = rows[place]
        place += 1
        if row.kind is RowKind.TABLE and len(row.cells) > 1:
            while place < len(rows) and _goes_on(row, rows[place]):
                row = Row(kind=row.kind, cells=(*row.cells, *rows[place].cells), table=row.table)
                place += 1
            _take_table_row(row, fields)
        else:
            following = rows[place] if place < len(rows) else None
            _take_lines(row, following, fields, seen)
        seen += sum(len(cell) for cell in row.cells)
    return fields


def _goes_on(row: Row, following: Row) -> bool:
    """Whether a row of a table has only more of what the one before it has: its first cell is missing."""
    return (
        following.kind is RowKind.TABLE
        and following.table == row.table
        and len(following.cells) == 1
        and labels.alone(row.cells[0][0] if row.cells[0] else "") in labels.PEOPLE
        and not any(labels.alone(line) or labels.leading(line) for line in following.cells[0])
    )


def _take_table_row(row: Row, fields: Fields) -> None:
    heads = [labels.alone(line) for line in row.cells[0] if line.strip()]
    values = [line for cell in row.cells[1:] for line in (*cell, "")]
    label = labels.alone(" ".join(row.cells[0]))
    if label is not None:
        fields.add(label, values)
    elif len(heads) > 1 and all(heads):
        for head, value in zip(heads, [line for line in values if line.strip()], strict=False):
            assert head is not None, "all of them are labels"
            fields.add(head, [value])
    else:
        for cell in row.cells:
            _take_lines(Row(kind=RowKind.TEXT, cells=(cell,)), None, fields, HEADER)


def _take_lines(row: Row, following: Row | None, fields: Fields, seen: int) -> None:
    """Labels at the beginning of lines, each with what stands after it and on the lines below."""
    label: Label | None = None
    value: list[str] = []
    lines = [line for cell in row.cells for line in cell]
    for place, line in enumerate(lines):
        begun = _begun(line, seen + place)
        if begun is not None:
            if label is not None:
                fields.add(label, value)
            label, rest = begun
            value = [rest]
        elif label is not None and _continues(label, value, line):
            value.append(line)
        elif label is not None:
            fields.add(label, value)
            label = None
    if label is None:
        return
    if not any(part.strip() for part in value) and following is not None and len(following.cells) == 1:
        value = _first_paragraph(label, following)
    fields.add(label, value)


def _begun(line: str, place: int) -> tuple[Label, str] | None:
    """The label with which a line begins, and the rest."""
    if (marked := labels.leading(line)) is not None:
        return None if marked[0] is Label.CONTACT and place >= HEADER else marked
    if place >= HEADER:
        return None
    if (label := labels.alone(line.strip())) is not None:
        return label, ""
    loose = labels.loosely_leading(line)
    return loose if loose is not None and _is_plausible(*loose) else None


def _is_plausible(label: Label, rest: str) -> bool:
    match label:
        case Label.DATE:
            return is_date(rest)
        case Label.AUDIENCE:
            return len(rest) <= LONGEST_AUDIENCE and _GROUP.search(rest) is not None
        case Label.NUMBER:
            return len(rest) <= 40 and _NUMBER.search(rest) is not None
        case Label.AUTHOR | Label.EDITOR | Label.REPLY:
            return len(rest) <= 120 and bool(names_in([rest]))
        case Label.CONTACT:
            return len(rest) <= 120 and has_mail(rest) and bool(names_in([rest]))
        case Label.OTHER:
            return rest.startswith(("Programming Language", "C++", "ISO/IEC", "ISO JTC1"))
        case Label.TITLE:
            return False


def _continues(label: Label, value: list[str], line: str) -> bool:
    if len(value) >= MOST_CONTINUED or label is Label.OTHER:
        return False
    if not line.strip():
        return (label in labels.PEOPLE and value[-1:] != [""]) or not any(value)
    if label in labels.PEOPLE:
        if has_mail(line):
            return True
        words = len(line.split())
        is_prose = words > MOST_WORDS_CONTINUED or (words > 5 and _PROSE.search(line.rstrip()) is not None)
        return not (is_prose or is_date(line.strip()) or _SECTION.match(line) or _NUMBER.search(line))
    if label is Label.AUDIENCE:
        return not value[0] or (value[-1].rstrip().endswith((",", ";", "/", "&")) or line[:1].isspace())
    return not any(value)


def _first_paragraph(label: Label, row: Row) -> list[str]:
    value: list[str] = []
    for line in row.cells[0]:
        if labels.leading(line) is not None or not _continues(label, value or [""], line):
            break
        value.append(line)
    return value
