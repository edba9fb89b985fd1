"""A server of IMAP (RFC 3501, with UIDPLUS): as much of it as looking for a mail and deleting it takes."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import default

from actors.stage.ports.door import PortDoor
from actors.stage.world.port_events import MailFlagged, MailRemoved
from actors.stage.world.ports import GREETING, INBOX, ImapPort, PortFault, StagedMail

MOST_LINE_BYTES = 65_536

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')


async def serve_imap(door: PortDoor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    await ImapSession(door, reader, writer).serve()


class ImapSession:
    """One connection."""

    def __init__(self, door: PortDoor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._door = door
        self._reader = reader
        self._writer = writer
        self._is_encrypted = writer.get_extra_info("ssl_object") is not None
        self._is_in = False
        self._folder = ""
        self._is_over = False

    async def serve(self) -> None:
        """Until the other side leaves or is told to."""
        greeting = "* OK [CAPABILITY " + self._capabilities() + "] the stage is ready"
        fault = await self._door.met(GREETING)
        await self._say(greeting if fault is None else await self._spoilt(fault) or greeting)
        while not self._is_over and (line := await self._command()):
            tag, _, rest = line.partition(" ")
            words = [quoted.replace('\\"', '"').replace("\\\\", "\\") or plain for quoted, plain in _WORD.findall(rest)]
            if not words:
                await self._say(f"{tag or '*'} BAD no command")
                continue
            await self._carry_out(tag, words)

    async def _carry_out(self, tag: str, words: list[str]) -> None:
        name = words.pop(0).upper()
        if name == "UID" and words:
            name = f"UID {words.pop(0).upper()}"
        self._door.heard(name if name in ("LOGIN", "AUTHENTICATE") else " ".join((name, *words)))
        fault = await self._door.met(name)
        if fault is not None and (said := await self._spoilt(fault)):
            await self._say(f"{tag} {said}")
            return
        if self._is_over:
            return
        steps: dict[str, Callable[[Sequence[str]], Iterator[str | bytes]]] = {
            "CAPABILITY": self._capability,
            "NOOP": lambda words: iter(("OK nothing done",)),
            "LOGIN": self._login,
            "SELECT": self._select,
            "EXAMINE": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
            "UID EXPUNGE": self._expunge,
            "EXPUNGE": self._expunge,
            "LOGOUT": self._logout,
        }
        if name == "STARTTLS":
            await self._start_tls(tag)
        elif name not in steps:
            await self._say(f"{tag} BAD {name} is not known here")
        elif name.startswith(("UID", "EXPUNGE")) and not self._folder:
            await self._say(f"{tag} BAD no folder is selected")
        elif name in ("SELECT", "EXAMINE") and not self._is_in:
            await self._say(f"{tag} NO log in first")
        else:
            for each in steps[name](words):
                if isinstance(each, bytes):
                    self._writer.write(each)
                else:
                    await self._say(each if each.startswith("* ") else f"{tag} {each}")

    # --- commands

    def _capability(self, words: Sequence[str]) -> Iterator[str]:
        yield f"* CAPABILITY {self._capabilities()}"
        yield "OK that is all"

    def _login(self, words: Sequence[str]) -> Iterator[str]:
        script = self._script()
        self._is_in = tuple(words) == (script.username, script.password)
        yield "OK welcome" if self._is_in else "NO [AUTHENTICATIONFAILED] wrong user or password"

    def _select(self, words: Sequence[str]) -> Iterator[str]:
        folder = INBOX if words and words[0].upper() == INBOX else "".join(words[:1])
        mail = self._door.stage.world.ports.mail
        if folder not in {INBOX, *mail.folders, *self._script().folders}:
            yield "NO [NONEXISTENT] there is no such folder"
            return
        self._folder = folder
        yield f"* {len(self._mails())} EXISTS"
        yield "* OK [UIDVALIDITY 1] valid"
        yield "OK [READ-WRITE] selected"

    def _search(self, words: Sequence[str]) -> Iterator[str]:
        keys, found = list(words), list(self._mails())
        while keys:
            key = keys.pop(0).upper()
            if key == "CHARSET":
                keys.pop(0)
            elif key == "SUBJECT" and keys:
                wanted = keys.pop(0)
                found = [mail for mail in found if wanted.lower() in header_of(mail, "Subject").lower()]
            elif key == "HEADER" and len(keys) > 1:
                name, wanted = keys.pop(0), keys.pop(0)
                found = [mail for mail in found if wanted.lower() in header_of(mail, name).lower()]
            elif key in ("SINCE", "BEFORE") and keys:
                day = datetime.strptime(keys.pop(0), "%d-%b-%Y").date()
                found = [mail for mail in found if (mail.at.date() >= day) == (key == "SINCE")]
            elif key not in ("ALL", "UNDELETED"):
                yield f"BAD {key} is not known here"
                return
        yield " ".join(("* SEARCH", *(str(mail.uid) for mail in found)))
        yield "OK searched"

    def _fetch(self, words: Sequence[str]) -> Iterator[str | bytes]:
        mails, wanted = self._mails(), " ".join(words[1:]).upper()
        for number, mail in enumerate(mails, 1):
            if not is_in_set(mail.uid, words[0], mails):
                continue
            items = f'* {number} FETCH (UID {mail.uid} INTERNALDATE "{mail.at.astimezone(UTC):%d-%b-%Y %H:%M:%S %z}"'
            if "BODY" not in wanted:
                yield f"{items})"
                continue
            head, line, body = mail.body.replace(b"\r\n", b"\n").partition(b"\n\n")
            text = (head + line + (b"" if "HEADER" in wanted else body)).replace(b"\n", b"\r\n")
            name = "BODY[HEADER]" if "HEADER" in wanted else "BODY[]"
            yield f"{items} {name} {{{len(text)}}}\r\n".encode() + text + b")\r\n"
        yield "OK fetched"

    def _store(self, words: Sequence[str]) -> Iterator[str]:
        given = frozenset(word.strip("()") for word in words[2:])
        for mail in self._mails():
            if is_in_set(mail.uid, words[0], self._mails()):
                flags = mail.flags | given if words[1].startswith("+") else mail.flags - given
                self._door.happened(MailFlagged(folder=self._folder, uid=mail.uid, flags=flags))
        yield "OK stored"

    def _expunge(self, words: Sequence[str]) -> Iterator[str]:
        mails = self._mails()
        gone = [
            mail.uid
            for mail in mails
            if r"\Deleted" in mail.flags and (not words or is_in_set(mail.uid, words[0], mails))
        ]
        numbers = [number for number, mail in enumerate(mails, 1) if mail.uid in gone]
        self._door.happened(MailRemoved(folder=self._folder, uids=tuple(gone)))
        for number in reversed(numbers):
            yield f"* {number} EXPUNGE"
        yield "OK expunged"

    def _logout(self, words: Sequence[str]) -> Iterator[str]:
        self._is_over = True
        yield "* BYE"
        yield "OK bye"

    # --- the line

    async def _start_tls(self, tag: str) -> None:
        tls = self._script().tls
        if tls is None or self._is_encrypted:
            await self._say(f"{tag} BAD there is no TLS")
            return
        await self._say(f"{tag} OK begin TLS")
        await self._writer.start_tls(self._door.context(tls))
        self._is_encrypted = True

    async def _command(self) -> str:
        """A whole command: literals come after a line that ends with their length (RFC 3501, 4.3)."""
        text = ""
        while True:
            text += (await self._reader.readline()).decode("utf-8", "replace").rstrip("\r\n")
            announced = re.search(r"\{([0-9]{1,6})(\+?)\}\Z", text)
            if announced is None:
                return text
            if not announced[2]:
                await self._say("+ go on")
            literal = (await self._reader.readexactly(int(announced[1]))).decode("utf-8", "replace")
            text = text[: announced.start()] + '"' + literal.replace("\\", "\\\\").replace('"', '\\"') + '"'

    async def _say(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())
        await self._writer.drain()

    async def _spoilt(self, fault: PortFault) -> str:
        if fault.ends:
            self._is_over = True
            self._writer.transport.abort()
        elif fault.silent:
            self._is_over = True
            await self._reader.read()
        return "" if self._is_over else fault.reply

    def _capabilities(self) -> str:
        tls = self._script().tls
        offers = tls is not None and not self._is_encrypted
        return "IMAP4rev1 UIDPLUS" + (" STARTTLS LOGINDISABLED" if offers else "")

    def _script(self) -> ImapPort:
        script = self._door.script()
        return script if isinstance(script, ImapPort) else ImapPort()

    def _mails(self) -> tuple[StagedMail, ...]:
        return self._door.stage.world.ports.mail.folders.get(self._folder, ())


def header_of(mail: StagedMail, name: str) -> str:
    """A header of a mail as text; empty if it has none."""
    return str(BytesHeaderParser(policy=default).parsebytes(mail.body).get(name, ""))


def is_in_set(uid: int, text: str, mails: Sequence[StagedMail]) -> bool:
    """Whether a set of uids (`4,7:9,12:*`) has one."""
    last = max((mail.uid for mail in mails), default=0)
    for part in text.split(","):
        first, _, end = part.partition(":")
        low, high = (last if each == "*" else int(each) for each in (first, end or first))
        if min(low, high) <= uid <= max(low, high):
            return True
    return False
