"""What goes over the control socket."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.control.conversations import LONGEST_LINE
from actors.control.protocol import ControlRequest, decode_request, encode_line
from actors.watchlist.commands.parse.parser import MAX_COMMAND_LENGTH


@pytest.mark.parametrize("letter", ["\U0001f600", "\n", "\0", '"'])
def test_the_longest_command_has_room_in_a_line(letter: str) -> None:
    request = ControlRequest(op="command", user="U" * 64, text=letter * MAX_COMMAND_LENGTH, by="operator root")
    line = encode_line(request)
    assert len(line) < LONGEST_LINE
    assert decode_request(line) == request


@pytest.mark.parametrize("op", ["letters", "letter_retry", "letter_discard", "undelivered", "undelivered_retry"])
def test_requests_of_version_0_1_are_still_read(op: str) -> None:
    assert decode_request(f'{{"op": "{op}", "text": "index/1"}}'.encode()).op == op


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"no",
        b"",
        b'{"op": "fly"}',
        b'{"op": "health", "more": 1}',
        b'{"op": "\xff"}',
        b"\xff\xfe{\0}\0",
        b'{"op": "recipients", "compared": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
def test_what_is_not_a_request_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_request(line)


OPS = ("undelivered_retry", "undelivered_discard", "probing_on", "probing_off", "probe", "explain", "command", "drafts")


@given(
    st.sampled_from(OPS),
    st.sampled_from(["user", "by", "text"]),
    st.characters(categories=["Cc"]),
    st.text(max_size=3),
)
def test_a_control_character_in_any_field_is_refused_unless_it_is_in_a_command(
    op: Any, field: str, control: str, around: str
) -> None:
    values: dict[str, Any] = {field: f"x{around}{control}{around}x"}
    line = encode_line(ControlRequest(op=op, **values))
    if (op, field) == ("command", "text"):
        assert decode_request(line).text == f"x{around}{control}{around}x"
        return
    with pytest.raises(msgspec.MsgspecError, match="control character"):
        decode_request(line)


@pytest.mark.parametrize("text", ["\0", "D1234R0\0", "\0D1234R0"])
def test_a_nul_is_refused_at_an_end_too(text: str) -> None:
    with pytest.raises(msgspec.MsgspecError, match="`text` has a control character"):
        decode_request(encode_line(ControlRequest(op="explain", text=text)))


@pytest.mark.parametrize("field", ["user", "by", "text"])
def test_a_field_that_is_too_long_is_refused(field: str) -> None:
    with pytest.raises(msgspec.MsgspecError, match=f"`{field}` has 1,001 characters"):
        decode_request(b'{"op": "probe", "%b": "%b"}' % (field.encode(), b"x" * 1001))


@pytest.mark.parametrize("limit", [-1, 10**9, 10**30])
def test_a_limit_that_no_list_has_is_refused(limit: int) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_request(b'{"op": "drafts", "limit": %d}' % limit)
