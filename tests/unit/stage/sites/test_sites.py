"""The index, the papers folder and the year pages."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.stage.faults.exchange import Site, http_date, is_unchanged
from actors.stage.faults.faults import FaultRule, FixedReply
from actors.stage.world.script import SetRobots
from actors.stage.world.state import PaperFile, index_file, pack
from actors.stage.world.world import World, fold
from tests.unit.stage.builders import NOON, asking, visit

ENTRIES = {
    "P2300R9": {"type": "paper", "title": "`std::execution`", "author": "Eric Niebler", "date": "2024-04-02"},
    "P2300R10": {"type": "paper", "title": "a <T>", "author": "Eric Niebler, Köppe", "date": "2024-06-28"},
    "P1": {"type": "paper", "title": "old", "author": "", "date": "20151030", "long_link": "https://x/2015/p1.html"},
    "CWG1": {"type": "issue", "title": "an issue", "date": "2024-01-01"},
    "P2": {"type": "paper", "title": "no date"},
}
BODY = json.dumps(ENTRIES).encode()
WORLD = World(index=index_file(pack(BODY), NOON))


def index(**headers: str) -> tuple[int, dict[str, str], bytes]:
    reply = visit(WORLD, asking(Site.INDEX, "index.json", "GET", **headers))[1]
    return reply.status, dict(reply.headers), reply.body


def test_the_index_is_whole_and_gzipped_only_for_who_asks() -> None:
    assert index()[2] == BODY
    status, headers, body = index(accept_encoding="gzip, deflate")
    assert (status, headers["Content-Encoding"], gzip.decompress(body)) == (200, "gzip", BODY)
    assert headers["Last-Modified"] == "Fri, 21 Nov 2025 12:00:00 GMT"


def test_who_has_the_index_is_told_so() -> None:
    etag = index()[1]["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        assert index(if_none_match=known)[::2] == (304, b"")
    assert index(if_none_match='"other"', if_modified_since=http_date(NOON))[0] == 200
    assert index(if_modified_since=http_date(NOON))[0] == 304
    assert index(if_modified_since=http_date(NOON - timedelta(seconds=1)))[0] == 200


def test_another_index_has_another_etag_and_the_same_index_the_same() -> None:
    assert index_file(pack(BODY)) == index_file(pack(BODY))
    assert index_file(pack(BODY)).etag != index_file(pack(BODY + b" ")).etag


def test_without_an_index_there_is_none() -> None:
    assert visit(World(), asking(Site.INDEX, "index.json", "GET"))[1].status == 404


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC)))
def test_a_date_read_back_from_its_header_is_unchanged(moment: datetime) -> None:
    assert is_unchanged({"if-modified-since": http_date(moment)}, '"x"', moment)
    assert not is_unchanged({"if-modified-since": http_date(moment - timedelta(seconds=1))}, '"x"', moment)


@pytest.mark.parametrize("since", ["", "yesterday", "Fri, 99 Foo 2025 12:00:00 GMT", "0"])
def test_an_absurd_date_is_no_condition(since: str) -> None:
    assert index(if_modified_since=since)[0] == 200


def test_a_file_says_its_type_its_date_and_what_the_script_has_it_say() -> None:
    file = PaperFile(
        body=b"12345", content_type="text/html", last_modified=NOON, headers=(("Last-Modified", "Foo"), ("X-A", "b"))
    )
    world = World(papers={"D1R0.html": file})
    reply = visit(world, asking(name="D1R0.html"))[1]
    headers = dict(reply.headers)
    assert (reply.status, reply.length, headers["Content-Type"]) == (200, 5, "text/html")
    assert (headers["Last-Modified"], headers["X-A"]) == ("Foo", "b")
    assert visit(world, asking(name="D1R0.html", if_none_match=headers["ETag"]))[1].status == 304
    assert visit(world, asking(name="D1R0.pdf"))[1].status == 404


def test_a_year_page_has_the_papers_of_the_year_and_nothing_else() -> None:
    page = visit(WORLD, asking(Site.MAILINGS, "2024", "GET"))[1].body.decode()
    assert page.count("<tr>") == 3
    assert "<td>a &lt;T&gt;</td><td>Eric Niebler, Köppe</td><td>2024-06-28</td><td>2024-06</td><td>P2300R9</td>" in page
    old = visit(WORLD, asking(Site.MAILINGS, "2015", "GET"))[1].body.decode()
    assert '<a href="p1.html">P1</a>' in old
    assert "<td>20151030</td><td>2015-10</td>" in old


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"P1": 3}', b'{"P1"'])
def test_a_year_page_of_a_broken_index_is_empty(body: bytes) -> None:
    world = World(index=index_file(pack(body)))
    assert visit(world, asking(Site.MAILINGS, "2024", "GET"))[1].body.count(b"<tr>") == 1


def test_the_first_byte_of_a_file_tells_its_length() -> None:
    world = World(papers={"a.pdf": PaperFile(body=b"%PDF", content_type="application/pdf")})
    reply = visit(world, asking(Site.PAPERS, "a.pdf", "GET", range="bytes=0-0"))[1]
    assert (reply.status, reply.body, dict(reply.headers)["Content-Range"]) == (206, b"%", "bytes 0-0/4")
    assert visit(world, asking(Site.PAPERS, "a.pdf", "GET", range="bytes=1-2"))[1].body == b"%PDF"
    empty = World(papers={"a.pdf": PaperFile(body=b"", content_type="application/pdf")})
    assert visit(empty, asking(Site.PAPERS, "a.pdf", "GET", range="bytes=0-0"))[1].status == 416


def test_there_is_a_robots_txt_when_the_script_says_so() -> None:
    robots = asking(Site.ROBOTS, "robots.txt", "GET")
    assert visit(World(), robots)[1].status == 404
    world = fold(World(), SetRobots(text="User-agent: *"))
    assert visit(world, robots)[1].body == b"User-agent: *"
    assert fold(world, SetRobots(text=None)).robots is None


def test_a_fault_may_meet_one_method_only() -> None:
    rule = FaultRule(site=Site.PAPERS, fault=FixedReply(status=405), verb="HEAD")
    assert rule.meets(asking(verb="HEAD"))
    assert not rule.meets(asking(verb="GET"))
