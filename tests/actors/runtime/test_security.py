"""A stranger on the machine connects to the actor system's ports: nothing of what he sends runs."""

import contextlib
import os
import pickle
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from thespian.system.transport.streamBuffer import toSendBuffer

from actors.runtime.os.security import SignedPickle, UnsignedMessage
from actors.runtime.os.system import SIMPLE, TCP
from tests.actors.harness import Harness
from tests.actors.runtime.cast import Order, Report, Stumbler
from tests.e2e.service import members

pytestmark = pytest.mark.bases(SIMPLE, TCP)


class Payload:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (os.mkdir, (str(self._path),))


@pytest.fixture
def harness(make_harness: Callable[..., Harness]) -> Harness:
    harness = make_harness()
    harness.begin(Stumbler, "stumbler")
    return harness


def listening_ports(harness: Harness) -> Iterator[tuple[str, int]]:
    """Where this process and the actor processes listen."""
    group = {process.pid for process in members(harness.driver.process_group)}
    for connection in psutil.net_connections("inet"):
        if connection.status == psutil.CONN_LISTEN and connection.pid in {os.getpid(), *group}:
            address: Any = connection.laddr
            yield address.ip, address.port


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_all_ports_are_on_loopback(harness: Harness) -> None:
    found = list(listening_ports(harness))
    assert len(found) >= 3
    assert {host for host, _ in found} == {"127.0.0.1"}


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_a_pickle_of_a_stranger_is_not_unpickled(harness: Harness, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        strangers = []
        for number, address in enumerate(listening_ports(harness)):
            stranger = stack.enter_context(socket.create_connection(address, timeout=20))
            stranger.sendall(toSendBuffer((None, Payload(tmp_path / f"broken-into-{number}")), pickle.dumps))
            strangers.append(stranger)
        assert len(strangers) >= 3
        orders = until_refused(harness, strangers)
    assert list(tmp_path.iterdir()) == []
    assert harness.ask(Order(request_id="last", what="count"), Report).text == str(orders + 1)


def until_refused(harness: Harness, strangers: list[socket.socket]) -> int:
    """Let the system work until everybody has looked at what was sent: each says so, or closes. How many orders it
    took; this process is one of those who must look, and looks while it waits for an answer."""
    deadline, orders, waiting = time.monotonic() + 60, 0, list(strangers)
    while waiting:
        orders += 1
        assert harness.ask(Order(request_id=str(orders), what="count"), Report).text == str(orders)
        answered, _, _ = select.select(waiting, [], [], 0.05)
        waiting = [stranger for stranger in waiting if stranger not in answered]
        assert time.monotonic() < deadline, "somebody has not looked at what was sent"
    return orders


def test_the_payload_would_do_harm_where_nothing_is_signed(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "harm")))
    assert (tmp_path / "harm").exists()


def test_only_the_right_key_is_accepted() -> None:
    ours, theirs = SignedPickle(b"k" * 32), SignedPickle(b"x" * 32)
    assert ours.loads(ours.dumps({"a": 1})) == {"a": 1}
    for forged in (theirs.dumps(1), pickle.dumps(1), b"", struct.pack(">Q", 1)):
        with pytest.raises(UnsignedMessage):
            ours.loads(forged)
