"""In what format a number's next draft is likely to come: authors keep their tools."""

from collections.abc import Iterable
from itertools import pairwise

from messages.drafts import Extension
from messages.probing import DraftName


def newest_format(files: Iterable[DraftName]) -> Extension | None:
    """The format of the newest of a number's drafts; None if there is none, or if it lies there in both."""
    formats = _formats(files)
    return formats[max(formats)] if formats else None


def turns(files: Iterable[DraftName]) -> tuple[int, int]:
    """Of the drafts of a number that follow another one, both in one format each: how many kept it, and how many
    there are."""
    formats = _formats(files)
    in_order = [formats[revision] for revision in sorted(formats)]
    pairs = [(before, after) for before, after in pairwise(in_order) if before and after]
    return sum(before is after for before, after in pairs), len(pairs)


def _formats(files: Iterable[DraftName]) -> dict[int, Extension | None]:
    """By revision; None for both."""
    formats: dict[int, Extension | None] = {}
    for file in files:
        same = formats.get(file.revision, file.extension) is file.extension
        formats[file.revision] = file.extension if same else None
    return formats
