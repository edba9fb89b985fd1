"""The ring of an actor's last turns."""

from collections.abc import Iterator
from datetime import UTC, datetime

from actors.control.answers.trace import merged_trace
from actors.front.commands.printing import terminal, trace_output
from actors.front.commands.printing.hints import Hints
from actors.runtime.trace import LOOP, MOST_SENT, MOST_TURNS, TraceRing
from messages.delivery import Deliver
from messages.papers import CaughtUp
from messages.trace import TracedTurn, TraceQuery, TraceReply
from tests.builders import NOON


def seconds() -> Iterator[float]:
    number = 0
    while True:
        yield 1000.0 + number * 0.5
        number += 1


def a_ring() -> TraceRing:
    moments = seconds()
    return TraceRing(lambda: next(moments))


def told(ring: TraceRing, limit: int = MOST_TURNS) -> tuple[TracedTurn, ...]:
    return ring.newest(limit, "prober", str)


def test_a_turn_is_kept_with_its_sender_its_time_and_what_it_sent() -> None:
    ring = a_ring()
    ring.begin()
    ring.sends(TraceReply(request_id="1", turns=()), "control")
    ring.sends(Deliver(source="prober", seq=1, event=CaughtUp(since=NOON, at=NOON), first=1), "watchlist")
    ring.end("TraceQuery", "control")
    assert told(ring) == (
        TracedTurn(
            actor="prober",
            at=datetime.fromtimestamp(1000.0, UTC),
            what="TraceQuery",
            sender="control",
            seconds=0.5,
            sent=(("TraceReply", "control"), ("CaughtUp", "watchlist")),
        ),
    )


def test_a_call_of_its_own_has_no_sender() -> None:
    ring = a_ring()
    ring.begin()
    ring.end("_send_next", None)
    assert told(ring)[0].sender == ""


def test_what_is_sent_between_turns_belongs_to_none_of_them() -> None:
    ring = a_ring()
    ring.begin()
    ring.end("Begin", "parent")
    ring.sends(TraceQuery(request_id="1", limit=1), "index")
    ring.begin()
    ring.end("Introduce", "parent")
    assert [(turn.what, turn.sent) for turn in told(ring)] == [
        ("Begin", ()),
        (LOOP, (("TraceQuery", "index"),)),
        ("Introduce", ()),
    ]


def test_the_ring_is_bounded_in_turns_and_in_what_each_sends() -> None:
    ring = a_ring()
    for number in range(MOST_TURNS + 10):
        ring.begin()
        for _ in range(MOST_SENT + 5):
            ring.sends(NOON, "index")
        ring.end(str(number), None)
    assert len(told(ring)) == MOST_TURNS
    assert told(ring)[-1].what == str(MOST_TURNS + 9)
    assert len(told(ring)[0].sent) == MOST_SENT
    assert [turn.what for turn in told(ring, 2)] == [str(MOST_TURNS + 8), str(MOST_TURNS + 9)]
    assert told(ring, 0) == ()


def a_turn(actor: str, second: int) -> TracedTurn:
    at = datetime.fromtimestamp(second, UTC)
    return TracedTurn(actor=actor, at=at, what="Begin", sender="", seconds=0.1, sent=(("Begun", "parent"),))


def test_the_turns_of_all_actors_are_one_list() -> None:
    trace = merged_trace([[a_turn("a", 1), a_turn("a", 3)], [a_turn("b", 2)]], ("c",), 2)
    assert [(turn.actor, turn.at.timestamp()) for turn in trace.turns] == [("b", 2.0), ("a", 3.0)]
    assert trace.unheard == ("c",)


def test_a_turn_is_a_line(capsys: object) -> None:
    turn = {
        "at": "2026-01-02T03:04:05.678Z", "actor": "prober", "what": "ProbeResults", "sender": "worker",
        "seconds": 0.0123, "sent": [["DraftsFound", "watchlist"]],
    }  # fmt: skip
    terminal.show({"turns": [turn], "unheard": ["index"]}, trace_output.show_trace, Hints())
    shown = capsys.readouterr().out.splitlines()  # type: ignore[attr-defined]
    assert shown[0] == "index did not answer; its turns are missing"
    assert "prober" in shown[1]
    assert "worker > ProbeResults" in shown[1]
    assert shown[1].endswith("12.3 ms  sent: watchlist DraftsFound")
