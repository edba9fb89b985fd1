"""The HEAD client, against a real server."""

import asyncio
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from actors.prober.http.client import PapersFolder, RobotsAnswer
from messages.drafts import Extension
from messages.probing import BeginProbing, Contact, DraftName, ProbeResult, Validators, Verdict
from tests.actors.prober import server as answers
from tests.actors.prober.server import PapersServer
from tests.builders import NOON
from tests.prober_builders import a_name


@pytest.fixture
def papers() -> Iterator[PapersServer]:
    """A folder without files."""
    with PapersServer() as server:
        yield server


def ask(url: str, *names: DraftName, deadline: float = 60.0, known: Validators | None = None) -> list[ProbeResult]:
    """HEADs one after the other, with one client that is closed afterwards."""

    async def all_of_them() -> list[ProbeResult]:
        begin = BeginProbing(base_url=url, user_agent="Callboard (+a@b.example)", concurrency=4, deadline=deadline)
        folder = PapersFolder(begin, lambda: NOON)
        results = [await folder.ask(name, known) for name in names]
        await folder.close()
        return results

    return asyncio.run(all_of_them())


def ask_until(contact: Contact, url: str, deadline: float) -> ProbeResult:
    """Ask until an exchange gets so far. For one that stood still meanwhile all its time is over at once."""
    tries_end = time.monotonic() + 60.0
    while True:
        (result,) = ask(url, a_name(), deadline=deadline)
        if result.contact is contact:
            return result
        assert time.monotonic() < tries_end, result


def test_a_file_is_a_hit_with_its_date_and_length(papers: PapersServer) -> None:
    papers.now_answers(answers.files("D1234R1.pdf", Last_Modified="Thu, 20 Nov 2025 10:00:00 GMT"))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.status, result.length) == (Verdict.HIT, 200, 1000)
    assert result.last_modified == datetime(2025, 11, 20, 10, tzinfo=UTC)
    assert result.error == ""


def test_no_file_is_a_miss(papers: PapersServer) -> None:
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.status) == (Verdict.MISSING, 404)


def test_a_redirect_to_another_name_is_not_followed_and_suspicious(papers: PapersServer) -> None:
    papers.now_answers(lambda name: (302, {"Location": "/files/papers/D1.html"}))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.status) == (Verdict.SUSPICIOUS, 302)
    assert papers.asked == ["D1234R1.pdf"]


def test_a_redirect_to_the_same_name_is_followed_but_not_for_ever(papers: PapersServer) -> None:
    there = answers.files("D1234R1.pdf")
    moved = iter(range(100))
    papers.now_answers(lambda name: there(name) if next(moved) else (301, {"Location": "/moved/D1234R1.pdf"}))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.requests) == (Verdict.HIT, 2)
    papers.now_answers(lambda name: (301, {"Location": f"/again{next(moved)}/D1234R1.pdf"}))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.requests) == (Verdict.SUSPICIOUS, 3)


def test_a_redirect_to_nonsense_is_suspicious(papers: PapersServer) -> None:
    papers.now_answers(lambda name: (302, {"Location": "http://[nonsense"}))
    (result,) = ask(papers.url, a_name())
    assert result.verdict is Verdict.SUSPICIOUS


def test_a_page_in_place_of_a_pdf_is_suspicious_and_says_why(papers: PapersServer) -> None:
    papers.now_answers(answers.status(200, Content_Type="text/html", Content_Length="5"))
    pdf, html = ask(papers.url, a_name(), a_name(extension=Extension.HTML))
    assert (pdf.verdict, html.verdict) == (Verdict.SUSPICIOUS, Verdict.HIT)
    assert "text/html" in pdf.error


@pytest.mark.parametrize("code", [405, 501])
def test_where_head_is_refused_the_first_byte_is_asked_for(papers: PapersServer, code: int) -> None:
    first = {"Content-Type": "application/pdf", "Content-Range": "bytes 0-0/4321", "Content-Length": "1"}
    papers.now_answers(answers.Ranged(answers.status(code), lambda name: (206, {**first, "ETag": '"x"'})))
    one, two = ask(papers.url, a_name(1), a_name(2))
    assert (one.verdict, one.status, one.length, one.etag) == (Verdict.HIT, 206, 4321, '"x"')
    assert (one.requests, two.requests) == (2, 1)
    assert [headers[":method"] for headers in papers.headers] == ["HEAD", "GET", "GET"]
    assert papers.headers[1]["range"] == "bytes=0-0"
    papers.now_answers(answers.Ranged(answers.status(code), answers.missing))
    assert [result.verdict for result in ask(papers.url, a_name())] == [Verdict.MISSING]


def test_a_large_answer_to_the_question_for_the_first_byte_is_not_read(papers: PapersServer) -> None:
    whole = answers.status(200, Content_Type="application/pdf", Content_Length="50000000")
    papers.now_answers(answers.Ranged(answers.status(405), whole))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.length) == (Verdict.HIT, 50_000_000)


