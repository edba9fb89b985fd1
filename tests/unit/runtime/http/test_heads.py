"""The heads of answers: what is borne, what is made plain, and what stays an error."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.http.heads import MOST_HEAD_BYTES, AnswerHead, BadHead, HeadReader


def read(*pieces: bytes) -> AnswerHead:
    reader = HeadReader()
    for piece in pieces[:-1]:
        assert reader.feed(piece) is None
    head = reader.feed(pieces[-1])
    assert head is not None
    return head


def headers_of(*lines: bytes) -> list[bytes]:
    head = read(b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines) + b"\r\n\r\n")
    return head.plain.split(b"\r\n")[1:-2]


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 404 Not Found",
        b"HTTP/1.1 404",
        b"HTTP/1.1 404 ",
        b"HTTP/1.1  404   Nicht gefunden",
        "HTTP/1.1 404 Déjà fermé".encode("latin-1"),
        "HTTP/1.1 404 見つかりません".encode(),
        b"HTTP/1.1 404 \xff\x00\x1b[31m",
        b"http/1.1 404 not found",
        b"HTTP/1.0 404 Not Found",
        b"HTTP/2 404",
        b"HTTP 404 Not Found",
        b"\r\n\r\nHTTP/1.1 404 Not Found",
    ],
)
def test_a_status_line_of_any_kind_is_read(first: bytes) -> None:
    head = read(first + b"\r\nA: b\r\n\r\n")
    assert head.status == 404
    assert head.plain.startswith(b"HTTP/1.")
    assert head.plain.endswith(b"\r\nA: b\r\n\r\n")
    assert head.plain.isascii()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"<html>",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 20 x\r\n\r\n",
        b"HTTPS/1.1 200\r\n\r\n",
        b"\x16\x03\x01",
    ],
)
def test_what_is_no_http_is_an_error_at_once(nonsense: bytes) -> None:
    with pytest.raises(BadHead, match="no HTTP"):
        HeadReader().feed(nonsense)


@given(st.lists(st.integers(1, 60), max_size=8))
def test_a_head_may_come_in_any_pieces(cuts: list[int]) -> None:
    whole = b'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\nETag: "1"\r\n\nrest'
    reader, at, found = HeadReader(), 0, None
    for length in (*cuts, len(whole)):
        if found is None:
            found = reader.feed(whole[at : at + length])
            at += length
    assert found is not None
    assert (found.status, found.plain) == (200, b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\n')
    assert found.rest + whole[at:] == b"rest"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_may_end_without_cr(end: bytes) -> None:
    head = read(end.join((b"HTTP/1.1 200 OK", b"Content-Length: 3", b"", b"abc")))
    assert (head.plain, head.rest) == (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"abc")


def test_a_head_without_headers_is_read() -> None:
    assert read(b"HTTP/1.1 204 No Content\r\n\r\n").plain == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_a_folded_header_is_one_line() -> None:
    assert headers_of(b"  stray", b"X: a", b"\t b", b"   c", b"Y: d") == [b"X: a b c", b"Y: d"]


def test_what_is_no_header_is_left_out() -> None:
    assert headers_of(b"no colon", b": no name", b"Sp ace: x", b"\xffx: y", b"A : b", b"C:d") == [b"A: b", b"C: d"]


def test_values_keep_their_charset_and_lose_control_characters() -> None:
    assert headers_of(b"A: d\xe9j\xe0", "B: 見".encode(), b"C: a\0b\rc") == [
        b"A: d\xe9j\xe0",
        "B: 見".encode(),
        b"C: a b c",
    ]


@pytest.mark.parametrize(
    "name",
    [
        b"Content-Length: 5",
        b"Last-Modified: Thu, 20 Nov 2025 10:00:00 GMT",
        b'ETag: "1"',
        b"Content-Encoding: gzip",
        b"Transfer-Encoding: chunked",
        b"Location: /x",
        b"Vary: a",
    ],
)
def test_a_header_that_is_repeated_counts_once(name: bytes) -> None:
    assert headers_of(name, name) == [name]


def test_a_length_may_be_given_twice_in_one_line_or_be_empty() -> None:
    assert headers_of(b"Content-Length: 5, 5", b"content-length: 05") == [b"Content-Length: 5"]
    assert headers_of(b"Content-Length:") == []
    assert headers_of(b"Transfer-Encoding: identity", b"Content-Length: 5") == [b"Content-Length: 5"]


def test_of_several_dates_the_first_counts() -> None:
    assert headers_of(b"Last-Modified: a", b"last-modified: b", b"ETag: c", b"ETag: d") == [
        b"Last-Modified: a",
        b"ETag: c",
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((b"Content-Length: 5", b"Content-Length: 6"), "several lengths: 5, 6"),
        ((b"Content-Length: 5, 6",), "several lengths"),
        ((b"Content-Length: 5", b"Transfer-Encoding: chunked"), "both a Content-Length and a Transfer-Encoding"),
        ((b"Content-Length: -5",), "Content-Length '-5'"),
        ((b"Content-Length: 0x5",), "Content-Length"),
        ((b"Content-Length: 5 6",), "Content-Length"),
        ((b"Content-Length: 99999999999999999999",), "Content-Length"),
        ((b"Transfer-Encoding: gzip, chunked",), "Transfer-Encoding"),
    ],
)  # fmt: skip
def test_what_says_two_things_is_an_error(lines: tuple[bytes, ...], words: str) -> None:
    with pytest.raises(BadHead, match=words):
        headers_of(*lines)


def test_several_places_count_only_where_the_answer_redirects() -> None:
    lines = (b"Location: /a", b"Location: /b")
    assert headers_of(*lines) == list(lines)
    with pytest.raises(BadHead, match="several places"):
        read(b"HTTP/1.1 302 Found\r\n" + b"\r\n".join(lines) + b"\r\n\r\n")


def test_many_and_large_headers_are_read_up_to_a_limit() -> None:
    assert len(headers_of(*(b"X-%d: y" % number for number in range(5_000)))) == 5_000
    assert len(headers_of(b"X: " + b"y" * 200_000)) == 1
    with pytest.raises(BadHead, match="more than 256 KiB"):
        headers_of(b"X: " + b"y" * MOST_HEAD_BYTES)


def test_a_head_that_never_ends_is_left_at_the_limit_also_if_it_is_many_interim_ones() -> None:
    interim = b"HTTP/1.1 102 Processing\r\n\r\n"
    with pytest.raises(BadHead, match="more than 256 KiB"):
        HeadReader().feed(interim * (MOST_HEAD_BYTES // len(interim) + 1))


def test_a_switch_of_protocols_is_final() -> None:
    head = read(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n\x81")
    assert (head.status, head.rest) == (101, b"\x81")


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(BadHead):
        HeadReader().feed(b"HTTP/1.1 200 OK\r\n" + data + b"\r\n\r\n")


CLEAN_LINES = st.lists(
    st.sampled_from(
        [
            b"Server: nginx",
            b"Date: Sun, 01 Mar 2026 12:00:00 GMT",
            b"content-type: text/html; charset=utf-8",
            b"X-Name: \xc3\xa9",
            b"Set-Cookie: a=b",
            b"Content-Length: 38",
            b"Transfer-Encoding: chunked",
            b"transfer-encoding: chunked",
            b"Empty: ",
        ]
    ),
    unique=True,
)


@given(CLEAN_LINES)
def test_a_head_that_is_plain_already_says_the_same_as_it_came(lines: list[bytes]) -> None:
    """Whether it is passed on as it came, or made plain since blanks or a line end say that it may not be plain."""
    framing = {line.lower().partition(b":")[0] for line in lines} & {b"content-length", b"transfer-encoding"}
    clean = b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"
    if len(framing) == 2:
        with pytest.raises(BadHead):
            HeadReader().feed(clean)
        return
    as_it_came, made_plain = read(clean), read(b"\n" + clean.replace(b"\r\n", b"\n"))
    assert (as_it_came.status, as_it_came.chunked) == (made_plain.status, made_plain.chunked)
    assert said(as_it_came) == said(made_plain)


def said(head: AnswerHead) -> set[tuple[bytes, bytes]]:
    lines = head.plain.rstrip(b"\r\n").split(b"\r\n")[1:]
    pairs = [line.partition(b":") for line in lines]
    return {(name.lower(), value.strip()) for name, _, value in pairs}


@pytest.mark.parametrize(
    "line",
    [b"Content-Length: 5, 6", b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 1e1", b"Content-Length: -1"],
)
def test_a_length_that_is_none_is_refused_in_a_head_that_looks_plain(line: bytes) -> None:
    with pytest.raises(BadHead):
        HeadReader().feed(b"HTTP/1.1 200 OK\r\nServer: x\r\n" + line + b"\r\n\r\n")
