"""What happens to the ports of the stage, and how they are after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from actors.stage.world.ports import Mailbox, PortFault, PortScript, without_fault

MOST_HEARD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPort:
    """A port of this name listens from now on, or does something else than before at the same number."""

    name: str
    script: PortScript


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePort:
    """Connections to this port are refused from now on, and those that are open end."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutMail:
    """A mail is in a folder, since `at`."""

    folder: str
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PortFaultMet:
    """A fault of a port has happened."""

    name: str
    fault: PortFault


@dataclass(frozen=True, slots=True, kw_only=True)
class PortHeard:
    """Somebody has said a line to a port. Nothing is kept of what may be a password."""

    name: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFlagged:
    """A mail has these flags from now on."""

    folder: str
    uid: int
    flags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRemoved:
    """Mails are gone."""

    folder: str
    uids: tuple[int, ...]


PortEvent = OpenPort | ClosePort | PutMail | PortFaultMet | PortHeard | MailFlagged | MailRemoved


@dataclass(frozen=True, slots=True, kw_only=True)
class PortsState:
    """What each port does, by name; the latest lines that each `heard`; the mail of all. The mappings are never changed
    in place."""

    scripts: Mapping[str, PortScript] = field(default_factory=dict)
    heard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mail: Mailbox = field(default_factory=lambda: Mailbox(folders={}))


def ports_after(ports: PortsState, event: PortEvent) -> PortsState:
    """The ports after one event."""
    match event:
        case OpenPort(name=name, script=script):
            return replace(ports, scripts={**ports.scripts, name: script})
        case ClosePort(name=name):
            return replace(ports, scripts={each: script for each, script in ports.scripts.items() if each != name})
        case PutMail():
            return replace(ports, mail=ports.mail.with_mail(event.folder, event.at, event.body))
        case PortFaultMet(name=name, fault=fault):
            scripts = {each: without_fault(script, fault) for each, script in ports.scripts.items() if each == name}
            return replace(ports, scripts={**ports.scripts, **scripts})
        case PortHeard(name=name, line=line):
            return replace(ports, heard={**ports.heard, name: (*ports.heard.get(name, ()), line)[-MOST_HEARD:]})
        case MailFlagged():
            return replace(ports, mail=ports.mail.with_flags(event.folder, event.uid, event.flags))
        case MailRemoved():
            return replace(ports, mail=ports.mail.without(event.folder, event.uids))
