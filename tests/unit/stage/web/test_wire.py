"""The script and the state as JSON."""

import json
from datetime import timedelta

import pytest

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FAULTS, Fault, FaultRule, FixedReply, Flood, Redirect, Refuse, Slow
from actors.stage.web import wire
from actors.stage.world.script import (
    AddFault,
    ClearFaults,
    PutDraft,
    RemoveDraft,
    ScriptEvent,
    SetIndex,
    SetRobots,
    StartOver,
)
from actors.stage.world.slack_events import LimitRate, NameMember, SetToken
from actors.stage.world.state import PaperFile, index_file, pack
from actors.stage.world.world import World
from tests.unit.stage.builders import NOON, a_call, visit

NEEDS: dict[type[Fault], Fault] = {
    FixedReply: FixedReply(status=429, headers=(("Retry-After", "3"),), body=b"\0\xff"),
    Redirect: Redirect(location="/x"),
    Flood: Flood(size=3),
    Refuse: Refuse(error="is_archived"),
    Slow: Slow(seconds=0.5),
}
EVENTS: list[ScriptEvent] = [
    SetIndex(file=index_file(pack(b"{}"), NOON)),
    PutDraft(name="D1R0.pdf", file=PaperFile(body=b"\0\xff", content_type="x/y", headers=(("A", "b"),))),
    RemoveDraft(name="D1R0.pdf"),
    SetRobots(text="User-agent: *"),
    SetRobots(text=None),
    ClearFaults(),
    ClearFaults(site=Site.SLACK),
    NameMember(id="U1", name="Ada"),
    SetToken(token="xoxb-new"),
    LimitRate(spacing=timedelta(seconds=1)),
    StartOver(),
    *(
        AddFault(rule=FaultRule(site=Site.PAPERS, fault=NEEDS.get(kind) or kind(), times=2, acts_first=True))
        for kind in FAULTS
    ),
]


def test_every_event_of_a_script_survives_the_way() -> None:
    body = json.dumps([wire.encode_event(event) for event in EVENTS]).encode()
    assert wire.decode_events(body) == tuple(EVENTS)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"kind": "PutDrift"}, "'PutDrift' is none of SetIndex"),
        ({"kind": "RemoveDraft"}, "name"),
        ({"kind": "RemoveDraft", "name": "x", "nome": "y"}, "RemoveDraft has no nome"),
        ({"kind": "AddFault", "rule": {"site": "moon", "fault": {"kind": "Reset"}}}, "moon"),
        ({"kind": "AddFault", "rule": {"site": "index", "fault": {"kind": "Slow"}}}, "seconds"),
        ({"kind": "AddFault", "rule": {"site": "index", "fault": {"kind": "Rest"}}}, "'Rest' is none of FixedReply"),
        ({"kind": "AddFault", "rule": {"site": "index", "fault": 3}}, "3 is not a Fault"),
    ],
)
def test_what_is_no_event_is_refused_with_the_reason(told: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        wire.decode_events(json.dumps([told]).encode())


def test_the_state_survives_the_way() -> None:
    world, _ = visit(World(), a_call(channel="U1", metadata={"event_type": "x", "event_payload": {"id": "7"}}))
    state = wire.decode_state(wire.encode_state(world))
    assert state == wire.state_of(world)
    (message,) = state.messages
    assert (message.recipient, message.text, message.at) == ("U1", "hello", NOON)
    assert message.metadata == {"event_type": "x", "event_payload": {"id": "7"}}
