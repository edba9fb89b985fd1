"""Builders of PDFs for the tests, object by object."""

from collections.abc import Sequence


def a_pdf(*objects: bytes, trailer: bytes = b"<< /Size 9 /Root 1 0 R >>") -> bytes:
    """A PDF with these objects, numbered from 1, and no table of them: readers put up with that."""
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % each for each in enumerate(objects, 1))
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(body)


def a_pdf_with_a_table(objects: Sequence[bytes]) -> bytes:
    """A PDF with these objects, numbered from 1, behind which a table says where they are."""
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return b"%bxref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        body, size, table, size, len(body),
    )  # fmt: skip


def a_stream(content: bytes, entries: bytes = b"") -> bytes:
    """An object with this content."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def pages_of(*contents: bytes, before: Sequence[bytes] = ()) -> list[bytes]:
    """The objects of a document with these pages, which write in the font F; the objects `before` come third."""
    begin = 4 + len(before)
    kids = b" ".join(b"%d 0 R" % (begin + 2 * place) for place in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] /MediaBox [0 0 600 800] >>" % (len(contents), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *before,
    ]
    for place, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>"
            % (begin + 2 * place + 1)
        )
        objects.append(content)
    return objects


TITLE_PAGE = a_stream(
    b"BT /F 20 Tf 72 700 Td (A title of its own) Tj ET BT /F 10 Tf 72 600 Td (Author: Jane Doe) Tj"
    b" 0 -12 Td (Audience: LEWG) Tj ET"
)
"""The content of a page with a title, an author and an audience."""
