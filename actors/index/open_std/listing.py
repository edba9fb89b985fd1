"""A yearly page of open-std.org, of any of the six layouts that it has had, as papers and mailings. Pure.

The page is walked in the order of its tree, some rows at a time. What a row says is found by the words in the heading
of its column, so columns may come in any order. To 2001, papers stand in columns of preformatted text.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser

from actors.index.entries.authors import split_authors, split_groups
from actors.index.model.records import ListedMailing
from actors.index.open_std.headings import columns_of
from actors.index.open_std.markup import plain_markup
from actors.index.open_std.preformatted import PreformattedLine, papers_in
from actors.index.open_std.values import (
    address,
    clean,
    clean_cell,
    date_in,
    decoded,
    is_link,
    mailing_in,
    mailing_of_anchor,
    paper_address,
    paper_id,
)
from messages.papers import Paper, PaperKind

ROWS_AT_ONCE = 40
"""Rows between two pauses: about 4 ms."""

NODES_AT_ONCE = 10_000
MOST_NODES = 1_000_000
MOST_COLUMNS = 100
LONGEST_HEADING = 80
"""Characters."""

_END = re.compile(r"</\s*(pre|body|html)\s*>", re.IGNORECASE)
_CONTENT = re.compile(r"<(?:t[rdh]|pre)(?=[\s>])", re.IGNORECASE)
_TABLE = re.compile(r"<table(?=[\s>])", re.IGNORECASE)
_ROW = re.compile(r"<tr(?=[\s>])", re.IGNORECASE)
_END_OF_ROW = re.compile(r"</\s*(?:tr|table)\s*>", re.IGNORECASE)
_CELLS = frozenset({"td", "th"})
_TITLED = frozenset({"a", "h1", "h2", "h3", "h4", "h5", "h6", "caption"})
"""Elements whose text is the title of the mailing that they are the anchor of."""
_ANCHORED = _TITLED | {"div", "p", "section", "span", "table"}
_BREAKS = frozenset({"br", "p", "div", "li"})
MOST_ROWS_OF_A_CELL = 1000
MOST_LINKS_OF_A_CELL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPaper:
    """A row: the paper, and whether the row has a link. A row without one is of a paper that was withdrawn, or has not
    come yet."""

    paper: Paper
    is_linked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class YearListing:
    """A page: its papers by id; its mailings in their order; how many rows have no id that can be read; whether the
    page has its end. Of one that was cut, the row in which that happened is left out."""

    papers: Mapping[str, ListedPaper]
    mailings: tuple[ListedMailing, ...]
    bad: int
    is_whole: bool


def read_listing(body: bytes, page: str) -> Generator[None, None, YearListing]:
    """Read the yearly page at the URL `page`, pausing (`yield`) after some rows; the YearListing is returned."""
    text = decoded(body)
    is_whole = _has_its_end(text)
    yield
    plain = yield from plain_markup(text if is_whole else text[: _begin_of_cut(text)])
    tree = LexborHTMLParser(plain)
    yield
    reader = _Reader(page=page)
    yield from reader.walk(tree.root)
    return reader.listing(is_whole)


def _has_its_end(text: str) -> bool:
    """Whether the page ends as it should: with a body or a document if it has tables, else at least with its text."""
    last = max((match.start() for match in _CONTENT.finditer(text)), default=-1)
    ends = {match[1].lower() for match in _END.finditer(text, max(last, 0))}
    needed = {"body", "html"} if _TABLE.search(text) else {"body", "html", "pre"}
    return last < 0 or not needed.isdisjoint(ends)


def _begin_of_cut(text: str) -> int:
    """Where the row or the line begins in which the page was cut."""
    last = max((match.start() for match in _ROW.finditer(text)), default=-1)
    if last >= 0:
        return len(text) if _END_OF_ROW.search(text, last) else last
    return text.rfind("\n") + 1


@dataclass(slots=True, kw_only=True)
class _Reader:
    """What has been read of a page so far."""

    page: str
    columns: Mapping[int, str] = field(default_factory=dict)
    anchor: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    papers: dict[str, ListedPaper] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    bad: int = 0
    spanning: dict[int, tuple[int, Any]] = field(default_factory=dict)

    def walk(self, root: Any) -> Iterator[None]:
        """Take everything in, pausing after some rows."""
        node, budget, rows = root, MOST_NODES, 0
        while node is not None and budget > 0:
            budget -= 1
            child = None
            if node.tag == "tr":
                rows += 1
                if not self._take_row(node):
                    child = node.child
            elif node.tag == "pre":
                self._take_anchors(node)
                for line in papers_in(_lines(node)):
                    self._take_line(line)
                    rows += 1
                    if rows % ROWS_AT_ONCE == 0:
                        yield
            else:
                if node.tag in _ANCHORED:
                    self._take_anchor(node)
                if node.tag == "table":
                    self.spanning = {}
                child = node.child
            if rows >= ROWS_AT_ONCE or budget % NODES_AT_ONCE == 0:
                rows = 0
                yield
            node = child if child is not None else _after(node, root)

    def listing(self, is_whole: bool) -> YearListing:
        inside: dict[str, list[str]] = {name: [] for name in self.anchors}
        for listed in self.papers.values():
            if listed.paper.mailing in inside and listed.is_linked and listed.paper.kind is not PaperKind.SD:
                inside[listed.paper.mailing].append(listed.paper.id)
        mailings = tuple(
            ListedMailing(
                name=name,
                title=self.titles.get(name, name),
                ids=tuple(ids),
                url=address(f"#{quote(self.anchors[name])}", self.page),
            )
            for name, ids in inside.items()
            if ids
        )
        return YearListing(papers=self.papers, mailings=mailings, bad=self.bad, is_whole=is_whole)

    # --- anchors and headings

    def _take_anchors(self, node: Any) -> None:
        for inner in node.css("a[name], a[id]"):
            self._take_anchor(inner)

    def _take_anchor(self, node: Any) -> None:
        name = self._take_anchor_named(str(node.attributes.get("name") or node.attributes.get("id") or ""))
        title = clean(node.text()) if name and node.tag in _TITLED else ""
        if name and mailing_in(title) == name:
            plain = title[len("mailing") :] if title.lower().startswith("mailing") else title
            self.titles.setdefault(name, plain.lstrip(" -_:"))

    def _take_anchor_named(self, written: str) -> str:
        name = mailing_of_anchor(written)
        if name:
            self.anchor = name
            self.anchors.setdefault(name, written)
        return name

    # --- rows

    def _take_row(self, row: Any) -> bool:
        """Whether the row was taken; one that is there for the layout holds what has to be walked."""
        if written := str(row.attributes.get("id") or ""):
            self._take_anchor_named(written)
        above, self.spanning = self.spanning, {}
        cells = list(_cells_of(row, above, self.spanning))
        for inner in (node for node in row.css("a[name], a[id]") if cells):
            self._take_anchor(inner)
        headings = _columns_of(cells)
        if headings:
            self.columns = headings
            return True
        fields = {self.columns[place]: cell for place, cell in cells if place in self.columns}
        number = fields.get("number")
        found = paper_id(clean(number.text())) if number is not None else None
        if number is None or found is None:
            if row.css_first("table, pre") is not None:
                return False
            self._take_heading([clean(cell.text()) for _, cell in cells])
            return True
        if any(number.mem_id == cell.mem_id for _, cell in above.values()):
            return True  # more of the paper above
        texts = {name: _text_of(cell, name) for name, cell in fields.items()}
        self._add(found, texts, _links_of(number))
        return True

    def _take_heading(self, texts: Sequence[str]) -> None:
        """A row without a paper: the mailing's title, nothing, or one that cannot be read."""
        written = [text for text in texts if text]
        if len(written) == 1 and (name := mailing_in(written[0])):
            if len(self.titles.get(name, "")) <= len(written[0]):
                self.titles[name] = written[0]
        elif len(written) > 1 and (self.columns or any(map(paper_id, written))):
            self.bad += 1

    def _take_line(self, line: PreformattedLine) -> None:
        found = paper_id(line.id)
        if found is None:
            self.bad += 1
            return
        texts = {"title": clean(line.title), "author": clean(line.authors)}
        self._add(found, texts, (line.link,))

    def _add(self, found: Any, texts: Mapping[str, str], links: Sequence[str]) -> None:
        id, kind, number, revision = found
        previous = paper_id(texts.get("previous", ""))
        listed = ListedPaper(
            paper=Paper(
                id=id,
                kind=kind,
                number=number,
                revision=revision,
                title=texts.get("title", ""),
                authors=split_authors(texts.get("author", "")),
                date=date_in(texts.get("date", "")),
                status="",
                url=next(filter(None, (paper_address(link, self.page) for link in links)), ""),
                audience=split_groups(texts.get("audience", "")),
                mailing=mailing_in(texts.get("mailing", "")) or self.anchor,
                previous=previous[0] if previous is not None else "",
                disposition=texts.get("disposition", ""),
            ),
            is_linked=any(is_link(link, self.page) for link in links),
        )
        known = self.papers.get(id)
        self.papers[id] = listed if known is None else _one_of(known, listed)


