"""What goes over the control socket."""

import msgspec
import pytest

from actors.control.actor import LONGEST_LINE
from actors.control.protocol import ControlRequest, decode_request, encode_line
from actors.watchlist.commands.parse.parser import MAX_COMMAND_LENGTH


def test_the_longest_command_has_room_in_a_line() -> None:
    request = ControlRequest(op="command", user="U" * 64, text="\U0001f600" * MAX_COMMAND_LENGTH, by="operator root")
    line = encode_line(request)
    assert len(line) < LONGEST_LINE
    assert decode_request(line) == request


@pytest.mark.parametrize("op", ["letters", "letter_retry", "letter_discard", "undelivered", "undelivered_retry"])
def test_requests_of_version_0_1_are_still_read(op: str) -> None:
    assert decode_request(f'{{"op": "{op}", "text": "index/1"}}'.encode()).op == op


@pytest.mark.parametrize("line", [b"{}", b"no", b'{"op": "fly"}', b'{"op": "health", "more": 1}'])
def test_what_is_not_a_request_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_request(line)
