"""What a check asks a name server, and the answers that it wants."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from actors.runtime.http.environment import address_in
from config.check_nodes import WrongValue, either
from config.check_values import LONGEST_LABEL_CHARACTERS, has_good_labels
from messages.check_definitions import DnsOptions, RequiredCondition

_RECORD_TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT")
_VERSIONS = MappingProxyType({"A": 4, "AAAA": 6})
_FORMS = MappingProxyType(
    {
        "MX": (re.compile(r"[0-9]+ [^\s]+"), "10 mail.example.org, with its preference"),
        "SRV": (re.compile(r"[0-9]+ [0-9]+ [0-9]+ [^\s]+"), "10 5 5060 sip.example.org"),
        "CAA": (re.compile(r'[0-9]+ [A-Za-z0-9]+ ".*"'), '0 issue "ca.example.org"'),
    }
)

LONGEST_QUERY_CHARACTERS = 253


def dns_options(values: Mapping[str, Any], path: str) -> DnsOptions:
    """The question; `path` is the URL's. An address that is asked for by PTR is turned round. Raises WrongValue."""
    name, record_type = unquote(path).strip("/"), values.get("query_type", "A").upper()
    if record_type not in _RECORD_TYPES:
        raise WrongValue(f"query_type: expected {either(_RECORD_TYPES)}")
    if record_type == "PTR" and (address := address_in(name)) is not None:
        name = address.reverse_pointer
    if not name or re.search(r"[\s/]", name):
        raise WrongValue("url: expected a name behind the server: dns://9.9.9.9/example.org, or dns:///example.org")
    if name != "." and not has_good_labels(name):
        raise WrongValue(f"url: each part of the name has 1 to {LONGEST_LABEL_CHARACTERS} characters")
    if name != "." and len(name.encode("idna")) > LONGEST_QUERY_CHARACTERS:
        raise WrongValue(f"url: a name has at most {LONGEST_QUERY_CHARACTERS} characters")
    for key in ("answers_all", "answers_any"):
        for answer in values.get(key, ()):
            _refuse_answer(key, answer, record_type)
    return DnsOptions(query_name=name, query_type=record_type, tcp=values.get("tcp", False))


def _refuse_answer(key: str, answer: str, record_type: str) -> None:
    """Raises WrongValue for what no record of this type is."""
    if record_type in _VERSIONS:
        address, version = address_in(answer), _VERSIONS[record_type]
        if address is None or address.version != version:
            raise WrongValue(f"{key}: {answer!r}: a record of the type {record_type} is an address of IPv{version}")
    elif record_type in _FORMS and (form := _FORMS[record_type])[0].fullmatch(answer) is None:
        raise WrongValue(f"{key}: {answer!r}: a record of the type {record_type} is written as {form[1]}")
    elif not answer:
        raise WrongValue(f"{key}: expected an answer, not an empty text")


def answer_conditions(values: Mapping[str, Any]) -> Iterator[RequiredCondition]:
    """`answers_all` and `answers_any` as conditions."""
    is_text = values.get("query_type", "A").upper() in ("TXT", "CAA")
    for wanted in values.get("answers_all", ()):
        yield RequiredCondition(text=f"has([BODY][?{_is(wanted, is_text)}]) == true")
    if choices := values.get("answers_any", ()):
        wanted = " || ".join(_is(each, is_text) for each in choices)
        yield RequiredCondition(text=f"has([BODY][?{wanted}]) == true")


def _is(answer: str, is_text: bool) -> str:
    """An address has several spellings, and a name may end with a dot: answers are written in one way."""
    address = address_in(answer)
    said = answer if is_text else answer.removesuffix(".") if address is None else str(address)
    escaped = said.replace("\\", "\\\\").replace("'", "\\'")
    return f"@ == '{escaped}'"
