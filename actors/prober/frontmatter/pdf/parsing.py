"""A PDF document as rows of text, by PDFium: where each letter stands says what belongs together.

PDFium is C++; the process that reads is locked down for that (`sandbox`).
"""

import codecs
import ctypes
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any

import pypdfium2_raw as pdfium

from actors.prober.frontmatter.pdf.layout import Glyph, Line, Rule, lines_of, text_lines, titles_of, with_underscores
from actors.prober.frontmatter.text.page import Page, Part, Row, RowKind, UnreadablePdf
from actors.prober.frontmatter.text.polish import tidied

MOST_PAGES = MappingProxyType({Part.WHOLE: 10, Part.BEGINNING: 1})
MOST_GLYPHS = 8_000
"""Letters of the first page that are looked at one by one."""

MOST_OBJECTS = 3_000
THINNEST, LONGEST_RULE = 1.5, 14.0
"""Points: the height of a rule that may be an underscore is below the one, its width between the two."""

ENOUGH = 12_000
"""Characters in which there are surely 1,000 words, and which are not read beyond."""

HYPHEN = 2
"""What PDFium says instead of a hyphen at the end of a line."""

LONGEST_METADATA = 2_000
_ERRORS = MappingProxyType(
    {
        2: "no such file",
        3: "no PDF, or a broken one",
        4: "encrypted",
        5: "encrypted in an unknown way",
        6: "no pages",
    }
)
_CATALOG = re.compile(rb"([0-9]{1,9})[ \r\n]+([0-9]{1,5})[ \r\n]+obj[ \r\n]*<<[^>]{0,300}?/Type[ \r\n]*/Catalog\b")
_BOLD = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|-b[ix]?\b", re.IGNORECASE)
_UTF_16 = codecs.lookup("utf-16-le")
"""Looked up here, for a process that is locked down finds no codec."""

_LINE_ENDS = re.compile(r"\r\n?|\n|\x02")


def page_of(body: bytes, part: Part = Part.WHOLE) -> Page:
    """What stands on the first pages. Raises `UnreadablePdf` for what is no PDF, or is encrypted."""
    pdfium.FPDF_InitLibrary()
    with ExitStack() as stack:
        document = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
        if not document and (mended := _with_trailer(body)) is not None:
            body = mended  # PDFium keeps no copy
            document = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
        if not document:
            raise UnreadablePdf(_ERRORS.get(pdfium.FPDF_GetLastError(), "it cannot be read"))
        stack.callback(pdfium.FPDF_CloseDocument, document)
        first: list[Line] = []
        words: list[str] = []
        lines: list[str] = []
        for number in range(min(MOST_PAGES[part], pdfium.FPDF_GetPageCount(document))):
            with ExitStack() as closing:
                page, text = _text_page(document, number, closing)
                if text is None:
                    continue
                plain = _plain_lines(text)
                words += plain
                if not first:
                    first = lines_of(with_underscores(list(_glyphs(text)), list(_rules(page))))
                    lines += text_lines(first)
                else:
                    lines += plain
            if sum(map(len, words)) > ENOUGH:
                break
        title, author = (_metadata(document, name) for name in (b"Title", b"Author"))
    return Page(
        rows=(Row(kind=RowKind.PLAIN, cells=(tuple(map(tidied, lines)),)),) if lines else (),
        marked=(),
        titles=titles_of(first),
        last_title=title,
        people=(),
        bylines=(),
        credited=(author,) if author else (),
        dates=(),
        text=" ".join(_joined(words)),
    )


def _with_trailer(body: bytes) -> bytes | None:
    """The body of a PDF whose end is missing, with an end that names its catalog; None if that is not found. PDFium
    looks for the objects itself, and reads the pages that are there."""
    found = _CATALOG.search(body)
    if found is None:
        return None
    return b"%b\nendobj\ntrailer << /Root %b %b R >>\nstartxref\n0\n%%%%EOF\n" % (body, found[1], found[2])


def _text_page(document: Any, number: int, closing: ExitStack) -> tuple[Any, Any]:
    """A page and its text, None where they cannot be read."""
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return None, None
    closing.callback(pdfium.FPDF_ClosePage, page)
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return page, None
    closing.callback(pdfium.FPDFText_ClosePage, text)
    return page, text


def _rules(page: Any) -> Iterator[Rule]:
    """The short horizontal lines of a page: TeX draws an underscore as one."""
    edges = [ctypes.c_float() for _ in range(4)]
    for place in range(min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, place)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium.FPDFPageObj_GetBounds(item, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            if top - bottom < THINNEST < right - left < LONGEST_RULE:
                yield Rule(left=left, right=right, base=bottom)


def _plain_lines(text: Any) -> list[str]:
    """The lines of a page in the order in which they are drawn."""
    count = min(pdfium.FPDFText_CountChars(text), 2 * ENOUGH)
    if count <= 0:
        return []
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text, 0, count, buffer)
    return _LINE_ENDS.split(_decoded(bytes(buffer)))


def _glyphs(text: Any) -> Iterator[Glyph]:
    """The letters of a page with their places, in points; blanks too. Letters on their side are left out."""
    matrix, box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    is_bold = _boldness(text)
    for place in range(min(pdfium.FPDFText_CountChars(text), MOST_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(text, place)
        code = ord("-") if code == HYPHEN else code
        if code < ord(" ") or pdfium.FPDFText_IsGenerated(text, place) == 1:
            continue
        pdfium.FPDFText_GetMatrix(text, place, matrix)
        pdfium.FPDFText_GetCharOrigin(text, place, x, y)
        pdfium.FPDFText_GetLooseCharBox(text, place, box)
        size = pdfium.FPDFText_GetFontSize(text, place) * (matrix.c**2 + matrix.d**2) ** 0.5
        if size > 0 and abs(matrix.b) <= abs(matrix.a) / 10:
            yield Glyph(
                text=chr(code),
                left=x.value,
                right=max(box.right, x.value),
                base=y.value,
                size=size,
                is_bold=is_bold(place),
            )


def _boldness(text: Any) -> Any:
    """Whether a letter is bold, by the name of its font: asked only where the weight of the font changes."""
    buffer, flags = ctypes.create_string_buffer(100), ctypes.c_int()
    known: dict[bytes, bool] = {}

    def is_bold(place: int) -> bool:
        length = pdfium.FPDFText_GetFontInfo(text, place, buffer, len(buffer), flags)
        name = buffer.raw[: max(0, min(length, len(buffer)) - 1)]
        if name not in known:
            known[name] = _BOLD.search(name.decode("utf-8", "replace")) is not None
        return known[name]

    return is_bold


def _metadata(document: Any, name: bytes) -> str:
    buffer = ctypes.create_string_buffer(2 * LONGEST_METADATA)
    length = pdfium.FPDF_GetMetaText(document, name, buffer, len(buffer))
    return _decoded(buffer.raw[: min(length, len(buffer))]).strip()


def _decoded(units: bytes) -> str:
    return _UTF_16.decode(units, "replace")[0].rstrip("\0")


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Words that were parted at the end of a line are whole again."""
    before = ""
    for line in lines:
        if before.endswith("-") and line[:1].islower():
            before = before[:-1] + line
            continue
        if before:
            yield before
        before = line
    if before:
        yield before
