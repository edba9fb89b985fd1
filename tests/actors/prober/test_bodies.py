"""The beginnings of files, fetched from a real server: bounded in size, in time, and in what is believed."""

import asyncio
from collections.abc import Iterator

import pytest

from actors.prober.http.bodies import MAX_BODY_BYTES, Body
from actors.prober.http.client import PapersFolder
from messages.drafts import Extension
from messages.probing import BeginProbing, Contact, Verdict
from tests.actors.prober import server as answers
from tests.actors.prober.server import PapersServer
from tests.builders import NOON
from tests.prober_builders import a_name

NAME = "D1234R1.pdf"


@pytest.fixture
def papers() -> Iterator[PapersServer]:
    """A folder with one file."""
    with PapersServer(answers.files(NAME)) as server:
        yield server


def fetch(papers: PapersServer, deadline: float = 60.0) -> Body:
    async def once() -> Body:
        begin = BeginProbing(base_url=papers.url, user_agent="Callboard", concurrency=4, deadline=deadline)
        folder = PapersFolder(begin, lambda: NOON)
        body = await folder.body(a_name())
        assert folder.requests == body.requests
        await folder.close()
        return body

    return asyncio.run(once())


def test_a_file_is_fetched_with_its_type(papers: PapersServer) -> None:
    papers.now_holds(NAME, b"%PDF-1.7 and so on")
    body = fetch(papers)
    assert (body.verdict, body.content, body.content_type) == (Verdict.HIT, b"%PDF-1.7 and so on", "application/pdf")


def test_no_more_than_the_limit_is_taken_in_though_the_server_heeds_no_range(papers: PapersServer) -> None:
    most = MAX_BODY_BYTES[Extension.PDF]
    papers.now_holds(NAME, b"%" * (2 * most))
    assert fetch(papers).content == b"%" * most


def test_a_body_that_does_not_come_is_given_up_in_time(papers: PapersServer) -> None:
    papers.now_holds(NAME, None)
    body = fetch(papers, deadline=3.0)  # and the server never gives it
    assert (body.verdict, body.contact, body.content) == (Verdict.BROKEN, Contact.REACHED, b"")


def test_a_redirect_to_the_same_name_is_followed_but_not_for_ever_and_no_other(papers: PapersServer) -> None:
    there, asked = answers.files(NAME), papers.read
    papers.now_answers(lambda name: (301, {"Location": f"/2/{NAME}"}) if len(asked) == 1 else there(name))
    body = fetch(papers)
    assert (body.verdict, body.requests) == (Verdict.HIT, 2)
    papers.now_answers(lambda name: (301, {"Location": f"/{len(asked)}/{NAME}"}))
    assert (fetch(papers).verdict, len(asked)) == (Verdict.SUSPICIOUS, 2 + 3)
    papers.now_answers(lambda name: (301, {"Location": "/elsewhere.pdf"}))
    assert (fetch(papers).verdict, len(asked)) == (Verdict.SUSPICIOUS, 2 + 3 + 1)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (answers.missing, Verdict.MISSING),
        (answers.status(429, Retry_After="7"), Verdict.THROTTLED),
        (answers.status(403), Verdict.BLOCKED),
        (answers.status(500), Verdict.BROKEN),
        (answers.status(304), Verdict.BROKEN),
        (answers.status(200, Content_Type="text/html"), Verdict.SUSPICIOUS),
        (answers.files(NAME, Content_Encoding="gzip"), Verdict.BROKEN),
    ],
)
def test_what_is_no_file_has_no_content(papers: PapersServer, answer: answers.Answer, verdict: Verdict) -> None:
    papers.now_answers(answer)
    body = fetch(papers)
    assert (body.verdict, body.content) == (verdict, b"")
    assert body.retry_after == (7.0 if verdict is Verdict.THROTTLED else None)


def test_nobody_there_is_told_from_an_answer(papers: PapersServer) -> None:
    async def once() -> Body:
        begin = BeginProbing(base_url="http://127.0.0.1:9/", user_agent="Callboard", concurrency=4, deadline=5.0)
        folder = PapersFolder(begin, lambda: NOON)
        body = await folder.body(a_name())
        await folder.close()
        return body

    assert asyncio.run(once()).verdict is Verdict.BROKEN
