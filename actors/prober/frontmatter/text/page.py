"""A document as rows of text, whatever it was written in. Pure."""

from dataclasses import dataclass
from enum import Enum


class Part(Enum):
    """How much of a document is read: all within the limits, or what comes first, in which little can go wrong."""

    WHOLE = "whole"
    BEGINNING = "beginning"


class UnreadablePdf(ValueError):
    """A document that PDFium refuses, and why."""


class RowKind(Enum):
    """TEXT: a paragraph, its lines broken where the author broke them. PLAIN: lines of which nothing says where a
    paragraph ends: preformatted text, or a page of a PDF. TABLE: a row of a table, or a term with its descriptions.
    HEADING: a heading. ITEM: an item of a list. ADDRESS: a paragraph that is marked as somebody's address."""

    TEXT = "text"
    PLAIN = "plain"
    TABLE = "table"
    HEADING = "heading"
    ITEM = "item"
    ADDRESS = "address"


Cell = tuple[str, ...]
"""The lines of a cell. A mail address behind a link stands in `MAIL_OPEN` and `MAIL_CLOSE`."""

MAIL_OPEN, MAIL_CLOSE = "\x0e", "\x0f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`cells` has one for everything that is no TABLE; `table` numbers the tables and lists from 1, 0 elsewhere."""

    kind: RowKind
    cells: tuple[Cell, ...]
    table: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`marked` are texts that markup says are the title, `titles` other candidates, the most likely first, and
    `last_title` is the title in the metadata; `people` are marked as authors, `bylines` as something
    about them, `credited` named in metadata; `dates` are
    those that are marked; `text` is the visible text, its words parted by single blanks."""

    rows: tuple[Row, ...]
    marked: tuple[str, ...]
    titles: tuple[str, ...]
    last_title: str
    people: tuple[str, ...]
    bylines: tuple[str, ...]
    credited: tuple[str, ...]
    dates: tuple[str, ...]
    text: str
