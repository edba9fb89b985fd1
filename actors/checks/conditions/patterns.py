"""Regular expressions for texts of others. Those of Python can take forever for a text that is made for them, also for
a short one; these are RE2's, whose time grows with the text only."""

from dataclasses import dataclass
from typing import Any

import re2
from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathTypeError
from jsonpath.filter import StringLiteral
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.token import Token

MOST_INSTRUCTIONS = 1500
"""Of what RE2 makes of a pattern. The text that gives such a pattern the most work takes 6 s for each MiB."""

MOST_PATTERNS = 100
"""That a path takes from one document. To compile one takes up to 5 ms."""

TOO_LARGE = "it is too large: numbers in braces, as in .{0,500}, make it so"


class PatternRefused(ValueError):
    """A text that is no regular expression of RE2, or too large a one; it says why."""


@dataclass(frozen=True, slots=True)
class LinearPattern:
    """A regular expression as it was written, and what RE2 made of it."""

    written: str
    compiled: Any

    def is_in(self, text: str) -> bool:
        """Whether it is found somewhere."""
        return self.compiled.search(text.encode("utf-8", "replace")) is not None

    def is_all_of(self, text: str) -> bool:
        """Whether it matches the whole."""
        return self.compiled.fullmatch(text.encode("utf-8", "replace")) is not None


def linear_pattern(written: str) -> LinearPattern:
    """What a text means. Raises PatternRefused."""
    options = re2.Options()
    options.log_errors, options.never_capture = False, True
    try:
        compiled = re2.compile(written.encode(), options)
    except re2.error as error:
        (said,) = error.args
        raise PatternRefused(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None
    except UnicodeEncodeError:
        raise PatternRefused("it holds what is no character") from None
    if max(compiled.programsize, compiled.reverseprogramsize) > MOST_INSTRUCTIONS:
        raise PatternRefused(TOO_LARGE)
    return LinearPattern(written, compiled)


class LinearPaths(JSONPathEnvironment):
    """JSON paths by RFC 9535, whose functions `match` and `search` take linear time. A path that
    asks for them is for one document: they know the patterns that they have met."""

    def __init__(self) -> None:
        super().__init__(strict=True)

    def setup_function_extensions(self) -> None:
        """With functions of ours in place of the library's."""
        super().setup_function_extensions()
        met = _MetPatterns({})
        self.function_extensions["match"] = _Match(met)
        self.function_extensions["search"] = _Search(met)

    def validate_function_extension_signature(self, token: Token, args: list[Any]) -> list[Any]:
        """As the library does it. A pattern in the path itself is looked at now: later it would match nothing, without
        a word. Raises JSONPathTypeError."""
        valid = super().validate_function_extension_signature(token, args)
        if isinstance(self.function_extensions[token.value], _Search) and isinstance(args[1], StringLiteral):
            try:
                linear_pattern(args[1].value)
            except PatternRefused as error:
                raise JSONPathTypeError(f"{token.value}: not a regular expression: {error}", token=token) from None
        return valid


@dataclass(frozen=True, slots=True)
class _MetPatterns:
    """What texts of one document mean as patterns."""

    known: dict[str, LinearPattern | None]

    def of(self, written: str) -> LinearPattern | None:
        """What a text means; None for what is no pattern, and for one too many."""
        if written not in self.known:
            if len(self.known) >= MOST_PATTERNS:
                return None
            try:
                self.known[written] = linear_pattern(written)
            except PatternRefused:
                self.known[written] = None
        return self.known[written]


class _Search(FilterFunction):
    """`search(value, pattern)`. What is no text or no pattern matches nothing, as the standard has it."""

    return_type = ExpressionType.LOGICAL

    def __init__(self, met: _MetPatterns) -> None:
        self._met = met

    @property
    def arg_types(self) -> list[ExpressionType]:
        """The value and the pattern."""
        return [ExpressionType.VALUE, ExpressionType.VALUE]

    def __call__(self, value: object, pattern: object) -> bool:
        """Whether the pattern is found in the value."""
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        known = self._met.of(pattern)
        return known is not None and self._fits(known, value)

    def _fits(self, pattern: LinearPattern, value: str) -> bool:
        return pattern.is_in(value)


class _Match(_Search):
    """`match(value, pattern)`."""

    def _fits(self, pattern: LinearPattern, value: str) -> bool:
        return pattern.is_all_of(value)
