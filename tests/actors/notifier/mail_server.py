"""An SMTP server for tests that does what it is told, in a thread: with TLS from the first byte or later, and login."""

import asyncio
import ssl
import threading
from collections import deque
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "callboard", "a-password-of-ours"

TAKEN = "250 taken"
HANG_UP = "hang up"
"""Instead of an answer to the mail's data, once it has arrived."""


class MailServer:
    """`security` is what it offers, and what our settings say. Scripted answers are given once each, in turn; after
    them everything is taken."""

    def __init__(self, security: str = "none", tls: ssl.SSLContext | None = None, has_login: bool = False) -> None:
        self._security, self._tls, self._has_login = security, tls, has_login
        self._loop = asyncio.new_event_loop()
        self.rcpt: deque[str] = deque()
        self.data: deque[str] = deque()
        self.arrived: list[bytes] = []
        self.senders: list[str] = []
        self._connections: list[SMTP] = []
        self.port = 0

    # --- what came

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each mail whose data arrived, taken or not."""
        return [message_from_bytes(each, policy=policy.default)["Message-ID"] for each in self.arrived]

    @property
    def recipients(self) -> list[str]:
        """Who each of them is to."""
        return [message_from_bytes(each, policy=policy.default)["To"] for each in self.arrived]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The section `mail` for it."""
        login = {"user": USER, "password": PASSWORD} if self._has_login else {}
        known = {"host": "localhost", "port": self.port, "security": self._security, "timeout": 20.0}
        return known | {"sender": "callboard@example.net"} | login | changes

    # --- the thread

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(60.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(60.0)
        self._loop.close()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._over = asyncio.Event()
        at_once = self._tls if self._security == "tls" else None
        server = await self._loop.create_server(self._protocol, "localhost", 0, ssl=at_once)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._over.wait()
        server.close()
        for each in self._connections:
            for transport in (each.transport, each._original_transport):
                if isinstance(transport, asyncio.WriteTransport):
                    transport.abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the transports close

    def _protocol(self) -> SMTP:
        self._connections.append(self._connection())
        return self._connections[-1]

    def _connection(self) -> SMTP:
        return SMTP(
            self,
            hostname="mail.example.org",
            loop=self._loop,
            tls_context=self._tls if self._security == "starttls" else None,
            require_starttls=self._security == "starttls",
            authenticator=_authenticated if self._has_login else None,
            auth_exclude_mechanism=[] if self._has_login else ["LOGIN", "PLAIN"],
            # of TLS from the first byte aiosmtpd knows nothing
            auth_required=self._has_login and self._security != "tls",
            auth_require_tls=self._security != "tls",
        )

    # --- what it does; the names are aiosmtpd's

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, sender: str, options: Any) -> str:
        envelope.mail_from = sender
        self.senders.append(sender)
        return "250 ok"

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        answer = self.rcpt.popleft() if self.rcpt else "250 ok"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.arrived.append(envelope.content)
        answer = self.data.popleft() if self.data else TAKEN
        if answer == HANG_UP:
            server.transport.abort()
        return answer


def _authenticated(server: Any, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    is_known = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=False)


def certificate(folder: Path, name: str = "localhost", days: float = 30.0) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate that runs out after `days`, and the file of its authority."""
    authority, now = trustme.CA(), datetime.now(UTC)
    leaf = authority.issue_cert(name, not_before=now - timedelta(days=60), not_after=now + timedelta(days=days))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return context, file
