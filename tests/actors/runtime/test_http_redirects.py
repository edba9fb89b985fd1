"""Redirects of the index, of robots.txt and of files, with real sockets: where they lead, and where they never do."""

import asyncio
import socket
from typing import Any

import httpx
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from actors.index.fetch.wg21link import Wg21Link
from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from actors.prober.http.bodies import Body
from actors.prober.http.client import PapersFolder, RobotsAnswer
from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.transport import HttpTransport
from messages.probing import BeginProbing, Contact, ProbeResult, Verdict
from tests.actors.runtime.raw_server import RawServer, Script, always
from tests.builders import NOON
from tests.prober_builders import a_name

BODY = b"%PDF-1.7"
FILE = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 8\r\n\r\n"
OUTSIDE = "127.0.0.2"
"""Stands for an address of the public internet."""


class Names(AbstractResolver):
    """Knows these names."""

    def __init__(self, **addresses: str) -> None:
        self._addresses = {name.replace("_", "."): address for name, address in addresses.items()}

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """The one address of a name."""
        if host not in self._addresses:
            raise OSError(0, "no such name")
        return [
            ResolveResult(hostname=host, host=self._addresses[host], port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing to close."""


def transport(names: AbstractResolver | None = None) -> HttpTransport:
    return HttpTransport(
        NetworkEnvironment({}), connections=2, resolver=names, is_public=lambda address: address == OUTSIDE
    )


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def to(location: str) -> Script:
    return always(redirect(location))


def a_file(head: bytes) -> tuple[bytes, ...]:
    return (FILE,) if head.startswith(b"HEAD") else (FILE + BODY,)


def index(url: str, hosts: tuple[str, ...] = (), over: httpx.AsyncBaseTransport | None = None) -> Any:
    async def once() -> Fetched | FetchFailed | NotModified:
        known = IndexValidators(url="", etag=None, last_modified=None)
        source = Wg21Link(
            url=url, timeout=60.0, max_bytes=10**6, user_agent="x", redirect_hosts=hosts, transport=over or transport()
        )
        fetched = await source.fetch(known)
        await source.close()
        return fetched

    return asyncio.run(once())


def papers(
    url: str, hosts: tuple[str, ...] = (), over: httpx.AsyncBaseTransport | None = None
) -> tuple[ProbeResult, RobotsAnswer, Body]:
    """What the prober's client makes of a name, of robots.txt, and of a file."""

    async def once() -> tuple[ProbeResult, RobotsAnswer, Body]:
        begin = BeginProbing(base_url=url, user_agent="x", concurrency=2, deadline=60.0, redirect_hosts=hosts)
        folder = PapersFolder(begin, lambda: NOON, over or transport())
        answers = await folder.ask(a_name()), await folder.robots(), await folder.body(a_name())
        await folder.close()
        return answers

    return asyncio.run(once())


def assert_refused(url: str, words: str, hosts: tuple[str, ...] = (), names: AbstractResolver | None = None) -> None:
    """By all of them, with a sentence that has these words."""
    fetched = index(url, hosts, transport(names))
    assert isinstance(fetched, FetchFailed), fetched
    probed, robots, body = papers(url, hosts, transport(names))
    assert (probed.verdict, body.verdict) == (Verdict.SUSPICIOUS, Verdict.SUSPICIOUS)
    assert (probed.contact, robots.contact, body.contact) == (Contact.ANSWERED,) * 3
    assert (robots.status, robots.text) == (None, "")
    for said in (fetched.reason, probed.error, robots.error, body.error):
        assert words in said
        assert "s3cret" not in said


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://127.0.0.1:{other}/D1234R1.pdf?s3cret", "to 127.0.0.1:{other}, which is another site"),
        ("http://localhost:{own}/D1234R1.pdf", "which is another site and is not in network.redirect_hosts"),
        ("http://2130706433:{other}/D1234R1.pdf", "another site"),
        ("http://0x7f000001:{other}/D1234R1.pdf", "another site"),
        ("http://[::ffff:127.0.0.1]:{other}/D1234R1.pdf", "another site"),
        ("http://me:s3cret@127.0.0.1:{own}/D1234R1.pdf", "to a URL with credentials in it"),
        ("//s3cret@127.0.0.1:{own}/D1234R1.pdf", "to a URL with credentials in it"),
        ("file:///D1234R1.pdf", "neither http nor https"),
        ("http://[s3cret/D1234R1.pdf", "to something that is no URL"),
    ],
)
def test_a_redirect_elsewhere_is_refused_and_nothing_is_sent_there(location: str, words: str) -> None:
    places: dict[str, int] = {}
    with RawServer(a_file) as other, RawServer(lambda head: (redirect(location.format(**places)),)) as server:
        places.update(own=server.port, other=other.port)
        assert_refused(f"{server.url}/", words.format(**places))
        assert other.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_site_is_followed(status: int) -> None:
    def script(head: bytes) -> tuple[bytes, ...]:
        return a_file(head) if b" /new/" in head else (redirect("/new/D1234R1.pdf", status),)

    with RawServer(script) as server:
        assert isinstance(index(f"{server.url}/index.json"), Fetched)
        probed, robots, body = papers(f"{server.url}/")
        assert (probed.verdict, robots.status, body.content) == (Verdict.HIT, 200, BODY)


