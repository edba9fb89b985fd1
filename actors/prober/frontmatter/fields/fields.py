"""What stands under the labels of a document. Pure."""

import re
from collections.abc import Sequence

from actors.prober.frontmatter.fields import labels
from actors.prober.frontmatter.fields.labels import NAMING, Label
from actors.prober.frontmatter.text.page import Page, Row, RowKind
from actors.prober.frontmatter.values.dates import is_date
from actors.prober.frontmatter.values.groups import are_groups, goes_on_in_brackets, names_a_group
from actors.prober.frontmatter.values.people import has_mail, is_only_names, names_in

HEADER = 60
"""Lines in which a label needs no mark to be one, and a mail address is an author's. What a label further down says
counts only where nothing in these lines says it."""

MOST_CONTINUED = 40
"""Lines that one label can have."""

MOST_WORDS_CONTINUED = 14
"""Words of a line that goes on what stands under a label: more are a sentence."""

MOST_ITEMS = 60
"""Items of a list below the heading "Authors"."""

LONGEST_AUDIENCE = 80

_GOING_ON = frozenset({*NAMING, Label.PROJECT, Label.AUDIENCE})
"""Labels of which a table may have more in further rows."""

_NUMBER = re.compile(r"\b[PDN]\d{4}")
_PROSE = re.compile(r"[.!?]$")
_SECTION = re.compile(r"^\s*(?:\d+(?:\.\d+)*\.?|[IVX]+\.?)\s+[A-Z]")
_SECTION_NUMBER = re.compile(r"^\s*(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")
_FIRST_SECTION = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+)?(?:abstract|introduction|(?:table\s+of\s+)?contents|changes?|change\s?log|changes?\s+(?:since|from|in|to|history|between)\b.{0,40}|overview|"
    r"(?:revision\s+)?history|motivation(?:\s+(?:and|&)\s+\w+)?|background|acknowledge?ments?|references|summary|discussion|tl;?\s?dr)"
    r"\W{0,3}",
    re.IGNORECASE,
)
_LIST_GOES_ON = re.compile(r"(?:[,;&/]|\band)\s*$", re.IGNORECASE)
_BESIDE = re.compile(r"\s*(?:[|•·‖(\[]|\s{3,}|\t)\s*")


class Fields:
    """The values that were found, lines by label: for each label those that came first. `section` are the lines below a
    heading such as "Authors" that has a list."""

    def __init__(self) -> None:
        self._near: dict[Label, list[str]] = {}
        self._far: dict[Label, list[str]] = {}
        self.section: list[str] = []

    def add(self, label: Label, lines: Sequence[str], is_near: bool) -> None:
        """Lines under a label; people may be named at several places, all else at one. Far from the beginning a value
        must look like one of its label."""
        kept = [line for line in lines if line.strip() or label in NAMING]
        if not any(line.strip() for line in kept):
            return
        if is_near and (label in NAMING or label is Label.PROJECT or label not in self._near):
            self._near.setdefault(label, []).extend(kept)
        elif not is_near and label not in self._far and _is_plausible(label, " ".join(kept)):
            self._far[label] = kept

    def near(self, label: Label) -> list[str]:
        """What stands under a label near the beginning."""
        return self._near.get(label, [])

    def far(self, label: Label) -> list[str]:
        """What stands under the first such label further down."""
        return self._far.get(label, [])

    def lines(self, label: Label) -> list[str]:
        """What stands under a label, wherever it came first."""
        return self.near(label) or self.far(label)


def fields_of(page: Page) -> Fields:
    """All labelled values of a page."""
    fields = Fields()
    rows, seen = page.rows, 0
    place = 0
    while place < len(rows):
        row = rows[place]
        place += 1
        if is_section(row):
            seen = max(seen, HEADER)
        if row.kind is RowKind.TABLE and len(row.cells) > 1:
            while place < len(rows) and _goes_on(row, rows[place]):
                row = Row(kind=row.kind, cells=(*row.cells, *rows[place].cells), table=row.table)
                place += 1
            _take_table_row(row, fields, seen)
        else:
            _take_lines(row, rows[place : place + MOST_ITEMS], fields, seen)
        seen += sum(len(cell) for cell in row.cells)
    return fields


