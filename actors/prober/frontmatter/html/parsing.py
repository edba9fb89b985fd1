"""An HTML document as rows of text. Pure.

The tree is walked without recursion: who nests a million elements gets no deeper stack for it.
"""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice
from types import MappingProxyType
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from actors.prober.frontmatter.html.rows import Rows
from actors.prober.frontmatter.text.page import MAIL_CLOSE, MAIL_OPEN, Page, RowKind

MOST_NODES = 400_000
MOST_SEEN = 100_000
"""Characters in which the first words of a document must stand."""

_UNSEEN = frozenset(
    {"script", "style", "template", "head", "title", "noscript", "iframe", "object", "svg", "select", "textarea",
     "option", "button", "-comment", "canvas", "audio", "video"}
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "ul", "ol", "li", "center", "hr",
     "blockquote", "pre", "figure", "figcaption", "form", "fieldset", "body", "html", "table", "tbody", "thead",
     "tfoot", "caption", "dl", "address", "details", "summary", "legend"}
) | _HEADINGS  # fmt: skip
_TABLES = frozenset({"table", "dl"})
_CELLS = frozenset({"td", "th", "dd"})
_TEXT = "-text"
_MARKED = (("h1", "p-name", ""), ("h1", "", "title"), ("h1", "title", ""), ("p", "MsoTitle", ""), ("p", "title", ""),
           ("div", "title", ""), ("", "", "title"))  # fmt: skip
"""Tag, class and id of what is marked as the title, the surest first."""

_MAY_BE_MARKED = "h1.p-name, h1.title, p.MsoTitle, p.title, div.title, #title"
_PEOPLE = (".p-author .p-name", ".p-author .fn", ".h-card .p-name", ".author .name")
_BYLINES = "p.author, span.author, div.author, .byline"
_CUSTOM_PEOPLE = frozenset({"author", "authors", "editor", "editors", "coauthor", "coeditor"})
_CUSTOM_BLOCKS = _CUSTOM_PEOPLE | frozenset(
    {"titlepage", "docnum", "number", "project", "audience", "date", "revises", "email", "address", "header", "section",
     "clause", "contents", "foreword"}
)  # fmt: skip
"""Last parts of the names of custom elements (`cxx-docnum`) that stand on lines of their own."""

_CUSTOM_LABELS = MappingProxyType({"audience": "Audience: ", "project": "Project: "})
_FORMER = re.compile(
    r"\b(?:former|previous|past|contributors?|contributions?|contributing|acknowledg|emeritus|with thanks)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?(?:tt|code|em|i|b|strong|sub|sup|kbd|var|samp|span)>", re.IGNORECASE)
MOST_HEADING = 2_000
"""Nodes of a heading that are looked at."""

_BREAK = "\x0b"
"""Stands where a line of a heading ends."""

_AFTER_OTHERS_NUMBER = re.compile(rf"(?<=\w)(\s+[PDN]\d{{4}}(?:R\d{{1,2}})?)\s*{_BREAK}\s*(?=[A-Z])")
_PROPERTY = re.compile(r"(?:class|layout|name|template|background-[a-z]+|count)\s*:", re.IGNORECASE)
_HASHES = re.compile(r"#{1,6}\s+")
_BLANKS = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n?|\n")


def page_of(text: str) -> Page:
    """What stands in a document, in its order."""
    tree = LexborHTMLParser(text)
    rows, words = Rows(), _Words()
    _walk(tree.root, rows, words, frozenset(node.mem_id for node in tree.css("[hidden]")))
    if "<textarea" in text and (source := tree.css_first("textarea#source")) is not None:
        _take_slides(source.text(), rows, words)
    headings: list[Any] = []
    titles: list[Any] = []
    metas: list[Any] = []
    times: list[Any] = []
    kept = {"h1": headings, "title": titles, "meta": metas}
    for node in tree.css("h1, title, meta[name], time, .dt-updated"):  # one search, for each costs as much as the walk
        kept.get(str(node.tag), times).append(node)
    return Page(
        rows=rows.closed(),
        marked=tuple(filter(None, map(_with_subtitle, _marked(tree.css(_MAY_BE_MARKED))))),
        titles=tuple(filter(None, map(_inline, headings[:6]))),
        last_title=next((_MARKUP.sub("", _text(node)) for node in titles[:1]), ""),
        people=_people(tree),
        bylines=tuple(filter(None, map(_text, tree.css(_BYLINES)[:20]))),
        credited=_metas(metas, "author", "dc.creator", "dcterms.creator"),
        dates=(
            *_metas(metas, "dcterms.date", "dc.date", "date"),
            *(str(node.attributes.get("datetime") or _text(node)) for node in times[:3]),
        ),
        text=words.text(),
    )