def _one_of(first: ListedPaper, second: ListedPaper) -> ListedPaper:
    """What two rows of one id say together: the one with the later date counts, the other fills its gaps."""
    early, late = first.paper.date or date.min, second.paper.date or date.min
    older, newer = (second, first) if early > late else (first, second)
    gaps = {
        name: getattr(older.paper, name)
        for name in ("title", "authors", "date", "url", "audience", "previous", "disposition")
        if not getattr(newer.paper, name)
    }
    mailing = min(filter(None, (first.paper.mailing, second.paper.mailing)), default="")
    return ListedPaper(
        paper=replace(newer.paper, mailing=mailing, **gaps), is_linked=first.is_linked or second.is_linked
    )


def _cells_of(row: Any, above: Mapping[int, tuple[int, Any]], below: dict[int, tuple[int, Any]]) -> Iterator[Any]:
    """The cells of a row, each with the place of its column. Cells `above` reach into it for so many rows; those that
    reach further are put into `below`."""
    place, cell = 0, row.child
    while place < MOST_COLUMNS:
        if place in above:
            rows, reaching = above[place]
            yield place, reaching
            if rows > 1:
                below[place] = rows - 1, reaching
            place += 1
            continue
        while cell is not None and cell.tag not in _CELLS:
            cell = cell.next
        if cell is None:
            place = min((each for each in above if each > place), default=MOST_COLUMNS)
            continue
        yield place, cell
        wide, high = _span(cell, "colspan", MOST_COLUMNS), _span(cell, "rowspan", MOST_ROWS_OF_A_CELL)
        if high > 1:
            below |= {each: (high - 1, cell) for each in range(place, min(place + wide, MOST_COLUMNS))}
        place += wide
        cell = cell.next


