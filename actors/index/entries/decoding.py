"""From the body of index.json to papers: tolerant of single entries, strict with the whole.

The body is one JSON object, id to entry. It is cut into slices at places that look like the end of one entry and the
begin of the next; each slice is decoded as an object of its own. A cut in a wrong place makes a slice that is no JSON,
and JSON's grammar is unambiguous, so slices that all decode hold exactly the members that the whole would have. Where
that does not go on, since an entry is too large or too deep, one member is taken by its brackets and strings alone.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import msgspec

from actors.index.entries.authors import split_authors, split_groups
from actors.index.model.records import BadEntry
from actors.index.model.visible import visible
from messages.papers import Paper, PaperKind

SLICE = 128 * 1024
"""Bytes of a slice, about: 0.2 ms to decode."""

LARGEST_SLICE = 1024 * 1024
"""Bytes after which a slice must have ended; a member that is larger is taken alone."""

LARGEST_ENTRY = 16 * 1024
"""Bytes of one entry; the largest of the real index has 516."""

LONGEST_KEY = 1024
"""Bytes of the id of a member that is taken alone; a longer one is none of the index's."""

SCANNED_AT_ONCE = 16 * 1024
"""Bytes of a member between two pauses, about: 5 ms where all of it is brackets."""

_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb'[^"\\,:{}\[\] \t\r\n]{1,65536}+')
_IN_STRING = re.compile(rb'(?:[^"\\]{1,4096}+|\\.){0,16}+', re.DOTALL)
_BRACKETS = re.compile(rb'[^"{}\[\]]{0,65536}+([{\[]{1,4096}+|[}\]"])?')
_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,1024}+")
_BOUNDARY = re.compile(rb'\}[ \t\r\n]*+,[ \t\r\n]*+(?="[A-Z])')
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_ID = re.compile(r"([A-Z]{1,8})([0-9]{1,9})(?:R([0-9]{1,4}))?")
_DATE = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})[-/]([0-9]{1,2})|-?([0-9]{2})-?([0-9]{2}))(?:[T ].*)?")
_URL = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
_WRONG_SHAPE = "not JSON of the index's shape"
_KINDS = MappingProxyType({kind.value: kind for kind in PaperKind})


class NotAnIndex(ValueError):
    """The whole body is refused; the text says what it is instead."""


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
    audience: Any = None
    subgroup: Any = None


_entry = msgspec.json.Decoder(_Entry)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def slices(body: bytes, size: int = SLICE, largest: int = LARGEST_SLICE) -> Iterator[Mapping[str, msgspec.Raw]]:
    """The members of the body, some at a time, ids to undecoded entries; none where only time has passed. Of an entry
    that is too large only the beginning is given, which is too large still. Raises NotAnIndex, after which what came
    before counts for nothing."""
    at = _begin_of_object(body)
    end = len(body.rstrip(b" \t\r\n")) - 1
    if end < at or body[end : end + 1] != b"}":
        raise NotAnIndex(f"truncated JSON: {len(body)} bytes that do not end with a brace")
    while at < end:
        if (found := _next_slice(body, at, end, size, largest)) is not None:
            members, at = found
            yield members
        else:
            furthest = at + SLICE
            while at < min(furthest, end):
                at = yield from _alone(body, at, end)


def fingerprint(entry: msgspec.Raw) -> int:
    """64 bits, signed, that differ when the entry's JSON differs; the same in every process."""
    return int.from_bytes(blake2b(entry, digest_size=8).digest(), "big", signed=True)


def decode_entry(id: str, entry: msgspec.Raw) -> Paper | BadEntry | UnknownKind:
    """One entry, typed and cleaned."""
    match = _ID.fullmatch(id)
    kind = _KINDS.get(match[1]) if match else None
    if match is None or kind is None:
        return UnknownKind(id=clean_text(id)[:40])
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
        title=clean_text(fields.title),
        authors=split_authors(clean_text(fields.author) or clean_text(fields.submitter)),
        date=_date(fields.date),
        status=clean_text(fields.status),
        url=_url(fields.long_link),
        audience=_groups(fields.audience) or _groups(fields.subgroup),
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


def _next_slice(
    body: bytes, at: int, end: int, size: int, largest: int
) -> tuple[Mapping[str, msgspec.Raw], int] | None:
    """The members from `at` to the first boundary after `size` bytes, and where the next slice begins; None where no
    boundary is within `largest` bytes, or what is before it cannot be decoded."""
    furthest = min(end, at + largest)
    while True:
        boundary = _BOUNDARY.search(body, min(at + size, furthest), furthest)
        if boundary is None and furthest < end:
            return None
        stop, following = (boundary.start() + 1, boundary.end()) if boundary else (end, end)
        try:
            return _members.decode(_without_lone_surrogates(b"{" + body[at:stop] + b"}")), following
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if boundary is None:
                return None
        size = max(2 * size, stop - at)


_Pauses = Generator[Mapping[str, msgspec.Raw], None, int]


