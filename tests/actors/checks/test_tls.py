"""What a check shows of itself and expects of TLS, against a server that wants to see a certificate."""

import asyncio
import ssl
from pathlib import Path

import trustme
from aiohttp import web

from messages.check_definitions import CheckKind, MailOptions, MailServer, TlsOptions
from messages.checks import CheckVerdict
from tests.actors.checks.carrying import Carry, a_port, a_site, certificates, conditions, results
from tests.check_builders import a_check


async def answer(request: web.Request) -> web.Response:
    return web.Response()


def test_a_server_that_wants_a_certificate_is_shown_one(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    ours = authority.issue_cert("probe@example.org")
    files = {name: str(tmp_path / name) for name in ("ca.pem", "both.pem", "certificate.pem", "key.pem")}
    authority.cert_pem.write_to_path(files["ca.pem"])
    ours.private_key_and_cert_chain_pem.write_to_path(files["both.pem"])
    ours.cert_chain_pems[0].write_to_path(files["certificate.pem"])
    ours.private_key_pem.write_to_path(files["key.pem"])
    in_one = TlsOptions(ca_file=files["ca.pem"], certificate_file=files["both.pem"])
    in_two = TlsOptions(ca_file=files["ca.pem"], certificate_file=files["certificate.pem"], key_file=files["key.pem"])

    async def play(carry_out: Carry) -> None:
        async with a_site(answer, context) as url:
            for tls in (in_one, in_two):
                shown = await carry_out(a_check(url=url, tls=tls))
                assert (shown.verdict, shown.error) == (CheckVerdict.PASSED, "")
            hidden = await carry_out(a_check(url=url, tls=TlsOptions(ca_file=files["ca.pem"])))
            assert hidden.verdict is CheckVerdict.FAILED
            assert hidden.error.startswith(("TLS failed: ", "the server closed the connection")), hidden.error
            torn = TlsOptions(ca_file=files["ca.pem"], certificate_file=files["certificate.pem"])
            unusable = await carry_out(a_check(url=url, tls=torn))
            assert unusable.error.startswith("ca_file or certificate_file cannot be used: ")

    results(play)


def test_versions_of_tls_have_bounds(tmp_path: Path) -> None:
    context, authority = certificates(tmp_path)
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    async def talk(reader: object, writer: object) -> None:
        """Say nothing."""

    async def play(carry_out: Carry) -> None:
        old = conditions("[TLS_VERSION] == TLSv1.2")
        async with a_site(answer, context) as url, a_port(talk, ssl=context) as port:
            for check in (
                a_check(url=url, condition=old),
                a_check(url=f"tls://localhost:{port}", kind=CheckKind.TCP, condition=old),
            ):
                for tls, passes in (
                    (TlsOptions(ca_file=authority), True),
                    (TlsOptions(ca_file=authority, most="1.2"), True),
                    (TlsOptions(ca_file=authority, least="1.3"), False),
                ):
                    result = await carry_out(a_check(url=check.url, kind=check.kind, condition=old, tls=tls))
                    assert (result.verdict is CheckVerdict.PASSED) is passes, result.error
                    assert passes or result.error.startswith("TLS failed: "), result.error

    results(play)


def test_another_site_is_asked_for_its_own_name(tmp_path: Path) -> None:
    context, authority = certificates(tmp_path)

    async def play(carry_out: Carry) -> None:
        async with a_site(answer, tls=context) as there:

            async def here(request: web.Request) -> web.Response:
                raise web.HTTPFound(there.replace("localhost", "127.0.0.1"))

            async with a_site(here, tls=context) as url:
                tls = TlsOptions(ca_file=authority, server_name="localhost")
                result = await carry_out(a_check(url=url, tls=tls))
                assert "the certificate is not valid: it is not for '127.0.0.1'" in result.error

    results(play)


def test_another_site_is_not_shown_our_certificate(tmp_path: Path) -> None:
    """Also not one on the same host at another port; the check's own site sees it again after a detour."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    files = {name: str(tmp_path / name) for name in ("ca.pem", "ours.pem")}
    authority.cert_pem.write_to_path(files["ca.pem"])
    authority.issue_cert("probe@example.org").private_key_and_cert_chain_pem.write_to_path(files["ours.pem"])
    tls = TlsOptions(ca_file=files["ca.pem"], certificate_file=files["ours.pem"])
    shown: list[tuple[str, bool]] = []

    def see(name: str, request: web.Request) -> None:
        assert request.transport is not None
        shown.append((name, bool(request.transport.get_extra_info("peercert"))))

    async def play(carry_out: Carry) -> None:
        back = ""

        async def there(request: web.Request) -> web.Response:
            see("there", request)
            raise web.HTTPFound(back)

        async with a_site(there, tls=context) as other:

            async def here(request: web.Request) -> web.Response:
                see("here", request)
                if request.path == "/":
                    raise web.HTTPFound(other)
                return web.Response()

            async with a_site(here, tls=context) as url:
                back = f"{url}again"
                result = await carry_out(a_check(url=url, tls=tls))
                assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")

    results(play)
    assert shown == [("here", True), ("there", False), ("here", True)]


def test_a_mailbox_on_another_host_is_not_shown_our_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    files = {name: str(tmp_path / name) for name in ("ca.pem", "ours.pem")}
    authority.cert_pem.write_to_path(files["ca.pem"])
    authority.issue_cert("probe@example.org").private_key_and_cert_chain_pem.write_to_path(files["ours.pem"])
    tls = TlsOptions(ca_file=files["ca.pem"], certificate_file=files["ours.pem"])
    shown: list[bool] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* BYE not now\r\n")
        await writer.drain()
        shown.append(bool(writer.get_extra_info("peercert")))

    async def play(carry_out: Carry) -> None:
        async with a_port(talk, ssl=context) as port:
            for host in ("localhost", "127.0.0.1"):
                box = MailServer(url=f"imaps://{host}:{port}", username="probe", password="word")
                login = MailServer(url="smtp://localhost:9")
                mail = MailOptions(login=login, mailbox=box, sender="a@example.org", recipient="a@example.org")
                result = await carry_out(a_check(kind=CheckKind.SMTP, url=login.url, mail=mail, tls=tls))
                assert result.error == "IMAP: the server ended the connection: not now"

    results(play)
    assert shown == [True, False]
