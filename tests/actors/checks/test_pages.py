"""Pages against a real server on this machine: what a check finds out, and what it says when it fails."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from messages.check_definitions import HttpOptions, TlsOptions
from messages.checks import CheckVerdict
from tests.actors.checks.carrying import Carry, a_port, a_site, certificates, conditions, results
from tests.check_builders import a_check, a_warning

CONNECTED = "[CONNECTED] == true"


def test_a_page_is_judged_by_its_conditions_and_its_phases_are_measured() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"items": [{"id": 7}]}, headers={"X-Version": "5"})

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            told = conditions(
                "[STATUS] == 200", "[BODY].items[0].id == 7", "[HEADERS].X-Version == 5", "[IP] == 127.0.0.1"
            )
            result = await carry_out(a_check(url=url, condition=told))
            assert (result.verdict, result.error, result.status) == (CheckVerdict.PASSED, "", 200)
            assert result.phases.connect > 0
            assert result.phases.processing > 0
            assert result.phases.tls == 0
            assert result.duration < 30

            worse = (*conditions("[STATUS] == 500", "[BODY].none == 1"), a_warning("[STATUS] == 418"))
            result = await carry_out(a_check(url=url, condition=worse))
            assert result.verdict is CheckVerdict.FAILED
            assert result.error == "[STATUS] (200) == 500; [BODY].none (missing) == 1; [STATUS] (200) == 418"

            result = await carry_out(a_check(url=url, condition=(a_warning("[STATUS] == 418"),)))
            assert result.verdict is CheckVerdict.WARNED

    results(play)


def test_what_is_asked_is_what_the_check_says() -> None:
    seen: list[tuple[str, str, str | None, str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(
            (request.method, await request.text(), request.headers.get("Authorization"), request.headers["X-A"])
        )
        return web.Response()

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            headers = (("X-A", "b"),)
            options = HttpOptions(method="POST", body="hällo", username="me", password="pässword", headers=headers)
            await carry_out(a_check(url=url, http=options))
            await carry_out(a_check(url=url, http=HttpOptions(method="HEAD", bearer="token", headers=headers)))

    results(play)
    assert seen == [
        ("POST", "hällo", "Basic bWU6cMOkc3N3b3Jk", "b"),
        ("HEAD", "", "Bearer token", "b"),
    ]


def test_a_redirect_is_followed_or_is_the_answer() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/":
            raise web.HTTPFound("/there")
        return web.Response(text="arrived")

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            followed = await carry_out(a_check(url=url, condition="[BODY] == arrived"))
            assert followed.verdict is CheckVerdict.PASSED, followed.error
            told = conditions("[STATUS] == 302", "[HEADERS].Location == /there")
            stayed = await carry_out(a_check(url=url, condition=told, http=HttpOptions(follow_redirects=False)))
            assert stayed.verdict is CheckVerdict.PASSED, stayed.error

    results(play)


def test_another_site_gets_no_header_and_no_body_of_the_check() -> None:
    seen: list[tuple[str, str | None, str | None, str]] = []

    async def there(request: web.Request) -> web.Response:
        sent = request.headers
        seen.append((request.method, sent.get("X-Api-Key"), sent.get("Authorization"), await request.text()))
        return web.Response(text="arrived")

    async def play(carry_out: Carry) -> None:
        async with a_site(there) as other:

            async def here(request: web.Request) -> web.Response:
                where = other if request.path == "/" else "/again"
                raise web.HTTPTemporaryRedirect(where) if request.path != "/loop" else web.HTTPFound("/loop")

            async with a_site(here) as url:
                options = HttpOptions(method="POST", body="secret", bearer="token", headers=(("X-Api-Key", "key"),))
                result = await carry_out(a_check(url=url, http=options))
                assert result.verdict is CheckVerdict.PASSED, result.error
                await carry_out(a_check(url=url, http=HttpOptions(method="POST", body="secret")))
                await carry_out(a_check(url=url, http=HttpOptions(body="secret")))
                endless = await carry_out(a_check(url=f"{url}loop"))
                assert endless.error == "it redirects more than 10 times"

    results(play)
    assert seen == [("GET", None, None, "")] * 3


def test_what_cannot_be_encoded_is_no_obstacle() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nServer: nginx\xe9\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def play(carry_out: Carry) -> None:
        async with a_port(talk) as port:
            result = await carry_out(a_check(url=f"http://127.0.0.1:{port}/", condition="[HEADERS].Server == nginx"))
            assert result.error == "[HEADERS].Server (nginx?) == nginx"
            result.error.encode()

    results(play)


def test_a_certificate_is_verified_and_its_days_are_counted(tmp_path: Path) -> None:
    context, authority = certificates(tmp_path, days=30)

    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async def play(carry_out: Carry) -> None:
        async with a_site(answer, context) as url:
            told = conditions(
                "[CERTIFICATE_EXPIRATION] > 29d", "[CERTIFICATE_EXPIRATION] < 30d", "[CHAIN_EXPIRATION] > 29d"
            )
            good = await carry_out(a_check(url=url, condition=told, tls=TlsOptions(ca_file=authority)))
            assert (good.verdict, good.error) == (CheckVerdict.PASSED, "")
            assert good.phases.tls > 0
            assert good.certificate_until is not None

            unknown = await carry_out(a_check(url=url))
            assert unknown.verdict is CheckVerdict.FAILED
            assert unknown.error.startswith("the certificate is not valid: ")

            other = TlsOptions(ca_file=authority, server_name="other.example.org")
            misnamed = await carry_out(a_check(url=url, tls=other))
            assert misnamed.error == "the certificate is not valid: it is not for 'other.example.org'"

            any_will_do = await carry_out(a_check(url=url, condition=told, tls=TlsOptions(verify=False)))
            assert any_will_do.verdict is CheckVerdict.PASSED, any_will_do.error

            versions = TlsOptions(ca_file=authority, least="1.3", most="1.3")
            assert (await carry_out(a_check(url=url, tls=versions))).verdict is CheckVerdict.PASSED

    results(play)


def test_an_expired_certificate_is_not_valid_but_can_be_looked_at(tmp_path: Path) -> None:
    context, authority = certificates(tmp_path, days=-1)

    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async def play(carry_out: Carry) -> None:
        async with a_site(answer, context) as url:
            expired = await carry_out(a_check(url=url, tls=TlsOptions(ca_file=authority)))
            assert expired.error == "the certificate is not valid: certificate has expired"
            looked = a_check(url=url, condition="[CERTIFICATE_EXPIRATION] < 0s", tls=TlsOptions(verify=False))
            assert (await carry_out(looked)).verdict is CheckVerdict.PASSED

    results(play)


def test_what_does_not_answer_is_said_in_words() -> None:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()

    async def play(carry_out: Carry) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/"
            refused = await carry_out(a_check(url=nobody))
            assert refused.error == "cannot connect: Connection refused"
            upside_down = await carry_out(a_check(url=nobody, condition="[CONNECTED] == false"))
            assert (upside_down.verdict, upside_down.error) == (CheckVerdict.PASSED, "")
        async with a_site(answer) as url:
            late = await carry_out(a_check(url=url, timeout=0.2))
            assert (late.verdict, late.error) == (CheckVerdict.FAILED, "no answer within 0.2 s")
        async with a_port(close) as port:
            empty = await carry_out(a_check(url=f"http://127.0.0.1:{port}/"))
            assert empty.error == "the server closed the connection without an answer"

    results(play)


def test_a_body_without_end_is_read_for_its_beginning() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x" * 65536)
        return response

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            result = await carry_out(a_check(url=url, condition=f"len([BODY]) == {1 << 20}"))
            assert result.verdict is CheckVerdict.PASSED, result.error

    results(play)


def test_what_a_page_says_of_its_text_is_no_obstacle() -> None:
    async def answer(request: web.Request) -> web.Response:
        charset = request.path.strip("/")
        return web.Response(
            body=b'\xef\xbb\xbf{"a": 1}', headers={"Content-Type": f"application/json; charset={charset}"}
        )

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            for charset in ("utf-8", "undefined", "idna", "base64", "nonsense"):
                result = await carry_out(a_check(url=f"{url}{charset}", condition="[BODY].a == 1"))
                assert result.verdict is CheckVerdict.PASSED, (charset, result.error)

    results(play)


def test_a_redirect_to_what_is_no_page_is_said() -> None:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound("ftp://example.org/")

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            assert (await carry_out(a_check(url=url))).error == "it redirects to ftp:, which is no page"

    results(play)


def test_a_header_replaces_ours_however_its_name_is_written() -> None:
    seen: list[list[str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.getall("User-Agent") + request.headers.getall("Accept"))
        return web.Response()

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            await carry_out(a_check(url=url, http=HttpOptions(headers=(("user-agent", "me"), ("ACCEPT", "text/html")))))

    results(play)
    assert seen == [["me", "text/html"]]


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        (
            {"Content-Encoding": "gzip"},
            b"plain",
            "the body cannot be unpacked: it is not gzip, or that is not known here",
        ),
        (
            {"Content-Encoding": "br"},
            b"plain",
            "the body cannot be unpacked: it is not brotli, or that is not known here",
        ),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_said_so(headers: dict[str, str], body: bytes, said: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, headers=headers)

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            assert (await carry_out(a_check(url=url))).error == said

    results(play)


@pytest.mark.parametrize("location", ["http://[::1/", "http://h:port/"])
def test_a_redirect_to_what_is_no_url_is_said_so(location: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            assert (await carry_out(a_check(url=url))).error == "it redirects to what is no URL"

    results(play)


def test_a_certificate_names_its_host_where_browsers_look(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "own.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async def play(carry_out: Carry) -> None:
        async with a_site(answer, context) as url:
            by_its_name = await carry_out(a_check(url=url, tls=TlsOptions(ca_file=str(file))))
            assert by_its_name.error == "the certificate is not valid: it is not for 'localhost'"

    results(play)
