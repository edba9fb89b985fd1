"""The ports of the stage, as clients of the standard library and of dnspython see them."""

import imaplib
import smtplib
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import httpx
import pytest
from cryptography import x509

from actors.stage.server.client import StageClient
from actors.stage.world.ports import (
    GREETING,
    DialogueLine,
    DialoguePort,
    ImapPort,
    MailFate,
    NamePort,
    PagePort,
    PortFault,
    SmtpPort,
    StagedTls,
)

LIMIT = 60.0
ZONE = ("here.example. 60 A 192.0.2.1", "here.example. 60 A 192.0.2.2", "here.example. 60 SOA ns. me. 7 1 1 1 1")


def trusting(stage: StageClient, folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=stage.ports.authority(folder))


def a_mail(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@stage.example", "b@stage.example", subject
    mail.set_content("hello")
    return mail


def until(holds: object, what: str) -> None:
    deadline = time.monotonic() + LIMIT
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_a_page_answers_by_its_script_and_keeps_its_number(stage: StageClient) -> None:
    number = stage.ports.open("page", PagePort(status=418, body=b"teapot", headers=(("X-A", "b"),)))
    answer = httpx.get(f"http://127.0.0.1:{number}/any?thing=1", trust_env=False)
    assert (answer.status_code, answer.text, answer.headers["X-A"]) == (418, "teapot", "b")
    assert stage.ports.open("page", PagePort(status=200)) == number
    assert httpx.get(f"http://127.0.0.1:{number}/", trust_env=False).status_code == 200
    assert stage.ports.heard("page") == ("GET /any", "GET /")
    stage.ports.close("page")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{number}/", trust_env=False)
    assert stage.ports.open("page", PagePort()) == number


def test_a_dialogue_goes_step_by_step_into_tls(stage: StageClient, tmp_path: Path) -> None:
    steps = (
        DialogueLine(after=0.03, say=b"220 ready\r\n"),
        DialogueLine(hear=True, say=b""),
        DialogueLine(say=b"220 go on\r\n", starttls=True),
        DialogueLine(say=b"250 safe\r\n", ends=True),
    )
    number = stage.ports.open("talk", DialoguePort(steps=steps, tls=StagedTls(at_once=False)))
    with socket.create_connection(("127.0.0.1", number), LIMIT) as plain:
        assert plain.recv(100) == b"220 ready\r\n"
        plain.sendall(b"STARTTLS\r\n")
        assert plain.recv(100) == b"220 go on\r\n"
        with trusting(stage, tmp_path).wrap_socket(plain, server_hostname="localhost") as safe:
            assert safe.recv(100) == b"250 safe\r\n"
            assert safe.recv(100) == b""
    assert stage.ports.heard("talk") == ("STARTTLS",)


@pytest.mark.parametrize(("days", "chain_days", "is_valid"), [(5, 100, True), (-1, 100, False), (100, -1, False)])
def test_a_certificate_and_its_chain_run_out_when_they_should(
    stage: StageClient, tmp_path: Path, days: float, chain_days: float, is_valid: bool
) -> None:
    number = stage.ports.open("page", PagePort(tls=StagedTls(days=days, chain_days=chain_days)))
    context = trusting(stage, tmp_path)
    with socket.create_connection(("127.0.0.1", number), LIMIT) as plain:
        if not is_valid:
            with pytest.raises(ssl.SSLCertVerificationError, match="certificate has expired"):
                context.wrap_socket(plain, server_hostname="localhost")
            return
        with context.wrap_socket(plain, server_hostname="localhost") as safe:
            shown = x509.load_der_x509_certificate(safe.getpeercert(binary_form=True) or b"")
    left = shown.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=days - 1) < left <= timedelta(days=days)


def test_tls_has_bounds_names_and_wants_a_certificate(stage: StageClient, tmp_path: Path) -> None:
    tls = StagedTls(names=("other.example",), most="1.2", wants_client=True)
    number = stage.ports.open("page", PagePort(tls=tls))
    context = trusting(stage, tmp_path)
    with socket.create_connection(("127.0.0.1", number), LIMIT) as plain, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(plain, server_hostname="localhost")
    with httpx.Client(verify=context, trust_env=False) as client, pytest.raises(httpx.HTTPError):
        client.get(f"https://127.0.0.1:{number}/", extensions={"sni_hostname": "other.example"})
    context.load_cert_chain(stage.ports.client_certificate(tmp_path))
    with (
        socket.create_connection(("127.0.0.1", number), LIMIT) as plain,
        context.wrap_socket(plain, server_hostname="other.example") as safe,
    ):
        assert safe.version() == "TLSv1.2"


