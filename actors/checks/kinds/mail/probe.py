"""Sends a mail, looks for it, or both: then what is looked for is the token that was sent."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp.abc import AbstractResolver

from actors.checks.conditions.evaluate import Evidence
from actors.checks.kinds.findings import CheckFinding, PhaseClock, so_far, until_ms, utc_now
from actors.checks.kinds.mail.imap import ImapMailbox
from actors.checks.kinds.mail.smtp import ACCEPTED, SmtpSeen, SmtpSender
from actors.checks.kinds.mail.writing import MailFailed, written_mail
from actors.checks.kinds.tls import TlsContexts, on_handshake
from messages.check_definitions import CheckDefinition, CheckKind

FIRST_LOOK_SECONDS = 0.1
LONGEST_LOOK_SECONDS = 5.0
"""The pause between two looks for a mail, which grows by half each time."""


@dataclass(slots=True, kw_only=True)
class _MailRun:
    """What one run has found out so far."""

    clock: PhaseClock = field(default_factory=PhaseClock)
    began: float = field(default_factory=time.perf_counter)
    smtp: SmtpSeen = field(default_factory=SmtpSeen)
    ip: str = ""
    ends: tuple[datetime, ...] = ()
    code: int | None = None
    round_trip: float | None = None
    age: float | None = None

    def finding(self, error: str) -> CheckFinding:
        """Up to now."""
        now, ends = utc_now(), (*self.smtp.ends, *self.ends)
        ip = self.smtp.ip or self.ip
        evidence = Evidence(
            connected=bool(ip),
            status=self.code,
            response_ms=(time.perf_counter() - self.began) * 1000,
            ip=ip,
            certificate_ms=until_ms(ends[:1], now),
            chain_ms=until_ms(ends, now),
            round_trip_ms=None if self.round_trip is None else self.round_trip * 1000,
            message_age_ms=None if self.age is None else self.age * 1000,
        )
        return CheckFinding(evidence=evidence, phases=self.clock.times(), error=error)


class MailProbe:
    """Owned by a runner."""

    def __init__(self, resolver: AbstractResolver, contexts: TlsContexts) -> None:
        self._resolver = resolver
        self._contexts = contexts
        self._sender = SmtpSender(resolver, contexts)

    async def find(self, check: CheckDefinition) -> CheckFinding:
        """Carry it out; each step has its own time limit, and the whole the caller's."""
        run = _MailRun()
        so_far.set(run.finding)
        on_handshake.set(lambda: run.clock.begin("tls"))
        try:
            if check.kind is CheckKind.IMAP:
                await self._look_for_newest(check, run)
            elif check.mail.mailbox.url:
                await self._send_and_look(check, run)
            else:
                await self._send(check, _token(), run)
        except MailFailed as error:
            run.code = error.code if error.code is not None else run.code
            return run.finding(str(error))
        return run.finding("")

    async def _send_and_look(self, check: CheckDefinition, run: _MailRun) -> None:
        """The mailbox is opened first: where that fails, no mail is sent that nobody would delete."""
        token = _token()
        async with ImapMailbox(check, self._contexts) as mailbox:
            await self._open(mailbox, run)
            sent = await self._send(check, token, run)
            run.clock.begin("transfer")
            uids = await self._arrived(check, mailbox, token, run)
            run.round_trip = time.perf_counter() - sent
            if check.mail.delete_after_check:
                await mailbox.delete(uids)
                await mailbox.delete(await mailbox.leftovers())

    async def _look_for_newest(self, check: CheckDefinition, run: _MailRun) -> None:
        async with ImapMailbox(check, self._contexts) as mailbox:
            await self._open(mailbox, run)
            uids = await mailbox.found(check.mail.search_subject)
            newest = await mailbox.newest(uids)
            if newest is not None:
                run.age = max(0.0, (utc_now() - newest).total_seconds())
            if check.mail.delete_after_check:
                await mailbox.delete(uids)

    async def _open(self, mailbox: ImapMailbox, run: _MailRun) -> None:
        try:
            await mailbox.open(self._resolver, run.clock)
        finally:
            run.ip, run.ends = mailbox.ip, mailbox.ends

    async def _send(self, check: CheckDefinition, token: str, run: _MailRun) -> float:
        """When the attempt began that was accepted. Who refuses for now is asked again."""
        for left in reversed(range(check.mail.retries + 1)):
            began = time.perf_counter()
            try:
                await self._sender.send(check, written_mail(check, token, utc_now()), run.clock, run.smtp)
            except MailFailed as error:
                if not error.is_for_now or not left:
                    raise
                run.code = error.code
                run.clock.begin("processing")
                await asyncio.sleep(check.mail.retry_delay)
            else:
                run.code = ACCEPTED
                return began
        raise AssertionError("the last attempt returns or raises")

    async def _arrived(
        self, check: CheckDefinition, mailbox: ImapMailbox, token: str, run: _MailRun
    ) -> tuple[int, ...]:
        """The uids of the mail with the token, as soon as it is there. A mailbox that fails meanwhile is opened
        again."""
        pause = FIRST_LOOK_SECONDS
        limit = check.mail.arrival_timeout
        deadline = time.perf_counter() + limit
        failure: MailFailed | None = None
        while True:
            try:
                if failure is not None:
                    await self._open(mailbox, run)
                    run.clock.begin("transfer")
                failure = None
                if uids := await mailbox.found(token):
                    return uids
            except MailFailed as error:
                failure = error
            left = deadline - time.perf_counter()
            if left <= 0:
                raise failure or MailFailed(f"the mail was accepted, but did not arrive within {limit:g} s")
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, LONGEST_LOOK_SECONDS)


def _token() -> str:
    return secrets.token_hex(8)
