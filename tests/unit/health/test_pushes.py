"""What jobs push, as it comes over HTTP."""

from typing import Any

import pytest

from actors.health.pushes.reading import LONGEST_OUTPUT_BYTES, UnreadablePush, pinged, pushed
from messages.heartbeats import HeartbeatSignal, PushHeartbeat


def ping(signal: str = "", run_id: str = "", body: bytes = b"") -> PushHeartbeat:
    return pinged("r", "token", signal, run_id, body)


@pytest.mark.parametrize(
    ("signal", "meaning", "status"),
    [
        ("", HeartbeatSignal.SUCCESS, None),
        ("start", HeartbeatSignal.START, None),
        ("fail", HeartbeatSignal.FAIL, None),
        ("log", HeartbeatSignal.LOG, None),
        ("0", HeartbeatSignal.SUCCESS, 0),
        ("1", HeartbeatSignal.FAIL, 1),
        ("255", HeartbeatSignal.FAIL, 255),
    ],
)
def test_the_end_of_the_address_says_what_happened(signal: str, meaning: HeartbeatSignal, status: int | None) -> None:
    push = ping(signal, run_id="7", body=b"printed")
    assert (push.signal, push.exit_status, push.run_id, push.output) == (meaning, status, "7", "printed")


@pytest.mark.parametrize("signal", ["256", "-1", "1.0", "stop", "START", "٣", "0000"])
def test_what_is_no_signal_is_refused(signal: str) -> None:
    with pytest.raises(UnreadablePush, match="expected start"):
        ping(signal)


def test_a_run_id_is_short() -> None:
    with pytest.raises(UnreadablePush, match="rid"):
        ping(run_id="x" * 65)


def test_output_is_text_that_can_be_stored_and_cut() -> None:
    assert ping(body=b"a\0b\xff").output == "ab�"
    assert len(ping(body=b"x" * 50_000).output) == LONGEST_OUTPUT_BYTES


def external(body: bytes = b"", **asked: str) -> PushHeartbeat:
    return pushed("r", "core_backup", "token", asked, body)


def test_gatus_way_to_push_is_understood() -> None:
    push = external(success="false", error="disk full", duration="1m30s")
    assert (push.signal, push.error, push.duration) == (HeartbeatSignal.FAIL, "disk full", 90.0)
    assert (push.endpoint, push.token) == ("core_backup", "token")
    assert external(success="true").duration is None
    assert external(success="true", duration="250ms").duration == pytest.approx(0.25)
    assert external(b'{"error": "from the body"}', success="false").error == "from the body"
    assert external(b'{"error": 1}', success="false", error="x\0").error == "x"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"success": "yes"},
        {"success": "true", "duration": "soon"},
        {"success": "true", "duration": "8785h"},
        {"success": "true", "duration": f"{'9' * 400}h"},
    ],
)
def test_what_gatus_refuses_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(UnreadablePush):
        external(**asked)


def test_a_token_is_not_shown() -> None:
    assert "token=" not in repr(ping())
