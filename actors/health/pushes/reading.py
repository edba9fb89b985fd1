"""What a request that pushes something says. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

import msgspec

from messages.heartbeats import HeartbeatSignal, PushHeartbeat

LONGEST_OUTPUT_BYTES = 10_000
LONGEST_RUN_ID_CHARACTERS = 64
LONGEST_ERROR_CHARACTERS = 1000

_SIGNALS: Mapping[str, HeartbeatSignal] = MappingProxyType(
    {
        "": HeartbeatSignal.SUCCESS,
        "start": HeartbeatSignal.START,
        "fail": HeartbeatSignal.FAIL,
        "log": HeartbeatSignal.LOG,
    }
)
LONGEST_DURATION_SECONDS = 8784 * 3600.0
"""More would stand in the sums of its hour for good."""

_GO_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:h|ms|us|µs|ns|m|s))+")
_GO_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(h|ms|us|µs|ns|m|s)")
_SECONDS: Mapping[str, float] = MappingProxyType(
    {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
)


class UnreadablePush(ValueError):
    """What is wrong with a request; for whoever sent it."""


def pinged(request_id: str, token: str, signal: str, run_id: str, body: bytes) -> PushHeartbeat:
    """What `/ping/token/signal?rid=…` says; `signal` is empty, a word, or an exit status. Raises UnreadablePush."""
    known, status = _SIGNALS.get(signal), None
    if known is None:
        if re.fullmatch(r"[0-9]{1,3}", signal) is None or int(signal) > 255:
            raise UnreadablePush("expected start, fail, log, or an exit status from 0 to 255 behind the token")
        status = int(signal)
        known = HeartbeatSignal.FAIL if status else HeartbeatSignal.SUCCESS
    if len(run_id) > LONGEST_RUN_ID_CHARACTERS or not run_id.isprintable():
        raise UnreadablePush(f"rid: expected at most {LONGEST_RUN_ID_CHARACTERS} characters")
    return PushHeartbeat(
        request_id=request_id,
        token=token,
        signal=known,
        exit_status=status,
        run_id=run_id,
        output=readable(body[:LONGEST_OUTPUT_BYTES]),
    )


def pushed(
    request_id: str, endpoint: str, token: str, asked: Mapping[str, str], body: bytes
) -> PushHeartbeat:  # fmt: skip
    """What gatus' `/api/v1/endpoints/{key}/external` says by `success`, `error` and `duration`; the error may be in a
    JSON body too. Raises UnreadablePush."""
    success = asked.get("success", "")
    if success not in ("true", "false"):
        raise UnreadablePush("missing or invalid success query parameter")
    duration = asked.get("duration", "")
    if duration and _GO_DURATION.fullmatch(duration) is None:
        raise UnreadablePush("invalid duration: expected one such as 1m30s or 250ms")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _GO_PART.findall(duration))
    if seconds > LONGEST_DURATION_SECONDS:
        raise UnreadablePush("invalid duration: expected at most 8784h, which is a year")
    errors = [asked.get("error", ""), _error_in(body)]
    return PushHeartbeat(
        request_id=request_id,
        token=token,
        endpoint=unquote(endpoint) or "?",
        signal=HeartbeatSignal.SUCCESS if success == "true" else HeartbeatSignal.FAIL,
        error=readable("; ".join(filter(None, errors)).encode("utf-8", "replace"))[:LONGEST_ERROR_CHARACTERS],
        duration=seconds if duration else None,
    )


def readable(body: bytes) -> str:
    """Text as a table takes it."""
    return body.decode("utf-8", errors="replace").replace("\0", "")


def _error_in(body: bytes) -> str:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return ""
    error = document.get("error") if isinstance(document, dict) else None
    return error if isinstance(error, str) else ""
