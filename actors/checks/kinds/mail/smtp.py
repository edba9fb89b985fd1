"""Sends a mail by SMTP."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import aiosmtplib
from aiohttp.abc import AbstractResolver

from actors.checks.kinds.findings import PhaseClock
from actors.checks.kinds.mail.connecting import connected, failed, host_of, is_implicit, own_name
from actors.checks.kinds.mail.writing import MailFailed, refusal
from actors.checks.kinds.tls import TlsContexts, certificate_ends
from messages.check_definitions import CheckDefinition

ACCEPTED = 250

LEAVE_SECONDS = 1.0

MOST_SAID_CHARACTERS = 80


@dataclass(slots=True, kw_only=True)
class SmtpSeen:
    """What was found out about the server: the address that answered, and when its certificates run out."""

    ip: str = ""
    ends: tuple[datetime, ...] = ()


class SmtpSender:
    """Sends for a runner. Neither names nor TLS contexts are left to aiosmtplib: it would use threads for them."""

    def __init__(self, resolver: AbstractResolver, contexts: TlsContexts) -> None:
        self._resolver = resolver
        self._contexts = contexts

    async def send(self, check: CheckDefinition, mail: EmailMessage, clock: PhaseClock, seen: SmtpSeen) -> None:
        """One attempt; it returns when the server has accepted the mail. Raises MailFailed."""
        limit = check.mail.send_timeout
        try:
            async with asyncio.timeout(limit):
                await self._send(check, mail, clock, seen)
        except TimeoutError:
            raise MailFailed(f"SMTP: the mail was not accepted within {limit:g} s") from None
        except aiosmtplib.SMTPException as error:
            raise _failed(error) from error
        except (OSError, ValueError) as error:
            raise failed(error, "SMTP") from error

    async def _send(self, check: CheckDefinition, mail: EmailMessage, clock: PhaseClock, seen: SmtpSeen) -> None:
        login = check.mail.login
        context = self._contexts.context(check.tls)
        sock = await connected(self._resolver, login.url, clock, check.ip_version)
        seen.ip = str(sock.getpeername()[0])
        try:
            client = aiosmtplib.SMTP(
                hostname=check.tls.server_name or host_of(login.url),
                sock=sock,
                local_hostname=own_name(),
                use_tls=is_implicit(login.url),
                start_tls=False,
                tls_context=context,
                timeout=None,
            )
        except ValueError:
            sock.close()
            raise
        try:
            await client.connect()
            clock.begin("processing")
            if check.mail.starttls and not is_implicit(login.url):
                await self._start_tls(client)
                clock.begin("processing")
            seen.ends = certificate_ends(client.get_transport_info("ssl_object"))
            if login.username:
                await client.login(login.username, login.password)
            await client.sendmail(check.mail.sender, [check.mail.recipient], mail.as_bytes())
        finally:
            await _leave(client)

    async def _start_tls(self, client: aiosmtplib.SMTP) -> None:
        await client.ehlo()
        if not client.supports_extension("starttls"):
            raise MailFailed("SMTP: the server does not offer STARTTLS; `starttls: false` goes without")
        await client.starttls()


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Take leave, and wait only a moment for the answer: what was accepted is accepted whatever that is."""
    transport = client.transport
    if transport is not None and client.is_connected:
        with suppress(TimeoutError, aiosmtplib.SMTPException):
            async with asyncio.timeout(LEAVE_SECONDS):
                await client.quit()
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()  # it would wait for the other side to end TLS


def _failed(error: aiosmtplib.SMTPException) -> MailFailed:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLError | ConnectionRefusedError):
        return failed(cause, "SMTP")
    match error:
        case aiosmtplib.SMTPResponseException(code=code) if code < 0:
            said = error.message.partition("line: ")[2].strip()
            return MailFailed(f"SMTP: the server says what is no SMTP: {said[:MOST_SAID_CHARACTERS]!r}")
        case aiosmtplib.SMTPAuthenticationError():
            return refusal("the login", error.code, error.message)
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return refusal("the recipient", first.code, first.message)
        case aiosmtplib.SMTPSenderRefused():
            return refusal("the sender", error.code, error.message)
        case aiosmtplib.SMTPDataError():
            return refusal("the mail", error.code, error.message)
        case aiosmtplib.SMTPResponseException():
            return refusal("to serve", error.code, error.message)
        case aiosmtplib.SMTPServerDisconnected() | aiosmtplib.SMTPConnectError():
            return MailFailed("SMTP: the server closed the connection")
        case _:
            return MailFailed(f"SMTP: {error}")
