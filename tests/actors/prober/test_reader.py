"""The child process in which bodies are read: what it finds, and what a hostile one does to nobody."""

import asyncio
import os
import subprocess
import sys
import time
import zlib
from contextlib import suppress

import psutil
import pytest

from actors.prober.frontmatter.__main__ import MEMORY
from actors.prober.frontmatter.child import reader
from actors.prober.frontmatter.child.reader import Read
from actors.stage.sites.pdf import PdfLine, pdf_of
from messages.drafts import Extension
from tests.pdf_builders import TITLE_PAGE, a_pdf, a_stream
from tests.unit.frontmatter.layouts import LAYOUTS, Layout

A_PDF = pdf_of([[PdfLine(text="Author: Jane Doe"), PdfLine(text="A title of its own", size=20)]])


def read(body: bytes, extension: Extension = Extension.PDF, limit: float = reader.WHOLE_LIMIT) -> Read:
    return asyncio.run(reader.read(body, extension, "text/html", limit))


def children() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # another test's process may have ended
            if "actors.prober.frontmatter" in child.cmdline():
                found.append(child)
    return found


def descriptors() -> set[tuple[str, str]]:
    """What is open in this process, and to what. The leavings of other tests may be closed at any time."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # of this listing itself
            found.add((number, os.readlink(f"/proc/self/fd/{number}")))
    return found


def bomb(layers: int) -> bytes:
    """200 MB of text in a page, packed once or twice."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"(bomb) Tj " * 100_000) for _ in range(200)) + packer.flush()
    filters = b"/FlateDecode " * layers
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    return packed_page(a_stream(packed, b"/Filter [" + filters + b"]"))


def packed_page(content: bytes) -> bytes:
    return a_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        content,
    )


