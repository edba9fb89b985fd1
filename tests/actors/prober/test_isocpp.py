"""The HEAD client, against a real server."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from actors.prober.isocpp import PapersFolder, user_agent
from messages.drafts import Extension
from messages.probing import BeginProbing, DraftName, ProbeResult, Verdict
from tests.actors.prober import server as answers
from tests.actors.prober.server import PapersServer
from tests.builders import NOON
from tests.prober_builders import a_name


@pytest.fixture
def papers() -> Iterator[PapersServer]:
    """A folder without files."""
    with PapersServer() as server:
        yield server


def ask(url: str, *names: DraftName, deadline: float = 5.0) -> list[ProbeResult]:
    """HEADs one after the other, with one client that is closed afterwards."""

    async def all_of_them() -> list[ProbeResult]:
        begin = BeginProbing(base_url=url, user_agent="Callboard (+a@b.example)", concurrency=4, deadline=deadline)
        folder = PapersFolder(begin, lambda: NOON)
        results = [await folder.head(name) for name in names]
        await folder.close()
        return results

    return asyncio.run(all_of_them())


def test_a_file_is_a_hit_with_its_date_and_length(papers: PapersServer) -> None:
    papers.now_answers(answers.files("D1234R1.pdf", Last_Modified="Thu, 20 Nov 2025 10:00:00 GMT"))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.status, result.length) == (Verdict.HIT, 200, 1000)
    assert result.last_modified == datetime(2025, 11, 20, 10, tzinfo=UTC)
    assert result.error == ""


def test_no_file_is_a_miss(papers: PapersServer) -> None:
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.status) == (Verdict.MISSING, 404)


def test_a_redirect_is_not_followed_and_no_hit(papers: PapersServer) -> None:
    papers.now_answers(lambda name: (302, {"Location": "/files/papers/D1.html"}))
    (result,) = ask(papers.url, a_name())
    assert (result.verdict, result.status) == (Verdict.ERROR, 302)
    assert papers.asked == ["D1234R1.pdf"]


def test_a_redirect_to_nonsense_is_an_error(papers: PapersServer) -> None:
    papers.now_answers(lambda name: (302, {"Location": "http://[nonsense"}))
    (result,) = ask(papers.url, a_name())
    assert result.verdict is Verdict.ERROR


def test_a_page_in_place_of_a_pdf_is_an_error_that_says_so(papers: PapersServer) -> None:
    papers.now_answers(answers.status(200, Content_Type="text/html"))
    pdf, html = ask(papers.url, a_name(), a_name(extension=Extension.HTML))
    assert (pdf.verdict, html.verdict) == (Verdict.ERROR, Verdict.HIT)
    assert "text/html" in pdf.error


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
    (result,) = ask(papers.url, a_name(), deadline=0.3)
    assert (result.verdict, result.error) == (Verdict.ERROR, "no answer within 0.3 s")


def test_a_host_that_is_not_there_is_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    (result,) = ask(f"http://127.0.0.1:{port}/", a_name())
    assert (result.verdict, result.status) == (Verdict.ERROR, None)
    assert result.error.startswith("Cannot connect to host 127.0.0.1")


def test_what_is_not_http_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b"SSH-2.0-nonsense\r\n\r\n")
            writer.close()

        async def ask_it() -> ProbeResult:
            server = await asyncio.start_server(nonsense, sock=listener)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            begin = BeginProbing(base_url=url, user_agent="x", concurrency=1, deadline=5.0)
            folder = PapersFolder(begin, lambda: NOON)
            result = await folder.head(a_name())
            await folder.close()
            server.close()
            return result

        assert asyncio.run(ask_it()).verdict is Verdict.ERROR


def test_the_connection_is_kept_and_says_who_asks(papers: PapersServer) -> None:
    ask(papers.url, a_name(1), a_name(2))
    assert [headers["user-agent"] for headers in papers.headers] == ["Callboard (+a@b.example)"] * 2
    assert papers.connections == 1
    assert all("cookie" not in headers for headers in papers.headers)


def test_a_contact_cannot_break_the_header() -> None:
    assert user_agent("köppe\r\nX: y") == "Callboard (+k?ppe??X: y)"
    assert user_agent("") == "Callboard"
