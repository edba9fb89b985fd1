"""What a measure can be compared with. A condition that can never hold, or that always does, is a mistake of who wrote
it: it is refused, and does not count as a failure of what is checked."""

import difflib
import re
from ipaddress import ip_address
from types import MappingProxyType

from actors.checks.conditions.sizes import number_in, size_in
from actors.checks.conditions.terms import (
    AnyOf,
    Comparison,
    Existence,
    Found,
    Length,
    Measure,
    Operand,
    Placeholder,
    PlainText,
)

EQUALITIES = frozenset({Comparison.EQUAL, Comparison.UNEQUAL})

_NUMBERS = frozenset({Measure.STATUS, Measure.DNS_SERIAL, Measure.PACKET_LOSS})
DURATIONS = frozenset(
    {
        Measure.RESPONSE_TIME,
        Measure.CERTIFICATE_EXPIRATION,
        Measure.CHAIN_EXPIRATION,
        Measure.ROUND_TRIP,
        Measure.MESSAGE_AGE,
    }
)
_OF_ANY_TYPE = frozenset({Measure.BODY, Measure.HEADERS})

_INFINITE = float("inf")
_RANGES = MappingProxyType(
    {
        Measure.STATUS: (100, 999),
        Measure.DNS_SERIAL: (0, 2**32 - 1),
        Measure.PACKET_LOSS: (0, 100),
        Measure.RESPONSE_TIME: (0, _INFINITE),
        Measure.ROUND_TRIP: (0, _INFINITE),
    }
)
_WHOLE = frozenset({Measure.STATUS, Measure.DNS_SERIAL})
_MIRRORED = MappingProxyType(
    {
        Comparison.BELOW: Comparison.ABOVE,
        Comparison.ABOVE: Comparison.BELOW,
        Comparison.AT_MOST: Comparison.AT_LEAST,
        Comparison.AT_LEAST: Comparison.AT_MOST,
    }
)
_LONG = frozenset({Measure.CERTIFICATE_EXPIRATION, Measure.CHAIN_EXPIRATION, Measure.MESSAGE_AGE})
"""Durations that nobody means in milliseconds."""

_MINUTE_MS = 60_000

_SECOND_CONDITION = re.compile(r"(?:&&|\|\||\band\b|\bor\b)\s*(?:len\(|has\()?\[[A-Za-z_]+\]", re.IGNORECASE)
_TLS_VERSION = re.compile(r"TLSv1(?:\.[0-3])?|SSLv3")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_RCODES = (
    *("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH"),
    *("NOTZONE", "BADVERS", "BADSIG", "BADKEY", "BADTIME", "BADMODE", "BADNAME", "BADALG", "BADTRUNC", "BADCOOKIE"),
)


def misfit(found: Found, sign: Comparison, expected: Operand) -> str | None:
    """Why what is found can never be compared with what is expected; None if it can."""
    texts = expected.choices if isinstance(expected, AnyOf) else (expected,)
    whys = (_misfit(found, sign, text) for text in texts if isinstance(text, PlainText))
    return next(filter(None, whys), None)


def out_of_range(found: Found, sign: Comparison, expected: Operand, *, is_mirrored: bool) -> str | None:
    """Why a number or a duration that is expected is none that can be found; None if it may be. `is_mirrored`: it
    stands before the comparison. What fits (`misfit`) is asked for."""
    texts = expected.choices if isinstance(expected, AnyOf) else (expected,)
    meant = _MIRRORED.get(sign, sign) if is_mirrored else sign
    sizes = ((text.text, size_in(text.text)) for text in texts if isinstance(text, PlainText))
    whys = (_beyond(found, meant, written, size) for written, size in sizes if size is not None)
    return next(filter(None, whys), None)


