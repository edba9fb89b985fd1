"""What the ports of the stage say: pages, dialogues, names and mail, each as it is scripted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

INBOX = "INBOX"

GREETING = "GREETING"
"""Stands for the first line that a mail server says, where a fault names a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedTls:
    """The certificate runs out in `days`, that of the authority in between in `chain_days`; negative: it has. It is for
    these `names`, host names or addresses. `least` and `most`: versions (`1.2`, `1.3`), empty for any.
    `wants_client`: who connects must show a certificate too. `at_once`: TLS begins with the connection; otherwise where
    the conversation says so."""

    days: float = 90.0
    chain_days: float = 3650.0
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    least: str = ""
    most: str = ""
    wants_client: bool = False
    at_once: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PortFault:
    """What goes wrong at a `command` of a mail server, or at its greeting, for the next `times` (None: always): it
    takes `after` seconds; then `reply` is said instead of acting (without the tag of IMAP), and the connection `ends`
    or falls `silent`."""

    command: str
    after: float = 0.0
    reply: str = ""
    ends: bool = False
    silent: bool = False
    times: int | None = None


class PortScript:
    """What listens at one port."""

    __slots__ = ()

    tls: StagedTls | None
    faults: tuple[PortFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueLine:
    """One step of a conversation, in this order and each if it is not empty: wait `after` seconds, say `say`, `hear` a
    line, begin TLS, end the connection."""

    after: float = 0.0
    say: bytes = b""
    hear: bool = False
    starttls: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DialoguePort(PortScript):
    """A conversation over TCP. After its last step nothing is said until the other side leaves."""

    steps: tuple[DialogueLine, ...] = ()
    tls: StagedTls | None = None
    faults: tuple[PortFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePort(PortScript):
    """A web server with one page at all addresses, which comes `after` seconds."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    after: float = 0.0
    tls: StagedTls | None = None
    faults: tuple[PortFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePort(PortScript):
    """A name server by UDP and TCP. `zone` has lines as zone files do; other names do not exist. `rcode`: what it says
    to every question (`SERVFAIL`, `REFUSED`), empty: what is so. `truncates`: an answer by UDP is cut short.
    `wrong_id`: the answer is to another question. `silent`: there is none."""

    zone: tuple[str, ...] = ()
    rcode: str = ""
    after: float = 0.0
    truncates: bool = False
    wrong_id: bool = False
    silent: bool = False
    tls: StagedTls | None = None
    faults: tuple[PortFault, ...] = ()


class MailFate(Enum):
    """What becomes of a mail that was accepted."""

    DELIVERED = "delivered"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpPort(PortScript):
    """Takes mail for anybody and puts it into a folder, `late` seconds after it was accepted. With a `username`, who
    sends must log in."""

    username: str = ""
    password: str = ""
    folder: str = INBOX
    fate: MailFate = MailFate.DELIVERED
    late: float = 0.0
    tls: StagedTls | None = None
    faults: tuple[PortFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapPort(PortScript):
    """Shows the stage's one mailbox to whoever logs in; its folders are those that mail was put into, these `folders`,
    and INBOX."""

    username: str = ""
    password: str = ""
    folders: tuple[str, ...] = ()
    tls: StagedTls | None = None
    faults: tuple[PortFault, ...] = ()


PORTS: tuple[type[PortScript], ...] = (DialoguePort, PagePort, NamePort, SmtpPort, ImapPort)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedMail:
    """A mail in a folder: `uid` is unique on the stage, `at` when it was put there."""

    uid: int
    at: datetime
    body: bytes
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """The mails of each folder, in the order of their coming. The mapping is never changed in place."""

    folders: Mapping[str, tuple[StagedMail, ...]]
    next_uid: int = 1

    def with_mail(self, folder: str, at: datetime, body: bytes) -> "Mailbox":
        """With one mail more."""
        mail = StagedMail(uid=self.next_uid, at=at, body=body)
        return Mailbox(
            folders={**self.folders, folder: (*self.folders.get(folder, ()), mail)}, next_uid=self.next_uid + 1
        )

    def with_flags(self, folder: str, uid: int, flags: frozenset[str]) -> "Mailbox":
        """With other flags of one mail."""
        mails = tuple(replace(mail, flags=flags) if mail.uid == uid else mail for mail in self.folders.get(folder, ()))
        return replace(self, folders={**self.folders, folder: mails})

    def without(self, folder: str, uids: tuple[int, ...]) -> "Mailbox":
        """Without these mails."""
        mails = tuple(mail for mail in self.folders.get(folder, ()) if mail.uid not in uids)
        return replace(self, folders={**self.folders, folder: mails})


def fault_at(script: PortScript, command: str) -> PortFault | None:
    """The first fault of a command that is left."""
    return next((fault for fault in script.faults if fault.command == command), None)


def without_fault(script: PortScript, met: PortFault) -> PortScript:
    """The script after this fault has happened once."""
    if met.times is None or met not in script.faults:
        return script
    place = script.faults.index(met)
    left = () if met.times <= 1 else (replace(met, times=met.times - 1),)
    faults = script.faults[:place] + left + script.faults[place + 1 :]
    changed: PortScript = replace(script, faults=faults)  # type: ignore[type-var]
    return changed
