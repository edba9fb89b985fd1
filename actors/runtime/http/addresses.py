"""Which IP addresses belong to the public internet. Pure."""

import ipaddress

from actors.runtime.http.environment import address_in

_EMBEDDING = (
    ("::ffff:0:0", 96, 0),
    ("::", 96, 0),
    ("64:ff9b::", 96, 0),
    ("2002::", 16, 80),
)
"""IPv6 networks whose addresses hold an IPv4 address, and how many bits come after it: mapped, compatible, NAT64
(RFC 6052) and 6to4 (RFC 3056)."""

_LOCAL_NAT64 = "64:ff9b:1::"
"""The first 48 bits of addresses for translation within one network (RFC 8215)."""


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet: not loopback, private, link-local, shared or reserved, nor for
    many, nor one of IPv6 that stands for such an address of IPv4. What is no address is not public."""
    address = address_in(text.partition("%")[0])
    if address is None:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        for network, length, bits in _EMBEDDING:
            if _is_in(address, network, length):
                return _is_global(ipaddress.IPv4Address(int(address) >> bits & 0xFFFFFFFF))
    return _is_global(address)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    is_local = isinstance(address, ipaddress.IPv6Address) and (
        address.is_site_local or _is_in(address, _LOCAL_NAT64, 48)
    )
    return address.is_global and not (address.is_multicast or address.is_reserved or is_local)


def _is_in(address: ipaddress.IPv6Address, network: str, length: int) -> bool:
    return (int(address) ^ int(ipaddress.IPv6Address(network))) >> (128 - length) == 0