def _beyond(found: Found, sign: Comparison, written: str, size: float) -> str | None:
    match found:
        case Length():
            said, is_whole, least, most = "a length", True, 0.0, _INFINITE
        case Placeholder(measure=measure) if measure in _RANGES:
            said, is_whole = f"[{measure.value}]", measure in _WHOLE
            least, most = _RANGES[measure]
        case Placeholder(measure=measure) if measure in _LONG:
            is_bare = number_in(written) is not None and 0 < abs(size) < _MINUTE_MS
            return f"{written} alone is milliseconds; write a unit, such as 14d or 12h" if is_bare else None
        case _:
            return None
    if not _is_idle(sign, size, least, most, is_whole=is_whole):
        return None
    span = f"from {least:.0f} to {most:.0f}" if most < _INFINITE else f"of at least {least:.0f}"
    return f"{said} is {'a whole number' if is_whole else 'a number'} {span}: this never holds"


def _is_idle(sign: Comparison, size: float, least: float, most: float, *, is_whole: bool) -> bool:
    """Whether nothing from `least` to `most` fulfils a comparison."""
    match sign:
        case Comparison.BELOW:
            return size <= least
        case Comparison.AT_MOST:
            return size < least
        case Comparison.ABOVE:
            return size >= most
        case Comparison.AT_LEAST:
            return size > most
        case Comparison.UNEQUAL:
            return False
        case _:
            return not least <= size <= most or (is_whole and size != int(size))


def _misfit(found: Found, sign: Comparison, expected: PlainText) -> str | None:
    if not expected.quoted and _SECOND_CONDITION.search(expected.text):
        return "expected one condition; write each as an item of its own"
    match found:
        case Existence():
            return _of_switch(sign, expected)
        case Length():
            return _of_number(sign, expected, "expected a number such as 3")
        case _:
            return _of_measure(found.measure, sign, expected)


def _of_measure(measure: Measure, sign: Comparison, expected: PlainText) -> str | None:
    if measure is Measure.CONNECTED:
        return _of_switch(sign, expected)
    if measure in _NUMBERS:
        hint = ", any(200, 204) or pat(2*)" if measure is Measure.STATUS else ""
        return _of_number(sign, expected, f"expected a number such as {_EXAMPLES[measure]}{hint}")
    if measure in DURATIONS:
        return None if _is_size(sign, expected, durations=True) else "expected a duration such as 500ms, 2s or 48h"
    if sign not in EQUALITIES:
        if measure in _OF_ANY_TYPE:
            return None if size_in(expected.text) is not None else f"{sign.value} compares numbers and durations"
        return f"[{measure.value}] is a text, and goes with == and !=, not with {sign.value}"
    return _of_text(measure, expected.text)


_EXAMPLES = MappingProxyType({Measure.STATUS: "200", Measure.DNS_SERIAL: "2026010100", Measure.PACKET_LOSS: "50"})


def _of_switch(sign: Comparison, expected: PlainText) -> str | None:
    if sign in EQUALITIES and not expected.quoted and expected.text in ("true", "false"):
        return None
    return "expected == true or == false"


def _of_number(sign: Comparison, expected: PlainText, said: str) -> str | None:
    if _is_size(sign, expected, durations=False):
        return None
    return f"{said}, without quotation marks" if expected.quoted else said


def _is_size(sign: Comparison, expected: PlainText, *, durations: bool) -> bool:
    """A text in quotation marks is never equal to a number."""
    size = size_in(expected.text) if durations else number_in(expected.text)
    return size is not None and not (expected.quoted and sign in EQUALITIES)


def _of_text(measure: Measure, text: str) -> str | None:
    match measure:
        case Measure.IP:
            return _of_address(text)
        case Measure.DNS_RCODE:
            near = difflib.get_close_matches(text.upper(), _RCODES, n=1, cutoff=0.7)
            return f"did you mean {near[0]}?" if near and text not in _RCODES else None
        case Measure.TLS_VERSION:
            return None if _TLS_VERSION.fullmatch(text) else "expected TLSv1.2 or TLSv1.3"
        case Measure.CERTIFICATE_FINGERPRINT:
            return None if _FINGERPRINT.fullmatch(text) else "expected 64 small hexadecimal digits, without colons"
        case _:
            return None


def _of_address(text: str) -> str | None:
    try:
        address = str(ip_address(text))
    except ValueError:
        return "expected an IP address, or pat(192.0.2.*)"
    return None if address == text else f"did you mean {address}?"
