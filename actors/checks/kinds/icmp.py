"""Echo requests and replies (RFC 792, RFC 4443), as datagram sockets of ICMP take and give them. Pure."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_HEADER = struct.Struct("!BBHHH")
_TYPES: Mapping[int, tuple[int, int]] = MappingProxyType({4: (8, 0), 6: (128, 129)})
"""Of a request and of its reply, by the version of IP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoTally:
    """What came of the requests: how many were `sent`, and the round trips in milliseconds of those that were
    answered."""

    sent: int
    round_trips: tuple[float, ...]

    @property
    def loss(self) -> float:
        """The share that was not answered, in percent."""
        return 100.0 * (self.sent - len(self.round_trips)) / self.sent if self.sent else 100.0

    @property
    def round_trip(self) -> float | None:
        """The mean, in milliseconds."""
        return sum(self.round_trips) / len(self.round_trips) if self.round_trips else None


def echo_request(version: int, number: int, payload: bytes) -> bytes:
    """The request with this sequence number, from 0 to 65535. The kernel sets the identifier; for IPv6 the checksum
    too."""
    kind, _ = _TYPES[version]
    plain = _HEADER.pack(kind, 0, 0, 0, number) + payload
    return _HEADER.pack(kind, 0, checksum(plain), 0, number) + payload if version == 4 else plain


def echoed(version: int, data: bytes, payload: bytes) -> int | None:
    """The sequence number that a reply answers; None for what is no reply to requests with this payload."""
    if len(data) < _HEADER.size:
        return None
    kind, code, _, _, number = _HEADER.unpack_from(data)
    _, reply = _TYPES[version]
    return int(number) if (kind, code) == (reply, 0) and data[_HEADER.size :] == payload else None


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    words: Iterable[int] = struct.unpack(f"!{len(data) // 2 + len(data) % 2}H", data + b"\0" * (len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def refusal_of_ping(group: int) -> str:
    """What to do where the system does not allow it to a process of this group."""
    return (
        f"this system does not allow ping to the group {group}: let it, by `sysctl -w"
        ' net.ipv4.ping_group_range="0 2147483647"` (docker run --sysctl …; in Kubernetes securityContext.sysctls)'
    )
