"""The control protocol: one JSON request a line, one JSON answer a line. Typed at the rim, by msgspec."""

import unicodedata
from typing import Annotated, Any, Literal

import msgspec

LONGEST_TEXT = 1000
"""Characters of each field, but for the text of `command`, which the watchlist judges."""

MOST_LISTED = 1_000_000
"""No list is longer; what an actor gives of it may be less."""

LONGEST_MAINTENANCE_SECONDS = 366 * 86_400.0


class ControlRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request. `command` carries out `text`, which `user` could type in Slack; `by` is the operator, here and where
    probing is switched. `limit` goes with drafts, recent and undelivered. `text` is also the id of something that is
    undelivered, the name for probe and explain, a number for paper, a source for
    accept, seconds for report. `compared` holds the papers or
    changes for recipients. `text` is what maintenance is of, for `seconds` (None: until it is ended) and a `reason`.
    `letters`, `letter_retry`, `letter_discard` are of version 0.1."""

    op: Literal[
        "health",
        "command",
        "drafts",
        "recent",
        "undelivered",
        "undelivered_retry",
        "undelivered_discard",
        "letters",
        "letter_retry",
        "letter_discard",
        "probing",
        "probing_on",
        "probing_off",
        "probe",
        "explain",
        "problems",
        "acknowledge",
        "report",
        "paper",
        "held",
        "accept",
        "recipients",
        "checks",
        "check_run",
        "check_pause",
        "check_resume",
        "maintenance",
        "maintenance_begin",
        "maintenance_end",
        "stop",
        "trace",
        "reload",
    ]
    user: str = ""
    text: str = ""
    by: str = ""
    compared: Any = None
    limit: Annotated[int, msgspec.Meta(ge=0, le=MOST_LISTED)] = 50
    seconds: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_MAINTENANCE_SECONDS)] | None = None
    reason: str = ""


class ControlAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: `result` when `ok`, else `error` in a sentence. Of a command that is refused, `result` has the same
    with its styles."""

    ok: bool
    result: Any = None
    error: str = ""


def decode_request(line: bytes) -> ControlRequest:
    """Raises msgspec.MsgspecError with what is wrong."""
    try:
        request = msgspec.json.decode(line, type=ControlRequest)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError("it is not UTF-8") from error
    except RecursionError as error:
        raise msgspec.DecodeError("it is nested too deeply") from error
    for field in ("user", "by") if request.op == "command" else ("user", "by", "text", "reason"):
        value = getattr(request, field)
        if len(value) > LONGEST_TEXT:
            raise msgspec.ValidationError(f"`{field}` has {len(value):,} characters; {LONGEST_TEXT:,} are allowed")
        if any(unicodedata.category(letter) == "Cc" for letter in value.strip()) or "\0" in value:
            raise msgspec.ValidationError(f"`{field}` has a control character")
    return request


def encode_line(value: ControlRequest | ControlAnswer) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(value) + b"\n"