def test_a_host_that_the_configuration_names_is_followed() -> None:
    with RawServer(a_file) as other, RawServer(to(f"{other.url}/D1234R1.pdf")) as server:
        hosts = (f"127.0.0.1:{other.port}",)
        assert isinstance(index(f"{server.url}/", hosts), Fetched)
        probed, robots, body = papers(f"{server.url}/", hosts)
        assert (probed.verdict, robots.status, body.content) == (Verdict.HIT, 200, BODY)


@pytest.mark.parametrize("target", ["127.0.0.1", "localhost", "inside.example", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_from_outside_no_redirect_leads_inside_even_if_the_host_is_named(target: str) -> None:
    names = {"inside_example": "127.0.0.1", "0x7f000001": "127.0.0.1", "outside_example": OUTSIDE}
    with RawServer(a_file) as other:
        where = f"{target}:{other.port}"
        with RawServer(to(f"http://{where}/D1234R1.pdf"), host=OUTSIDE) as server:
            for host in (OUTSIDE, "outside.example"):
                words = "which is not an address of the public internet"
                assert_refused(f"http://{host}:{server.port}/", words, (where,), Names(**names))
        assert other.connections == 0


def test_from_outside_a_redirect_leads_to_a_named_host_outside() -> None:
    names = Names(outside_example=OUTSIDE, cdn_example=OUTSIDE)
    with RawServer(a_file, host=OUTSIDE) as other:
        where = f"cdn.example:{other.port}"
        with RawServer(to(f"http://{where}/D1234R1.pdf"), host=OUTSIDE) as server:
            fetched = index(f"http://outside.example:{server.port}/", (where,), transport(names))
            assert isinstance(fetched, Fetched), fetched


def test_a_circle_ends() -> None:
    with RawServer(lambda head: (redirect(f"{head.split()[1].decode()}"),)) as server:
        fetched = index(f"{server.url}/index.json")
        assert fetched.reason == "127.0.0.1 redirects more than 3 times"
        probed, robots, body = papers(f"{server.url}/")
        assert (probed.verdict, probed.requests, body.verdict) == (Verdict.SUSPICIOUS, 3, Verdict.SUSPICIOUS)
        assert (robots.status, robots.text) == (404, "")
        assert len(server.asked) == 4 + 3 + 6 + 3


def test_credentials_of_the_configured_url_stay_with_its_host() -> None:
    def script(head: bytes) -> tuple[bytes, ...]:
        return a_file(head) if b" /new" in head else (redirect("/new"),)

    with RawServer(script) as server:
        assert isinstance(index(f"http://me:s3cret@127.0.0.1:{server.port}/index.json"), Fetched)
        assert all(b"Authorization: Basic bWU6czNjcmV0" in head for head in server.asked)

    with RawServer(a_file) as other, RawServer(to(f"{other.url}/D1234R1.pdf")) as server:
        url = f"http://me:s3cret@127.0.0.1:{server.port}/"
        assert isinstance(index(url, (f"127.0.0.1:{other.port}",)), Fetched)
        assert b"authorization" in server.asked[0].lower()
