"""When a page of a source is not believed at once: docs/sources.md has the rules. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from actors.index.model.pages import HeldPage, NewPage, PageState
from actors.index.model.records import Reading
from messages.papers import Paper

RULES = (
    "cut",
    "shrunk",
    "replaced",
    "flipping",
    "renamed",
    "lost a field",
    "retitled",
    "moved dates",
    "changed at once",
)
"""By their names in docs/sources.md."""

SHRUNK, REPLACED = "index shrunk", "index replaced"
LEAST_LOST_ENTRIES = 3
LEAST_LOST_FIELDS = 5
MOST_LOST_FIELDS = 100
LEAST_RENAMED = 3
MOST_RENAMED = 50
LEAST_RETITLED = 10
MOST_RETITLED = 200
LEAST_MOVED = 3
MOST_MOVED = 20
MANY_CHANGED = 1000
MANY_OF_A_SMALL_SOURCE = 400
FARTHEST_MOVE = timedelta(days=366)
FARTHEST_FUTURE = timedelta(days=366)
FIRST_DAY = date(1985, 1, 1)
EXAMPLES_SHOWN = 3
_NUMBER = re.compile(r"[0-9,]+ ")
LOSABLE = ("title", "authors", "date", "url", "audience", "mailing", "disposition", "status", "previous")


@dataclass(slots=True, kw_only=True)
class ChangeTally:
    """What a page would change in the records of its source, counted; `new` are ids that the source never had."""

    new: int = 0
    changed: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)
    retitled: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    added: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def add(self, before: Paper | None, after: Paper, today: date) -> None:
        """One record, before and after."""
        if before is None:
            self.new += 1
            if after.title:
                self.added[after.title, after.authors] = after.id
            return
        if before == after:
            return
        self.changed += 1
        if len(self.examples) < EXAMPLES_SHOWN:
            self.examples.append(difference_of(before, after))
        for name in LOSABLE:
            if getattr(before, name) and not getattr(after, name):
                self.lost.setdefault(name, []).append(after.id)
        if before.title and after.title and before.title != after.title:
            self.retitled.append(difference_of(before, after))
        if (
            before.date
            and after.date
            and before.date != after.date
            and _is_beyond_reason(before.date, after.date, today)
        ):
            self.moved.append(f"{after.id} from {before.date} to {after.date}")

    def add_missing(self, missing: Mapping[str, Paper]) -> None:
        """Records that the page no longer has."""
        for paper in missing.values():
            if new := self.added.get((paper.title, paper.authors)):
                self.renamed.append(f"{paper.id} is {new} now")


def _is_beyond_reason(before: date, after: date, today: date) -> bool:
    return abs(after - before) > FARTHEST_MOVE or after > today + FARTHEST_FUTURE or after < FIRST_DAY


def difference_of(before: Paper, after: Paper) -> str:
    """What is different, in a line."""
    parts = [
        f"{name} {_shown(getattr(before, name))} becomes {_shown(getattr(after, name))}"
        for name in LOSABLE
        if getattr(before, name) != getattr(after, name)
    ]
    return f"{after.id}: {', '.join(parts)}"


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
    return f"“{text[:60]}”" if text else "nothing"


def doubts(page: PageState, reading: Reading, tally: ChangeTally) -> tuple[str, ...]:
    """Why the page is not believed at once, a line for each reason; empty when it is."""
    return tuple(_doubts(page, reading, tally))


def _doubts(page: PageState, reading: Reading, tally: ChangeTally) -> Iterator[str]:
    if not reading.is_whole:
        yield f"cut in the middle: {reading.valid:,} entries, and no end of the page"
    if not reading.is_window:
        yield from _losses(page.entries, reading.valid, tally.new)
    if not reading.is_window and flips(page.digests, reading.digest):
        yield "flipping between two versions: this one was there before, and went again"
    size = max(page.entries, reading.valid)
    if len(tally.renamed) >= _share(size, LEAST_RENAMED, MOST_RENAMED):
        yield f"{len(tally.renamed):,} ids renamed: {_some(tally.renamed)}"
    for name, ids in tally.lost.items():
        if name not in reading.fluid and len(ids) >= _share(size, LEAST_LOST_FIELDS, MOST_LOST_FIELDS):
            yield f"{len(ids):,} entries lost their {name}: {_some(ids)}"
    if len(tally.retitled) >= min(max(LEAST_RETITLED, size // 10), MOST_RETITLED):
        yield f"{len(tally.retitled):,} entries have another title: {_some(tally.retitled, '; ')}"
    if len(tally.moved) >= _share(size, LEAST_MOVED, MOST_MOVED):
        yield f"{len(tally.moved):,} dates moved beyond reason: {_some(tally.moved)}"
    if tally.changed >= MANY_CHANGED or (tally.changed >= MANY_OF_A_SMALL_SOURCE and tally.changed * 2 >= size):
        yield f"{tally.changed:,} entries changed at once: {_some(tally.examples, '; ')}"


def _losses(stored: int, valid: int, new: int) -> Iterator[str]:
    """Of the stored entries those count as gone that are not among the valid ones, however many new ones came."""
    gone = stored - (valid - new)
    if _is_a_fifth(stored - valid, stored):
        yield f"{SHRUNK}: {valid:,} entries where {stored:,} are stored"
    elif _is_a_fifth(gone, stored):
        yield f"{REPLACED}: {gone:,} of {stored:,} stored entries are gone, and {new:,} others have come"


def _is_a_fifth(lost: int, stored: int) -> bool:
    return lost >= LEAST_LOST_ENTRIES and lost * 5 >= stored


def is_alike(held: HeldPage, new: NewPage, lines: Iterable[str]) -> bool:
    """Whether a page that is not believed, for the reasons in `lines`, is the one that is held, give or take some
    entries, and for no other reasons: then it persists."""
    reading = new.reading
    if held.digest == reading.digest:
        return True
    is_as_large = abs(held.entries - reading.valid) <= max(2, held.entries // 50)
    return is_as_large and _reasons(lines) <= _reasons(held.why.splitlines())


def _reasons(lines: Iterable[str]) -> frozenset[str]:
    """The reasons without numbers and examples. That many entries changed is one that comes and goes with others. A
    page that has shrunk and gets new entries is still the same one."""
    names = (_NUMBER.sub("", line.partition(":")[0]) for line in lines)
    return frozenset(SHRUNK if name == REPLACED else name for name in names if "changed at once" not in name)


def flips(digests: tuple[int, ...], digest: int) -> bool:
    """Whether a page comes back that had come back before, or that another had come back in place of: one return may
    be a correction that was taken back, the second is a quarrel."""
    return bool(digests) and digest in digests[:-1] and digest != digests[-1] and max(Counter(digests).values()) > 1


def _share(size: int, least: int, most: int) -> int:
    """A twentieth of the entries, within limits."""
    return min(max(least, size // 20), most)


def _some(examples: list[str], between: str = ", ") -> str:
    return between.join(examples[:EXAMPLES_SHOWN]) + (" …" if len(examples) > EXAMPLES_SHOWN else "")
