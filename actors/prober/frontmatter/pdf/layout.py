"""The letters of a page as lines, and the title among them. Pure."""

import re
import statistics
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

SAME_LINE = 0.45
"""So much of its size a letter may stand above or below the others of its line: exponents, footnote marks."""

BLANK = 0.16
"""A gap of so much of the size parts words: fonts of TeX have no blank, and kerning is less."""

WIDE = 1.4
"""A gap of so much of the size parts columns."""

TWICE = 0.08
"""Letters nearer to each other than so much of their size were drawn twice, to look bold."""

LARGER = 1.1
"""So much larger than the text of its page a title is."""

NEXT_LINE = 1.9
"""So many of its sizes below is the next line of a title, at most."""

NEXT_PARAGRAPH = 1.6
"""So much more than the usual distance of lines is a gap between paragraphs."""

SHARE = 0.2
"""The size of a line is the largest that so much of it has: code in a title is often of another size."""

BELOW, LARGEST = 0.3, 40
"""So much of the size, of at most so many points, an underscore may be below the baseline."""

MOST_RULES = 200
LITTLE, SOME = 500, 0.08
"""So many letters are a title page or a slide; so much of them is text of it."""

FIRST_LINES = 14
"""Lines in which a title that is no larger than the text may stand, if it is bold."""

