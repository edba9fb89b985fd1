"""How one value of the configuration is read: a parser for each type, whose error says what would be right."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import parse_dsn

Parser = Callable[[Any], Any]

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
LONGEST = 10 * 365 * 86400


def text(value: Any) -> str:
    """Any text, trimmed."""
    if not isinstance(value, str):
        raise ValueError("a text is expected")
    return value.strip()


def duration(value: Any) -> float:
    """Seconds from `2s`, `30m`, `24h`, `7d`, `500ms`."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a duration is expected, a number with its unit: 2s, 30m, 24h, 7d")
    seconds = float(match[1]) * _UNITS[match[2]]
    if not 0 < seconds <= LONGEST:
        raise ValueError("a duration is expected that is longer than nothing and at most ten years")
    return seconds


def whole(least: int, most: int) -> Parser:
    """A whole number in a range."""

    def parse(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a whole number from {least:,} to {most:,} is expected")
        return value

    return parse


def boolean(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false is expected")
    return value


def one_of(*choices: str) -> Parser:
    """One of a few words."""

    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)} is expected")
        return str(value)

    return parse


def url(value: Any) -> str:
    """An http or https URL of a file, without a slash at its end."""
    if not isinstance(value, str):
        raise ValueError("an http or https URL is expected")
    try:
        parts = urlsplit(value.strip())
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", value.strip()):
        raise ValueError("an http or https URL is expected, such as https://example.org/path")
    return value.strip().rstrip("/")


def folder_url(value: Any) -> str:
    """An http or https URL of a folder, with a slash at its end."""
    return url(value) + "/"


def database_url(value: Any) -> str:
    """Empty, or a postgresql:// URL. The value itself is not repeated in the error: it may hold a password."""
    if value == "":
        return ""
    try:
        if not re.match(r"postgres(ql)?://", value.strip()):
            raise TypeError
        parts = parse_dsn(value.strip())
        if "@" in parts.get("host", ""):
            raise TypeError
    except (AttributeError, TypeError, psycopg2.Error):
        raise ValueError(
            "nothing, or a URL postgresql://user:password@host:port/name is expected; in a user or password"
            " `@`, `:`, `/`, `%` and the like are written %40, %3A, %2F, %25"
        ) from None
    return str(value).strip()
