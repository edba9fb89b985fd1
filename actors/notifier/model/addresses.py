"""Addresses other than Slack's: `mail:ada@example.org`, `webhook:NAME`, `mattermost:CHANNEL`, `matrix:!ROOM:SERVER`.
Whoever is told at such an address is a user whose id is the address. Pure."""

import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Way(Enum):
    """How a message is delivered that does not go to Slack."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    MATTERMOST = "mattermost"
    MATRIX = "matrix"


_FORMS: Mapping[Way, re.Pattern[str]] = MappingProxyType(
    {
        Way.MAIL: re.compile(r"[!-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"),
        Way.WEBHOOK: re.compile(r"[A-Za-z0-9._-]{1,80}"),
        Way.MATTERMOST: re.compile(r"@?[a-z0-9._-]{1,64}"),
        Way.MATRIX: re.compile(r"![!-~]{1,254}"),
    }
)


def way_of(recipient: str) -> Way | None:
    """The way that an address names; None for Slack's ids and channels, and for what is no address."""
    name, colon, rest = recipient.partition(":")
    for way in Way:
        if colon and name == way.value and _FORMS[way].fullmatch(rest):
            return way
    return None


def target_of(recipient: str) -> str:
    """What follows the way's name."""
    return recipient.partition(":")[2]