LONGEST_TITLE = 1_000
_NUMBER_ALONE = re.compile(r"[PDN]\d{4}(?:\s?R\d{1,2})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """A letter: from `left` to `right` on the baseline `base`, upwards, in points."""

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A short horizontal line, `base` its lower edge."""

    left: float
    right: float
    base: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page; `columns` are the left ends of what stands after wide gaps."""

    text: str
    left: float
    base: float
    size: float
    is_bold: bool
    columns: tuple[float, ...]


def with_underscores(glyphs: list[Glyph], rules: Sequence[Rule]) -> list[Glyph]:
    """The letters, and an underscore for each rule that stands beside one, about on its baseline, and below none."""
    ordered = sorted((glyph for glyph in glyphs if not glyph.text.isspace()), key=lambda glyph: glyph.base)
    bases = [glyph.base for glyph in ordered]
    found = []
    for rule in rules[:MOST_RULES]:
        around = ordered[bisect_left(bases, rule.base - 1) : bisect_left(bases, rule.base + LARGEST * BELOW)]
        near = [glyph for glyph in around if glyph.base - rule.base <= BELOW * glyph.size]
        beside = next((glyph for glyph in near if _is_next_to(glyph, rule)), None)
        middle = (rule.left + rule.right) / 2
        if beside is not None and not any(glyph.left < middle < glyph.right for glyph in near):
            found.append(replace(beside, text="_", left=rule.left, right=rule.right))
    return [*glyphs, *found]


def _is_next_to(glyph: Glyph, rule: Rule) -> bool:
    gap = max(rule.left - glyph.right, glyph.left - rule.right) / glyph.size
    return -0.1 <= gap <= BLANK


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines, from the top."""
    gathered: list[list[Glyph]] = []
    lead: Glyph | None = None
    for glyph in sorted(_drawn_once(glyphs), key=lambda each: (-each.base, each.left)):
        if lead is None or not _is_beside(lead, glyph):
            gathered.append([])
            lead = glyph
        elif glyph.size > lead.size:
            lead = glyph
        gathered[-1].append(glyph)
    return [line for line in map(_line, gathered) if line.text]


def _is_beside(lead: Glyph, glyph: Glyph) -> bool:
    """Whether a letter stands on the line of another: more than twice as large, it is no exponent of it."""
    small, large = sorted((lead.size, glyph.size))
    return lead.base - glyph.base <= SAME_LINE * (large if large <= 2 * small else small)


def text_lines(lines: Sequence[Line]) -> list[str]:
    """The texts, with an empty line for each gap between paragraphs. What stands below the second column of a line is
    indented."""
    distances = [above.base - line.base for above, line in pairwise(lines)]
    usual = statistics.median_low(distances) if distances else 0.0
    texts: list[str] = []
    for place, line in enumerate(lines):
        if place and distances[place - 1] > NEXT_PARAGRAPH * max(usual, line.size):
            texts.append("")
        columns = (left for above in lines[max(0, place - 12) : place] for left in above.columns)
        is_below = any(abs(left - line.left) < line.size / 2 for left in columns)
        texts.append("  " + line.text if is_below else line.text)
    return texts


def titles_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """What may be the title: the text below a large line that is a paper's number and nothing else, as on slides; the
    largest texts, each in one place, the largest first; else the first that is bold."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    if not weights:
        return ()
    usual = _text_size(weights)
    blocks = _blocks([line for line in lines if line.size > usual * LARGER and any(map(str.isalnum, line.text))])
    largest = sorted(blocks, key=lambda block: -round(block[0].size))[:3]
    if title := _below_number(blocks):
        largest = [title, *(block for block in largest if block is not title)]
    if not largest:
        largest = _blocks([line for line in lines[:FIRST_LINES] if line.is_bold])[:3]
    return tuple(" ".join(line.text for line in block)[:LONGEST_TITLE] for block in largest)


def _below_number(blocks: Sequence[list[Line]]) -> list[Line]:
    """The lines below one that is a paper's number and nothing else, in its block or the next one; empty if none."""
    for block, following in pairwise([*blocks, []]):
        if _NUMBER_ALONE.fullmatch(block[0].text):
            return block[1:] or following
    return []


def _text_size(weights: Counter[float]) -> float:
    """The size of the text: the most usual, or on a page with little text, such as a slide, the smallest with some."""
    total = sum(weights.values())
    if total > LITTLE:
        return max(weights, key=lambda size: weights[size])
    return min(size for size, weight in weights.items() if weight >= total * SOME)


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of one size that stand close below each other."""
    blocks: list[list[Line]] = []
    for line in lines:
        last = blocks[-1][-1] if blocks else None
        if (
            last is not None
            and abs(last.size - line.size) <= 0.06 * last.size
            and last.base - line.base <= NEXT_LINE * last.size
        ):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _drawn_once(glyphs: Iterable[Glyph]) -> Iterable[Glyph]:
    """The letters without those drawn again at nearly the same place. The letters of a ligature follow each other at
    exactly one place."""
    seen: set[tuple[str, int, int]] = set()
    before: Glyph | None = None
    for glyph in glyphs:
        cell = max(TWICE * glyph.size, 0.01)
        column, row = int(glyph.left / cell), int(glyph.base / cell)
        around = ((glyph.text, column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        is_ligature = before is not None and (before.left, before.base) == (glyph.left, glyph.base)
        if glyph.text == " " or is_ligature or seen.isdisjoint(around):
            yield glyph
        seen.add((glyph.text, column, row))
        before = glyph


def _line(glyphs: list[Glyph]) -> Line:
    ordered = sorted(glyphs, key=lambda each: each.left)
    pieces: list[str] = []
    columns: list[float] = []
    before: Glyph | None = None
    is_parted = False
    for glyph in ordered:
        if glyph.text.isspace():
            is_parted = True
            continue
        if before is not None:
            gap, size = glyph.left - before.right, max(before.size, glyph.size)
            if gap > WIDE * size:
                columns.append(glyph.left)
                pieces.append("   ")
            elif is_parted or gap > BLANK * min(before.size, glyph.size):
                pieces.append(" ")
        pieces.append(glyph.text)
        before, is_parted = glyph, False
    seen = [glyph for glyph in ordered if not glyph.text.isspace()]
    return Line(
        text=_whole("".join(pieces)),
        left=seen[0].left if seen else 0.0,
        base=statistics.median_low(glyph.base for glyph in seen) if seen else 0.0,
        size=_size(seen),
        is_bold=2 * sum(glyph.is_bold for glyph in seen) > len(seen),
        columns=tuple(columns),
    )


def _size(glyphs: Sequence[Glyph]) -> float:
    counts = Counter(round(glyph.size, 1) for glyph in glyphs)
    return max((size for size, count in counts.items() if count >= SHARE * len(glyphs)), default=0.0)


def _whole(text: str) -> str:
    """Letters beyond the first plane come in two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
