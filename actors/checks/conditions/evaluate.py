"""Whether conditions hold for what a check found out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

import msgspec
from jsonpath import JSONPathError

from actors.checks.conditions.fitting import DURATIONS
from actors.checks.conditions.sizes import MS_OF_UNIT, size_in
from actors.checks.conditions.terms import (
    AnyOf,
    Comparison,
    Existence,
    Length,
    Measure,
    Operand,
    ParsedCondition,
    Placeholder,
    PlainText,
    SearchPattern,
    WildcardPattern,
)

MOST_SHOWN_CHARACTERS = 80
"""Of a value that was found, in the sentence about a condition."""


class _Nothing(Enum):
    """A value that was not found, which JSON's null is not."""

    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a check found out. None, or an empty text, stands for what this kind of check does not find out or did not
    get to. Durations are milliseconds: `response_ms` from the beginning of the request to the end of the answer,
    `certificate_ms` and `chain_ms` until the leaf's and the first certificate of the chain run out (negative
    afterwards), `round_trip_ms` from when a mail was sent until it was in its mailbox, or of a packet on average,
    `message_age_ms` since the newest mail arrived. `body` is decoded text, or in its place there are the `answers` of a
    name server; `headers` are pairs of lower-case name and value. `packet_loss` is a percentage; `fingerprint` the
    SHA-256 of the leaf, in small hexadecimal digits."""

    connected: bool = False
    status: int | None = None
    response_ms: float | None = None
    ip: str = ""
    body: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    certificate_ms: float | None = None
    chain_ms: float | None = None
    rcode: str = ""
    serial: int | None = None
    answers: tuple[str, ...] | None = None
    round_trip_ms: float | None = None
    message_age_ms: float | None = None
    packet_loss: float | None = None
    tls_version: str = ""
    tls_cipher: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionOutcome:
    """Whether one condition holds, and what was found on each side of it."""

    holds: bool
    condition: ParsedCondition
    left: tuple[Any, ...]
    right: tuple[Any, ...]

    @property
    def said(self) -> str:
        """The condition with what was found: `[STATUS] (404) == 200`."""
        left, right = _written(self.condition.left, self.left), _written(self.condition.right, self.right)
        return f"{left} {self.condition.comparison.value} {right}"


@dataclass(slots=True)
class _Found:
    """The evidence, and its body as JSON once that was needed."""

    evidence: Evidence
    _json: list[Any] = field(default_factory=list)

    def json(self) -> Any:
        """The body's value, or MISSING if it is no JSON."""
        if self.evidence.answers is not None:
            return list(self.evidence.answers)
        if not self._json:
            try:
                self._json.append(msgspec.json.decode(self.evidence.body or ""))
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                self._json.append(_Nothing.MISSING)
        return self._json[0]


def evaluate(conditions: Iterable[ParsedCondition], evidence: Evidence) -> list[ConditionOutcome]:
    """One outcome for each condition, in their order. What was not found fulfils no condition but
    `has(…) == false`."""
    found = _Found(evidence)
    return [_evaluated(condition, found) for condition in conditions]


def _evaluated(condition: ParsedCondition, found: _Found) -> ConditionOutcome:
    left, right = _values(condition.left, found), _values(condition.right, found)
    compare = _COMPARE[condition.comparison]
    holds = bool(left) and bool(right) and all(compare(one, other) for one in left for other in right)
    return ConditionOutcome(holds=holds, condition=condition, left=tuple(left), right=tuple(right))


def _values(operand: Operand, found: _Found) -> list[Any]:
    """The values of a side: none if nothing was found; several where a path leads to several."""
    match operand:
        case Placeholder():
            return _of_placeholder(operand, found)
        case Length(of=of):
            return _length(of, found)
        case Existence(of=of):
            return [bool(_of_placeholder(of, found))]
        case _:
            return [operand]


def _of_placeholder(placeholder: Placeholder, found: _Found) -> list[Any]:
    evidence = found.evidence
    match placeholder.measure:
        case Measure.BODY:
            return _of_body(placeholder, found)
        case Measure.HEADERS:
            return [value for name, value in evidence.headers if name == placeholder.header]
        case Measure.CONNECTED:
            return [evidence.connected]
        case measure:
            value = getattr(evidence, _FIELD_OF_MEASURE[measure])
            return [] if value is None or value == "" else [value]


def _of_body(placeholder: Placeholder, found: _Found) -> list[Any]:
    body, answers = found.evidence.body, found.evidence.answers
    if placeholder.path is None and answers is not None:
        return list(answers)
    if body is None and answers is None:
        return []
    if placeholder.path is None:
        return [(body or "").strip()]
    if (document := found.json()) is _Nothing.MISSING or not isinstance(document, list | dict):
        return []
    try:
        return placeholder.path.found_in(document)
    except (JSONPathError, RecursionError):  # a document that is nested too deeply for a path with `..`
        return []


def _length(of: Placeholder, found: _Found) -> list[Any]:
    values = _of_placeholder(of, found)
    if of.measure is Measure.BODY and of.path is None and isinstance(document := found.json(), list):
        return [len(document)]
    if len(values) > 1:
        return [len(values)]
    return [len(value if isinstance(value, str | list | dict) else _text(value)) for value in values]