def test_a_name_server_says_what_its_zone_has_and_what_it_is_told_to(stage: StageClient) -> None:
    question = dns.message.make_query("here.example", "A")

    def ask(script: NamePort, *, tcp: bool = False, name: str = "here.example") -> dns.message.Message:
        number = stage.ports.open("names", script)
        asked = dns.message.make_query(name, "A")
        way = dns.query.tcp if tcp else dns.query.udp
        return way(asked, "127.0.0.1", port=number, timeout=LIMIT)

    for tcp in (False, True):
        assert len(ask(NamePort(zone=ZONE), tcp=tcp).answer[0]) == 2
    assert ask(NamePort(zone=ZONE), name="nowhere.example").rcode() == dns.rcode.NXDOMAIN
    assert ask(NamePort(zone=ZONE, rcode="SERVFAIL")).rcode() == dns.rcode.SERVFAIL
    assert ask(NamePort(zone=ZONE, truncates=True)).flags & dns.flags.TC
    number = stage.ports.open("names", NamePort(zone=ZONE, wrong_id=True))
    with pytest.raises(dns.query.BadResponse):
        dns.query.udp(question, "127.0.0.1", port=number, timeout=LIMIT)
    stage.ports.open("names", NamePort(zone=ZONE, silent=True))
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(question, "127.0.0.1", port=number, timeout=0.2)
    assert stage.ports.heard("names")[:2] == ("udp here.example A", "tcp here.example A")


def test_mail_goes_in_by_smtp_and_is_found_and_deleted_by_imap(stage: StageClient, tmp_path: Path) -> None:
    tls = StagedTls(at_once=False)
    smtp = stage.ports.open("smtp", SmtpPort(tls=tls, username="probe", password="secret word"))
    imap = stage.ports.open("imap", ImapPort(tls=tls, folders=("Archive",), username="probe", password="secret word"))
    context = trusting(stage, tmp_path)
    with smtplib.SMTP("localhost", smtp, timeout=LIMIT) as sending:
        sending.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            sending.login("probe", "wrong")
        with pytest.raises(smtplib.SMTPSenderRefused):
            sending.send_message(a_mail("nobody"))
        sending.login("probe", "secret word")
        sending.send_message(a_mail("token 4711"))
    until(lambda: stage.ports.subjects() == ["token 4711"], "the mail did not arrive")
    stage.ports.put_mail("other", at=datetime(2026, 1, 2, tzinfo=UTC))
    with imaplib.IMAP4("localhost", imap, timeout=LIMIT) as looking:
        looking.starttls(context)
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            looking.login("probe", "wrong")
        looking.login("probe", "secret word")
        assert looking.select("Nowhere")[0] == "NO"
        assert looking.select("Archive") == ("OK", [b"0"])
        assert looking.select("INBOX") == ("OK", [b"2"])
        assert looking.uid("SEARCH", "SUBJECT", '"token 4711"') == ("OK", [b"1"])
        assert looking.uid("SEARCH", "SINCE", "3-Jan-2026") == ("OK", [b"1"])
        _, fetched = looking.uid("FETCH", "2", "(INTERNALDATE BODY.PEEK[HEADER])")
        head = fetched[0]
        assert isinstance(head, tuple)
        assert b'INTERNALDATE "02-Jan-2026 00:00:00 +0000"' in head[0]
        assert b"Subject: other\r\n" in head[1]
        looking.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
        assert looking.uid("EXPUNGE", "1")[0] == "OK"
    assert stage.ports.subjects() == ["other"]
    assert not any("secret" in line for line in (*stage.ports.heard("smtp"), *stage.ports.heard("imap")))


def test_mail_servers_fail_as_they_are_told_and_as_often(stage: StageClient) -> None:
    faults = (
        PortFault(command=GREETING, reply="421 4.3.2 not now", times=1),
        PortFault(command="RCPT", reply="450 4.7.1 greylisted", times=1),
    )
    number = stage.ports.open("smtp", SmtpPort(faults=faults, fate=MailFate.LOST))
    with pytest.raises(smtplib.SMTPConnectError, match="not now"):
        smtplib.SMTP("localhost", number, timeout=LIMIT)
    with smtplib.SMTP("localhost", number, timeout=LIMIT) as sending:
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="greylisted"):
            sending.send_message(a_mail("one"))
        sending.send_message(a_mail("two"))
    assert stage.ports.subjects() == []
    imap = stage.ports.open(
        "imap",
        ImapPort(
            username="me",
            faults=(PortFault(command="SELECT", reply="BAD no"), PortFault(command="NOOP", ends=True)),
        ),
    )
    looking = imaplib.IMAP4("localhost", imap, timeout=LIMIT)
    looking.login("me", "")
    with pytest.raises(imaplib.IMAP4.error, match="BAD"):
        looking.select("INBOX")
    with pytest.raises(imaplib.IMAP4.abort):
        looking.noop()
    looking.shutdown()


def test_late_mail_comes_late(stage: StageClient) -> None:
    number = stage.ports.open("smtp", SmtpPort(late=0.3, folder="Probes"))
    with smtplib.SMTP("localhost", number, timeout=LIMIT) as sending:
        began = time.monotonic()
        sending.send_message(a_mail("later"))
    until(lambda: stage.ports.subjects("Probes") == ["later"], "the mail did not arrive")
    assert time.monotonic() - began >= 0.3
