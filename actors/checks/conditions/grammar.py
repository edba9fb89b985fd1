"""Reads a condition. An error says what was expected, and at which column.

    condition   = operand comparison operand
    operand     = found | expected
    found       = placeholder | "len(" placeholder ")" | "has(" placeholder ")"
    placeholder = "[" MEASURE "]" [path]
    expected    = "any(" choice *("," choice) ")" | choice
    choice      = "pat(" text ")" | "search(" text ")" | text | quoted text
    comparison  = "==" | "!=" | "<" | "<=" | ">" | ">="

The path after `[BODY]` is a JSON path by RFC 9535 without its `$`; names such as `.my-key`, which that standard wants
in quotes, are taken as they are. After `[HEADERS]` comes `.name`. The language is gatus' own, with `search(…)`,
`[HEADERS]`, `[CHAIN_EXPIRATION]`, `[DNS_SERIAL]` and quotation marks added.
"""

import difflib
import re
from types import MappingProxyType

from actors.checks.conditions.fitting import EQUALITIES, misfit, out_of_range
from actors.checks.conditions.paths import BodyPath, PathRefused, path_of, single_quoted
from actors.checks.conditions.patterns import PatternRefused, linear_pattern
from actors.checks.conditions.terms import (
    AnyOf,
    Comparison,
    Existence,
    Found,
    Length,
    Measure,
    Operand,
    ParsedCondition,
    Placeholder,
    PlainText,
    SearchPattern,
    WildcardPattern,
)

LONGEST_CONDITION_CHARACTERS = 2000

