"""Mail through real servers: TLS, login, and everything that can be wrong with either."""

import asyncio
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from actors.front.commands.tools.notify_test import check_way
from actors.notifier.model.outcomes import Posted, PostOutcome, Undelivered
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.services.routed_transport import RoutedTransport
from actors.notifier.slack.port import ConsoleTransport
from actors.runtime.http.certificates import tls_context
from actors.runtime.http.environment import NetworkEnvironment
from messages.health import NotifierSnapshot
from tests.actors.notifier.mail_server import HANG_UP, PASSWORD, MailServer, certificate
from tests.actors.notifier.room import Room, counter
from tests.builders import NOON, settings

ADA, BOB = "mail:ada@example.org", "mail:bob@example.org"
LIMIT = 100.0


def posted(mail: dict[str, Any], recipient: str = ADA) -> PostOutcome:
    async def run() -> PostOutcome:
        first = ConsoleTransport(io.StringIO(), lambda: NOON)
        transport = RoutedTransport(first, settings(mail=mail), lambda: True, lambda: NOON)
        message = OutgoingMessage(
            id="0-1", recipient=recipient, text="*D1R0* Köppe", attempt=1, failures=0, channel=None, last_ts=None
        )
        async with asyncio.timeout(LIMIT):
            return await transport.post(message)

    return asyncio.run(run())


