"""A stranger on the machine connects to the actor system's ports: nothing of what he sends runs."""

import contextlib
import itertools
import os
import pickle
import select
import socket
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thespian.actors import ActorAddress
from thespian.system.transport.streamBuffer import toSendBuffer
from thespian.system.transport.TCPTransport import TCPIncoming, TCPTransport

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.runtime.engine.security import (
    MAX_FRAME_BYTES,
    MAX_UNSIGNED,
    UNSIGNED_SECONDS,
    FrameBuffer,
    SignedPickle,
    UnsignedMessage,
    look_after,
)
from tests.actors.harness import Harness
from tests.actors.runtime.cast import Order, Report, Stumbler
from tests.actors.runtime.ports import listening_ports, memory_and_descriptors
from tests.chaos.framing import fuzz
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
    for forged in (theirs.dumps(1), ours.dumps(1)[:-1], pickle.dumps(1), b"", struct.pack(">Q", 1)):
        with pytest.raises(UnsignedMessage):
            ours.loads(forged)


LENGTHS = (
    b"-1>",
    b"-99999999999>",
    b"+5>",
    b" 70>",
    b"1_000>",
    b"0>",
    b"63>",
    b"99999999999>",
    b"9" * 40,
    b">",
    b"0x99>",
)
FRAMES = (
    *LENGTHS,
    *(length + b"a" * 200 for length in LENGTHS),
    b"70>" + b"a" * 70,
    b"%d>" % MAX_FRAME_BYTES + b"a" * 32,
    b"\xd9\xa1\xd9\xa2>",
    b"\x00" * 100,
    b"GET / HTTP/1.1\r\n\r\n",
)


def refusals(harness: Harness, expected: int) -> int:
    """How many connections the actor has counted, once it is as many as expected: it counts them at the end of a
    turn, which may be after they are closed."""
    deadline = time.monotonic() + 60.0
    for number in itertools.count():
        report = harness.ask(Order(request_id=f"count{number}", what="count"), Report)
        counted = dict(report.status.counters).get("connections_refused", 0)
        if counted >= expected or time.monotonic() > deadline:
            return counted
    raise AssertionError("it is counted without an end")


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_a_length_that_is_none_ends_its_connection_and_nothing_else(harness: Harness) -> None:
    processes = list(members(harness.driver.process_group))
    with contextlib.ExitStack() as stack:
        strangers = []
        for address in listening_ports(harness):
            for frame in FRAMES:
                stranger = stack.enter_context(socket.create_connection(address, timeout=20))
                stranger.sendall(frame)
                strangers.append(stranger)
        orders = until_refused(harness, strangers)
    assert refusals(harness, len(FRAMES)) == len(FRAMES)
    assert orders
    assert all(process.is_running() for process in processes)


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_silent_connections_are_few_and_short_and_slow_nobody_down(harness: Harness) -> None:
    before = memory_and_descriptors(harness)
    harness.ask(Order(request_id="pid", what="pid"), Report)
    (port,) = [address for address in listening_ports(harness) if address[1] == _port_of(harness)]
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(socket.create_connection(port, timeout=20)) for _ in range(400)]
        for number in range(20):
            began = time.monotonic()
            harness.ask(Order(request_id=str(number), what="count"), Report)
            assert time.monotonic() - began < UNSIGNED_SECONDS  # else it has waited for one that is silent
        assert memory_and_descriptors(harness)[1] < before[1] + MAX_UNSIGNED + 20
        gone = until_ended(harness, silent, len(silent) - MAX_UNSIGNED, 60)
        assert gone <= len(silent)
        until_ended(harness, silent, len(silent), 6 * UNSIGNED_SECONDS)
    harness.ask(Order(request_id="next to last", what="count"), Report)
    counters = dict(harness.ask(Order(request_id="last", what="count"), Report).status.counters)
    assert counters["connections_refused"] == len(silent)


class WhoseTimeEndsNow(TCPIncoming):
    """A connection whose time ends between two looks at the clock."""

    def __init__(self, near: socket.socket) -> None:
        super().__init__(ActorAddress(None), near)
        self._left = iter((timedelta(milliseconds=1),))

    def delay(self, current_time: Any = None) -> timedelta:
        """Once a millisecond, then none."""
        return next(self._left, timedelta(0))


def test_a_connection_whose_time_ends_while_it_is_looked_at_is_not_closed_unread() -> None:
    transport, (near, far) = object(), socket.socketpair()
    with near, far:
        incoming = WhoseTimeEndsNow(near)
        assert look_after(TCPTransport._handlePossibleIncoming, transport, incoming, -1) is incoming
        assert near.fileno() >= 0
        assert look_after(lambda *_, **__: None, transport, incoming, -1) is None


def _port_of(harness: Harness) -> int:
    """The actor's."""
    details: Any = harness.actor.addressDetails if harness.actor is not None else None
    return int(details.sockname[1])


def until_ended(harness: Harness, silent: list[socket.socket], number: int, seconds: float) -> int:
    """Let the system work until so many connections were ended by the other side."""
    deadline = time.monotonic() + seconds
    while (ended := len(select.select(silent, [], [], 0.05)[0])) < number:
        assert time.monotonic() < deadline, f"{ended} of {number} connections were ended"
        harness.driver.listen(0.05)
    return ended


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_framing_withstands_fuzzing(harness: Harness) -> None:
    fuzz(5.0, 1, harness, least=100)


SIGNED = SignedPickle(b"k" * 32)


@given(chunks=st.lists(st.binary(min_size=1, max_size=80), max_size=8), start=st.sampled_from([b"", *LENGTHS, b"70>"]))
def test_whatever_a_stranger_sends_is_refused_before_much_of_it_is_read(chunks: list[bytes], start: bytes) -> None:
    buffer, taken = FrameBuffer(SIGNED, SIGNED.loads), 0
    try:
        for chunk in ([start] if start else []) + chunks:
            while chunk:
                room = buffer.remainingAmount()
                assert 0 < room <= 64
                piece, chunk = chunk[:room], chunk[room:]
                taken += len(piece)
                buffer.addMore(piece)
                assert not buffer.isDone()
    except UnsignedMessage:
        assert buffer.is_refused
    assert not buffer.is_signed
    assert taken < 100


@given(value=st.binary(max_size=3000), sizes=st.lists(st.integers(1, 200), min_size=1))
def test_a_frame_of_ours_arrives_in_whatever_pieces(value: bytes, sizes: list[int]) -> None:
    frame = toSendBuffer(value, SIGNED.dumps)
    buffer, number = FrameBuffer(SIGNED, SIGNED.loads), 0
    while not buffer.isDone():
        size = min(sizes[number % len(sizes)], buffer.remainingAmount())
        buffer.addMore(frame[:size])
        frame, number = frame[size:], number + 1
    assert buffer.completed() == (value, b"")


@given(data=st.data())
def test_a_frame_of_ours_that_was_changed_is_refused(data: st.DataObject) -> None:
    frame = bytearray(toSendBuffer(data.draw(st.binary(max_size=100)), SIGNED.dumps))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    buffer = FrameBuffer(SIGNED, SIGNED.loads)
    with pytest.raises(UnsignedMessage):  # noqa: PT012  # wherever it is noticed
        buffer.addMore(bytes(frame))
        while not buffer.isDone():
            buffer.addMore(b"a" * buffer.remainingAmount())
        buffer.completed()
