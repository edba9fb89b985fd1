"""The format in which the next draft of a number is likely to come: authors keep their tools."""

from collections.abc import Iterable
from itertools import pairwise

from messages.drafts import Extension
from messages.probing import DraftName


def newest_format(files: Iterable[DraftName]) -> Extension | None:
    """The format of the newest draft of a number; None without a draft, or if it has both formats."""
    formats = _formats(files)
    return formats[max(formats)] if formats else None


def turns(files: Iterable[DraftName]) -> tuple[int, int]:
    """Pairs of successive drafts of a number with one format each: how many kept the format, and how many pairs there
    are."""
    formats = _formats(files)
    in_order = [formats[revision] for revision in sorted(formats)]
    pairs = [(before, after) for before, after in pairwise(in_order) if before and after]
    return sum(before is after for before, after in pairs), len(pairs)


def _formats(files: Iterable[DraftName]) -> dict[int, Extension | None]:
    """The format of each revision; None for both."""
    formats: dict[int, Extension | None] = {}
    for file in files:
        same = formats.get(file.revision, file.extension) is file.extension
        formats[file.revision] = file.extension if same else None
    return formats