def after_a_good_page(page: bytes, *objects: bytes) -> bytes:
    """A PDF whose first page says what it should; the object 6 is its second page, and the others follow."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return a_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 2 /Kids [4 0 R 6 0 R] /MediaBox [0 0 600 800] >>",
        font,
        b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F 3 0 R >> >> /Contents 5 0 R >>",
        TITLE_PAGE,
        page,
        *objects,
    )


_SECOND = (
    b"<< /Type /Page /Parent 2 0 R /Contents 7 0 R /Resources << /Font << /F 3 0 R >> /XObject << /X 8 0 R >> >> >>"
)
LATER_FAULTS = {
    "a page that is not there": after_a_good_page(b"null"),
    "a page that is no page": after_a_good_page(b"[1 2 3"),
    "a page that is its own parent": after_a_good_page(b"<< /Type /Pages /Count 5 /Kids [6 0 R] /Parent 6 0 R >>"),
    "a stream that cannot be unpacked": after_a_good_page(_SECOND, a_stream(b"noise" * 99, b"/Filter /FlateDecode")),
    "a bomb": after_a_good_page(_SECOND, bomb(1).partition(b"4 0 obj\n")[2].partition(b"\nendobj")[0]),
    "its end is missing": after_a_good_page(_SECOND).partition(b"6 0 obj")[0],
    "its end is empty": after_a_good_page(_SECOND).partition(b"6 0 obj")[0] + bytes(5000),
    "a font that is its own descendant": after_a_good_page(
        _SECOND.replace(b"/F 3 0 R", b"/F 8 0 R"), a_stream(b"BT /F 12 Tf (hello) Tj ET"),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [8 0 R] >>",
    ),
    "lists in lists": after_a_good_page(_SECOND, a_stream(b"[" * 500_000)),
    "forms that draw each other": after_a_good_page(
        _SECOND, a_stream(b"/X Do " * 1000),
        a_stream(b"/X Do " * 1000, b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 8 0 R >> >>"),
    ),
}  # fmt: skip


HOSTILE = {
    "nothing": b"",
    "no pdf": b"<!doctype html>Not found",
    "only a header": b"%PDF-1.7\n",
    "a bomb": bomb(1),
    "a bomb in a bomb": bomb(2),
    "a page tree that is its own branch": a_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R 3 0 R] >>",
        b"<< /Type /Pages /Count 9 /Kids [2 0 R] /Parent 3 0 R >>",
    ),
    "a table that is its own predecessor": A_PDF.replace(b"/Size", b"/Prev %d /Size" % A_PDF.rindex(b"xref\n0")),
    "a reference to itself": a_pdf(b"1 0 R", b"2 0 R"),
    "a length that refers to its own stream": packed_page(b"<< /Length 4 0 R >>\nstream\nBT\nendstream"),
    "arrays in arrays": packed_page(a_stream(b"[" * 500_000)),
    "dictionaries in dictionaries": a_pdf(b"<< /A " * 200_000),
    "a form that draws itself": a_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << /XObject << /F 4 0 R >> >> /Contents 5 0 R >>",
        a_stream(b"/F Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /F 4 0 R >> >>"),
        a_stream(b"/F Do " * 1000),
    ),
    "encrypted": a_pdf(b"<< /Type /Catalog >>", trailer=(
        b"<< /Size 9 /Root 1 0 R /ID [(a) (b)] /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /O (o) /U (u) >> >>"
    )),
    "two megabytes of noise": b"%PDF-1.7\n" + bytes(range(256)) * 8000,
    "two megabytes of objects": b"%PDF-1.7\n" + b"1 0 obj << >> endobj " * 95_000,
}  # fmt: skip


@pytest.mark.parametrize("layout", [LAYOUTS["bikeshed"], LAYOUTS["word"], LAYOUTS["latex with a header"]])
def test_it_finds_what_is_found_without_it(layout: Layout) -> None:
    found = asyncio.run(reader.read(layout.body, layout.extension, layout.content_type))
    assert found.error == ""
    assert found.front_matter is not None
    assert (found.front_matter.title, found.front_matter.authors) == (layout.title, layout.authors)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_costs_a_child_and_nothing_else(body: bytes) -> None:
    before, open_before, begin = psutil.Process().cpu_times(), descriptors(), time.monotonic()
    found = read(body)
    after = psutil.Process().cpu_times()
    assert found.front_matter is not None or found.error != ""
    assert found.front_matter is None or len(found.front_matter.text) <= 12_000
    assert after.user + after.system - before.user - before.system < 1.0
    assert after.children_user + after.children_system - before.children_user - before.children_system < 6.5
    assert time.monotonic() - begin < reader.LIMIT + 30
    assert children() == []
    assert descriptors() <= open_before


@pytest.mark.parametrize("body", LATER_FAULTS.values(), ids=LATER_FAULTS)
def test_a_fault_on_a_later_page_loses_nothing_of_the_first(body: bytes) -> None:
    found = read(body)
    assert found.front_matter is not None, found.error
    assert (found.front_matter.title, found.front_matter.authors) == ("A title of its own", ("Jane Doe",))
    assert found.front_matter.audience == ("LEWG",)


def test_html_that_takes_too_much_time_further_down_loses_nothing_of_its_beginning() -> None:
    head = b"<h1>A title of its own</h1><p>Author: Jane Doe<p>Audience: LEWG<p>" + b"and so on " * 9000
    found = read(head + b"<div>" * 400_000, Extension.HTML)
    assert found.front_matter is not None, found.error
    assert found.error.startswith("only its beginning could be read: its reader was ended by SIGKILL") or (
        found.error == f"only its beginning could be read: it took more than {reader.WHOLE_LIMIT:g} s to read"
    )
    assert (found.front_matter.title, found.front_matter.authors) == ("A title of its own", ("Jane Doe",))
    assert found.front_matter.audience == ("LEWG",)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_document_that_was_cut_is_read_or_refused(share: float) -> None:
    found = read(A_PDF[: int(len(A_PDF) * share)])
    assert (found.front_matter is None) == (found.error != "")


def test_a_child_past_its_limit_is_killed() -> None:
    found = read(b"<div>" * 400_000, Extension.HTML, limit=0.3)
    assert found == Read(front_matter=None, error="it took more than 0.3 s to read")
    assert children() == []


def test_a_reading_that_is_cancelled_leaves_no_child() -> None:
    async def cancelled() -> None:
        task = asyncio.ensure_future(reader.read(b"<div>" * 400_000, Extension.HTML, ""))
        while not children():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    before = descriptors()
    asyncio.run(cancelled())
    assert children() == []
    assert descriptors() <= before


LARGEST_CHILD = """
import asyncio, resource, sys
from actors.prober.frontmatter.child import reader
from messages.drafts import Extension
asyncio.run(reader.read(sys.stdin.buffer.read(), Extension.PDF, ""))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def test_a_child_uses_no_more_memory_than_it_may() -> None:
    """In a process of its own, for the kernel knows only of the largest child that there ever was."""
    command = [sys.executable, "-c", LARGEST_CHILD]
    largest = subprocess.run(command, input=bomb(2), stdout=subprocess.PIPE, check=True, timeout=120).stdout
    assert 0 < int(largest) < MEMORY
