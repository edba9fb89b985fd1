"""A mailbox by IMAP on asyncio streams: as much of the protocol as looking for a mail and deleting it takes.

`imaplib` blocks, and the clients that do not are under the GPL.
"""

import asyncio
import re
import ssl
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from aiohttp.abc import AbstractResolver

from actors.checks.kinds.findings import PhaseClock, utc_now
from actors.checks.kinds.mail.connecting import connected, failed, host_of, is_implicit
from actors.checks.kinds.mail.imap_lines import (
    capabilities_in,
    folder_name,
    newest_in,
    quoted,
    search_for_leftovers,
    search_for_subject,
    uid_set,
    uids_in,
)
from actors.checks.kinds.mail.writing import CHECK_HEADER, LONGEST_REPLY_CHARACTERS, MailFailed, mark_of
from actors.checks.kinds.tls import TlsContexts, certificate_ends, nameless
from messages.check_definitions import CheckDefinition, CheckKind, TlsOptions

LONGEST_LINE_BYTES = 1 << 20
MOST_LINES = 20_000
"""In one reply. A mailbox of 100,000 mails is found by a search in one line of 700 KB."""

MOST_LOOKED_AT = 200
"""Of the mails that were found, the last so many are asked when they came."""

_LITERAL = re.compile(rb"\{([0-9]{1,7})\}\r\n\Z")


