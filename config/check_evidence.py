"""What a check of each kind finds out: a condition about anything else can never hold. Pure."""

from collections.abc import Iterable
from types import MappingProxyType

from actors.checks.conditions.grammar import parse_condition
from actors.checks.conditions.terms import AnyOf, Comparison, Measure, ParsedCondition, Placeholder, PlainText
from config.check_nodes import WrongValue, either
from messages.check_definitions import CheckDefinition, CheckKind

_OF_ALL = frozenset({Measure.CONNECTED, Measure.RESPONSE_TIME})
_OF_PAGE = frozenset({Measure.STATUS, Measure.HEADERS, Measure.IP})
_CERTIFICATES = frozenset({Measure.CERTIFICATE_EXPIRATION, Measure.CHAIN_EXPIRATION})
_TLS = _CERTIFICATES | {Measure.TLS_VERSION, Measure.TLS_CIPHER, Measure.CERTIFICATE_FINGERPRINT}
_PAGES = frozenset({CheckKind.HTTP, CheckKind.JSON_METRICS})
_FOLLOWED = frozenset({"301", "302", "303", "307", "308"})

_NEEDS = MappingProxyType(
    {
        (CheckKind.SMTP, Measure.ROUND_TRIP): "imap_url",
        (CheckKind.DNS, Measure.DNS_SERIAL): "query_type: SOA",
        (CheckKind.TCP, Measure.BODY): "a dialogue that expects something",
        (CheckKind.HTTP, Measure.BODY): "a method other than HEAD",
        (CheckKind.JSON_METRICS, Measure.BODY): "a method other than HEAD",
    }
)


class EvidenceReview:
    """Of one configuration: most of its conditions are those of other checks, too, and are read once."""

    def __init__(self) -> None:
        self._parsed: dict[str, ParsedCondition] = {}

    def refuse_out_of_reach(self, check: CheckDefinition) -> None:
        """Raises WrongValue for a condition about what this check does not find out, or never sees."""
        known = _found_out(check)
        for text in (required.text for required in check.conditions):
            condition = self._parsed.get(text) or self._parsed.setdefault(text, parse_condition(text))
            if unknown := condition.measures - known:
                raise WrongValue(f"conditions: {text!r}: {_unknown(unknown, known, check)}")
            if check.kind in _PAGES and check.http.follow_redirects and _is_of_redirects(condition):
                raise WrongValue(
                    f"conditions: {text!r}: redirects are followed, and their status is not seen; write"
                    " follow_redirects: false"
                )


def _is_of_redirects(condition: ParsedCondition) -> bool:
    """Whether only the status of a redirect will do."""
    found, expected = condition.left, condition.right
    if not isinstance(found, Placeholder):
        found, expected = expected, found
    if not isinstance(found, Placeholder) or (found.measure, condition.comparison) != (
        Measure.STATUS,
        Comparison.EQUAL,
    ):
        return False
    choices = expected.choices if isinstance(expected, AnyOf) else (expected,)
    return all(isinstance(each, PlainText) and each.text in _FOLLOWED for each in choices)


def _unknown(unknown: Iterable[Measure], known: Iterable[Measure], check: CheckDefinition) -> str:
    measure = min(unknown, key=lambda each: each.value)
    if hint := _NEEDS.get((check.kind, measure)):
        return f"[{measure.value}] needs {hint}"
    names = either([f"[{each.value}]" for each in Measure if each in known])
    return f"this kind of check doesn't measure [{measure.value}]; it has {names}"


def _found_out(check: CheckDefinition) -> frozenset[Measure]:
    scheme = check.url.partition(":")[0]
    match check.kind:
        case CheckKind.HTTP | CheckKind.JSON_METRICS | CheckKind.CALLBOARD:
            goes_on = check.http.follow_redirects  # to a page with TLS, as most do
            body = frozenset({Measure.BODY} if check.http.method != "HEAD" else ())
            return _OF_ALL | _OF_PAGE | body | (_TLS if goes_on or scheme.endswith("https") else frozenset())
        case CheckKind.TCP:
            has_tls = scheme == "tls" or any(step.starttls for step in check.dialogue)
            body = frozenset({Measure.BODY} if any(step.expect for step in check.dialogue) else ())
            return _OF_ALL | {Measure.IP} | body | (_TLS if has_tls else frozenset())
        case CheckKind.DNS:
            serial = frozenset({Measure.DNS_SERIAL} if check.dns.query_type == "SOA" else ())
            return _OF_ALL | {Measure.IP, Measure.BODY, Measure.DNS_RCODE} | serial
        case CheckKind.SMTP | CheckKind.IMAP:
            return _OF_ALL | {Measure.IP} | _of_mail(check, scheme)
        case CheckKind.PING:
            return _OF_ALL | {Measure.IP, Measure.PACKET_LOSS, Measure.ROUND_TRIP}
        case _:
            return _OF_ALL | {Measure.BODY}


def _of_mail(check: CheckDefinition, scheme: str) -> frozenset[Measure]:
    schemes = {scheme, check.mail.mailbox.url.partition(":")[0]}
    has_tls = check.mail.starttls or not schemes.isdisjoint({"smtps", "imaps"})
    certificates = _CERTIFICATES if has_tls else frozenset()
    if check.kind is CheckKind.IMAP:
        return certificates | {Measure.MESSAGE_AGE}
    return certificates | {Measure.STATUS} | ({Measure.ROUND_TRIP} if check.mail.mailbox.url else frozenset())