# --- comparing


def _equal(one: Any, other: Any) -> bool:
    if _is_expected(one) and not _is_expected(other):
        one, other = other, one
    match other:
        case AnyOf(choices=choices):
            return any(_equal(one, choice) for choice in choices)
        case WildcardPattern(regexp=regexp):
            return regexp.fullmatch(_text(one)) is not None
        case SearchPattern(regexp=regexp):
            return regexp.is_in(_text(one))
        case PlainText():
            return _equals_text(one, other)
        case _:
            return bool(one == other) if isinstance(one, bool) == isinstance(other, bool) else False


def _equals_text(value: Any, expected: PlainText) -> bool:
    """A text is compared as text; numbers and durations by their size; lists and objects as JSON."""
    match value:
        case str():
            return value == expected.text
        case bool() | None:
            return _text(value) == expected.text and not expected.quoted
        case int() | float():
            size = None if expected.quoted else _size(expected)
            return size is not None and value == size
        case _:
            try:
                return bool(value == msgspec.json.decode(expected.text))
            except (msgspec.DecodeError, RecursionError):
                return False


_EXPECTED = (PlainText, WildcardPattern, SearchPattern, AnyOf)
"""A tuple: `PlainText | WildcardPattern` in a function would be put together at each call."""


def _is_expected(value: Any) -> bool:
    return isinstance(value, _EXPECTED)


def _size(value: Any) -> int | float | None:
    """A number, a whole one exactly; a duration in milliseconds; None for what is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    text = value.text if isinstance(value, PlainText) else value
    if not isinstance(text, str):
        return None
    return size_in(text)


def _ordered(one: Any, other: Any, sign: Comparison) -> bool:
    first, second = _size(one), _size(other)
    if first is None or second is None:
        return False
    match sign:
        case Comparison.BELOW:
            return first < second
        case Comparison.AT_MOST:
            return first <= second
        case Comparison.ABOVE:
            return first > second
        case _:
            return first >= second


_COMPARE: Mapping[Comparison, Any] = MappingProxyType(
    {
        Comparison.EQUAL: _equal,
        Comparison.UNEQUAL: lambda one, other: not _equal(one, other),
        Comparison.BELOW: lambda one, other: _ordered(one, other, Comparison.BELOW),
        Comparison.AT_MOST: lambda one, other: _ordered(one, other, Comparison.AT_MOST),
        Comparison.ABOVE: lambda one, other: _ordered(one, other, Comparison.ABOVE),
        Comparison.AT_LEAST: lambda one, other: _ordered(one, other, Comparison.AT_LEAST),
    }
)

_FIELD_OF_MEASURE: Mapping[Measure, str] = MappingProxyType(
    {
        Measure.STATUS: "status",
        Measure.RESPONSE_TIME: "response_ms",
        Measure.IP: "ip",
        Measure.CERTIFICATE_EXPIRATION: "certificate_ms",
        Measure.CHAIN_EXPIRATION: "chain_ms",
        Measure.DNS_RCODE: "rcode",
        Measure.DNS_SERIAL: "serial",
        Measure.ROUND_TRIP: "round_trip_ms",
        Measure.MESSAGE_AGE: "message_age_ms",
        Measure.PACKET_LOSS: "packet_loss",
        Measure.TLS_VERSION: "tls_version",
        Measure.TLS_CIPHER: "tls_cipher",
        Measure.CERTIFICATE_FINGERPRINT: "fingerprint",
    }
)


# --- what was found, in words


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()


def _written(operand: Operand, values: Sequence[Any]) -> str:
    match operand:
        case Placeholder(written=written):
            return f"{written} ({_shown(operand, values)})"
        case Length(of=of):
            return f"len({of.written}) ({_shown(None, values)})"
        case Existence(of=of):
            return f"has({of.written}) ({_shown(None, values)})"
        case AnyOf(choices=choices):
            return f"any({', '.join(_written(choice, []) for choice in choices)})"
        case WildcardPattern(written=written):
            return f"pat({written})"
        case SearchPattern(written=written):
            return f"search({written})"
        case PlainText(text=text, quoted=quoted):
            return f'"{text}"' if quoted else text


def _shown(placeholder: Placeholder | None, values: Sequence[Any]) -> str:
    if not values:
        return "missing"
    if placeholder is not None and placeholder.measure is Measure.RESPONSE_TIME:
        return f"{values[0]:.0f} ms"
    if placeholder is not None and placeholder.measure in DURATIONS:
        return _duration(float(values[0]))
    if placeholder is not None and placeholder.measure is Measure.PACKET_LOSS:
        return f"{values[0]:.0f} %"
    text = ", ".join(map(_text, values[:5]))
    return text if len(text) <= MOST_SHOWN_CHARACTERS else f"{text[:MOST_SHOWN_CHARACTERS]}…"


def _duration(ms: float) -> str:
    """`12d`, `7h`, `-2d`: in the largest unit of which there are two at least."""
    for unit in ("d", "h", "m", "s"):
        if abs(ms) >= 2 * MS_OF_UNIT[unit]:
            return f"{ms / MS_OF_UNIT[unit]:.0f}{unit}"
    return f"{ms:.0f}ms"