def _span(cell: Any, name: str, most: int) -> int:
    """How many columns or rows a cell takes; a `rowspan` of 0 reaches to the end of the table."""
    text = str(cell.attributes.get(name) or "1").strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return min(number or (most if name == "rowspan" else 1), most)


def _text_of(cell: Any, name: str) -> str:
    """What a cell says. A line break divides authors and groups if nothing else does, and is a space in titles."""
    parts: list[str] = []
    node = cell.child
    while node is not None:
        if node.tag == "-text":
            parts.append((node.text_content or "").replace("\n", " "))
        elif node.tag in _BREAKS:
            parts.append("\n")
        node = node.child if node.child is not None else _after(node, cell)
    text = "".join(parts)
    if name in ("author", "audience"):
        lines = [line for line in map(clean_cell, text.split("\n")) if line]
        return (" " if any(mark in text for mark in ",;") else ", ").join(lines)
    return clean_cell(text.replace("\n", " " if name in ("title", "disposition") else ""))


def _columns_of(cells: Sequence[tuple[int, Any]]) -> Mapping[int, str]:
    """From a column's place to what stands in it, if these are headings; otherwise empty."""
    if not cells or (len(cells) < 3 and cells[0][1].tag != "th"):
        return {}
    if cells[0][1].tag != "th" and _links_of(cells[0][1]):
        return {}
    return columns_of((place, clean(text)) for place, cell in cells if len(text := cell.text()) < LONGEST_HEADING)


def _after(node: Any, top: Any) -> Any:
    """The node that follows in the order of the page, without what is in this one; None behind the last in `top`."""
    while node is not None and node.mem_id != top.mem_id:
        if node.next is not None:
            return node.next
        node = node.parent
    return None


def _links_of(cell: Any) -> tuple[str, ...]:
    """The targets of the first links in a cell."""
    links: list[str] = []
    node = cell.child
    while node is not None and len(links) < MOST_LINKS_OF_A_CELL:
        if node.tag == "a" and (href := node.attributes.get("href")):
            links.append(str(href))
        node = node.child if node.child is not None else _after(node, cell)
    return tuple(links)


def _lines(pre: Any) -> Iterator[tuple[str, str]]:
    """The lines of preformatted text, each with the target of its first link. A break at the end of a line is none."""
    line, link, is_broken = "", "", False
    node = pre.child
    while node is not None:
        if node.tag == "-text":
            first, *others = (node.text_content or "").replace("\r\n", "\n").split("\n")
            line += first
            for other in others:
                if line or not is_broken:
                    yield line, link
                line, link, is_broken = other, "", False
        elif node.tag == "br":
            yield line, link
            line, link, is_broken = "", "", True
        elif node.tag == "a" and not link:
            link = str(node.attributes.get("href") or "")
        node = node.child if node.child is not None else _after(node, pre)
    yield line, link
