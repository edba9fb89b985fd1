"""The files at the address of a check's badges. Pure."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from actors.web.badges.badge import CACHE_SECONDS, BadgeKind, badge_of, shields, svg
from messages.check_reading import CheckBadgeReply, UptimeWindow

SHIELDS = "shields.json"
"""What people give to shields.io: the state. The others have a file each, too."""

BADGE_FILES = (*(f"{kind.value}.svg" for kind in BadgeKind), *(f"{kind.value}.json" for kind in BadgeKind), SHIELDS)

BADGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": f"public, max-age={CACHE_SECONDS}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
)
"""Other sites may show it, and keep it for a moment."""


class BadgeFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is served."""

    content: bytes
    media_type: str


def badge_file(name: str, reply: CheckBadgeReply, window: UptimeWindow, now: datetime) -> BadgeFile | None:
    """The file of this name; None if there is no such file."""
    if name not in BADGE_FILES:
        return None
    stem, _, suffix = name.partition(".")
    kind = BadgeKind.STATUS if name == SHIELDS else BadgeKind(stem)
    badge = badge_of(reply, kind, window, now)
    if suffix == "svg":
        return BadgeFile(content=svg(badge).encode(), media_type="image/svg+xml")
    return BadgeFile(content=msgspec.json.encode(shields(badge)), media_type="application/json")
