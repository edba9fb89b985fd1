"""What goes over the control socket."""

from actors.control.actor import LONGEST_LINE
from actors.control.protocol import ControlRequest, decode_request, encode_line
from actors.watchlist.commands.parse.language import LONGEST


def test_the_longest_command_has_room_in_a_line() -> None:
    request = ControlRequest(op="command", user="U" * 64, text="\U0001f600" * LONGEST, by="operator root")
    line = encode_line(request)
    assert len(line) < LONGEST_LINE
    assert decode_request(line) == request
