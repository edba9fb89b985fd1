"""What a condition consists of."""

import re
from dataclasses import dataclass
from enum import Enum

from actors.checks.conditions.paths import BodyPath
from actors.checks.conditions.patterns import LinearPattern


class Comparison(Enum):
    """An operator, as it is written."""

    EQUAL = "=="
    UNEQUAL = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    BELOW = "<"
    ABOVE = ">"


class Measure(Enum):
    """What a check finds out, as it is written between brackets."""

    STATUS = "STATUS"
    RESPONSE_TIME = "RESPONSE_TIME"
    IP = "IP"
    BODY = "BODY"
    HEADERS = "HEADERS"
    CONNECTED = "CONNECTED"
    CERTIFICATE_EXPIRATION = "CERTIFICATE_EXPIRATION"
    CHAIN_EXPIRATION = "CHAIN_EXPIRATION"
    DNS_RCODE = "DNS_RCODE"
    DNS_SERIAL = "DNS_SERIAL"
    ROUND_TRIP = "ROUND_TRIP"
    MESSAGE_AGE = "MESSAGE_AGE"
    PACKET_LOSS = "PACKET_LOSS"
    TLS_VERSION = "TLS_VERSION"
    TLS_CIPHER = "TLS_CIPHER"
    CERTIFICATE_FINGERPRINT = "CERTIFICATE_FINGERPRINT"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """A value as it was written. `quoted`: between quotation marks, and so never a number or a duration."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """A measure, and for BODY and HEADERS what of it: a JSON path (RFC 9535) or the name of a header. `written` is how
    it stands in the condition."""

    measure: Measure
    written: str
    path: BodyPath | None = None
    header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """`len(…)`: characters of a text, elements of a list, members of an object; of a path with several values, their
    number."""

    of: Placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence:
    """`has(…)`: whether the path leads to anything."""

    of: Placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class WildcardPattern:
    """`pat(…)`: `*` stands for any characters, `?` for one."""

    written: str
    regexp: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPattern:
    """`search(…)`: a regular expression that is to be found somewhere."""

    written: str
    regexp: LinearPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """`any(…)`: one of these."""

    choices: tuple[PlainText | WildcardPattern | SearchPattern, ...]


Found = Placeholder | Length | Existence
Operand = Found | PlainText | WildcardPattern | SearchPattern | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCondition:
    """A condition: what is found out on the one side, what is expected on the other; `text` is how it was written."""

    text: str
    left: Operand
    comparison: Comparison
    right: Operand

    @property
    def measures(self) -> frozenset[Measure]:
        """What the condition asks for."""
        sides = (side.of if isinstance(side, Length | Existence) else side for side in (self.left, self.right))
        return frozenset(side.measure for side in sides if isinstance(side, Placeholder))
