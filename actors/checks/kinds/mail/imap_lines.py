"""What is said to a server of IMAP (RFC 3501), and what its lines mean."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

_UID = re.compile(r"\bUID ([0-9]+)")
_INTERNAL_DATE = re.compile(r'\bINTERNALDATE "([^"]+)"')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r" ?([0-9]{1,2})-([A-Z][a-z]{2})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-][0-9]{4})")


def quoted(text: str) -> str:
    """A quoted string. The text has no line break: the configuration refuses that."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder_name(name: str) -> str:
    """A folder as IMAP writes it: what is not ASCII in modified UTF-7 (RFC 3501, 5.1.3)."""
    parts = []
    for piece in re.split(r"([^ -~]+)", name):
        if piece and re.fullmatch(r"[^ -~]+", piece):
            coded = b64encode(piece.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            parts.append(f"&{coded}-")
        else:
            parts.append(piece.replace("&", "&-"))
    return quoted("".join(parts))


def search_for_subject(subject: str) -> tuple[str, bytes | None]:
    """The command that finds mails by their subject, and what is said after it when the server asks for that: what is
    not ASCII must be. An empty subject: all mails."""
    if not subject:
        return "UID SEARCH ALL", None
    if subject.isascii():
        return f"UID SEARCH SUBJECT {quoted(subject)}", None
    encoded = subject.encode()
    return f"UID SEARCH CHARSET UTF-8 SUBJECT {{{len(encoded)}}}", encoded


def search_for_leftovers(header: str, mark: str, before: date) -> str:
    """The command that finds the mails with this header that came before that day."""
    day = f"{before.day}-{_MONTHS[before.month - 1]}-{before.year}"
    return f"UID SEARCH HEADER {header} {quoted(mark)} BEFORE {day}"


def uids_in(lines: Iterable[str]) -> tuple[int, ...]:
    """The uids that a search has found, growing."""
    found: set[int] = set()
    for line in lines:
        if line.upper().startswith("* SEARCH"):
            found.update(int(word) for word in line.split()[2:] if word.isascii() and word.isdigit())
    return tuple(sorted(found))


def newest_in(lines: Iterable[str]) -> datetime | None:
    """The latest moment at which one of the fetched mails came, in UTC; None if there are none."""
    moments = (moment for line in lines if (moment := arrival_in(line)) is not None)
    return max(moments, default=None)


def arrival_in(line: str) -> datetime | None:
    """When a fetched mail came (INTERNALDATE), in UTC; None if the line does not say."""
    if (told := _INTERNAL_DATE.search(line)) is None or (parts := _DATE.fullmatch(told[1])) is None:
        return None
    day, month, year, hour, minute, second, zone = parts.groups()
    if month not in _MONTHS:
        return None
    written = f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{hour}:{minute}:{second}{zone[:3]}:{zone[3:]}"
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except ValueError:
        return None


def capabilities_in(lines: Iterable[str]) -> frozenset[str]:
    """What the server can do, in capitals."""
    for line in lines:
        if (told := re.search(r"\bCAPABILITY ([^\]]+)", line, re.IGNORECASE)) is not None:
            return frozenset(told[1].upper().split())
    return frozenset()


def uid_set(uids: Sequence[int]) -> str:
    """`3,5,8`."""
    return ",".join(map(str, uids))
