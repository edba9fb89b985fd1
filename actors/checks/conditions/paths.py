"""JSON paths behind `[BODY]`, put together from their parts; and what is wrong with one, and where."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from jsonpath import JSONPath, JSONPathError
from jsonpath.segments import JSONPathChildSegment
from jsonpath.selectors import NameSelector

from actors.checks.conditions.patterns import LinearPaths

_PATHS = LinearPaths()
_WITH_PATTERNS = re.compile(r"\b(?:match|search)\s*\(")
_INSTEAD = MappingProxyType(
    {"and": "&&", "or": "||", "not": "!", "=": "==", "=~": "search(…)", "True": "true", "False": "false"}
)
"""What others write in a filter, and what the standard has for it."""


class PathRefused(ValueError):
    """What is wrong with a path, and `at` which place of the condition."""

    def __init__(self, said: str, at: int) -> None:
        super().__init__(said)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPath:
    """A path. One that looks for patterns has its text as `afresh`: it is made again for each document."""

    path: JSONPath
    names: tuple[str, ...] = ()
    afresh: str = ""

    def found_in(self, document: Any) -> list[Any]:
        """The values that it leads to. Raises JSONPathError, RecursionError."""
        if self.names:
            return _at_names(document, self.names)
        path = _compiled(self.afresh, LinearPaths()) if self.afresh else self.path
        return [match.value for match in path.finditer(document)]


def path_of(parts: Sequence[tuple[int, str]]) -> BodyPath:
    """The path that parts make, each with its place in the condition. Raises PathRefused."""
    text = "$" + "".join(text for _, text in parts)
    try:
        path = _compiled(text, _PATHS)
    except JSONPathError as error:
        raise PathRefused(*_refusal(error, parts)) from None
    return BodyPath(path=path, names=_names_of(path), afresh=text if _WITH_PATTERNS.search(text) else "")


def _compiled(text: str, paths: LinearPaths) -> JSONPath:
    path = paths.compile(text)
    assert isinstance(path, JSONPath), "the standard has no paths that are put together from others"
    return path


def _at_names(document: Any, names: Iterable[str]) -> list[Any]:
    """What a path of names leads to: the same as the library says, in a tenth of its time."""
    for name in names:
        if not isinstance(document, dict) or name not in document:
            return []
        document = document[name]
    return [document]


def _names_of(path: JSONPath) -> tuple[str, ...]:
    """The names that a path consists of; none if there is anything else in it."""
    segments = path.segments
    if not all(isinstance(each, JSONPathChildSegment) and len(each.selectors) == 1 for each in segments):
        return ()
    selectors = [each.selectors[0] for each in segments]
    names = tuple(each.name for each in selectors if type(each) is NameSelector)
    return names if len(names) == len(selectors) else ()


def single_quoted(name: str) -> str:
    """A name as the standard writes it."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _refusal(error: JSONPathError, parts: Sequence[tuple[int, str]]) -> tuple[str, int]:
    said = str(error).splitlines()[0]
    word, index = (error.token.value, error.token.index) if error.token is not None else ("", 0)
    if "TOKEN_" in said:
        said = f"unexpected {word!r}"
    if word in _INSTEAD and said.startswith("unexpected"):
        said += f"; write {_INSTEAD[word]}"
    return said, _place(index, parts)


def _place(index: int, parts: Sequence[tuple[int, str]]) -> int:
    """Where in the condition stands what is at `index` of the path. A name that was put into quotes begins its part."""
    begin = 1
    for at, text in parts:
        if begin <= index < begin + len(text):
            return at + index - begin if text.startswith("[") else at
        begin += len(text)
    return parts[0][0]