_COMPARISON = re.compile(r"(?:==|!=|<=|>=|<|>)(?![=<>])")
_END_OF_TEXT = re.compile(r"\s*(?:[=!<>]|$)")
_FUNCTION = re.compile(r"([A-Za-z_]+)\(")
_MEASURE = re.compile(r"\[([A-Za-z_]+)\]")
_QUOTED = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""", re.DOTALL)
_SHORT_NAME = re.compile(r"\.(?!\.)([^.\[\]()=!<>\s]+)")
_HEADER = re.compile(r"\.([A-Za-z0-9_-]+)")
_WITH_DOLLAR = re.compile(r"\.?\$(?=[.\[])")
_FUNCTIONS = ("len", "has", "any", "pat", "search")
_OF_GATUS = ("CONTEXT", "DOMAIN_EXPIRATION")
_CLOSING = MappingProxyType({"(": ")", "[": "]"})

_EXPECTED_COMPARISON = "expected ==, !=, <, <=, > or >="


class ConditionRefused(ValueError):
    """A text that is no condition. `column` counts from 1."""

    def __init__(self, said: str, at: int) -> None:
        super().__init__(f"column {at + 1}: {said}")
        self.column = at + 1


def parse_condition(text: str) -> ParsedCondition:
    """The condition that a text states. Raises ConditionRefused."""
    if len(text) > LONGEST_CONDITION_CHARACTERS:
        raise ConditionRefused(f"a condition has at most {LONGEST_CONDITION_CHARACTERS:,} characters", 0)
    reader = _ConditionReader(text)
    left = reader.left()
    sign = reader.comparison()
    right, begin = reader.right()
    _check_sides(left, sign, right, begin, len(text) - len(text.lstrip()))
    return ParsedCondition(text=text.strip(), left=left, comparison=sign, right=right)


def _check_sides(left: Operand, sign: Comparison, right: Operand, begin: int, left_begin: int) -> None:
    several = (AnyOf, WildcardPattern, SearchPattern)
    if not isinstance(left, Found) and not isinstance(right, Found):
        raise ConditionRefused(f"expected what a check finds out on one side, such as {_meant(left)}", left_begin)
    if (isinstance(left, several) or isinstance(right, several)) and sign not in EQUALITIES:
        raise ConditionRefused(f"any, pat and search go with == and !=, not with {sign.value}", begin)
    for found, expected, at in ((left, right, begin), (right, left, left_begin)):
        if not isinstance(found, Found):
            continue
        why = misfit(found, sign, expected)
        if why := why or out_of_range(found, sign, expected, is_mirrored=found is right):
            raise ConditionRefused(why, at)


def _meant(operand: Operand) -> str:
    """The placeholder that somebody wrote without its brackets, or any."""
    word = re.split(r"[.\[]", operand.text)[0].upper() if isinstance(operand, PlainText) else ""
    return f"[{word}]" if word in Measure.__members__ else "[STATUS]"


class _ConditionReader:
    """Goes through a text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._end = len(text.rstrip())

    def left(self) -> Operand:
        """What stands before the comparison."""
        self._skip_blanks()
        if self._at >= self._end:
            raise ConditionRefused("expected a condition, such as [STATUS] == 200", 0)
        if self._text[self._at] == "[":
            return self._placeholder()
        if _FUNCTION.match(self._text, self._at):
            return self._function()
        if quoted := _QUOTED.match(self._text, self._at):
            self._at = quoted.end()
            return _unquoted(quoted)
        begin = self._at
        while not _END_OF_TEXT.match(self._text, self._at):
            self._at += 1
        if self._at == begin:
            raise ConditionRefused("expected something before the comparison", begin)
        return PlainText(text=self._text[begin : self._at])

    def comparison(self) -> Comparison:
        """The sign."""
        self._skip_blanks()
        if sign := _COMPARISON.match(self._text, self._at):
            self._at = sign.end()
            return Comparison(sign[0])
        rest = self._text[self._at : self._end]
        if not rest:
            raise ConditionRefused(f"{_EXPECTED_COMPARISON}, and what to compare with", self._end)
        word = rest.split()[0][:20]
        hint = "; write == for equal" if word.startswith("=") else ""
        raise ConditionRefused(f"{_EXPECTED_COMPARISON}, not {word!r}{hint}", self._at)

    def right(self) -> tuple[Operand, int]:
        """All that stands behind the comparison, and where that begins."""
        self._skip_blanks()
        begin, rest = self._at, self._text[self._at : self._end]
        if not rest:
            raise ConditionRefused("expected what to compare with", begin)
        if _MEASURE.match(rest):
            operand: Operand = self._placeholder()
        elif (function := _FUNCTION.match(rest)) and function[1].lower() in _FUNCTIONS:
            operand = self._function(is_last=True)
        elif quoted := _QUOTED.match(self._text, begin):
            self._at = quoted.end()
            operand = _unquoted(quoted)
        else:
            self._at = self._end
            operand = PlainText(text=rest)
        if self._at < self._end:
            raise ConditionRefused(f"expected the end, not {self._text[self._at : self._end].strip()[:20]!r}", self._at)
        return operand, begin

    def _placeholder(self) -> Placeholder:
        begin = self._at
        match = _MEASURE.match(self._text, begin)
        if match is None:
            raise ConditionRefused("expected a name such as [STATUS] or [BODY]", begin)
        names = [measure.value for measure in Measure]
        if match[1].upper() not in names:
            if match[1].upper() in _OF_GATUS:
                raise ConditionRefused(f"[{match[1]}] of gatus does not exist here", begin)
            near = difflib.get_close_matches(match[1].upper(), names, n=1, cutoff=0.5)
            hint = f"did you mean [{near[0]}]?" if near else f"expected one of {', '.join(names)}"
            raise ConditionRefused(f"[{match[1]}] is not known; {hint}", begin)
        measure = Measure(match[1].upper())
        self._at = match.end()
        path, header = None, ""
        if measure is Measure.BODY:
            path = self._path()
        elif measure is Measure.HEADERS:
            if (name := _HEADER.match(self._text, self._at)) is None:
                raise ConditionRefused("expected the name of a header: [HEADERS].Content-Type", self._at)
            header, self._at = name[1].lower(), name.end()
        elif self._text[self._at : self._at + 1] in (".", "["):
            raise ConditionRefused(f"[{measure.value}] has no parts; only [BODY] and [HEADERS] have", self._at)
        written = self._text[begin : self._at]
        return Placeholder(measure=measure, written=written, path=path, header=header)

    def _path(self) -> BodyPath | None:
        """The JSON path behind `[BODY]`; None for the whole body."""
        if _WITH_DOLLAR.match(self._text, self._at):
            raise ConditionRefused("write the JSON path without its $", self._at)
        parts: list[tuple[int, str]] = []
        while self._at < self._end and self._text[self._at] in ".[":
            part = self._at
            if self._text[part] == "[":
                self._at = self._after_closing(part)
                parts.append((part, self._text[part : self._at]))
            elif name := _SHORT_NAME.match(self._text, part):
                self._at = name.end()
                parts.append((part, ".*" if name[1] == "*" else f"[{single_quoted(name[1])}]"))
            elif self._text.startswith("..", part):
                self._at = part + 2
                parts.append((part, ".."))
                if not self._text.startswith("[", self._at):
                    self._at -= 1  # `..name` is read as the name that follows
                    if _SHORT_NAME.match(self._text, self._at) is None:
                        raise ConditionRefused("expected a name behind `..`", part + 2)
            else:
                raise ConditionRefused("expected a name behind the dot", part + 1)
        try:
            return path_of(parts) if parts else None
        except PathRefused as error:
            raise ConditionRefused(f"not a JSON path (RFC 9535): {error}", error.at) from None

    def _function(self, *, is_last: bool = False) -> Operand:
        """A function. A pattern that is the last thing ends with the text, whatever brackets are in it."""
        begin = self._at
        match = _FUNCTION.match(self._text, begin)
        assert match is not None, "called where a function stands"
        if match[1] not in _FUNCTIONS:
            near = difflib.get_close_matches(match[1].lower(), _FUNCTIONS, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}(…)?" if near else f"there are {', '.join(_FUNCTIONS)}"
            raise ConditionRefused(f"{match[1]}(…) is not known; {hint}", begin)
        if match[1] in ("len", "has"):
            return self._of_placeholder(match[1], match.end())
        try:
            self._at = self._after_closing(match.end() - 1)
        except ConditionRefused:
            inside = self._text[match.end() : self._end - 1]
            is_pattern = match[1] == "pat" or (match[1] == "search" and _is_regexp(inside))
            if not is_last or not is_pattern or self._text[self._end - 1] != ")":
                raise
            self._at = self._end
        first, last = match.end(), self._at - 1
        if match[1] == "any":
            return AnyOf(choices=tuple(self._choice(*span) for span in self._divided(first, last)))
        return self._pattern(match[1], first, last)

    def _of_placeholder(self, name: str, inside: int) -> Length | Existence:
        self._at = inside
        self._skip_blanks()
        of = self._placeholder()
        self._skip_blanks()
        if self._text[self._at : self._at + 1] != ")":
            raise ConditionRefused(f"expected ) at the end of {name}(…)", self._at)
        self._at += 1
        return Length(of=of) if name == "len" else Existence(of=of)

    def _choice(self, first: int, last: int) -> PlainText | WildcardPattern | SearchPattern:
        written = self._text[first:last]
        first += len(written) - len(written.lstrip())
        last -= len(written) - len(written.rstrip())
        if first >= last:
            raise ConditionRefused("expected a value: any(200, 204)", min(first, last))
        if (quoted := _QUOTED.match(self._text, first)) and quoted.end() == last:
            return _unquoted(quoted)
        function = _FUNCTION.match(self._text, first)
        if function and function[1] in ("pat", "search") and self._text[last - 1] == ")":
            return self._pattern(function[1], function.end(), last - 1)
        return PlainText(text=self._text[first:last])

    def _pattern(self, name: str, first: int, last: int) -> WildcardPattern | SearchPattern:
        written = self._text[first:last].strip()
        if quoted := _QUOTED.fullmatch(written):
            written = quoted[2]
        if not written:
            raise ConditionRefused(f"expected something between the brackets of {name}(…)", first)
        if name == "pat":
            return WildcardPattern(written=written, regexp=_wildcards(written))
        try:
            return SearchPattern(written=written, regexp=linear_pattern(written))
        except PatternRefused as error:
            raise ConditionRefused(f"not a regular expression: {error}", first) from None

    def _divided(self, first: int, last: int) -> list[tuple[int, int]]:
        """The parts between commas that stand in no brackets and no quotation marks."""
        parts, at, begin = [], first, first
        while at < last:
            if quoted := _QUOTED.match(self._text, at):
                at = quoted.end()
            elif self._text[at] == "(":
                at = self._after_closing(at)
            else:
                if self._text[at] == ",":
                    parts.append((begin, at))
                    begin = at + 1
                at += 1
        return [*parts, (begin, last)]

    def _after_closing(self, opening: int) -> int:
        """The place behind the bracket that closes the one at `opening`."""
        closing, depth, at = _CLOSING[self._text[opening]], 0, opening
        while at < self._end:
            char = self._text[at]
            if closing == "]" and (quoted := _QUOTED.match(self._text, at)):
                at = quoted.end()
                continue
            depth += (char == self._text[opening]) - (char == closing)
            at += 1
            if depth == 0:
                return at
        raise ConditionRefused(f"expected {closing} for the {self._text[opening]} here", opening)

    def _skip_blanks(self) -> None:
        while self._at < self._end and self._text[self._at].isspace():
            self._at += 1


def _is_regexp(text: str) -> bool:
    try:
        linear_pattern(text)
    except PatternRefused:
        return False
    return True


def _wildcards(written: str) -> re.Pattern[str]:
    """A pattern that matches in linear time for each `*`: what stands between two of them is looked for once, from left
    to right, which finds it if it is there."""
    first, *parts = ("".join("." if char == "?" else re.escape(char) for char in part) for part in written.split("*"))
    middle = "".join(f"(?>.*?{part})" for part in parts[:-1] if part)
    return re.compile(f"{first}{middle}.*{parts[-1]}" if parts else first, re.DOTALL)


def _unquoted(match: re.Match[str]) -> PlainText:
    return PlainText(text=re.sub(r"\\(.)", r"\1", match[2], flags=re.DOTALL), quoted=True)
