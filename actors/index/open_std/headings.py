"""What the columns of a listing are called, and what stands in them. Pure."""

import re
from collections.abc import Iterable, Mapping

_NUMBER_ALONE = frozenset({"paper", "document", "doc", "number", "no", "doc. no", "doc no", "document no", "paper no"})
_PROPER = re.compile(
    r".*\bwg21\b.*|(?:paper|document|doc\.?)(?: (?:number|no\.?))?|number|(?:document )?date|(?:paper )?title"
    r"|authors?(?:\(s\))?|mailing(?: date)?|sub-?group|audience|disposition|prev.* version"
)
"""What the headings of the columns are called. Where such a one stands beside another that would do (`Issue Number`,
`Revision Date`, `Author's Email`), it counts."""

_OTHER_NUMBERS = ("j16", "pl22", "x3j16", "incits")


def columns_of(headings: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    """From a column's place to what stands in it, by the texts in a row, each with its place; empty if these are no
    headings."""
    found: dict[str, tuple[bool, int]] = {}
    for place, text in headings:
        heading = text.lower()
        name = _meaning(heading)
        is_proper = _PROPER.fullmatch(heading) is not None
        if name and (name not in found or (is_proper and not found[name][0])):
            found[name] = is_proper, place
    return {place: name for name, (_, place) in found.items()} if {"number", "title"} <= found.keys() else {}


def _meaning(heading: str) -> str:
    """What a column with this heading has; empty for one that is not needed."""
    if heading.strip(" .:#") in _NUMBER_ALONE:
        return "number"
    for word, name in (
        ("prev", "previous"),
        ("prior", "previous"),
        ("mailing", "mailing"),
        ("date", "date"),
        ("title", "title"),
        ("author", "author"),
        ("submitter", "author"),
        ("group", "audience"),
        ("audience", "audience"),
        ("target", "audience"),
        ("disposition", "disposition"),
        ("status", "disposition"),
        ("number", "number"),
        ("wg21", "number"),
    ):
        if word in heading:
            return "" if name == "number" and any(other in heading for other in _OTHER_NUMBERS) else name
    return ""
