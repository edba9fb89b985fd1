"""Rows of text, built while a document is walked. Pure."""

from actors.prober.frontmatter.text.page import Cell, Row, RowKind
from actors.prober.frontmatter.text.polish import tidied

MOST_ROWS = 60_000
LONGEST_LINE = 2_000


class Rows:
    """Text comes by `add`; the ends of lines, blocks, cells and rows part it. Inside of a row a block ends a line, and
    a row in a row (a table that only arranges others) ends the outer one. `kind` is that of the blocks to come;
    `keeps_lines` is up to the caller."""

    def __init__(self) -> None:
        self.kind = RowKind.TEXT
        self.keeps_lines = False
        self._rows: list[Row] = []
        self._cells: list[Cell] = []
        self._lines: list[str] = []
        self._line: list[str] = []
        self._in_row = False
        self._tables = 0
        self._open_tables: list[int] = []

    def closed(self) -> tuple[Row, ...]:
        """All of them, when there is no more text."""
        self._flush()
        return tuple(self._rows)

    def add(self, text: str) -> None:
        """Some text of the current line."""
        if text:
            self._line.append(text)

    def end_line(self) -> None:
        """The line is over. An empty one counts: it parts what is before it from what is after."""
        line = tidied("".join(self._line)[:LONGEST_LINE]).rstrip()
        self._line.clear()
        self._lines.append(line if self.keeps_lines else line.strip())

    def end_block(self) -> None:
        """A paragraph or the like is over."""
        if not self._in_row:
            self._flush()
        elif "".join(self._line).strip():
            self.end_line()

    def begin_table(self) -> None:
        """Rows from now on belong to another table."""
        self._flush()
        self._in_row = False
        self._tables += 1
        self._open_tables.append(self._tables)

    def end_table(self) -> None:
        """The table is over."""
        self._flush()
        self._in_row = False
        if self._open_tables:
            self._open_tables.pop()

    def begin_row(self) -> None:
        """A row of a table begins."""
        self._flush()
        self._in_row = True

    def end_row(self) -> None:
        """The row is over."""
        self._flush()
        self._in_row = False

    def begin_cell(self) -> None:
        """The next cell of the row begins; text before the first one belongs to none."""
        self._in_row = True
        self._end_cell()

    def _end_cell(self) -> None:
        if "".join(self._line).strip():
            self.end_line()
        self._line.clear()
        cell = _trimmed(self._lines)
        self._lines.clear()
        if cell or self._cells:
            self._cells.append(cell)

    def _flush(self) -> None:
        self._end_cell()
        cells, self._cells = tuple(self._cells), []
        if any(cells) and len(self._rows) < MOST_ROWS:
            kind = RowKind.TABLE if self._in_row else self.kind
            table = self._open_tables[-1] if self._open_tables else 0
            self._rows.append(Row(kind=kind, cells=cells, table=table))


def _trimmed(lines: list[str]) -> Cell:
    """Without empty lines at both ends."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    return tuple(lines[filled[0] : filled[-1] + 1]) if filled else ()
