"""A mail server that takes mail for anybody, as aiosmtpd speaks SMTP. Its faults are met before it acts."""

import asyncio
from typing import Any, cast

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from actors.stage.ports.door import PortDoor
from actors.stage.world.port_events import PutMail
from actors.stage.world.ports import GREETING, MailFate, PortFault, SmtpPort

HOSTNAME = "mail.stage.example"


class StagedSmtp(SMTP):
    """One connection. What the base class reads and says itself is met in `push`: the greeting."""

    def __init__(self, door: PortDoor, loop: asyncio.AbstractEventLoop) -> None:
        script = door.script()
        tls = script.tls if script is not None else None
        super().__init__(
            _SmtpHooks(door),
            hostname=HOSTNAME,
            ident="ESMTP",
            loop=loop,
            tls_context=None if tls is None or tls.at_once else door.context(tls),
            authenticator=lambda server, session, envelope, mechanism, data: _login(door, data),
            auth_require_tls=False,
        )
        self._door = door
        self._has_greeted = False

    async def push(self, status: Any) -> None:
        """Say a line, the greeting after its fault."""
        if not self._has_greeted:
            self._has_greeted = True
            if (fault := await self._door.met(GREETING)) is not None:
                status = await spoilt(self, fault) or status
        await super().push(status)

    def leave(self) -> None:
        """End the connection."""
        if self.transport is not None:
            cast(asyncio.Transport, self.transport).abort()


async def spoilt(server: SMTP, fault: PortFault) -> str:
    """What is said because of a fault; empty: what would be said. Does not return where nothing is."""
    if fault.ends and server.transport is not None:
        cast(asyncio.Transport, server.transport).abort()
    if fault.ends or fault.silent:
        await asyncio.get_running_loop().create_future()  # the task ends with its connection
    return fault.reply


class _SmtpHooks:
    """What aiosmtpd asks at each command."""

    def __init__(self, door: PortDoor) -> None:
        self._door = door

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, replies: list[str]
    ) -> list[str]:
        self._door.heard(f"EHLO {hostname}")
        session.host_name = hostname
        said = await self._said(server, "EHLO")
        return [said] if said else replies

    async def handle_AUTH(self, server: SMTP, session: Session, envelope: Envelope, arguments: list[str]) -> Any:
        return await self._said(server, "AUTH") or MISSING

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._door.heard(f"MAIL {address}")
        if said := await self._said(server, "MAIL"):
            return said
        script = self._door.script()
        if isinstance(script, SmtpPort) and script.username and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._door.heard(f"RCPT {address}")
        if said := await self._said(server, "RCPT"):
            return said
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._door.heard("DATA")
        if said := await self._said(server, "DATA"):
            return said
        script = self._door.script()
        if isinstance(script, SmtpPort) and script.fate is MailFate.DELIVERED:
            self._door.spawn(self._deliver(script, envelope.original_content or b""))
        return "250 2.0.0 Accepted"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._said(server, "QUIT") or "221 2.0.0 Bye"

    async def _said(self, server: SMTP, command: str) -> str:
        fault = await self._door.met(command)
        return "" if fault is None else await spoilt(server, fault)

    async def _deliver(self, script: SmtpPort, body: bytes) -> None:
        await asyncio.sleep(script.late)
        self._door.happened(PutMail(folder=script.folder, at=self._door.stage.now(), body=body))


def _login(door: PortDoor, data: Any) -> AuthResult:
    script = door.script()
    is_right = (
        isinstance(script, SmtpPort)
        and isinstance(data, LoginPassword)
        and (data.login.decode(), data.password.decode()) == (script.username, script.password)
    )
    return AuthResult(success=is_right, handled=False)
