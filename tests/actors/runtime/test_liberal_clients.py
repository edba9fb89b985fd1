"""What the index's client and the prober's bear of servers: the same, and what browsers bear."""

import asyncio
import gzip
from datetime import UTC, datetime

import pytest

from actors.index.fetch.wg21link import Wg21Link
from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from actors.prober.http.bodies import Body
from actors.prober.http.client import PapersFolder, RobotsAnswer
from messages.probing import BeginProbing, Contact, ProbeResult, Verdict
from tests.actors.runtime.raw_server import RawServer, always
from tests.builders import NOON
from tests.prober_builders import a_name

BODY = b'{"P1R0": {"title": "A paper"}}'
LENGTH = b"Content-Length: %d" % len(BODY)
DATE = b"Last-Modified: Thu, 20 Nov 2025 10:00:00 GMT"
TYPE = b"Content-Type: application/pdf"
NOTHING_KNOWN = IndexValidators(url="", etag=None, last_modified=None)


def ask(url: str, times: int = 1) -> list[ProbeResult]:
    """HEADs one after the other, by one client."""

    async def one_by_one() -> list[ProbeResult]:
        folder = PapersFolder(_begin(url), lambda: NOON)
        results = [await folder.ask(a_name(number)) for number in range(1, times + 1)]
        await folder.close()
        return results

    return asyncio.run(one_by_one())


def body(url: str) -> Body:
    async def once() -> Body:
        folder = PapersFolder(_begin(url), lambda: NOON)
        fetched = await folder.body(a_name())
        await folder.close()
        return fetched

    return asyncio.run(once())


def robots(url: str) -> RobotsAnswer:
    async def once() -> RobotsAnswer:
        folder = PapersFolder(_begin(url), lambda: NOON)
        answer = await folder.robots()
        await folder.close()
        return answer

    return asyncio.run(once())


def index(url: str, times: int = 1) -> list[Fetched | FetchFailed | NotModified]:
    async def one_by_one() -> list[Fetched | FetchFailed | NotModified]:
        source = Wg21Link(url=f"{url}/index.json", timeout=60.0, max_bytes=10**6, user_agent="Callboard")
        fetched = [await source.fetch(NOTHING_KNOWN) for _ in range(times)]
        await source.close()
        return fetched

    return asyncio.run(one_by_one())


def _begin(url: str) -> BeginProbing:
    return BeginProbing(base_url=f"{url}/", user_agent="Callboard", concurrency=2, deadline=60.0)


