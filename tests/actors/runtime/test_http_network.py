"""Proxies and certificates, with real sockets: every client takes them from the same variables."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.index.fetch.wg21link import Wg21Link
from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators
from actors.notifier.model.outcomes import Unclear
from actors.notifier.slack.api import SlackApi
from actors.prober.http.client import PapersFolder
from actors.runtime.http.certificates import UnusableCertificates, tls_context
from actors.runtime.http.connectivity import check_network
from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.reach import accepts_connections
from actors.runtime.http.transport import HttpTransport
from messages.probing import BeginProbing, Contact, Network, ProbeResult, Verdict
from messages.settings import SlackSettings
from tests.actors.runtime.raw_server import RawServer, TunnelProxy, always
from tests.builders import NOON
from tests.prober_builders import a_name

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
LOGIN = b"Proxy-Authorization: Basic bWU6czNjcmV0"


def probe(url: str, variables: dict[str, str]) -> ProbeResult:
    async def once() -> ProbeResult:
        begin = BeginProbing(base_url=url, user_agent="x", concurrency=2, deadline=60.0)
        over = HttpTransport(NetworkEnvironment(variables), connections=2)
        folder = PapersFolder(begin, lambda: NOON, over)
        result = await folder.ask(a_name())
        await folder.close()
        return result

    return asyncio.run(once())


def fetch(url: str, variables: dict[str, str]) -> Any:
    async def once() -> Any:
        over = HttpTransport(NetworkEnvironment(variables), connections=2)
        source = Wg21Link(url=url, timeout=60.0, max_bytes=10**6, user_agent="x", transport=over)
        fetched = await source.fetch(IndexValidators(url="", etag=None, last_modified=None))
        await source.close()
        return fetched

    return asyncio.run(once())


def test_a_request_goes_through_the_proxy_that_a_variable_names() -> None:
    with RawServer(always(MISSING)) as proxy:
        variables = {"HTTP_PROXY": f"http://me:s3cret@127.0.0.1:{proxy.port}", "NO_PROXY": "other.example"}
        assert probe("http://papers.example/files/", variables).verdict is Verdict.MISSING
        assert isinstance(fetch("http://index.example/i.json", variables), FetchFailed)
        assert [head.split()[1] for head in proxy.asked] == [
            b"http://papers.example/files/D1234R1.pdf",
            b"http://index.example/i.json",
        ]
        assert all(LOGIN in head for head in proxy.asked)


def test_a_tunnel_is_asked_for_with_the_login_and_its_refusal_is_no_fault_of_the_host() -> None:
    refusal = b"HTTP/1.1 407 Nein, \xe9\r\nContent-Length: 0\r\n\r\n"
    with RawServer(always(refusal)) as proxy:
        variables = {"ALL_PROXY": f"http://me:s3cret@127.0.0.1:{proxy.port}"}
        result = probe("https://papers.example/files/", variables)
        assert (result.verdict, result.contact) == (Verdict.BROKEN, Contact.UNREACHED)
        assert result.error == "the proxy answered 407 Nein, ?"
        fetched = fetch("https://papers.example/i.json", variables)
        assert fetched == FetchFailed(reason="papers.example: the proxy answered 407 Nein, ?")
        assert all(head.startswith(b"CONNECT papers.example:443 ") and LOGIN in head for head in proxy.asked)


def test_a_proxy_that_is_not_there_is_no_fault_of_the_host() -> None:
    result = probe("https://papers.example/files/", {"https_proxy": "http://me:s3cret@127.0.0.1:9"})
    assert result.contact is Contact.UNREACHED
    assert result.error.startswith("the proxy 127.0.0.1:9 cannot be reached")
    assert "s3cret" not in result.error


def test_what_is_excepted_and_what_is_on_this_machine_is_reached_directly() -> None:
    variables = {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.0/8"}
    with RawServer(always(MISSING)) as server:
        assert probe(f"{server.url}/", variables).verdict is Verdict.MISSING
        assert probe(f"{server.url}/", {"HTTP_PROXY": "http://127.0.0.1:9"}).verdict is Verdict.MISSING


@pytest.mark.parametrize(
    ("answer", "reaches"),
    [
        (b"HTTP/1.1 200 Connected\r\n\r\n", True),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", True),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", False),
        (b"HTTP/1.1 407 Login\r\n\r\n", False),
        (b"SSH-2.0-x\r\n", False),
    ],
)
def test_whether_the_network_is_up_is_asked_through_the_proxy(answer: bytes, reaches: bool) -> None:
    with RawServer(always(answer)) as proxy:
        network = NetworkEnvironment({"HTTPS_PROXY": f"http://me:s3cret@127.0.0.1:{proxy.port}"})
        found = asyncio.run(check_network(("https://wg21.link",), network))
        assert found is (Network.UP if reaches else Network.AWAY)
        assert proxy.asked[0].startswith(b"CONNECT wg21.link:443 HTTP/1.1\r\n")
        assert LOGIN in proxy.asked[0]


def test_a_proxy_that_refuses_connections_is_no_network() -> None:
    network = NetworkEnvironment({"HTTPS_PROXY": "http://127.0.0.1:9"})
    assert not asyncio.run(accepts_connections("https://wg21.link", network, 5.0))
    assert asyncio.run(accepts_connections("http://127.0.0.1:9", network, 5.0))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate `ca.pem` of an authority, for `papers.example` and 127.0.0.1, and its `key.pem`."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("authority")
    names = "subjectAltName=DNS:papers.example,IP:127.0.0.1"
    making = ("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    about = ("-days", "2", "-subj", "/CN=papers.example", "-addext", names, "-keyout", "key.pem", "-out", "ca.pem")
    subprocess.run((*making, *about), cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def secure(authority: Path) -> Iterator[RawServer]:
    """A server with TLS that closes its connections without saying so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "ca.pem", authority / "key.pem")
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"
    with RawServer(
        lambda head: (answer, b"") if head.startswith(b"HEAD") else (answer, b"{}", b""), tls=context
    ) as server:
        yield server