class ImapMailbox:
    """One connection. Whoever opens it closes it."""

    def __init__(self, check: CheckDefinition, contexts: TlsContexts) -> None:
        self._check = check
        self._contexts = contexts
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._commands = 0
        self.ip = ""
        self.ends: tuple[datetime, ...] = ()

    async def open(self, resolver: AbstractResolver, clock: PhaseClock) -> None:
        """Connect, log in, and select the folder; also once more, over a connection of its own. Raises MailFailed."""
        await self.close()
        async with self._limited():
            await self._connect(resolver, clock)
            clock.begin("processing")
            can = capabilities_in([await self._line()])
            if self._check.mail.starttls and not is_implicit(self._check.mail.mailbox.url):
                await self._start_tls(can or capabilities_in(await self._said("CAPABILITY")))
                clock.begin("processing")
                can = frozenset()
            self.ends = certificate_ends(self._writer.get_extra_info("ssl_object"))
            await self._log_in(can or capabilities_in(await self._said("CAPABILITY")))
            await self._said(f"SELECT {folder_name(self._check.mail.folder)}", f"the folder {self._check.mail.folder}")

    async def found(self, subject: str) -> tuple[int, ...]:
        """The uids of the mails with this in their subject, also of those that came since the folder was selected.
        Raises MailFailed."""
        async with self._limited():
            await self._said("NOOP")
            command, literal = search_for_subject(subject)
            return uids_in(await self._said(command, literal=literal))

    async def newest(self, uids: Sequence[int]) -> datetime | None:
        """When the latest of these mails came; None if there are none. Raises MailFailed."""
        if not uids:
            return None
        async with self._limited():
            return newest_in(await self._said(f"UID FETCH {uid_set(uids[-MOST_LOOKED_AT:])} (UID INTERNALDATE)"))

    async def delete(self, uids: Sequence[int]) -> None:
        """Delete these, and no others: a server without UIDPLUS deletes those at the next EXPUNGE of anybody. Raises
        MailFailed."""
        if not uids:
            return
        async with self._limited():
            await self._said(rf"UID STORE {uid_set(uids)} +FLAGS.SILENT (\Deleted)")
            if "UIDPLUS" in capabilities_in(await self._said("CAPABILITY")):
                await self._said(f"UID EXPUNGE {uid_set(uids)}")

    async def leftovers(self) -> tuple[int, ...]:
        """The uids of mails of this check that came before yesterday: nobody looks for them any more. Raises
        MailFailed."""
        before = (utc_now() - timedelta(days=1)).date()
        async with self._limited():
            return uids_in(await self._said(search_for_leftovers(CHECK_HEADER, mark_of(self._check), before)))

    async def close(self) -> None:
        """End the connection without waiting for the other side."""
        if self._streams is not None:
            self._streams[1].transport.abort()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # --- the connection

    def _limited(self) -> "_Limited":
        return _Limited(self._check.mail.imap_timeout)

    async def _connect(self, resolver: AbstractResolver, clock: PhaseClock) -> None:
        url = self._check.mail.mailbox.url
        context = self._contexts.context(self._tls) if is_implicit(url) else None
        sock = await connected(resolver, url, clock, self._check.ip_version)
        self.ip = str(sock.getpeername()[0])
        self._streams = await asyncio.open_connection(
            sock=sock,
            limit=LONGEST_LINE_BYTES,
            ssl=context,
            server_hostname=self._server_name if context is not None else None,
        )

    async def _start_tls(self, can: frozenset[str]) -> None:
        if "STARTTLS" not in can:
            raise MailFailed("IMAP: the server does not offer STARTTLS; `starttls: false` goes without")
        await self._said("STARTTLS")
        await self._writer.start_tls(self._contexts.context(self._tls), server_hostname=self._server_name)

    async def _log_in(self, can: frozenset[str]) -> None:
        login = self._check.mail.mailbox
        if not login.username:
            return
        if "LOGINDISABLED" in can and "AUTH=PLAIN" not in can:
            raise MailFailed("IMAP: the server takes no password here: it wants TLS first")
        if "AUTH=PLAIN" in can:
            plain = b64encode(f"\0{login.username}\0{login.password}".encode())
            await self._said("AUTHENTICATE PLAIN", "the login", literal=plain + b"\r\n")
        else:
            await self._said(f"LOGIN {quoted(login.username)} {quoted(login.password)}", "the login")

    async def _said(self, command: str, what: str = "", literal: bytes | None = None) -> list[str]:
        """The lines that answer a command, without its last. `literal` is said when the server is ready for it. Raises
        MailFailed if the server refuses; `what` it refuses then, so that no password is shown."""
        self._commands += 1
        tag = f"C{self._commands}"
        self._writer.write(f"{tag} {command}\r\n".encode())
        await self._writer.drain()
        lines: list[str] = []
        while not (line := await self._line()).startswith(f"{tag} "):
            if line.startswith("+") and literal is not None:
                self._writer.write(literal if command.startswith("AUTH") else literal + b"\r\n")
                literal = None
            else:
                lines.append(line)
        answer = line[len(tag) + 1 :]
        if not answer.upper().startswith("OK"):
            raise MailFailed(f"IMAP: the server refused {what or ' '.join(command.split()[:2])}: {_cut(answer)}")
        return [*lines, answer]

    async def _line(self) -> str:
        """A line, with the literals in it (RFC 3501, 4.3) left out."""
        line = b""
        for _ in range(MOST_LINES):
            read = await self._reader.readline()
            if not read.endswith(b"\n"):
                raise MailFailed("IMAP: the server closed the connection")
            line += read
            if (literal := _LITERAL.search(line)) is None:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                if not re.match(r"\*|\+|C[0-9]", text):
                    raise MailFailed(f"IMAP: the server says what is no IMAP: {_cut(text)!r}")
                if text.upper().startswith("* BYE"):
                    raise MailFailed(f"IMAP: the server ended the connection: {_cut(text[6:])}")
                return text
            if int(literal[1]) > LONGEST_LINE_BYTES:
                raise MailFailed("IMAP: the server sends more than was asked for")
            await self._reader.readexactly(int(literal[1]))
            line = line[: literal.start()]
        raise MailFailed("IMAP: the server sends more than was asked for")

    @property
    def _server_name(self) -> str:
        """Of a check that sends a mail too, `server_name` is the name of that server."""
        named = self._check.tls.server_name if self._check.kind is CheckKind.IMAP else ""
        return named or host_of(self._check.mail.mailbox.url)

    @property
    def _tls(self) -> TlsOptions:
        """Our certificate is for the host in the check's URL."""
        is_own = host_of(self._check.mail.mailbox.url) == host_of(self._check.url)
        return self._check.tls if is_own else nameless(self._check.tls)

    @property
    def _reader(self) -> asyncio.StreamReader:
        assert self._streams is not None, "opened before"
        return self._streams[0]

    @property
    def _writer(self) -> asyncio.StreamWriter:
        assert self._streams is not None, "opened before"
        return self._streams[1]


class _Limited:
    """A step with its time limit, whose errors are MailFailed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            await self._timeout.__aexit__(kind, error, None)
        except TimeoutError:
            raise MailFailed(f"IMAP: no answer within {self._seconds:g} s") from None
        if isinstance(error, asyncio.IncompleteReadError):
            raise MailFailed("IMAP: the server closed the connection") from error
        if isinstance(error, ssl.SSLError | OSError | ValueError):
            raise failed(error, "IMAP") from error


def _cut(text: str) -> str:
    return text.strip()[:LONGEST_REPLY_CHARACTERS]
