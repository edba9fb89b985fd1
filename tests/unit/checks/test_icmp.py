"""Packets of ping, and what they add up to."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.checks.kinds.icmp import EchoTally, checksum, echo_request, echoed, refusal_of_ping


@given(st.binary(max_size=100))
def test_a_packet_with_its_checksum_adds_up_to_nothing(data: bytes) -> None:
    even = data + b"\0" * (len(data) % 2)
    assert checksum(even + struct.pack("!H", checksum(even))) == 0


def test_the_checksum_is_that_of_the_standards_example() -> None:
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D  # RFC 1071, 3


@pytest.mark.parametrize(("version", "request_type", "reply_type"), [(4, 8, 0), (6, 128, 129)])
@given(number=st.integers(0, 65535), payload=st.binary(min_size=1, max_size=64))
def test_a_reply_is_known_by_its_number_and_payload(
    version: int, request_type: int, reply_type: int, number: int, payload: bytes
) -> None:
    packet = echo_request(version, number, payload)
    assert packet[0] == request_type
    assert echoed(version, packet, payload) is None
    reply = bytes([reply_type]) + packet[1:4] + b"\x12\x34" + packet[6:]  # with an identifier of the kernel's
    assert echoed(version, reply, payload) == number
    assert echoed(version, reply, payload + b"x") is None
    assert echoed(version, reply[:7], payload) is None


def test_loss_and_round_trip() -> None:
    half = EchoTally(sent=4, round_trips=(10.0, 20.0))
    assert (half.loss, half.round_trip) == (50.0, 15.0)
    none = EchoTally(sent=3, round_trips=())
    assert (none.loss, none.round_trip) == (100.0, None)


def test_the_refusal_says_what_to_do() -> None:
    assert 'sysctl -w net.ipv4.ping_group_range="0 2147483647"' in refusal_of_ping(1000)