def test_the_certificates_of_a_file_are_trusted_by_all_clients(secure: RawServer, authority: Path) -> None:
    trusted = {"SSL_CERT_FILE": str(authority / "ca.pem")}
    assert probe(f"{secure.url}/", trusted).verdict is Verdict.HIT
    fetched = fetch(f"{secure.url}/i.json", trusted)
    assert isinstance(fetched, Fetched), fetched
    assert fetched.body == b"{}"


def test_the_certificates_of_a_folder_are_trusted(secure: RawServer, authority: Path, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes((authority / "ca.pem").read_bytes())
    name = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", str(tmp_path / "ca.pem")],
        check=True,
        capture_output=True,
        text=True,
    )
    (tmp_path / "ca.pem").rename(tmp_path / f"{name.stdout.strip()}.0")
    assert probe(f"{secure.url}/", {"SSL_CERT_DIR": f"/nowhere:{tmp_path}"}).verdict is Verdict.HIT


def test_an_authority_that_is_not_named_is_not_trusted(secure: RawServer) -> None:
    result = probe(f"{secure.url}/", {})
    assert (result.verdict, result.contact) == (Verdict.BROKEN, Contact.REACHED)
    assert "certificate" in result.error


def test_a_tunnel_through_a_proxy_ends_at_the_host_with_its_certificate(secure: RawServer, authority: Path) -> None:
    with TunnelProxy(secure.port) as proxy:
        variables = {
            "SSL_CERT_FILE": str(authority / "ca.pem"),
            "HTTPS_PROXY": f"http://me:s3cret@127.0.0.1:{proxy.port}",
        }
        assert probe("https://papers.example/", variables).verdict is Verdict.HIT
        assert isinstance(fetch("https://papers.example/i.json", variables), Fetched)
        assert all(head.startswith(b"CONNECT papers.example:443 ") and LOGIN in head for head in proxy.asked)
        assert not any(b"proxy" in head.lower() or b"s3cret" in head for head in secure.asked)


@pytest.mark.parametrize(
    ("variable", "words"),
    [("SSL_CERT_FILE", "cannot be read: No such file"), ("SSL_CERT_DIR", "is no directory")],
)
def test_certificates_that_are_not_there_are_an_error_with_a_sentence(variable: str, words: str) -> None:
    with pytest.raises(UnusableCertificates, match=f"{variable}: /nowhere/x {words}"):
        tls_context(NetworkEnvironment({variable: "/nowhere/x"}))


def test_a_file_without_certificates_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate", encoding="utf-8")
    with pytest.raises(UnusableCertificates, match="holds no certificates in PEM format"):
        tls_context(NetworkEnvironment({"SSL_CERT_FILE": str(tmp_path / "x.pem")}))


def slack(api_url: str, variables: dict[str, str]) -> Any:
    async def once() -> Any:
        settings = SlackSettings(bot_token="xoxb-s3cret-token", api_url=api_url)
        api = SlackApi(settings, lambda: True, NetworkEnvironment(variables))
        answer = await api.ask("auth.test", lambda client: client.auth_test(), dict)
        await api.close()
        return answer

    return asyncio.run(once())


def test_slack_is_reached_by_the_same_proxies_and_never_follows_a_redirect() -> None:
    body = b'{"ok": true}'
    answer = b"HTTP/1.1 200 \xff\r\nSet-Cookie: a=b\r\nContent-Type: application/json\r\nContent-Length: 12\r\n"
    with RawServer(always(answer + b"Content-Length: 12\r\n\r\n" + body)) as proxy:
        variables = {"ALL_PROXY": f"http://me:s3cret@127.0.0.1:{proxy.port}"}
        assert slack("http://slack.example/api/", variables) == {"ok": True, "scopes": None}
        assert proxy.asked[0].startswith(b"POST http://slack.example/api/auth.test ")
        assert LOGIN in proxy.asked[0]
    with RawServer(always(b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")) as server:
        refused = slack(f"{server.url}/", {"HTTP_PROXY": "http://127.0.0.1:9"})
        assert isinstance(refused, Unclear)
        assert "HTTP 307: a redirect, which is not followed" in refused.why
        assert len(server.asked) == 1
