"""Each way against a server that speaks its protocol, and against servers that fail."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiosmtplib
import msgspec
import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from actors.front.commands.tools.notify_test import check_way
from actors.notifier.model.outcomes import Posted, PostOutcome, Undelivered, Unsearchable
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.services.routed_transport import RoutedTransport
from actors.notifier.slack.port import ConsoleTransport
from messages.settings import Settings
from tests.builders import NOON, settings

LIMIT = 60.0


def a_message(recipient: str) -> OutgoingMessage:
    return OutgoingMessage(
        id="0-1", recipient=recipient, text="*D1R0* Köppe", attempt=1, failures=0, channel=None, last_ts=None
    )


async def posted(chosen: Settings, recipient: str, leads: Callable[[], bool] = lambda: True) -> PostOutcome:
    first = ConsoleTransport(io.StringIO(), lambda: NOON)
    transport = RoutedTransport(first, chosen, leads, lambda: NOON)
    async with asyncio.timeout(LIMIT):
        outcome = await transport.post(a_message(recipient))
        assert isinstance(await transport.search(a_message(recipient)), Unsearchable)
        await transport.close()
    return outcome


class Mailbox:
    """What an SMTP server took; `rcpt` and `data` are its answers."""

    def __init__(self, rcpt: str = "250 ok", data: str = "250 ok") -> None:
        self.rcpt, self.data = rcpt, data
        self.taken: list[Envelope] = []

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        envelope.rcpt_tos.append(to)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return self.data


@asynccontextmanager
async def smtp_server(mailbox: Mailbox) -> AsyncIterator[Settings]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, hostname="mail.example.org", loop=loop), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        chosen = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "c@example.net", "timeout": 20.0}
        yield settings(mail=chosen)
    finally:
        server.close()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def web_server(handler: Handler) -> AsyncIterator[Settings]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield settings(
            webhook={"url": f"{url}hook", "secret": "a-secret", "timeout": 20.0},
            mattermost={"url": f"{url}hooks/x", "timeout": 20.0},
            matrix={"url": url, "token": "a-token", "timeout": 20.0},
        )
    finally:
        await runner.cleanup()


def test_a_mail_arrives() -> None:
    async def run() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox) as chosen:
            assert isinstance(await posted(chosen, "mail:ada@example.org"), Posted)
        (taken,) = mailbox.taken
        assert (taken.mail_from, taken.rcpt_tos) == ("c@example.net", ["ada@example.org"])
        assert b"Message-ID: <0-1@example.net>" in (taken.content or b"")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("mailbox", "is_final", "is_unclear"),
    [
        (Mailbox(rcpt="550 no such user"), True, False),
        (Mailbox(rcpt="450 try later"), False, False),
        (Mailbox(rcpt="535 who are you"), False, False),
        (Mailbox(data="552 too large"), True, False),
        (Mailbox(data="451 try later"), False, False),
    ],
    ids=["no such user", "busy", "not let in", "too large", "later"],
)
def test_what_a_mail_server_says_is_final_only_about_the_address_or_the_mail(
    mailbox: Mailbox, is_final: bool, is_unclear: bool
) -> None:
    async def run() -> None:
        async with smtp_server(mailbox) as chosen:
            outcome = await posted(chosen, "mail:ada@example.org")
        assert isinstance(outcome, Undelivered)
        assert (outcome.is_final, outcome.is_unclear) == (is_final, is_unclear)

    asyncio.run(run())


def test_a_mail_server_that_is_not_there_has_had_no_effect() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        outcome = asyncio.run(
            posted(settings(mail={"host": "127.0.0.1", "port": port, "security": "none"}), "mail:ada@example.org")
        )
    assert isinstance(outcome, Undelivered)
    assert (outcome.is_final, outcome.is_unclear) == (False, False)


def test_a_mail_whose_data_gets_no_answer_may_have_arrived() -> None:
    class Hangs(Mailbox):
        async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
            server.transport.close()
            return "250 ok"

    async def run() -> None:
        async with smtp_server(Hangs()) as chosen:
            outcome = await posted(chosen, "mail:ada@example.org")
        assert isinstance(outcome, Undelivered)
        assert outcome.is_unclear

    asyncio.run(run())


@pytest.mark.parametrize("to", ["a..b@example.org", "a@b..c", ".a@example.org", "a<b@example.org"])
def test_an_address_that_no_mail_can_be_sent_to_is_final_before_anybody_is_asked(to: str) -> None:
    async def run() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox) as chosen:
            outcome = await posted(chosen, f"mail:{to}")
        assert isinstance(outcome, Undelivered)
        assert (outcome.is_final, outcome.is_unclear, mailbox.taken) == (True, False, [])

    asyncio.run(run())


def test_mail_whose_sender_has_a_name_arrives_and_without_an_address_it_waits() -> None:
    async def run() -> None:
        mailbox = Mailbox()
        async with smtp_server(mailbox) as chosen:
            named = msgspec.structs.replace(chosen.mail, sender="Papers <c@example.net>")
            assert isinstance(await posted(msgspec.structs.replace(chosen, mail=named), "mail:ada@example.org"), Posted)
            wrong = msgspec.structs.replace(chosen.mail, sender="callboard")
            outcome = await posted(msgspec.structs.replace(chosen, mail=wrong), "mail:ada@example.org")
        assert outcome == Undelivered(why="mail.sender is not an address")
        (taken,) = mailbox.taken
        assert taken.mail_from == "c@example.net"
        assert b"From: Papers <c@example.net>" in (taken.content or b"")

    asyncio.run(run())


def test_the_answer_to_a_mails_data_has_a_time_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[Any] = []
    whole = aiosmtplib.SMTP.data

    async def data(client: Any, content: Any, *, timeout: Any = None) -> Any:
        limits.append(timeout)
        return await whole(client, content, timeout=timeout)

    async def run() -> None:
        async with smtp_server(Mailbox()) as chosen:
            assert isinstance(await posted(chosen, "mail:ada@example.org"), Posted)

    monkeypatch.setattr(aiosmtplib.SMTP, "data", data)
    asyncio.run(run())
    assert limits == [600.0]


@pytest.mark.parametrize(
    ("recipient", "method", "path"),
    [
        ("webhook:team", "POST", "/hook"),
        ("mattermost:town-square", "POST", "/hooks/x"),
        ("matrix:!r:example.org", "PUT", "/_matrix/client/v3/rooms/!r:example.org/send/m.room.message/0-1"),
    ],
)
def test_a_request_arrives(recipient: str, method: str, path: str) -> None:
    seen: list[tuple[str, str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, await request.json()))
        return web.json_response({"event_id": "$1"})

    async def run() -> None:
        async with web_server(handler) as chosen:
            assert isinstance(await posted(chosen, recipient), Posted)
            assert isinstance(await posted(chosen, recipient, leads=lambda: False), Undelivered)

    asyncio.run(run())
    assert [(each[0], each[1]) for each in seen] == [(method, path)]
    assert "Köppe" in str(seen[0][2])


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(400, True), (410, True), (401, False), (404, False), (429, False), (500, False), (503, False)],
)
def test_an_answer_is_final_only_if_nobody_can_repair_it(status: int, is_final: bool) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"retry-after": "77"}, text="a-secret")

    async def run() -> None:
        async with web_server(handler) as chosen:
            outcome = await posted(chosen, "webhook:team")
        assert isinstance(outcome, Undelivered)
        assert outcome.is_final is is_final
        assert outcome.is_unclear is False
        assert is_final or outcome.retry_after == 77.0
        assert "a-secret" not in outcome.why

    asyncio.run(run())


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.parametrize(("recipient", "is_unclear"), [("webhook:team", True), ("matrix:!r:example.org", False)])
def test_a_proxy_that_lost_its_server_is_unclear(recipient: str, is_unclear: bool, status: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status)

    async def run() -> None:
        async with web_server(handler) as chosen:
            outcome = await posted(chosen, recipient)
        assert isinstance(outcome, Undelivered)
        assert (outcome.is_final, outcome.is_unclear) == (False, is_unclear)

    asyncio.run(run())


@pytest.mark.parametrize(("recipient", "is_unclear"), [("webhook:team", True), ("matrix:!r:example.org", False)])
def test_a_connection_that_breaks_is_unclear_unless_the_server_takes_an_id_once(
    recipient: str, is_unclear: bool
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def run() -> None:
        async with web_server(handler) as chosen:
            outcome = await posted(chosen, recipient)
        assert isinstance(outcome, Undelivered)
        assert outcome.is_unclear is is_unclear

    asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "may_have_arrived"),
    [(300, False), (301, False), (302, True), (303, True), (304, False), (305, False), (307, False), (308, False)],
)
@pytest.mark.parametrize("recipient", ["webhook:team", "mattermost:town-square", "matrix:!r:example.org"])
def test_a_redirect_is_not_followed_and_says_only_after_a_deed_that_it_may_have_been_done(
    recipient: str, status: int, may_have_arrived: bool
) -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=status, headers={"location": "/elsewhere"})

    async def run() -> None:
        async with web_server(handler) as chosen:
            outcome = await posted(chosen, recipient)
        assert isinstance(outcome, Undelivered)
        assert outcome.is_final is False
        assert outcome.is_unclear is (may_have_arrived and not recipient.startswith("matrix:"))
        assert str(status) in outcome.why

    asyncio.run(run())
    assert len(seen) == 1
    assert "/elsewhere" not in seen


HTML = "<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("recipient", "kind", "text", "doubt"),
    [
        ("webhook:team", "text/html", HTML, ""),
        ("mattermost:town-square", "text/html", HTML, "see mattermost.url"),
        ("mattermost:town-square", "text/plain", "ok", ""),
        ("matrix:!r:example.org", "text/html", HTML, "see matrix.url"),
        ("matrix:!r:example.org", "application/json", "", "see matrix.url"),
        ("matrix:!r:example.org", "application/json", "[]", "see matrix.url"),
        ("matrix:!r:example.org", "application/json", "{}", "see matrix.url"),
        ("matrix:!r:example.org", "application/json", '{"event_id": 1}', "see matrix.url"),
        ("matrix:!r:example.org", "application/json", "[" * 40_000, "see matrix.url"),
        ("matrix:!r:example.org", "application/json", '{"event_id": "$1", "more": []}', ""),
        ("matrix:!r:example.org", "text/plain", '{"event_id": "$1"}', ""),
    ],
)
def test_success_that_is_not_the_other_sides_is_no_delivery(recipient: str, kind: str, text: str, doubt: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kind)

    async def run() -> None:
        async with web_server(handler) as chosen:
            outcome = await posted(chosen, recipient)
        if not doubt:
            assert isinstance(outcome, Posted)
            return
        assert isinstance(outcome, Undelivered)
        assert (outcome.is_final, outcome.is_unclear) == (False, False)
        assert outcome.why.startswith("HTTP 200")
        assert doubt in outcome.why

    asyncio.run(run())


@pytest.mark.parametrize(
    ("recipient", "key"),
    [
        ("mail:ada@example.org", "mail.host"),
        ("webhook:team", "webhook.url"),
        ("mattermost:town-square", "mattermost.url"),
        ("matrix:!r:example.org", "matrix.url and matrix.token"),
    ],
)
def test_a_way_that_is_not_set_up_says_which_key_is_missing(recipient: str, key: str) -> None:
    outcome = asyncio.run(posted(settings(), recipient))
    assert isinstance(outcome, Undelivered)
    assert outcome.why == f"{key} not set"
    assert check_way(settings(), recipient).missing == f"{key} not set"