def refused(mail: dict[str, Any]) -> Undelivered:
    """The outcome of what must not have gone out, and must not be given up."""
    outcome = posted(mail)
    assert isinstance(outcome, Undelivered)
    assert (outcome.is_final, outcome.is_unclear) == (False, False), outcome
    assert PASSWORD not in outcome.why
    assert "\n" not in outcome.why
    return outcome


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a server whose authority is named where all our connections look for it."""
    context, file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


# --- one attempt


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("has_login", [True, False])
def test_a_mail_goes_out_encrypted_and_logged_in(security: str, has_login: bool, trusted: ssl.SSLContext) -> None:
    with MailServer(security, trusted, has_login) as server:
        assert isinstance(posted(server.settings()), Posted)
        assert check_way(settings(mail=server.settings()), ADA).missing == ""
        assert server.recipients == ["ada@example.org"] * 2
        assert server.ids[0] == "<0-1@example.net>"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_password_is_said_with_the_keys_to_look_at(security: str, trusted: ssl.SSLContext) -> None:
    with MailServer(security, trusted, has_login=True) as server:
        why = refused(server.settings(password="wrong-password")).why
        assert why.startswith("the mail server said 535 ")
        assert why.endswith(": see mail.user and mail.password")
        assert "wrong-password" not in why
        assert server.senders == []


def test_without_the_login_that_a_server_wants_nothing_goes_out(trusted: ssl.SSLContext) -> None:
    with MailServer("starttls", trusted, has_login=True) as server:
        assert refused(server.settings(user="")).why.startswith("the mail server said 530 ")
        assert server.arrived == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_not_accepted(security: str, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with MailServer(security, context, has_login=True) as server:
        assert "its certificate is not accepted: " in refused(server.settings()).why
        assert server.senders == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_expired_certificate_is_not_accepted(security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, file = certificate(tmp_path, days=-1.0)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with MailServer(security, context) as server:
        assert "its certificate is not accepted: certificate has expired" in refused(server.settings()).why
        assert server.senders == []


def test_a_certificate_of_another_name_is_not_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, file = certificate(tmp_path, name="mail.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with MailServer("tls", context) as server:
        assert "Hostname mismatch, certificate is not valid for 'localhost'" in refused(server.settings()).why


def test_a_file_of_authorities_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert "SSL_CERT_FILE: " in refused({"host": "localhost", "port": 9, "security": "tls"}).why


def test_a_server_without_starttls_gets_neither_mail_nor_password() -> None:
    with MailServer("none") as server:
        why = refused(server.settings(security="starttls", user="callboard", password=PASSWORD)).why
        assert why == f"the mail server localhost offers no STARTTLS at port {server.port}: see mail.security"
        assert (server.senders, server.arrived) == ([], [])


def test_a_server_without_login_is_said(trusted: ssl.SSLContext) -> None:
    with MailServer("starttls", trusted) as server:
        why = refused(server.settings(user="callboard", password=PASSWORD)).why
        assert why == f"the mail server localhost offers no login that we know at port {server.port}: see mail.user"


def test_tls_at_a_port_that_does_not_speak_it_is_said_with_the_key(trusted: ssl.SSLContext) -> None:
    with MailServer("none") as server:
        why = refused(server.settings(security="tls")).why
        assert why.startswith("the mail server localhost: TLS failed: ")
        assert why.endswith(f"(port {server.port}, mail.security: tls)")


def test_a_mail_server_is_not_told_that_we_speak_http() -> None:
    """Exim declines a client that names only what is not SMTP."""
    hello = ssl.MemoryBIO()
    context = tls_context(NetworkEnvironment({}), protocol="")
    connection = context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        connection.do_handshake()
    assert b"http/1.1" not in hello.read()


def a_server_that(talks: Callable[[socket.socket], None]) -> tuple[int, Callable[[], None]]:
    """A server for one connection, in a thread; its port, and how to end it."""
    listening = socket.create_server(("localhost", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):  # the client may leave
            talks(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()

    def end() -> None:
        thread.join(60.0)
        listening.close()

    return listening.getsockname()[1], end


def drips(connection: socket.socket) -> None:
    """Each answer in time, a byte at a time, and for ever another line."""
    while True:
        for byte in b"220-still here\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.05)


def silent(connection: socket.socket) -> None:
    while connection.recv(1000):
        pass


@pytest.mark.parametrize("talks", [drips, silent])
def test_a_slow_server_takes_no_longer_than_the_time_limit(talks: Callable[[socket.socket], None]) -> None:
    port, end = a_server_that(talks)
    begun = time.monotonic()
    mail = {"host": "localhost", "port": port, "security": "none", "timeout": 1.0}
    assert refused(mail).why == "the mail server localhost: no answer within 1 s"
    assert time.monotonic() - begun < 60.0
    end()


def test_an_unreadable_answer_to_the_data_is_unclear() -> None:
    def talks(connection: socket.socket) -> None:
        answers = iter((b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"eh?\r\n"))
        connection.sendall(next(answers))
        got = b""
        while chunk := connection.recv(10_000):
            got += chunk
            if got.endswith(b"\r\n") and (not got.startswith(b"From: ") or got.endswith(b"\r\n.\r\n")):
                got = b""
                connection.sendall(next(answers, b"221 bye\r\n"))

    port, end = a_server_that(talks)
    outcome = posted({"host": "localhost", "port": port, "security": "none", "timeout": 20.0})
    assert isinstance(outcome, Undelivered)
    assert (outcome.is_final, outcome.is_unclear) == (False, True), outcome
    end()


# --- the actor, with its queue


@pytest.fixture
def server(trusted: ssl.SSLContext) -> Iterator[MailServer]:
    """One that wants STARTTLS and a login."""
    with MailServer("starttls", trusted, has_login=True) as server:
        yield server


@pytest.fixture
def mailing(room: Room, server: MailServer) -> Room:
    """A room that sends its mail there."""
    room.mail = server.settings()
    return room


def try_again_now(room: Room, **changes: str) -> None:
    """Begin the actor again with changes of the section `mail`, on tables that say that every message is due."""
    room.end()
    room.rows("UPDATE notifier.messages SET not_before = now() - interval '1 second'")
    mail = replace(room.harness.settings.mail, **changes)
    room.harness.settings = replace(room.harness.settings, mail=mail)
    room.begin()


def about_mail(snapshot: NotifierSnapshot) -> list[str]:
    return [sentence for sentence in snapshot.status.sentences if "mail server" in sentence]


def test_a_mail_that_is_put_off_waits_and_then_arrives_once(mailing: Room, server: MailServer) -> None:
    server.rcpt.append("451 4.7.1 greylisted, come back")
    mailing.open()
    mailing.tell_user(ADA, "D1000R0")
    snapshot = mailing.snapshot_when(lambda snapshot: counter(snapshot, "retried") == 1)
    (sentence,) = about_mail(snapshot)
    assert sentence.endswith(" UTC: the mail server said 451 4.7.1 greylisted, come back")
    assert (snapshot.queued, server.arrived) == (1, [])
    try_again_now(mailing)
    snapshot = mailing.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (snapshot.queued, snapshot.dead, server.recipients) == (0, 0, ["ada@example.org"])
    assert about_mail(snapshot) == []


def test_a_mail_whose_answer_is_lost_comes_again_with_the_same_id(mailing: Room, server: MailServer) -> None:
    server.data.append(HANG_UP)
    mailing.open()
    mailing.tell_user(ADA, "D1000R0")
    snapshot = mailing.snapshot_when(lambda snapshot: counter(snapshot, "unsettled") == 1)
    assert (snapshot.queued, snapshot.sent) == (1, 0)
    try_again_now(mailing)
    mailing.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert len(server.ids) == 2
    assert len(set(server.ids)) == 1


def test_one_address_that_is_refused_holds_up_nobody(mailing: Room, server: MailServer) -> None:
    server.rcpt.append("550 5.1.1 no such user")
    mailing.open()
    mailing.tell_user(ADA, "D1000R0")
    mailing.snapshot_when(lambda snapshot: snapshot.dead == 1)
    mailing.tell_user(BOB, "D1000R0")
    snapshot = mailing.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (snapshot.dead, server.recipients, about_mail(snapshot)) == (1, ["bob@example.org"], [])
    (reason,) = mailing.rows("SELECT reason FROM notifier.messages WHERE state = 'dead'")
    assert reason == ("the mail server said 550 5.1.1 no such user",)


def test_mail_waits_for_the_right_password_and_slack_does_not(mailing: Room, server: MailServer) -> None:
    mailing.mail |= {"password": "wrong-password"}
    mailing.open()
    mailing.tell_user(ADA, "D1000R0")
    mailing.tell_user("U1", "D1000R0")
    snapshot = mailing.snapshot_when(lambda snapshot: snapshot.sent == 1 and counter(snapshot, "retried") == 1)
    assert (snapshot.queued, snapshot.dead) == (1, 0)
    (sentence,) = about_mail(snapshot)
    assert sentence.endswith(": see mail.user and mail.password")
    assert "wrong-password" not in str(snapshot)
    try_again_now(mailing, password=PASSWORD)
    mailing.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert server.recipients == ["ada@example.org"]