def is_section(row: Row) -> bool:
    """Whether a row is the heading of a section, with which the beginning is over."""
    return row.kind is RowKind.HEADING and is_section_title(" ".join(row.cells[0]))


def is_section_title(line: str) -> bool:
    """Whether a line is the title of a section that papers begin with."""
    return _FIRST_SECTION.fullmatch(line.strip()) is not None


def _goes_on(row: Row, following: Row) -> bool:
    """Whether a row of a table has only more of what the one before it has: its first cell is missing."""
    return (
        following.kind is RowKind.TABLE
        and following.table == row.table
        and len(following.cells) == 1
        and labels.alone(row.cells[0][0] if row.cells[0] else "") in _GOING_ON
        and not any(labels.alone(line) or labels.leading(line) for line in following.cells[0])
    )


def _take_table_row(row: Row, fields: Fields, seen: int) -> None:
    heads = [labels.alone(line) for line in row.cells[0] if line.strip()]
    values = [line for cell in row.cells[1:] for line in (*cell, "")]
    label = labels.alone(" ".join(row.cells[0]))
    is_near = seen < HEADER
    if label is not None:
        fields.add(label, values, is_near)
    elif len(heads) > 1 and all(heads):
        for head, value in zip(heads, [line for line in values if line.strip()], strict=False):
            assert head is not None, "all of them are labels"
            fields.add(head, [value], is_near)
    else:
        for cell in row.cells:
            _take_lines(Row(kind=RowKind.TEXT, cells=(cell,)), (), fields, max(seen, HEADER), is_near)


def _take_lines(row: Row, following: Sequence[Row], fields: Fields, seen: int, is_near: bool = False) -> None:
    """Labels at the beginning of lines, each with what stands after it and on the lines below."""
    label: Label | None = None
    value: list[str] = []
    near, is_begin = False, is_near or seen < HEADER
    lines = [part for cell in row.cells for line in cell for part in (_parted(line) if is_begin else (line,))]
    for place, line in enumerate(lines):
        is_begin = is_begin and (is_near or seen + place < HEADER)
        if row.kind is RowKind.PLAIN and is_section_title(line):
            is_begin = False
        begun = _begun(line, row.kind, seen + place)
        if begun is not None:
            if label is not None:
                fields.add(label, value, near)
            label, rest = begun
            value = [rest]
            near = is_begin
        elif label is not None and _continues(label, value, lines[place:], row.kind):
            value.append(line)
        elif label is not None:
            fields.add(label, value, near)
            label = None
    if label is None:
        return
    if not any(part.strip() for part in value):
        value = _below(label, following)
        if label in NAMING and row.kind is RowKind.HEADING and following and following[0].kind is RowKind.ITEM:
            fields.section = fields.section or value
    elif label is Label.PROJECT and following and len(following[0].cells) == 1:
        value += [line for line in following[0].cells[0] if are_groups(line)]
    fields.add(label, value, near)


def _parted(line: str) -> list[str]:
    """A line in pieces, if it has further labels after bars, brackets or tabs."""
    pieces = []
    begin = 0
    for gap in _BESIDE.finditer(line[:400]):
        if gap.start() and (marked := labels.leading(line[gap.end() :])) is not None and marked[0] is not Label.OTHER:
            pieces.append(line[begin : gap.start()])
            begin = gap.end()
    return [*pieces, line[begin:]]


def _begun(line: str, kind: RowKind, place: int) -> tuple[Label, str] | None:
    """The label with which a line begins, and the rest."""
    if kind is RowKind.HEADING and (headed := labels.alone(_SECTION_NUMBER.sub("", line.strip()))) in NAMING:
        assert headed is not None, "it is one of those that name people"
        return headed, ""
    if (marked := labels.leading(line)) is not None:
        is_log = kind is RowKind.PLAIN and marked[0] in NAMING
        return None if place >= HEADER and (is_log or marked[0] is Label.CONTACT) else marked
    if place >= HEADER:
        return None
    if (label := labels.alone(line.strip())) is not None and not are_groups(line):
        return label, ""
    loose = labels.loosely_leading(line)
    return loose if loose is not None and _is_plausible(*loose) else None


