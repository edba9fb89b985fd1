"""The chunks of an HTTP body, made plain, so that a strict parser takes what browsers take. Pure.

Borne are line ends without CR, extensions of any kind, leading zeros, blanks around the size, and a last chunk after
which neither trailers nor the empty line come. An error is what leaves open where a chunk ends: a size that is no
number, data that is longer or shorter than it was said to be, a CR alone, a quote that the line does not close. A body
that breaks off before its last chunk is not whole: that is said by the parser, which never gets a last chunk.
"""

import re

from actors.runtime.http.heads import shown

MOST_LINE_BYTES = 16 * 1024
"""A chunk's size with its extensions is not longer, as in Chrome."""

_LINE = re.compile(rb'[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;(?:[^"\r\n]|"(?:[^"\\\r\n]|\\[^\r\n])*")*)?\r?\n')
_MOST_DIGITS = 15
_LAST = b"0\r\n\r\n"
_EMPTY_LINE = re.compile(rb"\n\r?\n")


class BadChunks(Exception):
    """It is unclear where a chunk ends; the text says why."""


class ChunkReader:
    """Reads the chunks of one body, which may come in pieces. `ended` once the last chunk was read; `complete` if the
    empty line after it came with it and nothing else, so that another answer may follow on the connection."""

    def __init__(self) -> None:
        self.ended = False
        self.complete = False
        self._held = b""
        self._left = 0
        self._in_chunk = False

    def feed(self, data: bytes) -> bytes:
        """What the next bytes of the connection are in plain chunks. Raises BadChunks."""
        data, self._held = self._held + data, b""
        body: list[bytes] = []
        position = 0
        while position < len(data) and not self.ended:
            if self._left:
                body.append(data[position : position + self._left])
                position += len(body[-1])
                self._left -= len(body[-1])
                continue
            after = self._line_end(data, position) if self._in_chunk else self._size_line(data, position)
            if after is None:
                self._held = data[position:]
                break
            position = after
        if self.ended:
            empty_line = _EMPTY_LINE.search(data, position - 1)
            self.complete = empty_line is not None and empty_line.end() == len(data)
        return _one_chunk(b"".join(body)) + (_LAST if self.ended else b"")

    def _line_end(self, data: bytes, position: int) -> int | None:
        """Where the next chunk begins, after the line end of this one; None if it has not come."""
        if data[position : position + 2] == b"\r":
            return None
        self._in_chunk = False
        for end in (b"\r\n", b"\n"):
            if data.startswith(end, position):
                return position + len(end)
        raise BadChunks(f"a chunk that is longer than it says: it goes on with {shown(data[position:])}")

    def _size_line(self, data: bytes, position: int) -> int | None:
        """Where the data of the next chunk begins; None if its line has not come."""
        end = data.find(b"\n", position, position + MOST_LINE_BYTES)
        if end < 0:
            if len(data) - position >= MOST_LINE_BYTES:
                raise BadChunks(f"a chunk's size in a line of more than {MOST_LINE_BYTES // 1024} KiB")
            return None
        match = _LINE.fullmatch(data, position, end + 1)
        digits = match[1].lstrip(b"0") if match else b""
        if match is None or len(digits) > _MOST_DIGITS:
            raise BadChunks(f"a chunk's size that is no number: {shown(data[position:end].rstrip())}")
        self._left = int(digits or b"0", 16)
        self._in_chunk = self._left > 0
        self.ended = not self._in_chunk
        return end + 1


def _one_chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body) if body else b""
