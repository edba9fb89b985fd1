"""Chunks: the same body however they come in pieces. What is borne and what is an error, all clients are asked in
tests/actors/runtime/test_liberal_clients.py."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.http.chunks import ChunkReader

LINE_ENDS = st.sampled_from([b"\r\n", b"\n"])
SIZES = st.sampled_from([b"%x", b"%X", b"000%x", b" %x\t", b"%x;a", b'%x ; a="\\";"'])
LASTS = st.sampled_from([b"0\r\n\r\n", b"0\n\n", b"00;a\r\nX: y\r\nY:\r\n\r\n"])


def body_of(plain: bytes) -> bytes:
    """Strictly: sizes in hexadecimal, lines with CR and LF, no trailers."""
    parts = []
    while plain:
        size, _, rest = plain.partition(b"\r\n")
        length = int(size, 16)
        assert size == b"%x" % length
        assert rest[length : length + 2] == b"\r\n"
        parts.append(rest[:length])
        plain = rest[length + 2 :]
        assert length or not plain
    return b"".join(parts)


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=40), SIZES, LINE_ENDS, LINE_ENDS), max_size=5),
    LASTS,
    st.lists(st.integers(0, 300), max_size=6),
)
def test_the_body_is_the_same_however_it_comes_in_pieces(
    chunks: list[tuple[bytes, bytes, bytes, bytes]], last: bytes, cuts: list[int]
) -> None:
    sent = b"".join(size % len(part) + first + part + second for part, size, first, second in chunks) + last
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    reader = ChunkReader()
    plain = []
    for begin, end in itertools.pairwise(edges):
        assert not reader.ended or begin > len(sent) - len(last)
        if not reader.ended:
            plain.append(reader.feed(sent[begin:end]))
    assert reader.ended
    assert body_of(b"".join(plain)) == b"".join(part for part, *_ in chunks)
    if not cuts:
        assert reader.complete


def test_what_comes_after_the_last_chunk_is_no_part_of_it() -> None:
    reader = ChunkReader()
    assert body_of(reader.feed(b"3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")) == b"abc"
    assert reader.ended
    assert not reader.complete
