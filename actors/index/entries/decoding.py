"""From the body of index.json to papers: tolerant of single entries, strict with the whole.

The body is one JSON object, id to entry. It is cut into slices at places that look like the end of one entry and the
begin of the next; each slice is decoded as an object of its own. A cut in a wrong place makes a slice that is no JSON,
and JSON's grammar is unambiguous, so slices that all decode hold exactly the members that the whole would have.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from types import MappingProxyType

import msgspec

from actors.index.entries.authors import split_authors
from messages.papers import Paper, PaperKind

SLICE = 128 * 1024
"""Bytes of a slice, about: 0.2 ms to decode."""

LARGEST_SLICE = 1024 * 1024
"""Bytes after which a slice must have ended: no entry of an index is so large."""

LARGEST_ENTRY = 16 * 1024
"""Bytes of one entry; the largest of the real index has 516."""

_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,1024}+")
_BOUNDARY = re.compile(rb'\}[ \t\r\n]*+,[ \t\r\n]*+(?="[A-Z])')
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_ID = re.compile(r"([A-Z]{1,8})([0-9]{1,9})(?:R([0-9]{1,4}))?")
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_URL = re.compile(r"https?://[^\s<>|\"]+")
_KINDS = MappingProxyType({kind.value: kind for kind in PaperKind})


class NotAnIndex(ValueError):
    """The whole body is refused; the text says what it is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadEntry:
    """An entry that cannot be read, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownKind:
    """An id that is not of a kind that is known: not an error, the index may grow new ones."""

    id: str


class _Entry(msgspec.Struct, frozen=True, gc=False):
    title: str | None = None
    author: str | None = None
    submitter: str | None = None
    date: str | int | None = None
    status: str | None = None
    long_link: str | None = None


_entry = msgspec.json.Decoder(_Entry)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def slices(body: bytes, size: int = SLICE) -> Iterator[Mapping[str, msgspec.Raw]]:
    """The members of the body, some at a time, ids to undecoded entries. Raises NotAnIndex, after which what came
    before counts for nothing."""
    at = _begin_of_object(body)
    end = len(body.rstrip(b" \t\r\n")) - 1
    if end < at or body[end : end + 1] != b"}":
        raise NotAnIndex(f"truncated JSON: {len(body)} bytes that do not end with a brace")
    while at < end:
        members, at = _next_slice(body, at, end, size)
        yield members


def fingerprint(entry: msgspec.Raw) -> int:
    """64 bits, signed, that differ when the entry's JSON differs; the same in every process."""
    return int.from_bytes(blake2b(entry, digest_size=8).digest(), "big", signed=True)


def decode_entry(id: str, entry: msgspec.Raw) -> Paper | BadEntry | UnknownKind:
    """One entry, typed and cleaned."""
    match = _ID.fullmatch(id)
    kind = _KINDS.get(match[1]) if match else None
    if match is None or kind is None:
        return UnknownKind(id=_clean(id)[:40])
    if len(memoryview(entry)) > LARGEST_ENTRY:
        return BadEntry(id=id, why=f"longer than {LARGEST_ENTRY} bytes")
    try:
        fields = _typed(entry)
    except (msgspec.DecodeError, RecursionError) as error:
        return BadEntry(id=id, why=str(error))
    return Paper(
        id=id,
        kind=kind,
        number=int(match[2]),
        revision=int(match[3]) if match[3] else None,
        title=_clean(fields.title),
        authors=split_authors(_clean(fields.author) or _clean(fields.submitter)),
        date=_date(fields.date),
        status=_clean(fields.status),
        url=_url(fields.long_link),
    )


def _begin_of_object(body: bytes) -> int:
    start = _START.match(body)
    at = start.end() if start else 0
    match body[at : at + 1]:
        case b"{":
            return at + 1
        case b"":
            raise NotAnIndex("an empty body")
        case b"<":
            raise NotAnIndex("HTML or XML, not JSON")
        case b"[":
            raise NotAnIndex("a JSON list, not an object of entries")
        case _:
            raise NotAnIndex("not a JSON object")


def _next_slice(body: bytes, at: int, end: int, size: int) -> tuple[Mapping[str, msgspec.Raw], int]:
    """The members from `at` to the first boundary after `size` bytes, and where the next slice begins."""
    furthest = min(end, at + LARGEST_SLICE)
    while True:
        boundary = _BOUNDARY.search(body, min(at + size, furthest), furthest)
        if boundary is None and furthest < end:
            raise NotAnIndex(f"an entry longer than {LARGEST_SLICE} bytes, or none of the index's ids")
        stop, following = (boundary.start() + 1, boundary.end()) if boundary else (end, end)
        try:
            return _members.decode(_without_lone_surrogates(b"{" + body[at:stop] + b"}")), following
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if boundary is None:
                raise NotAnIndex(f"not JSON of the index's shape: {error}") from error
        size = max(2 * size, stop - at)


def _without_lone_surrogates(text: bytes) -> bytes:
    if _SURROGATE.search(text) is None:
        return text
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], text)


def _typed(entry: msgspec.Raw) -> _Entry:
    try:
        return _entry.decode(entry)
    except UnicodeDecodeError:
        return _entry.decode(bytes(entry).decode("utf-8", "replace"))


def _clean(text: str | None) -> str:
    """White space as single spaces, no NUL (which PostgreSQL cannot store)."""
    return " ".join(text.replace("\0", " ").split()) if text else ""


def _date(written: str | int | None) -> date | None:
    match = _DATE.fullmatch(str(written).strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _url(written: str | None) -> str:
    cleaned = _clean(written)
    return cleaned if _URL.fullmatch(cleaned) else ""
