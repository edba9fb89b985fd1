"""The script and the state of the stage as JSON. Bytes are base64, moments ISO 8601, spans seconds or ISO 8601."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FAULTS, Fault
from actors.stage.sites.pings import pings
from actors.stage.world.journal import JournalEntry
from actors.stage.world.port_events import OpenPort
from actors.stage.world.ports import PORTS, PortScript
from actors.stage.world.script import AddFault, ScriptEvent
from actors.stage.world.state import Attempt
from actors.stage.world.world import World

KIND = "kind"
"""The key that names the class of an event or a fault."""

_EVENTS: Mapping[str, type[ScriptEvent]] = MappingProxyType({kind.__name__: kind for kind in get_args(ScriptEvent)})
_FAULTS: Mapping[str, type[Fault]] = MappingProxyType({kind.__name__: kind for kind in FAULTS})
_PORTS: Mapping[str, type[PortScript]] = MappingProxyType({kind.__name__: kind for kind in PORTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that the stage's Slack took. `recipient` is the user of a direct conversation, elsewhere the channel;
    `metadata` is None where there was none; `payload` has all the arguments of the call but the token; `visible_to` is
    the only person who sees it, empty for everybody; `pings` the people it would ping, as `pings.pings` lists them;
    `first_text` the text before it was changed."""

    channel: str
    recipient: str
    ts: str
    at: datetime
    text: str
    metadata: dict[str, Any] | None
    payload: dict[str, Any]
    visible_to: str = ""
    pings: tuple[str, ...] = ()
    first_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPorts:
    """`numbers` of the ports by name; the certificate of the `authority` that theirs are from, and one with its key for
    a `client`, as PEM; the lines that each port `heard`; the bodies of the `mail` in each folder."""

    numbers: dict[str, int]
    authority: bytes
    client: bytes
    heard: dict[str, tuple[str, ...]]
    mail: dict[str, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageState:
    """`seq` events have happened; the messages in the order in which they came; for each site how many requests were
    answered with each status (0: with none); the faults that are left; the attempts to deliver to the app."""

    seq: int
    messages: tuple[Received, ...]
    answered: dict[Site, dict[int, int]]
    faults: int
    attempts: tuple[Attempt, ...] = ()


def encode_event(event: ScriptEvent) -> dict[str, Any]:
    """The event as builtin types."""
    built: dict[str, Any] = {KIND: type(event).__name__, **msgspec.to_builtins(event)}
    if isinstance(event, AddFault):
        built["rule"]["fault"][KIND] = type(event.rule.fault).__name__
    elif isinstance(event, OpenPort):
        built["script"][KIND] = type(event.script).__name__
    return built


def decode_events(body: bytes) -> tuple[ScriptEvent, ...]:
    """The events of a JSON array. Raises ValueError with what is wrong."""
    told = msgspec.json.decode(body, type=list[dict[str, Any]])
    return tuple(_event(event) for event in told)


def _event(told: dict[str, Any]) -> ScriptEvent:
    event: ScriptEvent = msgspec.convert(told, _kind_of(told, _EVENTS), dec_hook=_part)
    return event


def _part(wanted: type, told: Any) -> Fault | PortScript:
    kinds: Mapping[type, Mapping[str, type[Any]]] = {Fault: _FAULTS, PortScript: _PORTS}
    if wanted not in kinds or not isinstance(told, dict):
        raise ValueError(f"{told!r} is not a {wanted.__name__}")
    part: Fault | PortScript = msgspec.convert(told, _kind_of(told, kinds[wanted]))
    return part


def _kind_of(told: Mapping[str, Any], kinds: Mapping[str, type[Any]]) -> type[Any]:
    if (kind := kinds.get(str(told.get(KIND)))) is None:
        raise ValueError(f"{KIND} {told.get(KIND)!r} is none of {', '.join(kinds)}")
    if unknown := set(told) - {KIND, *kind.__dataclass_fields__}:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind


def state_of(world: World) -> StageState:
    """What the stage tells of itself."""
    slack = world.slack
    return StageState(
        seq=world.seq,
        messages=tuple(
            Received(
                channel=message.channel,
                recipient=slack.opened.get(message.channel, message.channel),
                ts=message.ts,
                at=message.at,
                text=message.text,
                metadata=msgspec.convert(message.payload.get("metadata"), dict[str, Any] | None),
                payload=dict(message.payload),
                visible_to=message.visible_to,
                pings=pings(message.payload),
                first_text=message.first_text,
            )
            for message in slack.messages
            if not message.author
        ),
        answered={site: dict(journal.statuses) for site, journal in world.journals.items()},
        faults=len(world.faults),
        attempts=slack.attempts,
    )


def encode_state(world: World) -> bytes:
    """The state as JSON."""
    return msgspec.json.encode(state_of(world))


def decode_state(body: bytes) -> StageState:
    """The state from JSON."""
    return msgspec.json.decode(body, type=StageState)


def encode_ports(ports: StagedPorts) -> bytes:
    """What is said of the ports, as JSON."""
    return msgspec.json.encode(ports)


def decode_ports(body: bytes) -> StagedPorts:
    """The same, from JSON."""
    return msgspec.json.decode(body, type=StagedPorts)


def encode_requests(entries: tuple[JournalEntry, ...]) -> bytes:
    """Entries of a journal as JSON."""
    return msgspec.json.encode(entries)


def decode_requests(body: bytes) -> tuple[JournalEntry, ...]:
    """Entries of a journal from JSON."""
    return msgspec.json.decode(body, type=tuple[JournalEntry, ...])