def _marked(nodes: Sequence[Any]) -> Iterator[Any]:
    """What is marked as the title, at most three of each kind."""
    for tag, css_class, id_ in _MARKED if nodes else ():
        alike = (
            node
            for node in nodes
            if tag in ("", node.tag)
            and (not css_class or css_class in str(node.attributes.get("class") or "").split())
            and (not id_ or node.attributes.get("id") == id_)
        )
        yield from islice(alike, 3)


class _Words:
    """The visible text, as much of it as can hold the first words."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._left = MOST_SEEN

    def add(self, piece: str) -> None:
        if self._left > 0:
            self._pieces.append(piece[: self._left])
            self._left -= len(piece)

    def text(self) -> str:
        return _BLANKS.sub(" ", "".join(self._pieces)).strip()


def _with_subtitle(node: Any) -> str:
    """A title that is marked, with the subtitle that stands next to it."""
    title, beside = _inline(node), node.next
    while beside is not None and beside.tag == _TEXT and not (beside.text_content or "").strip():
        beside = beside.next
    if beside is None or beside.tag == _TEXT or "subtitle" not in str(beside.attributes.get("class") or "").split():
        return title
    return f"{title}{'' if title.endswith((':', '?', '!')) else ':'} {_inline(beside)}" if title else title


def _walk(root: Any, rows: Rows, words: _Words, hidden: Set[int]) -> None:
    node, budget = root, MOST_NODES
    while node is not None and budget > 0:
        budget -= 1
        tag = node.tag
        if tag == _TEXT:
            _take_text(node.text_content or "", rows, words)
            child = None
        elif tag in _UNSEEN or (hidden and node.mem_id in hidden and tag not in ("html", "body")):
            child = None
        else:
            _enter(tag, rows, words)
            child = node.child
        while child is None and node is not None:
            _leave(node, rows, words)
            child = node.next
            if child is None:
                node = node.parent
        node = child


def _enter(tag: str, rows: Rows, words: _Words) -> None:
    """An element that is seen begins."""
    if tag == "br":
        rows.end_line()
        words.add("\n")
    elif tag in ("tr", "dt"):
        rows.begin_row()
        if tag == "dt":
            rows.begin_cell()
    elif tag in _CELLS:
        rows.begin_cell()
    elif _is_block(tag):
        _begin_block(tag, rows)
        if "-" in tag:
            rows.add(_CUSTOM_LABELS.get(tag.rpartition("-")[2], ""))
    if tag in _BLOCKS or tag in _CELLS or tag == "dt":
        words.add("\n")


def _is_block(tag: str) -> bool:
    return tag in _BLOCKS or ("-" in tag and tag.rpartition("-")[2] in _CUSTOM_BLOCKS)


def _kind_of(tag: str) -> RowKind | None:
    """The kind of the rows in an element; None where it stays as it was."""
    if tag in _HEADINGS:
        return RowKind.HEADING
    if tag == "address" or ("-" in tag and tag.rpartition("-")[2] in _CUSTOM_PEOPLE):
        return RowKind.ADDRESS
    return {"li": RowKind.ITEM, "pre": RowKind.PLAIN}.get(tag)


def _begin_block(tag: str, rows: Rows) -> None:
    rows.end_block()
    kind = _kind_of(tag)
    if tag in _TABLES:
        rows.begin_table()
    elif kind is not None:
        rows.kind = kind
        rows.keeps_lines = kind is RowKind.PLAIN


def _leave(node: Any, rows: Rows, words: _Words) -> None:
    tag = node.tag
    if tag == _TEXT:
        return
    if tag == "a":
        rows.add(_mail_of(node))
    elif tag == "tr":
        rows.end_row()
    elif _is_block(tag):
        rows.end_block()
        words.add("\n")
        if tag in _TABLES:
            rows.end_table()
        elif _kind_of(tag) is not None:
            rows.kind = RowKind.TEXT
            rows.keeps_lines = False
    elif tag in _CELLS or tag == "dt":
        words.add("\n")


def _take_text(text: str, rows: Rows, words: _Words) -> None:
    words.add(text)
    if not rows.keeps_lines:
        is_even = text.isprintable() and "  " not in text
        rows.add(text if is_even else _BLANKS.sub(" ", text))
        return
    first, *others = _LINE_ENDS.split(text)
    rows.add(first)
    for line in others:
        rows.end_line()
        rows.add(line)


def _take_slides(source: str, rows: Rows, words: _Words) -> None:
    """The slides of remark.js, in Markdown: headings, and lines of text."""
    for line in source[:MOST_SEEN].splitlines():
        plain = line.strip()
        if _PROPERTY.match(plain) or plain in ("--", "---"):
            continue
        rows.end_block()
        mark = _HASHES.match(plain)
        rows.kind = RowKind.HEADING if mark is not None else RowKind.TEXT
        shown = plain[mark.end() :] if mark is not None else plain
        rows.add(shown)
        words.add(shown + "\n")
    rows.end_block()
    rows.kind = RowKind.TEXT


def _mail_of(link: Any) -> str:
    target = str(link.attributes.get("href") or "").strip()
    if target[:7].lower() != "mailto:":
        return ""
    mail = target[7:].partition("?")[0].replace("%40", "@")
    return "" if "@" not in mail or "@" in _text(link) else f" {MAIL_OPEN}{mail[:100]}{MAIL_CLOSE} "


def _people(tree: LexborHTMLParser) -> tuple[str, ...]:
    if not tree.css(", ".join(_PEOPLE)):
        return ()
    for css in _PEOPLE:
        if found := tuple(filter(None, (_text(node) for node in tree.css(css)[:40] if not _is_former(node)))):
            return found
    return ()


def _is_former(node: Any) -> bool:
    """Whether somebody stands under a term such as "Former Author"."""
    while node is not None and node.tag != "dd":
        node = node.parent
    while node is not None and node.tag != "dt":
        node = node.prev
    return node is not None and _FORMER.search(_text(node)) is not None


def _metas(metas: Sequence[Any], *names: str) -> tuple[str, ...]:
    def told() -> Iterator[str]:
        for node in metas[:100]:
            if str(node.attributes.get("name")).lower() in names:
                yield str(node.attributes.get("content") or "")[:300]

    return tuple(filter(None, told()))


def _text(node: Any) -> str:
    return _BLANKS.sub(" ", node.text(separator=" ")[:2000]).strip()


def _inline(node: Any) -> str:
    """The text of a heading as it is seen: blanks only where it has some, or where a line or a block ends; a dash where
    a line ends after another paper's number, as in "Slides for P2300R10"."""
    pieces: list[str] = []
    stack: list[Any] = [node.child]
    budget = MOST_HEADING
    while stack and budget > 0:
        budget -= 1
        current = stack.pop()
        if current is None or isinstance(current, str):
            pieces.append(current or "")
            continue
        stack.append(current.next)
        if current.is_text_node:
            pieces.append(current.text_content or "")
        elif current.tag not in _UNSEEN and "self-link" not in str(current.attributes.get("class") or ""):
            parts = current.tag == "br" or current.tag in _BLOCKS or current.tag in _CELLS
            edge = " " if parts else ""
            pieces.append(_BREAK if current.tag == "br" else edge)
            stack += [edge, current.child]
    text = "".join(pieces)[:2000]
    if _BREAK in text:
        text = _AFTER_OTHERS_NUMBER.sub(r"\1 - ", text).replace(_BREAK, " ")
    return _BLANKS.sub(" ", text).strip()
