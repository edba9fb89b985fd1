"""Bodies without their content encoding: every legal form of gzip and deflate, in small parts however well they were
packed."""

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

UNPACKED_STEP_BYTES = 256 * 1024
"""Bytes unpacked at a time: under 2 ms."""

MOST_ENCODINGS = 3

_PACKED = frozenset({"br", "zstd", "compress", "x-compress", "bzip2", "x-bzip2", "lzma", "xz", "exi", "dcb", "dcz",
                     "pack200-gzip", "aes128gcm"})  # fmt: skip
"""Encodings that are not asked for. A word that is none (`utf-8`, `none`, `binary`) says nothing, as for browsers."""

_GZIP = zlib.MAX_WBITS | 16
_ZLIB = zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


class BadEncoding(Exception):
    """A body cannot be unpacked; the text says why, and goes on after `HOST sent`."""


class _GzipLayer:
    """Members of gzip one after the other (RFC 1952, 2.2). Zeros between and after them, and anything else after them,
    are padding."""

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None
        self._before = b""
        self._members = 0
        self._is_padding = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What these bytes unpack to."""
        while data and not self._is_padding:
            if self._member is None and not (data := self._begin(data)):
                return
            assert self._member is not None
            yield self._member.decompress(data, UNPACKED_STEP_BYTES)
            data = self._member.unconsumed_tail
            if self._member.eof:
                data = self._member.unused_data
                self._member = None
                self._members += 1

    def is_whole(self) -> bool:
        """Whether no more has to come."""
        return self._member is None and (self._members > 0 or not self._before)

    def _begin(self, data: bytes) -> bytes:
        """Begin a member, if enough has come to tell; the bytes that belong to it."""
        data = self._before + data
        if self._members:
            data = data.lstrip(b"\0")
        self._before = b""
        if self._members and data[:2] != _MAGIC[: len(data)]:
            self._is_padding = True
            return b""
        if len(data) < 2:
            self._before = data
            return b""
        self._member = zlib.decompressobj(_GZIP)
        return data


class _DeflateLayer:
    """What is called deflate: zlib's format (RFC 1950), or, as some servers have it, bare deflate (RFC 1951)."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._before = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What these bytes unpack to."""
        if self._stream is None:
            data, self._before = self._before + data, b""
            if len(data) < 2:
                self._before = data
                return
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(_ZLIB if is_zlib else _RAW_DEFLATE)
        while data and not self._stream.eof:
            yield self._stream.decompress(data, UNPACKED_STEP_BYTES)
            data = self._stream.unconsumed_tail

    def is_whole(self) -> bool:
        """Whether no more has to come."""
        return self._stream.eof if self._stream is not None else not self._before


class Unpacker:
    """For one body with this Content-Encoding. Raises BadEncoding for one that was not asked for."""

    def __init__(self, content_encoding: str) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        packed = [name for name in names if name in ("gzip", "x-gzip", "deflate")]
        others = [name for name in names if name in _PACKED]
        if others or len(packed) > MOST_ENCODINGS:
            raise BadEncoding(f"content encoding {(others or packed)[0]!r}, which was not asked for")
        self._layers = [_DeflateLayer() if name == "deflate" else _GzipLayer() for name in reversed(packed)]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What these bytes of the body unpack to, in parts of at most UNPACKED_STEP_BYTES; some may be empty."""
        try:
            yield from self._through(0, data)
        except zlib.error as error:
            raise BadEncoding(f"a packed body that is spoilt ({error})") from error

    def finish(self) -> None:
        """The body is over. Raises BadEncoding if it was cut short. One without a byte is an empty one."""
        if not all(layer.is_whole() for layer in self._layers):
            raise BadEncoding("a packed body that ends too early")

    def _through(self, layer: int, data: bytes) -> Iterator[bytes]:
        if layer == len(self._layers):
            yield data
            return
        for part in self._layers[layer].feed(data):
            yield from self._through(layer + 1, part)


async def unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body without its encoding, part by part. Raises BadEncoding."""
    unpacker = Unpacker(response.headers.get("content-encoding", ""))
    async for data in response.aiter_raw():
        for part in unpacker.feed(data):
            yield part
    unpacker.finish()


async def beginning(response: httpx.Response, most: int) -> bytes:
    """The first `most` bytes of the unpacked body; no more is read. Raises BadEncoding."""
    content = bytearray()
    async for part in unpacked(response):
        content += part
        if len(content) >= most:
            break
    return bytes(content[:most])
