"""The names in the papers folder: `D1234R1.pdf`."""

import re
import sys
from dataclasses import replace

from messages.drafts import Draft, DraftPrefix, Extension
from messages.papers import Paper, PaperKind
from messages.probing import DraftName

NUMBER_LIMIT = 99_999
REVISION_LIMIT = 999
"""The largest plausible paper number and revision; anything larger is an error in the index."""

_NAME = re.compile(r"([DP])(\d{4}|[1-9]\d{4})R(0|[1-9]\d{0,2})\.(pdf|html)", re.ASCII)


def draft_id(name: DraftName) -> str:
    """The id of the draft that a file belongs to: `D0042R1`."""
    return f"{name.prefix.value}{name.number:04d}R{name.revision}"


def file_name(draft: Draft, extension: Extension) -> DraftName:
    """The name of a file of a draft."""
    return DraftName(prefix=draft.prefix, number=draft.number, revision=draft.revision, extension=extension)


def companions(name: DraftName) -> tuple[DraftName, ...]:
    """The names of the other files that the same draft may have."""
    return tuple(replace(name, extension=other) for other in Extension if other is not name.extension)


def text_of(name: DraftName) -> str:
    """The name as it is in the folder: `D0042R1.pdf`."""
    return f"{draft_id(name)}.{name.extension.value}"


def parse(text: str) -> DraftName | None:
    """The name in `text`, exactly as `text_of` writes it; None if it is not a name."""
    if (match := _NAME.fullmatch(text)) is None or int(match[2]) == 0:
        return None
    return DraftName(
        prefix=DraftPrefix(match[1]), number=int(match[2]), revision=int(match[3]), extension=Extension(match[4])
    )


def canary(generation: int) -> DraftName:
    """A name that cannot exist, since there is no paper 0. Revisions of two batches are a thousand apart, so that no
    cache knows this canary or those counted up from it."""
    return DraftName(prefix=DraftPrefix.D, number=0, revision=generation % 1000 * 1000 + 1000, extension=Extension.PDF)


def is_askable(number: int) -> bool:
    """Whether this can be the number of a paper."""
    return 1 <= number <= NUMBER_LIMIT


def revision_of(paper: Paper) -> int:
    """The revision of a paper. The eleven entries like `P0976` are revision 0."""
    return paper.revision or 0


def is_numbered(paper: Paper) -> bool:
    """Whether an entry of the index says something about the drafts of a number. Only P does: a D in the index is an
    old draft that somebody cited, N papers have their own numbers, and issues are not papers."""
    return paper.kind is PaperKind.P and is_askable(paper.number) and 0 <= revision_of(paper) <= REVISION_LIMIT


def short(name: DraftName) -> str:
    """The name without its number: `D1.pdf`."""
    return interned(f"{name.prefix.value}{name.revision}.{name.extension.value}")


def of_short(number: int, short_name: str) -> DraftName:
    """The name of a number whose `short` name this is."""
    stem, _, extension = short_name.partition(".")
    return DraftName(prefix=DraftPrefix(stem[0]), number=number, revision=int(stem[1:]), extension=Extension(extension))


def interned(short_name: str) -> str:
    """The shared string object for a short name: thousands of numbers have the same few."""
    return sys.intern(short_name)