def head_of(*lines: bytes, first: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    return end.join((first, *lines, b"", b""))


HEADS = {
    "a reason that is not ASCII": head_of(TYPE, DATE, LENGTH, first="HTTP/1.1 200 Très bien".encode("latin-1")),
    "a reason in Japanese": head_of(TYPE, DATE, LENGTH, first="HTTP/1.1 200 見つかった".encode()),
    "no reason": head_of(TYPE, DATE, LENGTH, first=b"HTTP/1.1 200"),
    "the version of another protocol": head_of(TYPE, DATE, LENGTH, first=b"HTTP/2 200"),
    "a length that is repeated": head_of(TYPE, DATE, LENGTH, LENGTH),
    "a length that is repeated on its line": head_of(TYPE, DATE, LENGTH + b", %d" % len(BODY)),
    "a date that is repeated": head_of(TYPE, DATE, LENGTH, DATE),
    "everything repeated": head_of(*(TYPE, DATE, LENGTH) * 3),
    "300 headers": head_of(TYPE, DATE, LENGTH, *(b"X-%d: y" % number for number in range(300))),
    "headers of 100 KiB": head_of(b"X: " + b"y" * 100_000, TYPE, DATE, LENGTH, b"Y" * 30_000 + b": z"),
    "line ends without CR": head_of(TYPE, DATE, LENGTH, end=b"\n"),
    "several places, and no redirect": head_of(TYPE, DATE, LENGTH, b"Location: /a", b"Location: /b"),
    "words that are no content encoding": head_of(TYPE, DATE, LENGTH, b"Content-Encoding: UTF-8, none"),
    "a folded header": head_of(TYPE, DATE.replace(b": Thu,", b":\r\n\tThu,"), LENGTH, b"X: a\r\n  b"),
    "values of other charsets": head_of(b"X: \xe9\xff", TYPE, DATE, LENGTH, "Y: 見".encode()),
    "a space before the colon": head_of(b"Content-Type : application/pdf", DATE, LENGTH),
    "lines that are no headers": head_of(b"<!-- x -->", TYPE, b": y", DATE, b"\xffz: a", LENGTH),
    "cookies": head_of(TYPE, DATE, LENGTH, *(b"Set-Cookie: a%d=b" % number for number in range(50))),
    "an empty line before it": b"\r\n" + head_of(TYPE, DATE, LENGTH),
    "interim answers": head_of(first=b"HTTP/1.1 100 Continue")
    + head_of(b"Link: </x>", first=b"HTTP/1.1 103 Early Hints")
    + head_of(TYPE, DATE, LENGTH),
    "an offer to switch": head_of(TYPE, DATE, LENGTH, b"Upgrade: h2,h2c", b"Connection: Upgrade"),
}


@pytest.mark.parametrize("what", HEADS)
@pytest.mark.parametrize("piecewise", [False, True])
def test_all_clients_bear_what_browsers_bear(what: str, piecewise: bool) -> None:
    head = HEADS[what]
    cut = len(head) // 2
    pieces = (head[:cut], head[cut:]) if piecewise else (head,)

    def script(request: bytes) -> tuple[bytes, ...]:
        return pieces if request.startswith(b"HEAD") else (*pieces[:-1], pieces[-1] + BODY)

    with RawServer(script) as server:
        first, second = ask(server.url, times=2)
        assert (first.verdict, first.length, first.error) == (Verdict.HIT, len(BODY), "")
        assert first.last_modified == datetime(2025, 11, 20, 10, tzinfo=UTC)
        assert second.verdict is Verdict.HIT
        assert server.connections == 1
        assert body(server.url).content == BODY
        assert robots(server.url).text == BODY.decode()
        assert [type(fetched) for fetched in index(server.url, times=2)] == [Fetched, Fetched]
        assert not any(b"cookie" in request.lower() for request in server.asked)


@pytest.mark.parametrize("after", [b"<html>a body</html>", b"x" * 200_000, b"\r\n", b"0\r\n\r\n"])
@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_a_body_after_an_answer_to_head_is_dropped(after: bytes, closes: bool, together: bool) -> None:
    head = head_of(TYPE, DATE, LENGTH, *([b"Connection: close"] if closes else []))
    pieces = (head + after,) if together else (head, after)
    with RawServer(always(*pieces, *([b""] if closes else []))) as server:
        results = ask(server.url, times=4)
        assert [(result.verdict, result.length) for result in results] == [(Verdict.HIT, len(BODY))] * 4


def test_a_body_after_an_answer_that_has_none_is_dropped() -> None:
    missing = head_of(b"Content-Length: 5", first=b"HTTP/1.1 304 Not Modified") + b"hello"
    known = IndexValidators(url="", etag='"1"', last_modified=None)
    with RawServer(always(missing)) as server:

        async def twice() -> list[Fetched | FetchFailed | NotModified]:
            url = f"{server.url}/index.json"
            source = Wg21Link(url=url, timeout=60.0, max_bytes=10**6, user_agent="Callboard")
            ours = IndexValidators(url=url, etag=known.etag, last_modified=None)
            fetched = [await source.fetch(ours) for _ in range(2)]
            await source.close()
            return fetched

        assert asyncio.run(twice()) == [NotModified(), NotModified()]


CHUNKED = head_of(TYPE, b"Transfer-Encoding: chunked")
HALF = len(BODY) // 2


def in_chunks(line: bytes = b"%x\r\n", end: bytes = b"\r\n", last: bytes = b"0\r\n\r\n") -> bytes:
    """The body in two chunks."""
    return b"".join(line.replace(b"%x", b"%x" % len(part)) + part + end for part in (BODY[:HALF], BODY[HALF:])) + last


CHUNKS = {
    "lines without CR": in_chunks(b"%x\n", b"\n", b"0\n\n"),
    "sizes without CR": in_chunks(b"%x\n"),
    "data without CR": in_chunks(end=b"\n"),
    "a last chunk without CR": in_chunks(last=b"0\n\n"),
    "extensions": in_chunks(b"%x;a", last=b'0;b="c;d"\r\n\r\n').replace(b";a", b' ; a="\\"\xff" ;b;;c = d\r\n'),
    "extensions in lines without CR": in_chunks(b"%x;a=b\n", b"\n", b"0;c\n\n"),
    "a long extension": in_chunks(b"%x;" + b"a" * 15_000 + b"\r\n"),
    "leading zeros": in_chunks(b"0" * 30 + b"%x\r\n", last=b"000000000000000000\r\n\r\n"),
    "blanks around the size": in_chunks(b" \t%x \t \r\n", last=b" 0 \r\n\r\n"),
    "trailers": in_chunks(last=b"0\r\nX: y\r\nContent-Length: 5\r\n\r\n"),
    "trailers in lines without CR": in_chunks(last=b"0\nX: y\nY: z\n\n"),
}
LAST_CHUNKS = {
    "no empty line": b"0\r\n",
    "no empty line, without CR": b"0\n",
    "no empty line after trailers": b"0\r\nX: y\r\n",
    "broken trailers": b"0\r\nX: y",
    "half an empty line": b"0\r\n\r",
    "much after it": b"0\r\n\r\n" + b"x" * 200_000,
}


@pytest.mark.parametrize("what", CHUNKS)
@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_chunks_are_read_as_browsers_read_them(what: str, pieces: int) -> None:
    answer = CHUNKED + CHUNKS[what]
    last = answer.rindex(b"0")
    cuts = [last * piece // pieces for piece in range(pieces)]
    with RawServer(always(*map(answer.__getitem__, map(slice, cuts, [*cuts[1:], len(answer)])))) as server:
        for fetched in index(server.url, times=3):
            assert isinstance(fetched, Fetched), fetched
            assert fetched.body == BODY
        assert server.connections == 1
        assert body(server.url).content == BODY
        assert robots(server.url).text == BODY.decode()


@pytest.mark.parametrize("what", LAST_CHUNKS)
@pytest.mark.parametrize("closes", [False, True])
def test_a_body_ends_with_its_last_chunk_whatever_comes_after_it(what: str, closes: bool) -> None:
    with RawServer(always(CHUNKED, in_chunks(last=LAST_CHUNKS[what]), *([b""] if closes else []))) as server:
        for fetched in index(server.url, times=3):
            assert isinstance(fetched, Fetched), fetched
            assert fetched.body == BODY
        assert server.connections == 3
        assert body(server.url).content == BODY
        assert robots(server.url).text == BODY.decode()


UNCLEAR_CHUNKS = {
    "size that is no number": in_chunks(b"%xx\r\n"),
    "size that is no number: '0x": in_chunks(b"0x%x\r\n"),
    "size that is no number: '-": in_chunks(b"-%x\r\n"),
    "size that is no number: ''": in_chunks(b"\r\n%x\r\n"),
    "size that is no number: 'f f'": in_chunks(b"f f\r\n"),
    "size that is no number: '10000000000000000'": in_chunks(b"10000000000000000\r\n"),
    "size that is no number: 'f;": in_chunks(b'%x;a="b\r\n'),
    "a line of more than 16 KiB": in_chunks(b"%x;" + b"a" * 17_000 + b"\r\n"),
    "longer than it says": in_chunks(end=b""),
    "longer than it says: it goes on with '\\r": in_chunks(end=b"\r"),
    "longer than it says: it goes on with ' ": in_chunks(end=b" \r\n"),
}


@pytest.mark.parametrize("what", UNCLEAR_CHUNKS)
def test_chunks_whose_end_is_unclear_are_an_error_that_says_why(what: str) -> None:
    chunks = UNCLEAR_CHUNKS[what]
    with RawServer(always(CHUNKED + chunks)) as server:
        (fetched,) = index(server.url)
        assert isinstance(fetched, FetchFailed)
        assert what in fetched.reason
        assert what in robots(server.url).error
        assert body(server.url).content == b""


@pytest.mark.parametrize("last", [b"", b"0", b"0;a", b"5\r\nabc"])
def test_chunks_that_break_off_before_the_last_are_an_error(last: bytes) -> None:
    with RawServer(always(CHUNKED + in_chunks(last=last), b"")) as server:
        (fetched,) = index(server.url)
        assert isinstance(fetched, FetchFailed)
        assert robots(server.url).error
        assert body(server.url).content == b""


ENDINGS = {
    "no length, and the end of the connection": (head_of(TYPE), BODY, b""),
    "HTTP/1.0": (head_of(TYPE, first=b"HTTP/1.0 200 OK"), BODY, b""),
    "chunks": (head_of(TYPE, b"Transfer-Encoding: chunked"), b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)),
    "chunks, said twice": (
        head_of(TYPE, *[b"Transfer-Encoding: chunked"] * 2),
        b"%x;a=b\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(BODY), BODY),
    ),
    "more than it said": (head_of(TYPE, LENGTH), BODY + b"and more"),
    "more after chunks": (
        head_of(TYPE, b"Transfer-Encoding: chunked"),
        b"%x\r\n%b\r\n0\r\n\r\nand more" % (len(BODY), BODY),
    ),
    "a length and identity": (head_of(TYPE, LENGTH, b"Transfer-Encoding: identity"), BODY),
}


@pytest.mark.parametrize("how", ENDINGS)
@pytest.mark.parametrize("together", [False, True])
def test_a_body_is_whole_however_its_end_is_said(how: str, together: bool) -> None:
    first, second, *end = ENDINGS[how]
    pieces = (first + second,) if together else (first, second)
    with RawServer(always(*pieces, *end)) as server:
        for fetched in index(server.url, times=3):
            assert isinstance(fetched, Fetched), fetched
            assert fetched.body == BODY
        assert body(server.url).content == BODY
        assert robots(server.url).text == BODY.decode()


AMBIGUOUS = {
    "several lengths": (LENGTH, b"Content-Length: 5"),
    "both a Content-Length and a Transfer-Encoding": (LENGTH, b"Transfer-Encoding: chunked"),
    "Content-Length '-5'": (b"Content-Length: -5",),
}


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_what_says_two_things_is_an_error_that_says_so(what: str) -> None:
    answer = head_of(TYPE, *AMBIGUOUS[what])
    with RawServer(always(answer + BODY)) as server:
        (result,) = ask(server.url)
        assert (result.verdict, result.contact) == (Verdict.BROKEN, Contact.REACHED)
        assert what in result.error
        assert what in robots(server.url).error
        (fetched,) = index(server.url)
        assert isinstance(fetched, FetchFailed)
        assert what in fetched.reason
        assert "http://" not in fetched.reason


@pytest.mark.parametrize("encoding", [b"gzip", b"x-gzip"])
def test_every_client_reads_what_is_packed(encoding: bytes) -> None:
    packed = gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]) + bytes(20)
    head = head_of(TYPE, b"Content-Encoding: " + encoding, b"Content-Encoding: " + encoding)
    with RawServer(always(head, packed, b"")) as server:
        (fetched,) = index(server.url)
        assert isinstance(fetched, Fetched)
        assert fetched.body == BODY
        assert body(server.url).content == BODY
        assert robots(server.url).text == BODY.decode()


def test_a_rest_of_the_last_answer_is_not_taken_for_the_next() -> None:
    """The second request is sent before the late body of the first answer arrives; it is asked again."""
    asked: list[bytes] = []

    def script(request: bytes) -> tuple[bytes, ...]:
        asked.append(request)
        answer = head_of(TYPE, DATE, LENGTH)
        return (b"<html>late</html>", answer) if len(asked) == 2 else (answer,)

    with RawServer(script) as server:
        assert [result.verdict for result in ask(server.url, times=2)] == [Verdict.HIT] * 2
        assert server.connections == 2
