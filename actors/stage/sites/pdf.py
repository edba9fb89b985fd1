"""A small PDF writer, so that the stage has drafts with something in them: lines of text in one font, nothing else (ISO
32000-1, 7.5). Pure."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PAGE = (612, 792)
MARGIN = 72
LEADING = 1.25
"""Distance of lines in sizes of the font."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfLine:
    """A line of text in letters of Windows-1252, in points; an empty one is a gap."""

    text: str
    size: float = 11


def pdf_of(pages: Iterable[Sequence[PdfLine]], title: str = "", author: str = "") -> bytes:
    """A document of these pages; `title` and `author` go into its metadata."""
    contents = [_content(page) for page in pages]
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, content in enumerate(contents):
        box = f"/MediaBox [0 0 {PAGE[0]} {PAGE[1]}] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * place} 0 R >>".encode())
        packed = zlib.compress(content)
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed))
    objects.append(b"<< /Title %b /Author %b >>" % (_string(title), _string(author)))
    return _file(objects)


def _content(lines: Sequence[PdfLine]) -> bytes:
    parts = [b"BT"]
    height = PAGE[1] - MARGIN
    for line in lines:
        height -= round(line.size * LEADING)
        if line.text:
            parts.append(b"/F1 %g Tf 1 0 0 1 %d %d Tm %b Tj" % (line.size, MARGIN, height, _string(line.text)))
    return b"\n".join((*parts, b"ET"))


def _string(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        raw = raw.replace(special, b"\\" + special)
    return b"(" + raw + b")"


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects, numbered from 1, the last one with the metadata, behind a header and before their table."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"<< /Size %d /Root 1 0 R /Info %d 0 R >>" % (size, len(objects))
    start = len(body)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, trailer, start,
    )  # fmt: skip
