"""Papers in columns of preformatted text, as the pages to 2001 have them. Pure.

    99-0045   N1868   Member Access Control and Nested Gadgets  Alan Griff
                                                                and Mark Radf

A paper's line has the J16 number, perhaps, the id, the title and the authors. What does not fit into a column goes on
below, in lines without a number.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_J16 = r"\s*(?:(?:X3)?J16[/ ])?(?:19|20)?[0-9]{2}-[0-9]{4}(?:R[0-9]+)?"
_PAPER = re.compile(
    rf"(?:{_J16}\s*[=/]?)?\s*(?:WG21[/ ])?((?:N|P|D|SD-?)[0-9]{{1,5}}(?:R[0-9]{{1,3}})?)\b(?!\.[a-z])"
    rf"(?:\s*[=/]?{_J16}(?!\S))?\s*",
    re.IGNORECASE,
)
"""What goes on with `.html` is the name of a file, in a list that a web server makes of its folder."""

_GAP = re.compile(r"\s{2,}")
_TOLERANCE = 3
"""Columns by which authors may stand before their column."""

MOST_CHARACTERS = 500
"""Of a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreformattedLine:
    """A paper: its id, title and authors as they are written, and the target of its link, empty if it has none."""

    id: str
    title: str
    authors: str
    link: str


def papers_in(lines: Iterable[tuple[str, str]]) -> Iterator[PreformattedLine]:
    """The papers of lines, each of which comes with the target of its first link."""
    kept = [(line[:MOST_CHARACTERS].replace("\t", " \t").expandtabs().rstrip(), link) for line, link in lines]
    column = _authors_column(line for line, _ in kept)
    paper: PreformattedLine | None = None
    for line, link in kept:
        match = _PAPER.match(line)
        if match is not None:
            if paper is not None:
                yield paper
            title, authors = _columns(line, match.end(), column)
            paper = PreformattedLine(id=match[1], title=title, authors=authors, link=link)
        elif not line.strip():
            if paper is not None:
                yield paper
            paper = None
        elif paper is not None and line[0] == " ":
            title, authors = _columns(line, len(line) - len(line.lstrip()), column)
            paper = PreformattedLine(
                id=paper.id,
                title=f"{paper.title} {title}".strip(),
                authors=f"{paper.authors} {authors}".strip(),
                link=paper.link or link,
            )
    if paper is not None:
        yield paper


def _authors_column(lines: Iterable[str]) -> int:
    """Where most papers have their authors; 0 if no paper has any."""
    places: Counter[int] = Counter()
    for line in lines:
        match = _PAPER.match(line)
        gaps = list(_GAP.finditer(line, match.end())) if match is not None else []
        if gaps:
            places[gaps[-1].end()] += 1
    return max(places, key=lambda place: (places[place], place)) if places else 0


def _columns(line: str, begin: int, column: int) -> tuple[str, str]:
    """Title and authors of a line whose text begins at `begin`."""
    if column and begin >= column - _TOLERANCE:
        return "", line[begin:]
    if column and len(line) > column and line[column - 1] == " ":
        return line[begin:column].strip(), line[column:].strip()
    gaps = list(_GAP.finditer(line, begin))
    if gaps and gaps[-1].end() >= column - _TOLERANCE:
        return line[begin : gaps[-1].start()], line[gaps[-1].end() :]
    return line[begin:].strip(), ""
