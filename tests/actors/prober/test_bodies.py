"""The beginnings of files, fetched from a real server: bounded in size, in time, and in what is believed."""

import asyncio
import random
import time
from base64 import b64encode
from collections.abc import Callable, Iterator

import pytest

from actors.prober.frontmatter.child import reader
from actors.prober.http.bodies import MAX_BODY_BYTES, Body
from actors.prober.http.client import PapersFolder
from messages.drafts import Extension
from messages.probing import BeginProbing, Contact, Verdict
from tests.actors.prober import server as answers
from tests.actors.prober.server import PapersServer
from tests.builders import NOON
from tests.pdf_builders import TITLE_PAGE, a_pdf_with_a_table, a_stream, pages_of
from tests.prober_builders import a_name

NAME = "D1234R1.pdf"


@pytest.fixture
def papers() -> Iterator[PapersServer]:
    """A folder with one file."""
    with PapersServer(answers.files(NAME)) as server:
        yield server


def fetch(papers: PapersServer, deadline: float = 60.0, extension: Extension = Extension.PDF) -> Body:
    async def once() -> Body:
        begin = BeginProbing(base_url=papers.url, user_agent="Callboard", concurrency=4, deadline=deadline)
        folder = PapersFolder(begin, lambda: NOON)
        body = await folder.body(a_name(extension=extension))
        await folder.close()
        return body

    return asyncio.run(once())


def fetch_until(contact: Contact, papers: PapersServer, deadline: float) -> Body:
    """Fetch until an exchange gets so far. For one that stood still meanwhile all its time is over at once."""
    tries_end = time.monotonic() + 60.0
    while True:
        body = fetch(papers, deadline=deadline)
        if body.contact is contact:
            return body
        assert time.monotonic() < tries_end, body


def test_a_file_is_fetched_with_its_type(papers: PapersServer) -> None:
    papers.now_holds(NAME, b"%PDF-1.7 and so on")
    body = fetch(papers)
    assert (body.verdict, body.content, body.content_type) == (Verdict.HIT, b"%PDF-1.7 and so on", "application/pdf")


def test_no_more_than_the_limit_is_taken_in_though_the_server_heeds_no_range(papers: PapersServer) -> None:
    most = MAX_BODY_BYTES[Extension.PDF]
    papers.now_holds(NAME, b"%" * (2 * most))
    assert fetch(papers).content == b"%" * most


def fonts_before_the_body() -> bytes:
    """An export: three megabytes of fonts, and then what is to be read."""
    font = b64encode(random.Random(1).randbytes(750_000)).decode()
    face = f"@font-face {{ font-family: x; src: url(data:font/woff2;base64,{font}) }}"
    head = f"<html><head><style>{face * 2}</style><style>{face}</style></head>"
    return f"{head}<h1>A title of its own</h1><p>Author: Jane Doe<p>Audience: LEWG</html>".encode()


def pictures_before_the_pages() -> bytes:
    """A PDF of three megabytes, its pages and the table of its objects at its end."""
    return a_pdf_with_a_table(pages_of(TITLE_PAGE, before=[a_stream(random.Random(1).randbytes(3_000_000))]))


@pytest.mark.parametrize("heeds_ranges", [False, True])
@pytest.mark.parametrize(
    ("extension", "made"), [(Extension.HTML, fonts_before_the_body), (Extension.PDF, pictures_before_the_pages)]
)
def test_what_stands_behind_megabytes_is_fetched_and_read(
    extension: Extension, made: Callable[[], bytes], heeds_ranges: bool
) -> None:
    name = f"D1234R1.{extension.value}"
    with PapersServer(answers.files(name)) as server:
        server.now_holds(name, made())
        if heeds_ranges:
            server.now_heeds_ranges()
        body = fetch(server, extension=extension)
    found = asyncio.run(reader.read(body.content, extension, body.content_type))
    assert len(body.content) > 3_000_000
    assert found.front_matter is not None, found.error
    assert (found.front_matter.title, found.front_matter.authors) == ("A title of its own", ("Jane Doe",))
    assert found.front_matter.audience == ("LEWG",)


def test_a_body_that_does_not_come_is_given_up_in_time(papers: PapersServer) -> None:
    papers.now_holds(NAME, None)
    body = fetch_until(Contact.REACHED, papers, deadline=1.0)  # and the server never gives it
    assert (body.verdict, body.content) == (Verdict.BROKEN, b"")


def test_a_redirect_to_the_same_name_is_followed_but_not_for_ever_and_no_other(papers: PapersServer) -> None:
    there, asked = answers.files(NAME), papers.read
    papers.now_answers(lambda name: (301, {"Location": f"/2/{NAME}"}) if len(asked) == 1 else there(name))
    assert (fetch(papers).verdict, len(asked)) == (Verdict.HIT, 2)
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
