"""How one value of a check is read, kind by kind. An error says what was expected, without what may be a secret."""

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import yaml

from actors.checks.conditions.grammar import ConditionRefused, parse_condition
from actors.notifier.model.addresses import way_of
from actors.runtime.http.environment import address_in
from actors.runtime.os.files import read_file
from actors.runtime.output.redaction import without_opaque
from config.check_dialogue import read_dialogue
from config.check_heartbeats import cron_of, token_of, zone_of
from config.check_keys import IMAP, SCHEMES, CheckKey, CheckValue
from config.check_maintenance import read_windows
from config.check_metrics import read_metrics, severity_in
from config.check_nodes import WrongValue, either, parts_of, plain, read_each
from config.values import LONGEST_SECRET_CHARACTERS, duration
from config.yaml_values import is_null, said_of, scalar_value
from messages.check_definitions import DialogueStep, RequiredCondition, Severity
from messages.maintenance import MaintenanceWindow

LONGEST_NAME_CHARACTERS = 100
LONGEST_LABEL_CHARACTERS = 63

LONGEST_DURATION_DAYS = 3650
"""Python's own durations end at a thousand million days."""

_METHOD = re.compile(r"[A-Z]{1,20}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_ADDRESS = re.compile(r"[!#$%&'*+./0-9=?A-Z^_`a-z{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_CONDITION_FORM = "expected a condition, or `if` with one and `severity`"
_SCHEMES_SAID = either([f"{name}://" for name in SCHEMES])
_OF_OTHERS = MappingProxyType({"ping": "icmp", "ssl": "tls", "tcps": "tls", "tcp+tls": "tls", "push": "heartbeat"})
"""What other monitors call our schemes."""

_HOST = re.compile(r"[\w.-]+")
_ONLY_DIGITS = re.compile(r"[0-9.]+")
_WITH_PORT = frozenset({"tcp", "tls", "starttls"})
_WITHOUT_PATH = frozenset({*_WITH_PORT, "smtp", "smtps", "imap", "imaps", "icmp"})
_IN_WORDS = re.compile(r"([1-9][0-9]*)\s*((?:sec|second|min|minute|hour|hr|day|week)s?)?", re.IGNORECASE)
_WITHOUT_HOST = frozenset({"dns", "heartbeat", "callboard"})


def read_value(node: yaml.Node, key: CheckKey, base: Path) -> Any:
    """The value of a key. Raises WrongValue. A relative path is relative to `base`."""
    try:
        return _READERS[key.value](node, key, base)
    except WrongValue:
        raise
    except (ValueError, LookupError, ArithmeticError):
        raise WrongValue(f"expected {key.value.value}") from None


def _scalar(node: yaml.Node, key: CheckKey) -> Any:
    if not isinstance(node, yaml.ScalarNode) or is_null(node):
        raise WrongValue(f"expected {key.value.value}, not {'nothing' if is_null(node) else said_of(node)}")
    return scalar_value(node)


def _text(node: yaml.Node, key: CheckKey, base: Path) -> str:
    text = plain(node) if key.name == "body" else plain(node).strip()
    if key.name in ("name", "group"):
        if not text or len(text) > LONGEST_NAME_CHARACTERS or not text.isprintable() or "/" in text:
            raise WrongValue(f"expected 1 to {LONGEST_NAME_CHARACTERS} printable characters, without /")
    elif key.name == "method" and _METHOD.fullmatch(text.upper()) is None:
        raise WrongValue("expected a method such as GET, HEAD or POST")
    elif key.name != "body" and not text.isprintable():
        raise WrongValue("expected one line of printable characters")
    return text


def _url(node: yaml.Node, key: CheckKey, base: Path) -> str:
    text = plain(node).strip()
    try:
        parts = urlsplit(text)
        scheme, host = parts.scheme.lower(), parts.hostname
    except ValueError:
        raise WrongValue("expected a URL such as https://example.org/") from None
    if scheme not in SCHEMES:
        raise WrongValue(f"expected a URL that begins with {_SCHEMES_SAID}{_hint_of_scheme(text, scheme)}")
    if re.search(r"\s", text) or (not host and scheme not in _WITHOUT_HOST):
        raise WrongValue(f"expected a URL such as {scheme}://example.org/")
    if host and ":" not in host:
        _refuse_host(host)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise WrongValue("expected a port from 1 to 65,535 in the URL")
    if parts.username is not None or parts.password is not None:
        raise WrongValue("a user or password does not belong in the URL; write username and password_file")
    if key.name == "imap_url" and scheme not in IMAP:
        raise WrongValue(f"expected a URL that begins with {either([f'{name}://' for name in IMAP])}")
    if scheme in _WITH_PORT and not port:
        raise WrongValue(f"expected a port: {scheme}://{host}:25")
    if scheme == "dns" and (parts.query or parts.fragment):
        raise WrongValue("expected nothing after the name; set the record type with query_type")
    if scheme in _WITHOUT_PATH and (parts.path.strip("/") or parts.query or parts.fragment):
        raise WrongValue(f"expected nothing after {scheme}://{parts.netloc}")
    if scheme == "icmp" and port:
        raise WrongValue(f"a ping knows no port: write icmp://{parts.netloc.rpartition(':')[0]}")
    return scheme + text[len(scheme) :]


def _refuse_host(host: str) -> None:
    """Raises WrongValue for what can be no host's name, and no address."""
    if not has_good_labels(host):
        raise WrongValue(f"each part of the host's name has 1 to {LONGEST_LABEL_CHARACTERS} characters")
    if _HOST.fullmatch(host) is None:
        raise WrongValue("expected the name of a host: letters, digits, - and _, with dots between them")
    if _ONLY_DIGITS.fullmatch(host) and address_in(host) is None:
        raise WrongValue(f"{host} is neither a name nor an address such as 192.0.2.1")


def has_good_labels(name: str) -> bool:
    """Whether each part of a name is neither empty nor too long, also as it is asked for (IDNA)."""
    labels = name.removesuffix(".").split(".")
    try:
        return all(0 < len(label.encode("idna")) <= LONGEST_LABEL_CHARACTERS for label in labels)
    except UnicodeError:
        return False


def _hint_of_scheme(text: str, scheme: str) -> str:
    if "://" not in text:
        host = re.match(r"[\w.-]+\.[\w-]+(?::[0-9]+)?(?=[/?#]|$)", text)
        return f"; did you mean https://{host[0]}?" if host else ""
    near = difflib.get_close_matches(_OF_OTHERS.get(scheme, scheme), SCHEMES, n=1, cutoff=0.7)
    return f"; did you mean {near[0]}://?" if near else ""


def _duration(node: yaml.Node, key: CheckKey, base: Path) -> float:
    text = plain(node).strip()
    seconds = duration(text)
    if seconds is None or seconds <= 0:
        meant = _IN_WORDS.fullmatch(text)
        hint = f"; did you mean {meant[1]}{(meant[2] or 's')[0].lower()}?" if meant and seconds is None else ""
        raise WrongValue(f"expected {key.value.value}{hint}")
    if seconds > LONGEST_DURATION_DAYS * 86_400:
        raise WrongValue(f"expected a duration of at most {LONGEST_DURATION_DAYS}d")
    return seconds


def _pause(node: yaml.Node, key: CheckKey, base: Path) -> float:
    return 0.0 if plain(node).strip() == "never" else _duration(node, key, base)


def _count(node: yaml.Node, key: CheckKey, base: Path) -> int:
    value = _scalar(node, key)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise WrongValue(f"expected {key.value.value}")
    return value


def _number_between(least: int, most: int) -> Callable[[yaml.Node, CheckKey, Path], int]:
    def read(node: yaml.Node, key: CheckKey, base: Path) -> int:
        value = _scalar(node, key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise WrongValue(f"expected {key.value.value}")
        return value

    return read


def _severity(node: yaml.Node, key: CheckKey, base: Path) -> Severity:
    return Severity(plain(node).strip())


def _address(node: yaml.Node, key: CheckKey, base: Path) -> str:
    text = plain(node).strip()
    if _ADDRESS.fullmatch(text) is None:
        raise WrongValue(f"expected {key.value.value}")
    return text


def _switch(node: yaml.Node, key: CheckKey, base: Path) -> bool:
    value = _scalar(node, key)
    if not isinstance(value, bool):
        raise WrongValue(f"expected {key.value.value}")
    return value


def _version(node: yaml.Node, key: CheckKey, base: Path) -> str:
    text = plain(node).strip()
    if text not in ("1.2", "1.3"):
        raise WrongValue(f"expected {key.value.value}")
    return text


def _ip_version(node: yaml.Node, key: CheckKey, base: Path) -> str:
    text = plain(node).strip()
    if text not in ("4", "6"):
        raise WrongValue(f"expected {key.value.value}")
    return text


def _secret(node: yaml.Node, key: CheckKey, base: Path) -> str:
    return token_of(plain(node).strip())


def _cron(node: yaml.Node, key: CheckKey, base: Path) -> str:
    return cron_of(plain(node))


def _time_zone(node: yaml.Node, key: CheckKey, base: Path) -> str:
    return zone_of(plain(node))


def _metrics(node: yaml.Node, key: CheckKey, base: Path) -> tuple[RequiredCondition, ...]:
    return read_metrics(node)


NAMES_A_FILE = frozenset({CheckValue.PATH, CheckValue.SECRET_FILE})


def file_named(node: yaml.ScalarNode, base: Path) -> Path:
    """The file that a value names; relative to `base`, as it stands where its home directory is not known."""
    return _at(node.value, base)


def _at(text: str, base: Path) -> Path:
    path = Path(text.strip())
    try:
        return base / path.expanduser()
    except RuntimeError:
        return base / path


def _path(node: yaml.Node, key: CheckKey, base: Path) -> str:
    path = _at(plain(node), base)
    if not path.is_file():
        raise WrongValue(f"there is no file {without_opaque(str(path))}")
    return str(path.absolute())


def _secret_file(node: yaml.Node, key: CheckKey, base: Path) -> str:
    """The secret in a file. Somebody may have written it in place of the file's name, which is therefore not
    repeated."""
    try:
        secret = read_file(_at(plain(node), base))[0].decode("utf-8-sig").strip()
    except (OSError, ValueError):
        raise WrongValue("the file that it names cannot be read") from None
    if len(secret) > LONGEST_SECRET_CHARACTERS:
        raise WrongValue(f"the file that it names holds more than {LONGEST_SECRET_CHARACTERS} characters")
    if key.name in ("password_file", "imap_password_file"):
        if not secret or not secret.isprintable():
            raise WrongValue("the file that it names must hold one line of printable characters")
    elif re.fullmatch(r"[!-~]+", secret) is None:
        raise WrongValue("the file that it names must hold one word of ASCII characters")
    return secret


def _texts(node: yaml.Node, key: CheckKey, base: Path) -> tuple[str, ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    texts = tuple(plain(item).strip() for item in items)
    if key.name == "users" and not all(_USER.fullmatch(text) or way_of(text) for text in texts):
        raise WrongValue("expected Slack ids of users, such as U012AB3CD, or addresses such as mail:ada@example.org")
    if key.name == "places" and not all(0 < len(text) <= LONGEST_NAME_CHARACTERS for text in texts):
        raise WrongValue(f"expected names of 1 to {LONGEST_NAME_CHARACTERS} characters")
    return tuple(dict.fromkeys(texts))


def _windows(node: yaml.Node, key: CheckKey, base: Path) -> tuple[MaintenanceWindow, ...]:
    return read_windows(node)


def _headers(node: yaml.Node, key: CheckKey, base: Path) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, yaml.MappingNode):
        raise WrongValue(f"expected {key.value.value}, not {said_of(node)}")
    headers: dict[str, tuple[str, str]] = {}
    for named, given in node.value:
        name, value = plain(named).strip(), plain(given).strip()
        if _HEADER_NAME.fullmatch(name) is None or not value.isprintable():
            raise WrongValue("expected names with values, such as Accept: text/html", named)
        if name.lower() in ("authorization", "proxy-authorization", "cookie"):
            raise WrongValue(f"{name} would hold a secret; write bearer_file, or username and password_file", named)
        if name.lower() in headers:
            raise WrongValue(f"{name}: given twice", named)
        headers[name.lower()] = name, value
    return tuple(headers.values())


def _conditions(node: yaml.Node, key: CheckKey, base: Path) -> tuple[RequiredCondition, ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise WrongValue(f"expected {key.value.value}, not {said_of(node)}")
    return read_each(node.value, _condition)


def _condition(node: yaml.Node) -> RequiredCondition:
    severity = Severity.CRITICAL
    if isinstance(node, yaml.MappingNode):
        parts = parts_of(node, ("if", "severity"), _CONDITION_FORM)
        if "if" not in parts:
            raise WrongValue(_CONDITION_FORM)
        node, severity = parts["if"], severity_in(parts)
    elif isinstance(node, yaml.SequenceNode):
        raise WrongValue("quote a condition: YAML takes what begins with [ for a list")
    text = plain(node)
    try:
        return RequiredCondition(text=parse_condition(text).text, severity=severity)
    except ConditionRefused as error:
        raise WrongValue(f"{text!r}, {error}") from None


def _dialogue(node: yaml.Node, key: CheckKey, base: Path) -> tuple[DialogueStep, ...]:
    return read_dialogue(node)


_READERS: Mapping[CheckValue, Callable[[yaml.Node, CheckKey, Path], Any]] = MappingProxyType(
    {
        CheckValue.TEXT: _text,
        CheckValue.URL: _url,
        CheckValue.DURATION: _duration,
        CheckValue.PAUSE: _pause,
        CheckValue.COUNT: _count,
        CheckValue.SWITCH: _switch,
        CheckValue.PATH: _path,
        CheckValue.SECRET_FILE: _secret_file,
        CheckValue.TEXTS: _texts,
        CheckValue.HEADERS: _headers,
        CheckValue.CONDITIONS: _conditions,
        CheckValue.DIALOGUE: _dialogue,
        CheckValue.VERSION: _version,
        CheckValue.RETRIES: _number_between(0, 10),
        CheckValue.MINUTES: _number_between(1, 100_000),
        CheckValue.SEVERITY: _severity,
        CheckValue.ADDRESS: _address,
        CheckValue.WINDOWS: _windows,
        CheckValue.IP_VERSION: _ip_version,
        CheckValue.PACKETS: _number_between(1, 100),
        CheckValue.SECRET: _secret,
        CheckValue.CRON: _cron,
        CheckValue.TIME_ZONE: _time_zone,
        CheckValue.METRICS: _metrics,
    }
)
