"""Every legal form of gzip and deflate."""

import contextlib
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.http.decoding import UNPACKED_STEP_BYTES, BadEncoding, Unpacker

TEXT = b"D1234R0 is a paper. " * 50


def unpack(encoding: str, *pieces: bytes) -> bytes:
    unpacker = Unpacker(encoding)
    unpacked = b"".join(part for piece in pieces for part in unpacker.feed(piece))
    unpacker.finish()
    return unpacked


def deflated(text: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(text) + packer.flush()


def member(flags: int, fields: bytes, text: bytes = TEXT, crc: bool = False) -> bytes:
    """A member of gzip with these flags and their fields (RFC 1952, 2.3)."""
    header = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\xff" + fields
    if crc:
        header += (zlib.crc32(header) & 0xFFFF).to_bytes(2, "little")
    end = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return header + deflated(text, -15) + end


GZIPS = {
    "plain": gzip.compress(TEXT),
    "a field of its own": member(4, b"\x04\0ab\0\0"),
    "a name": member(8, b"d\xe9j\xe0.json\0"),
    "a comment": member(16, b"written by hand\0"),
    "a checksum of the header": member(2, b"", crc=True),
    "all of them": member(1 | 2 | 4 | 8 | 16, b"\x02\0xy" + b"name\0" + b"comment\0", crc=True),
    "several members": gzip.compress(TEXT[:100]) + member(8, b"n\0", TEXT[100:500]) + gzip.compress(TEXT[500:]),
    "an empty member": gzip.compress(b"") + gzip.compress(TEXT) + gzip.compress(b""),
    "padded with zeros": gzip.compress(TEXT) + bytes(1000),
    "zeros between members": gzip.compress(TEXT[:7]) + bytes(3) + gzip.compress(TEXT[7:]),
    "something after it": gzip.compress(TEXT) + b"\r\n<!-- cached -->",
    "one byte after it": gzip.compress(TEXT) + b"\x1f",
}


@pytest.mark.parametrize("form", GZIPS)
@pytest.mark.parametrize("step", [1, 7, 10**6])
@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZip", " gzip , identity"])
def test_every_form_of_gzip_is_read_in_pieces_of_any_size(form: str, step: int, encoding: str) -> None:
    packed = GZIPS[form]
    assert unpack(encoding, *(packed[at : at + step] for at in range(0, len(packed), step))) == TEXT


@pytest.mark.parametrize("bits", [15, 9, -15])
@pytest.mark.parametrize("step", [1, 10**6])
def test_deflate_is_read_with_and_without_the_header_of_zlib(bits: int, step: int) -> None:
    packed = deflated(TEXT, bits)
    assert unpack("deflate", *(packed[at : at + step] for at in range(0, len(packed), step))) == TEXT


@pytest.mark.parametrize("encoding", ["", "identity", "Identity", "identity, identity", "none", "UTF-8", "binary"])
def test_what_is_not_packed_stays_as_it_is(encoding: str) -> None:
    assert unpack(encoding, b"a", b"b") == b"ab"


def test_what_is_packed_twice_is_unpacked_twice() -> None:
    assert unpack("deflate, gzip", gzip.compress(deflated(TEXT, 15))) == TEXT


def test_an_empty_body_is_empty() -> None:
    assert unpack("gzip") == unpack("deflate") == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "utf-8, br", ", ".join(["gzip"] * 9)])
def test_what_cannot_be_unpacked_is_an_error(encoding: str) -> None:
    with pytest.raises(BadEncoding, match="which was not asked for"):
        Unpacker(encoding)


WHOLE = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    "packed", [WHOLE[:-1], WHOLE[:5], b"\x1f", WHOLE * 2 + WHOLE[:20]], ids=["end", "head", "byte", "member"]
)
def test_what_ends_too_early_is_an_error(packed: bytes) -> None:
    with pytest.raises(BadEncoding, match="ends too early"):
        unpack("gzip", packed)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_spoilt_is_an_error(encoding: str) -> None:
    with pytest.raises(BadEncoding, match="spoilt"):
        unpack(encoding, b"\xff\xff this is no archive at all")


def test_a_bomb_comes_in_small_parts() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    first = next(part for part in Unpacker("gzip").feed(bomb) if part)
    assert len(first) <= UNPACKED_STEP_BYTES


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for encoding in ("gzip", "deflate", "gzip, deflate"):
        with contextlib.suppress(BadEncoding):
            unpack(encoding, data)