def _is_plausible(label: Label, rest: str) -> bool:
    """Whether a value is like one of its label, of which nothing says that it is a label."""
    match label:
        case Label.DATE:
            return is_date(rest)
        case Label.AUDIENCE:
            return len(rest) <= LONGEST_AUDIENCE and names_a_group(rest)
        case Label.NUMBER:
            return len(rest) <= 40 and _NUMBER.search(rest) is not None
        case Label.AUTHOR | Label.EDITOR | Label.REPLY | Label.COAUTHOR:
            return bool(names_in([rest[:500]])) and (len(rest) <= 120 or has_mail(rest))
        case Label.CONTACT:
            return len(rest) <= 120 and has_mail(rest) and bool(names_in([rest]))
        case Label.OTHER | Label.PROJECT:
            return rest.startswith(("Programming Language", "C++", "ISO/IEC", "ISO JTC1"))
        case Label.TITLE:
            return False


def _continues(label: Label, value: Sequence[str], lines: Sequence[str], kind: RowKind) -> bool:
    """Whether the first of `lines` goes on what stands under a label."""
    line = lines[0]
    if len(value) >= MOST_CONTINUED or label is Label.OTHER:
        return False
    if label is Label.PROJECT:
        return are_groups(line)
    if not line.strip():
        return (label in NAMING and value[-1:] != [""]) or not any(value)
    if label in NAMING:
        return _names_go_on(value, lines, kind)
    if label is Label.AUDIENCE:
        lasts = value[-1].rstrip().endswith((",", ";", "/", "&"))
        return not value[0] or lasts or line[:1].isspace() or are_groups(line) or goes_on_in_brackets(value[-1], line)
    return not any(value)


def _names_go_on(value: Sequence[str], lines: Sequence[str], kind: RowKind) -> bool:
    line = lines[0]
    if has_mail(line):
        return True
    words = len(line.split())
    is_prose = words > MOST_WORDS_CONTINUED or (words > 5 and _PROSE.search(line.rstrip()) is not None)
    if is_prose or is_date(line.strip()) or _SECTION.match(line) or _NUMBER.search(line):
        return False
    is_paired = any(map(has_mail, value)) and not any(map(has_mail, lines[1:3]))
    if (kind is not RowKind.PLAIN and not is_paired) or not any(value):
        return True
    before = next(each for each in reversed(value) if each.strip())
    if line[:1].isspace() or _LIST_GOES_ON.search(before) or line.lstrip().startswith(("<", "(", "and ", "& ")):
        return True
    if any(has_mail(each) and labels.leading(each) is None for each in lines[1:3]):
        return True
    return _is_before_a_label(lines)


def _is_before_a_label(lines: Sequence[str]) -> bool:
    """Whether only names stand before the next label."""
    for line in lines[:8]:
        if labels.leading(line) is not None:
            return True
        if not is_only_names(line):
            return False
    return False


def _below(label: Label, following: Sequence[Row]) -> list[str]:
    """What stands under a label that ends its paragraph: the next paragraph, or the list."""
    value: list[str] = []
    if label in NAMING and following and following[0].kind is RowKind.ITEM:
        for row in following:
            if row.kind is not RowKind.ITEM:
                break
            value += [line for cell in row.cells for line in (*cell, "")]
        return value
    if not following or len(following[0].cells) != 1 or following[0].kind is RowKind.HEADING:
        return value
    lines = following[0].cells[0]
    for place, line in enumerate(lines):
        if labels.leading(line) is not None or not _continues(label, value or [""], lines[place:], RowKind.TEXT):
            break
        value.append(line)
    return value
