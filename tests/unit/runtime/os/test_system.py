"""What an actor system needs of the machine."""

import socket

import pytest

from actors.runtime.failures import SystemRefused
from actors.runtime.os.security import LOOPBACK
from actors.runtime.os.system import refuse_taken, reserved


def test_a_port_that_was_chosen_is_nobody_elses_until_it_is_listened_on() -> None:
    with reserved(0) as port:
        refuse_taken(port)
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind((LOOPBACK, port))
        with socket.socket() as admin:
            admin.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            admin.bind((LOOPBACK, port))
            admin.listen()
            with (
                socket.create_connection((LOOPBACK, port), timeout=20),
                pytest.raises(SystemRefused, match=f"port {port} "),
            ):
                refuse_taken(port)
