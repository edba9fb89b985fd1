"""A PDF document as rows of text, by pypdf, which is Python all the way down: a broken file is no broken memory."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from actors.prober.frontmatter.page import Page, Row, RowKind

MOST_PAGES = 10
ENOUGH = 12_000
"""Characters in which there are surely 1,000 words, and which are not read beyond."""

LARGER = 1.15
"""So much larger than the text of its page a title is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text of one size, in points."""

    text: str
    size: float


def page_of(body: bytes) -> Page:
    """What stands on the first pages. Raises what pypdf does: for what is no PDF, or is encrypted."""
    reader = PdfReader(io.BytesIO(body), strict=False)
    runs: list[Run] = []
    lines: list[str] = []
    for number, sheet in enumerate(_sheets(reader)):
        text = sheet.extract_text(visitor_text=_noting(runs)) if number == 0 else sheet.extract_text()
        lines += text.splitlines()
        if sum(map(len, lines)) > ENOUGH:
            break
    about = reader.metadata
    return Page(
        rows=(Row(kind=RowKind.TEXT, cells=(tuple(lines),)),) if lines else (),
        titles=tuple(largest(runs)),
        last_title=str(about.title or "") if about else "",
        people=(),
        credited=(str(about.author),) if about and about.author else (),
        dates=(),
        text=" ".join(_joined(lines)),
    )


def largest(runs: Iterable[Run]) -> Iterator[str]:
    """The texts in the largest sizes, the largest first, each of one size and in one place."""
    told = [run for run in runs if any(letter.isalpha() for letter in run.text)]
    weights: dict[float, int] = {}
    for run in told:
        weights[run.size] = weights.get(run.size, 0) + len(run.text)
    if not weights:
        return
    usual = max(weights, key=lambda size: weights[size])
    for size in sorted((size for size in weights if size > usual * LARGER), reverse=True)[:3]:
        first = next(place for place, run in enumerate(told) if run.size == size)
        together = first
        while together < len(told) and told[together].size == size:
            together += 1
        yield " ".join(run.text for run in told[first:together])[:1000]


def _sheets(reader: PdfReader) -> Iterator[Any]:
    for number in range(MOST_PAGES):
        try:
            yield reader.pages[number]
        except IndexError:
            return


def _noting(runs: list[Run]) -> Any:
    def note(text: str, outer: Any, matrix: Any, font: Any, size: float) -> None:
        if text.strip():
            scale = (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5 * (outer[2] ** 2 + outer[3] ** 2) ** 0.5
            runs.append(Run(text=text.strip(), size=round(float(size) * scale, 1)))

    return note


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