def _alone(body: bytes, at: int, end: int) -> _Pauses:
    """The member at `at` alone, in steps; where the next one begins is returned."""
    key = _after_space(body, at, end)
    if body[key : key + 1] != b'"':
        raise NotAnIndex(f"{_WRONG_SHAPE}: no member at byte {key}")
    colon = _after_space(body, (yield from _end_of_string(body, key, end)), end)
    if body[colon : colon + 1] != b":":
        raise NotAnIndex(f"{_WRONG_SHAPE}: no colon at byte {colon}")
    begin = _after_space(body, colon + 1, end)
    stop = yield from _end_of_value(body, begin, end)
    yield {
        _id_of(body[key : min(colon, key + LONGEST_KEY)]): _checked(body[begin : min(stop, begin + LARGEST_ENTRY + 1)])
    }
    comma = _after_space(body, stop, end)
    following = _after_space(body, comma + 1, end)
    if comma == end:
        return end
    if body[comma : comma + 1] != b"," or following == end:
        raise NotAnIndex(f"{_WRONG_SHAPE}: no comma and member at byte {comma}")
    return following


def _after_space(body: bytes, at: int, end: int) -> int:
    found = _SPACE.match(body, at, end)
    return found.end() if found else at


def _end_of_value(body: bytes, begin: int, end: int) -> _Pauses:
    """Where a value ends, by its brackets and strings."""
    if body[begin : begin + 1] == b'"':
        return (yield from _end_of_string(body, begin, end))
    if body[begin : begin + 1] not in (b"{", b"["):
        return (yield from _end_of_scalar(body, begin, end))
    open_brackets = bytearray()
    at = pause = begin
    while (step := _BRACKETS.match(body, at, end)) is not None and step.end() > at:
        at = step.end()
        if at > pause + SCANNED_AT_ONCE:
            yield {}
            pause = at
        bracket = step[1] or b""
        if bracket == b'"':
            at = yield from _end_of_string(body, at - 1, end)
        elif bracket in (b"}", b"]"):
            if open_brackets.pop() != bracket[0] - 2:
                break
            if not open_brackets:
                return at
        else:
            open_brackets += bracket
    raise NotAnIndex(f"{_WRONG_SHAPE}: the value at byte {begin} does not end")


def _end_of_scalar(body: bytes, begin: int, end: int) -> _Pauses:
    """Where a number or a word ends; what it is is seen when it is decoded."""
    at = begin
    while (step := _SCALAR.match(body, at, end)) is not None:
        at = step.end()
        yield {}
    if at == begin:
        raise NotAnIndex(f"{_WRONG_SHAPE}: no value at byte {begin}")
    return at


def _end_of_string(body: bytes, begin: int, end: int) -> _Pauses:
    """Where the string that begins there ends."""
    at, pause = begin + 1, begin
    while (step := _IN_STRING.match(body, at, end)) is not None and step.end() > at:
        at = step.end()
        if at > pause + SCANNED_AT_ONCE:
            yield {}
            pause = at
    if at >= end or body[at : at + 1] != b'"':
        raise NotAnIndex(f"{_WRONG_SHAPE}: the string at byte {begin} does not end")
    return at + 1


def _id_of(key: bytes) -> str:
    """Empty for one that is too long."""
    if len(key) >= LONGEST_KEY:
        return ""
    try:
        return msgspec.json.decode(_without_lone_surrogates(key.rstrip()), type=str)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAnIndex(f"{_WRONG_SHAPE}: {error}") from error


def _checked(value: bytes) -> msgspec.Raw:
    """A value that was taken alone, unless it is small and no JSON."""
    if len(value) > LARGEST_ENTRY:
        return msgspec.Raw(value)
    try:
        return msgspec.json.decode(_without_lone_surrogates(value), type=msgspec.Raw)
    except RecursionError:
        return msgspec.Raw(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAnIndex(f"{_WRONG_SHAPE}: {error}") from error


def _without_lone_surrogates(text: bytes) -> bytes:
    if _SURROGATE.search(text) is None:
        return text
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], text)


def _typed(entry: msgspec.Raw) -> _Entry:
    try:
        return _entry.decode(entry)
    except UnicodeDecodeError:
        return _entry.decode(bytes(entry).decode("utf-8", "replace"))


def clean_text(text: str | None) -> str:
    """White space as single spaces, and nothing that nobody sees; empty for no text."""
    return visible(text) if text else ""


def _date(written: str | int | None) -> date | None:
    match = _DATE.fullmatch(str(written).strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    except ValueError:
        return None


def _groups(written: Any) -> tuple[str, ...]:
    """Of a text or a list of texts; anything else names no group."""
    parts = [part for part in (written if isinstance(written, list) else [written]) if isinstance(part, str)]
    return tuple(dict.fromkeys(group for part in parts for group in split_groups(clean_text(part))))


def _url(written: str | None) -> str:
    cleaned = clean_text(written)
    if not _URL.fullmatch(cleaned):
        return ""
    scheme, _, rest = cleaned.partition(":")
    return f"{scheme.lower()}:{rest}"