def test_an_empty_file_is_suspicious_unless_its_first_byte_says_otherwise(papers: PapersServer) -> None:
    empty = answers.status(200, Content_Type="application/pdf", Content_Length="0")
    papers.now_answers(empty)
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.error) == (Verdict.SUSPICIOUS, "status 200 with no content")
    full = answers.status(206, Content_Type="application/pdf", Content_Range="bytes 0-0/77", Content_Length="1")
    papers.now_answers(answers.Ranged(empty, full))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.length) == (Verdict.HIT, 77)


def test_what_is_known_of_a_file_is_asked_conditionally(papers: PapersServer) -> None:
    papers.now_answers(answers.status(304))
    known = Validators(name=a_name(), etag='W/"1"', last_modified=NOON)
    (result,) = ask(papers.url, a_name(), known=known)
    assert (result.verdict, result.error) == (Verdict.UNCHANGED, "")
    (headers,) = papers.headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('W/"1"', "Fri, 21 Nov 2025 12:00:00 GMT")
    (unasked,) = ask(papers.url, a_name())
    assert unasked.verdict is Verdict.BROKEN


def test_a_throttle_carries_its_wait(papers: PapersServer) -> None:
    papers.now_answers(answers.status(429, Retry_After="120"))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.retry_after) == (Verdict.THROTTLED, 120.0)


def test_an_absurd_last_modified_is_none(papers: PapersServer) -> None:
    papers.now_answers(answers.files("D1234R1.pdf", Last_Modified="\xff the 40th of never, 10000"))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.last_modified) == (Verdict.HIT, None)


def test_a_server_that_drips_costs_no_more_than_one_that_is_silent(papers: PapersServer) -> None:
    papers.now_answers(answers.drip)
    result = ask_until(Contact.REACHED, papers.url, deadline=0.3)
    assert (result.verdict, result.error) == (Verdict.BROKEN, "no answer within 0.3 s")


def test_a_host_that_is_not_there_is_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        (result,) = ask(f"http://127.0.0.1:{unused.getsockname()[1]}/", a_name())
    assert (result.verdict, result.status, result.contact) == (Verdict.BROKEN, None, Contact.REACHED)
    assert result.error == "cannot connect: Connection refused"


def test_a_host_that_takes_no_connection_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        result = ask_until(Contact.UNREACHED, f"http://127.0.0.1:{address[1]}/", deadline=0.5)
        for filler in fillers:
            filler.close()
    assert result.verdict is Verdict.BROKEN


def robots(url: str) -> RobotsAnswer:
    async def read() -> RobotsAnswer:
        folder = PapersFolder(BeginProbing(base_url=url, user_agent="x", concurrency=1, deadline=60.0), lambda: NOON)
        answer = await folder.robots()
        await folder.close()
        return answer

    return asyncio.run(read())


def test_robots_txt_is_read_from_the_root_of_the_host(papers: PapersServer) -> None:
    papers.now_allows(200, "User-agent: *\nDisallow: /x")
    assert robots(papers.url).text == "User-agent: *\nDisallow: /x"
    papers.now_allows(503)
    assert (robots(papers.url).status, robots(papers.url).error) == (503, "status 503")
    papers.now_allows(404)
    assert (robots(papers.url).status, robots(papers.url).error) == (404, "")


def test_of_an_endless_robots_txt_the_beginning_is_read(papers: PapersServer) -> None:
    papers.now_allows(200, "#" * 3_000_000)
    assert len(robots(papers.url).text) == 500 * 1024


def test_what_is_not_http_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b"SSH-2.0-nonsense\r\n\r\n")
            writer.close()

        async def ask_it() -> ProbeResult:
            server = await asyncio.start_server(nonsense, sock=listener)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            begin = BeginProbing(base_url=url, user_agent="x", concurrency=1, deadline=60.0)
            folder = PapersFolder(begin, lambda: NOON)
            result = await folder.ask(a_name())
            await folder.close()
            server.close()
            return result

        assert asyncio.run(ask_it()).verdict is Verdict.BROKEN


def test_the_connection_is_kept_and_says_who_asks(papers: PapersServer) -> None:
    ask(papers.url, a_name(1), a_name(2))
    assert [headers["user-agent"] for headers in papers.headers] == ["Callboard (+a@b.example)"] * 2
    assert papers.connections == 1
    assert all("cookie" not in headers for headers in papers.headers)


def test_the_connection_is_kept_after_answers_that_do_not_say_how_long_they_are(papers: PapersServer) -> None:
    papers.now_answers(lambda name: (404, {"Content-Length": "", "Content-Type": "text/html"}))
    results = ask(papers.url, a_name(1), a_name(2), a_name(3))
    assert [result.verdict for result in results] == [Verdict.MISSING] * 3
    assert papers.connections == 1


def test_the_connection_is_given_up_when_the_host_says_so(papers: PapersServer) -> None:
    papers.now_answers(lambda name: (404, {"Content-Length": "", "Connection": "Close"}))
    results = ask(papers.url, a_name(1), a_name(2))
    assert [result.verdict for result in results] == [Verdict.MISSING] * 2
    assert papers.connections == 2
