"""The head of an HTTP answer, from its status line to the empty line: made plain, so that a strict parser takes what
browsers take. Pure.

What cannot do harm is borne: reason phrases of any kind or none, line ends without CR, folded lines, lines that are no
header, repeated headers, bytes of any charset, interim answers. What says two things about where the answer ends is an
error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_HEAD_BYTES = 256 * 1024
"""A head, interim ones before it included, is not longer: as in Chrome. There is no other limit for headers."""

SWITCHING = 101
"""The one status below 200 after which no other answer comes."""

_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP(?:/([0-9]+)(?:\.([0-9]+))?)?[ \t]+([1-9][0-9]{2})(?![0-9])[ \t]*(.*)", re.IGNORECASE)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH = re.compile(rb"[0-9]{1,18}")

_CLEAN = re.compile(
    rb"HTTP/1\.[01] ([1-9][0-9]{2}) [ -~]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\x00-\x1f\x7f]*\r\n)*\r\n"
)
_CLEAN_NAME = re.compile(rb"\n([^:\r\n]+):")
_CLEAN_LENGTH = re.compile(rb"\ncontent-length: [0-9]{1,18}\r")

_FIRST_COUNTS = frozenset(
    {b"content-range", b"content-type", b"date", b"etag", b"expires", b"last-modified", b"retry-after", b"server"}
)
"""Headers with one value: of several different ones the first counts."""

_CHUNKED = b"\r\nTransfer-Encoding: chunked\r\n"
"""How a plain head says so: `_framed` leaves no other header of that name."""

_LONGEST_SHOWN_BYTES = 60


class BadHead(Exception):
    """The head is no HTTP, contradicts itself or is too long; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHead:
    """The head of a final answer: its status, its plain form, whether its body comes in chunks, and the bytes that came
    after it."""

    status: int
    plain: bytes
    chunked: bool
    rest: bytes


class HeadReader:
    """Reads the head of one answer, which may come in pieces."""

    def __init__(self) -> None:
        self._data = b""
        self._interim_bytes = 0

    def feed(self, data: bytes) -> AnswerHead | None:
        """The head, once all of it is there. Interim answers are skipped. Raises BadHead."""
        self._data += data
        while (end := self._end()) is not None:
            status, plain = plain_head(self._data[:end])
            rest = self._data[end:]
            if status >= 200 or status == SWITCHING:
                return AnswerHead(status=status, plain=plain, chunked=_CHUNKED in plain, rest=rest)
            self._interim_bytes += end
            self._data = rest
        return None

    def _end(self) -> int | None:
        """Where the head ends; None if it goes on."""
        if self._data[:1] in (b"\r", b"\n"):
            self._data = self._data.lstrip(b"\r\n")
        found = _END.search(self._data)
        if self._interim_bytes + (found.end() if found else len(self._data)) > MOST_HEAD_BYTES:
            raise BadHead(f"headers of more than {MOST_HEAD_BYTES // 1024} KiB")
        if found is None and not _may_begin(self._data):
            raise BadHead(f"no HTTP: it begins with {shown(self._data)}")
        return found.end() if found else None


def plain_head(head: bytes) -> tuple[int, bytes]:
    """The status of a head and its plain form: version 1.0 or 1.1, one line a header. Raises BadHead."""
    status = _clean_status(head)
    return _made_plain(head) if status is None else (status, head)


def _clean_status(head: bytes) -> int | None:
    """The status of a head that is plain as it came, as most are: finding that out takes a fifth of the time of making
    it plain. None of one that may not be: no header is repeated, and only one of them says where the body ends."""
    match = _CLEAN.fullmatch(head)
    if match is None:
        return None
    small = head.lower()
    names = _CLEAN_NAME.findall(small)
    framing = (b"content-length" in names) + (b"transfer-encoding" in names)
    says_length, says_chunked = _CLEAN_LENGTH.search(small) is not None, _CHUNKED in head
    return int(match[1]) if len(set(names)) == len(names) and framing == says_length + says_chunked < 2 else None


def _made_plain(head: bytes) -> tuple[int, bytes]:
    first, *lines = head.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    match = _STATUS.fullmatch(first.strip(b"\r\t "))
    if match is None:
        raise BadHead(f"no HTTP: it begins with {shown(first)}")
    version = b"1.1" if (int(match[1] or 1), int(match[2] or 0)) >= (1, 1) else b"1.0"
    reason = re.sub(rb"[^ -~]+", b"?", match[4])
    headers = (b"%b: %b\r\n" % header for header in _framed(_headers(lines), is_redirect=match[3][:1] == b"3"))
    return int(match[3]), b"HTTP/%b %b %b\r\n%b\r\n" % (version, match[3], reason, b"".join(headers))


def _headers(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Names and values, folded lines joined. What is no header is left out."""
    name, value = b"", b""
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            value += b" " + line.strip()
            continue
        if name:
            yield name, _CONTROL.sub(b" ", value).strip()
        name, colon, value = line.partition(b":")
        name = name.strip()
        if not colon or _NAME.fullmatch(name) is None:
            name = b""
    if name:
        yield name, _CONTROL.sub(b" ", value).strip()


def _framed(headers: Iterator[tuple[bytes, bytes]], *, is_redirect: bool) -> list[tuple[bytes, bytes]]:
    """The headers without repetitions, with one answer to the question where the body ends, and one value where there
    can be only one."""
    kept: list[tuple[bytes, bytes]] = []
    lengths: set[int] = set()
    codings: set[bytes] = set()
    places: set[bytes] = set()
    seen: set[bytes | tuple[bytes, bytes]] = set()
    for name, value in headers:
        key = name.lower()
        if key == b"content-length":
            lengths.update(_lengths(value))
        elif key == b"transfer-encoding":
            codings.update(coding.strip().lower() for coding in value.split(b",") if coding.strip())
        elif (once := key if key in _FIRST_COUNTS else (key, value)) not in seen:
            seen.add(once)
            kept.append((name, value))
            places.update({value} if key == b"location" else ())
    codings.discard(b"identity")
    if len(lengths) > 1:
        raise BadHead(f"several lengths: {', '.join(map(str, sorted(lengths)))}")
    if is_redirect and len(places) > 1:
        raise BadHead("several places that it redirects to")
    if codings and codings != {b"chunked"}:
        raise BadHead(f"Transfer-Encoding {shown(b', '.join(sorted(codings)))}, which was not asked for")
    if codings and lengths:
        raise BadHead("both a Content-Length and a Transfer-Encoding")
    kept += [(b"Transfer-Encoding", coding) for coding in codings]
    kept += [(b"Content-Length", b"%d" % length) for length in lengths]
    return kept


def _lengths(value: bytes) -> Iterator[int]:
    """The lengths in a Content-Length; an empty one says nothing."""
    for text in value.split(b","):
        if text := text.strip():
            if _LENGTH.fullmatch(text) is None:
                raise BadHead(f"Content-Length {shown(value)}")
            yield int(text)


def _may_begin(data: bytes) -> bool:
    return data[:5].upper() in (b"HTTP/"[: len(data)], b"HTTP "[: len(data)])


def shown(data: bytes) -> str:
    """The beginning of the first line, for an error."""
    return repr(data[:_LONGEST_SHOWN_BYTES].split(b"\n", 1)[0].decode("ascii", "backslashreplace"))
