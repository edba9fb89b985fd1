"""What an actor system needs of the machine."""

import os
import socket
from typing import Any

import pytest
from thespian.actors import Actor, ActorAddress, ActorExitRequest

from actors.runtime.engine.security import LOOPBACK
from actors.runtime.engine.system import SimpleDriver, refuse_taken, reserved
from actors.runtime.failures import SystemRefused
from messages.lifecycle import LoopOpened, Pump


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


class Bouncer(Actor):
    """Sends itself one number less each time; at 0 it tells whom it heard first."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:
        if not isinstance(message, int):
            return
        self.first = getattr(self, "first", sender)
        self.send(self.myAddress if message else self.first, message - 1 if message else "over")


class Client(Actor):
    """Stands for an actor with a loop: its descriptor is readable until it gets a turn."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:
        match message:
            case "open":
                self.fd = os.eventfd(0)
                self.send(sender, LoopOpened(name="client", fileno=self.fd, address=self.myAddress))
                self.send(sender, self.fd)
            case Pump():
                os.eventfd_read(self.fd)
                self.send(sender, "pumped")
            case ActorExitRequest():
                os.close(self.fd)


def test_loops_get_their_turn_while_actors_hand_each_other_messages_without_end() -> None:
    driver = SimpleDriver(hang_limit=600.0)
    try:
        bouncer, client = driver.create(Bouncer), driver.create(Client)
        driver.tell(client, "open")
        os.eventfd_write(driver.listen(60.0), 1)  # type: ignore[arg-type]
        driver.tell(bouncer, 50_000)
        heard = [driver.listen(60.0) for _ in range(2)]
    finally:
        driver.shut_down()
    assert heard == ["pumped", "over"]
