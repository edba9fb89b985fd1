"""How one value of the configuration is read and written, kind by kind. An error says what was expected."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from actors.runtime.engine.bases import refusal_of_base
from actors.runtime.output.printable import printable_line
from actors.runtime.output.redaction import without_access, without_opaque
from config.declaration import SettingKey
from messages.settings import SettingKind

_SECONDS_OF_UNIT = MappingProxyType({"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0})
_SECONDS_OF_READ_UNIT = MappingProxyType({**_SECONDS_OF_UNIT, "w": 7 * 86400.0})
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d|w)\s*")
_DURATION = re.compile(f"(?:{_DURATION_PART.pattern})+")

LONGEST_SHOWN_CHARACTERS = 60

LONGEST_SECRET_CHARACTERS = 4096
"""A longer text is no token: somebody named a wrong file."""

DATABASE_URL_EXPECTED = (
    "expected nothing, or a URL postgresql://user:password@host:port/name; in a user or password, write `@`, `:`, `/`,"
    " `%` and the like as %40, %3A, %2F, %25"
)


def parse(key: SettingKey, value: Any) -> Any:
    """What the actors get for a value of a file or of the environment. Raises ValueError, which never repeats a value
    that may hold a secret."""
    return _PARSERS[key.kind](key, value)


def duration(text: str) -> float | None:
    """Seconds from `2s`, `30m`, `24h`, `7d`, `500ms`, `1h30m`; None if it is not a duration."""
    if _DURATION.fullmatch(text.strip()) is None:
        return None
    return sum(float(number) * _SECONDS_OF_READ_UNIT[unit] for number, unit in _DURATION_PART.findall(text))


def written(key: SettingKey, parsed: Any) -> Any:
    """A parsed value as a file would have it. `parse` makes the same of it again."""
    return duration_text(parsed) if key.kind is SettingKind.DURATION else parsed


def duration_text(seconds: float) -> str:
    """`10m` for 600 seconds: the largest unit in which the number is whole, so `90m` and not `1.5h`."""
    for unit, length in reversed(tuple(_SECONDS_OF_UNIT.items())):
        number = round(seconds / length)
        if number and duration(f"{number}{unit}") == seconds:
            return f"{number}{unit}"
    return f"{seconds:f}s"


def expectation(key: SettingKey) -> str:
    """What a value of this key must be, for errors and tables: `a whole number from 0 to 65,535`."""
    match key.kind:
        case SettingKind.WHOLE_NUMBER:
            return f"a whole number from {key.least:,} to {key.most:,}"
        case SettingKind.DURATION:
            return f"a duration such as 500ms, 2s, 30m, 24h or 7d, longer than 0 and at most {_days(key.most)}"
        case SettingKind.CHOICE:
            return " or ".join(filter(None, (", ".join(key.choices[:-1]), key.choices[-1])))
        case kind:
            return _EXPECTED[kind]


def _days(seconds: float | None) -> str:
    return f"{(seconds or 0) / 86400:.0f} days"


_EXPECTED: MappingProxyType[SettingKind, str] = MappingProxyType(
    {
        SettingKind.TEXT: "text",
        SettingKind.SWITCH: "true or false",
        SettingKind.ACCESS_URL: "an http or https URL such as https://example.org/path",
        SettingKind.FILE_URL: "an http or https URL such as https://example.org/path",
        SettingKind.FOLDER_URL: "an http or https URL such as https://example.org/path/",
        SettingKind.HOST: "an address to listen on, such as 127.0.0.1",
        SettingKind.HOSTS: "names of hosts separated by commas, such as example.org, example.net:8443",
        SettingKind.PATH: "a path",
        SettingKind.TIME_ZONE: "a time zone such as Europe/Berlin, America/New_York or UTC",
    }
)


def _refuse(key: SettingKey, value: Any, hint: str = "") -> ValueError:
    return ValueError(f"expected {expectation(key)}, not {_shown(value)}{hint}")


def _shown(value: Any) -> str:
    """What was written, without what may be a secret: it may have been put into the wrong key."""
    if isinstance(value, bool):
        return str(value).lower()
    text = without_opaque(repr(value))
    return text if len(text) <= LONGEST_SHOWN_CHARACTERS else f"{text[:LONGEST_SHOWN_CHARACTERS]}…"


def _is_seen(line: str) -> bool:
    """Whether nothing in it steers a terminal, breaks the line, or has no width (but for what joins letters)."""
    hidden = (each for each in line if unicodedata.category(each) == "Cf" and each not in "\u200c\u200d")
    return printable_line(line) == line and next(hidden, None) is None


def _line(key: SettingKey, value: str) -> str:
    """The text without what is around it. It goes into headers, names and messages, where a line break or a character
    that steers a terminal does harm or is never seen. Raises ValueError."""
    line = value.strip()
    if not _is_seen(line):
        raise _refuse(key, value, hint="; it has a line break or a character that cannot be seen")
    return line


def _text(key: SettingKey, value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse(key, value, hint="; put it in quotes")
    return _line(key, value)


def _whole_number(key: SettingKey, value: Any) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool)
    if not fits or value < (key.least or 0) or (key.most is not None and value > key.most):
        raise _refuse(key, value)
    return int(value)


def _switch(key: SettingKey, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(key, value)
    return value


def _choice(key: SettingKey, value: Any) -> str:
    if value in key.choices:
        return str(value)
    if key.name == "system.base" and (why := refusal_of_base(str(value))):
        raise ValueError(without_opaque(why))  # Thespian has bases that we refuse for a reason
    raise _refuse(key, value)


def _duration(key: SettingKey, value: Any) -> float:
    seconds = duration(value) if isinstance(value, str) else None
    if seconds is None or seconds <= (key.above or 0) or (key.most is not None and seconds > key.most):
        raise _refuse(key, value)
    return seconds


def _file_url(key: SettingKey, value: Any) -> str:
    """Empty is allowed where it is the default."""
    if value == key.default == "":
        return ""
    address = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", address) or not _is_seen(address):
        raise _refuse(key, without_access(value) if isinstance(value, str) else value)
    return address.rstrip("/")


def _folder_url(key: SettingKey, value: Any) -> str:
    return "" if value == key.default == "" else _file_url(key, value) + "/"


def _database_url(key: SettingKey, value: Any) -> str:
    if value == "":
        return ""
    import psycopg2  # it takes long to load, and few commands have such an address
    from psycopg2.extensions import parse_dsn

    try:
        if not re.match(r"postgres(ql)?://", value.strip()):
            raise TypeError
        parts = parse_dsn(value.strip())
        is_cut_short = not re.fullmatch(r"[0-9,]*", parts.get("port", "")) or "@" in parts.get("dbname", "")
        if "@" in parts.get("host", "") or is_cut_short:  # a sign in the password was taken for the end of the login
            raise TypeError
    except (AttributeError, TypeError, psycopg2.Error):
        raise ValueError(DATABASE_URL_EXPECTED) from None
    return str(value).strip()


def _listen_address(key: SettingKey, value: Any) -> str:
    address = _line(key, value) if isinstance(value, str) else ""
    if not address or re.search(r"[\s/]", address):
        raise _refuse(key, value)
    if set(address) <= set("0123456789.") or ":" in address:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise _refuse(key, value) from None
    return address


def _hosts(key: SettingKey, value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse(key, value, hint="; put it in quotes")
    hosts = [host for text in value.split(",") if (host := text.strip())]
    for host in hosts:
        try:
            parts = urlsplit(f"//{host}")
            valid = parts.netloc == host and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            valid = False
        if not valid or re.fullmatch(r"[A-Za-z0-9._-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?", host) is None:
            raise _refuse(key, value)
    return ", ".join(hosts)


def _path(key: SettingKey, value: Any) -> str:
    """Empty only where the default is: then it means none."""
    if not isinstance(value, str) or "\0" in value or not (value.strip() or key.default == ""):
        raise _refuse(key, value)
    return value.strip()


def _time_zone(key: SettingKey, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refuse(key, value)
    if value == key.default:
        return str(value)

    from actors.runtime.timezones import known  # they read the names of all zones, and most installations set none
    from actors.runtime.timezones.naming import UnknownZone, either, zone_named

    try:
        return zone_named(value, known.names())
    except UnknownZone as error:
        hint = f"; did you mean {either(error.choices)}?" if error.choices else ""
        raise _refuse(key, value, hint) from None


_PARSERS: MappingProxyType[SettingKind, Callable[[SettingKey, Any], Any]] = MappingProxyType(
    {
        SettingKind.TEXT: _text,
        SettingKind.WHOLE_NUMBER: _whole_number,
        SettingKind.SWITCH: _switch,
        SettingKind.CHOICE: _choice,
        SettingKind.DURATION: _duration,
        SettingKind.FILE_URL: _file_url,
        SettingKind.ACCESS_URL: _file_url,
        SettingKind.FOLDER_URL: _folder_url,
        SettingKind.DATABASE_URL: _database_url,
        SettingKind.HOST: _listen_address,
        SettingKind.HOSTS: _hosts,
        SettingKind.PATH: _path,
        SettingKind.TIME_ZONE: _time_zone,
    }
)
