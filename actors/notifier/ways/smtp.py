"""Hands mail to an SMTP server.

Only an answer to the mail's data can be unclear: it is sent again then, with the same Message-ID. What is lost before
that certainly had no effect. The mail is made before anybody is asked to take it. The name of this machine and the TLS
context are given: else the library would look them up in a thread.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from datetime import datetime

import aiosmtplib

from actors.notifier.model.outcomes import NOT_LEADING, Posted, Undelivered
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.ways.payloads import mail, sender_of
from actors.runtime.http.certificates import tls_context
from actors.runtime.http.client import network_of_this_process
from actors.runtime.http.session import words_of
from messages.settings import MailSettings

OF_THE_RECIPIENT = frozenset({550, 551, 553, 501})
"""There is no such address, or it may not be written to. Other refusals may be about us, and be repaired."""

TOO_LARGE, REFUSED_CONTENT = 552, 554

REFUSED = range(400, 600)
"""An answer to the mail's data with one of these says that it was not taken; any other is unclear."""

NO_LOGIN = frozenset({530, 534, 535, 538})
"""The server will not let us in like that."""

DATA_SECONDS = 600.0
"""How long the answer to the mail's data may take: RFC 5321, 4.5.3.2.6. Whoever waits less makes duplicates."""

FAREWELL_SECONDS = 2.0
"""How long the answer to QUIT may take. The mail's fate is known by then, and it should soon be stored."""


class MailWay:
    """One connection for each mail."""

    def __init__(self, chosen: MailSettings, leads: Callable[[], bool], now: Callable[[], datetime]) -> None:
        self._chosen = chosen
        self._leads = leads
        self._now = now
        self._network = network_of_this_process()

    async def send(self, message: OutgoingMessage, to: str) -> Posted | Undelivered:
        """One attempt."""
        sender = sender_of(self._chosen)
        if sender is None:
            return Undelivered(why="mail.sender is not an address")
        try:
            content = mail(message, to, sender, self._now()).as_bytes()
        except Exception as error:  # the email package raises many kinds
            return Undelivered(why=f"no mail can be made for {to}: {type(error).__name__}: {error}", is_final=True)
        try:
            return await self._hand_over(self._client(), message, to, sender.addr_spec, content)
        except ValueError as error:  # certificates, or a host, that cannot be used
            return Undelivered(why=f"the mail server {self._chosen.host}: {_one_line(error)}")

    async def _hand_over(
        self, client: aiosmtplib.SMTP, message: OutgoingMessage, to: str, sender: str, content: bytes
    ) -> Posted | Undelivered:
        has_begun = False
        try:
            async with asyncio.timeout(self._chosen.timeout):
                if missing := await self._open(client):
                    return Undelivered(why=missing)
                if not self._leads():
                    return Undelivered(why=NOT_LEADING)
                await client.mail(sender)
                await client.rcpt(to)
            has_begun = True
            await client.data(content, timeout=max(DATA_SECONDS, self._chosen.timeout))
            return Posted(channel=message.recipient, ts="")
        except aiosmtplib.SMTPResponseException as error:
            return self._refused(error, is_unclear=has_begun and error.code not in REFUSED)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Undelivered(why=self._words(error), is_unclear=has_begun)
        finally:
            await _leave(client)

    async def _open(self, client: aiosmtplib.SMTP) -> str:
        """Connect, with TLS and login as the configuration wants; what is missing there, if anything is."""
        chosen = self._chosen
        await client.connect()
        await client.ehlo()
        if chosen.security == "starttls":
            if not client.supports_extension("starttls"):
                return f"the mail server {chosen.host} offers no STARTTLS at port {chosen.port}: see mail.security"
            await client.starttls()
            await client.ehlo()
        if not chosen.user:
            return ""
        if not client.supported_auth_methods:
            return f"the mail server {chosen.host} offers no login that we know at port {chosen.port}: see mail.user"
        await client.login(chosen.user, chosen.password)
        return ""

    def _client(self) -> aiosmtplib.SMTP:
        chosen = self._chosen
        is_open = chosen.security == "none"
        return aiosmtplib.SMTP(
            hostname=chosen.host,
            port=chosen.port,
            local_hostname=socket.gethostname(),
            timeout=chosen.timeout,
            use_tls=chosen.security == "tls",
            start_tls=False,
            tls_context=None if is_open else tls_context(self._network, protocol=""),
        )

    def _refused(self, error: aiosmtplib.SMTPResponseException, *, is_unclear: bool) -> Undelivered:
        said = f"the mail server said {error.code} {_one_line(error.message)[:200]}"
        if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code in NO_LOGIN:
            return Undelivered(why=f"{said}: see mail.user and mail.password")
        if isinstance(error, aiosmtplib.SMTPRecipientRefused):
            return Undelivered(why=said, is_final=error.code in OF_THE_RECIPIENT)
        if isinstance(error, aiosmtplib.SMTPDataError):
            return Undelivered(why=said, is_final=error.code in (TOO_LARGE, REFUSED_CONTENT), is_unclear=is_unclear)
        return Undelivered(why=said, is_unclear=is_unclear)

    def _words(self, error: BaseException) -> str:
        chosen = self._chosen
        cause = error.__cause__ or error.__context__
        if isinstance(error, TimeoutError):
            said = f"no answer within {chosen.timeout:g} s"
        elif isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError):
            failed = cause if isinstance(cause, ssl.SSLError) else error
            said = f"{words_of(failed)} (port {chosen.port}, mail.security: {chosen.security})"
        elif isinstance(error, aiosmtplib.SMTPException):  # its words repeat asyncio's, and name addresses as tuples
            said = words_of(cause) if isinstance(cause, OSError) else _one_line(error)
        else:
            said = words_of(error)
        return f"the mail server {chosen.host}: {said}"


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say goodbye, if anybody listens; the connection is gone then, whatever the server does."""
    transport = client.transport
    try:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            if client.is_connected:
                await client.quit(timeout=FAREWELL_SECONDS)
    finally:
        client.close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()


def _one_line(said: object) -> str:
    return " ".join(str(said).split())
