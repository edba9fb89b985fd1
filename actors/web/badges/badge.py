"""What a badge says of a check: as SVG, and as shields.io's endpoint takes it. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from actors.web.model.phrases import brief, percent
from messages.check_reading import CheckBadgeReply, CheckCard, UptimeWindow
from messages.checks import CheckState

CACHE_SECONDS = 60

CERTIFICATE_WARNING_DAYS, CERTIFICATE_CRITICAL_DAYS = 14, 3
LATENCY_WARNING_SECONDS, LATENCY_CRITICAL_SECONDS = 1.0, 3.0
UPTIME_GOOD, UPTIME_FAIR = 0.99, 0.95

LONGEST_LABEL_CHARACTERS = 40
CHARACTER_WIDTH, PADDING, HEIGHT = 6.6, 6, 20

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


class BadgeKind(Enum):
    """What a badge is about."""

    STATUS = "status"
    UPTIME = "uptime"
    LATENCY = "latency"
    CERTIFICATE = "certificate"


class BadgeColour(Enum):
    """By shields.io's names."""

    GOOD = "brightgreen"
    FAIR = "yellow"
    BAD = "red"
    UNKNOWN = "lightgrey"


COLOURS: Mapping[BadgeColour, str] = MappingProxyType(
    {
        BadgeColour.GOOD: "#2d7d46",
        BadgeColour.FAIR: "#9a5b00",
        BadgeColour.BAD: "#c0262d",
        BadgeColour.UNKNOWN: "#666666",
    }
)


class Badge(Struct, frozen=True, kw_only=True):
    """A label on the left, a message on the right."""

    label: str
    message: str
    colour: BadgeColour


def badge_of(reply: CheckBadgeReply, kind: BadgeKind, window: UptimeWindow, now: datetime) -> Badge:
    """The badge of a check that is known."""
    assert reply.card is not None, "nobody has this token"
    match kind:
        case BadgeKind.STATUS:
            return _status(reply.card)
        case BadgeKind.UPTIME:
            return _uptime(next((each.share for each in reply.uptimes if each.window is window), None), window)
        case BadgeKind.LATENCY:
            return _latency(reply.card.summary.duration)
        case BadgeKind.CERTIFICATE:
            return _certificate(reply.card.certificate_until, now)


def svg(badge: Badge) -> str:
    """A picture that needs no font and no script of its own."""
    label, message = (_UNPRINTABLE.sub("\ufffd", each) for each in (badge.label, badge.message))
    left, right = _width(label), _width(message)
    whole = left + right
    text = '<text x="{x}" y="14" textLength="{length}" fill="#fff">{text}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{HEIGHT}" role="img"'
        f" aria-label={quoteattr(f'{label}: {message}')}><title>{escape(f'{label}: {message}')}</title>"
        f'<rect width="{whole}" height="{HEIGHT}" rx="3" fill="#444"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" fill="{COLOURS[badge.colour]}"/>'
        '<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f"{text.format(x=left / 2, length=left - 2 * PADDING, text=escape(label))}"
        f"{text.format(x=left + right / 2, length=right - 2 * PADDING, text=escape(message))}"
        "</g></svg>"
    )


def shields(badge: Badge) -> dict[str, Any]:
    """What https://shields.io/badges/endpoint-badge reads."""
    return {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": badge.colour.value,
        "isError": badge.colour is BadgeColour.BAD,
        "cacheSeconds": CACHE_SECONDS,
    }


def _status(card: CheckCard) -> Badge:
    state = card.summary.status
    colours = {CheckState.UP: BadgeColour.GOOD, CheckState.WARNING: BadgeColour.FAIR, CheckState.DOWN: BadgeColour.BAD}
    name = card.summary.name
    label = name if len(name) <= LONGEST_LABEL_CHARACTERS else f"{name[: LONGEST_LABEL_CHARACTERS - 1]}…"
    return Badge(label=label, message=state.value, colour=colours.get(state, BadgeColour.UNKNOWN))


def _uptime(share: float | None, window: UptimeWindow) -> Badge:
    label = f"uptime {window.value}"
    if share is None:
        return Badge(label=label, message="unknown", colour=BadgeColour.UNKNOWN)
    colour = BadgeColour.GOOD if share >= UPTIME_GOOD else BadgeColour.FAIR if share >= UPTIME_FAIR else BadgeColour.BAD
    return Badge(label=label, message=percent(share), colour=colour)


def _latency(seconds: float | None) -> Badge:
    label = "response time"
    if seconds is None:
        return Badge(label=label, message="unknown", colour=BadgeColour.UNKNOWN)
    message = brief(seconds)
    if seconds < LATENCY_WARNING_SECONDS:
        return Badge(label=label, message=message, colour=BadgeColour.GOOD)
    is_slow = seconds >= LATENCY_CRITICAL_SECONDS
    return Badge(label=label, message=message, colour=BadgeColour.BAD if is_slow else BadgeColour.FAIR)


def _certificate(until: datetime | None, now: datetime) -> Badge:
    label = "certificate"
    if until is None:
        return Badge(label=label, message="none", colour=BadgeColour.UNKNOWN)
    days = (until - now).total_seconds() / 86_400
    if days <= 0:
        return Badge(label=label, message="expired", colour=BadgeColour.BAD)
    message = f"{int(days)} {'day' if int(days) == 1 else 'days'}"
    if days >= CERTIFICATE_WARNING_DAYS:
        return Badge(label=label, message=message, colour=BadgeColour.GOOD)
    is_close = days < CERTIFICATE_CRITICAL_DAYS
    return Badge(label=label, message=message, colour=BadgeColour.BAD if is_close else BadgeColour.FAIR)


def _width(text: str) -> int:
    return round(sum(CHARACTER_WIDTH if letter.isascii() else 2 * CHARACTER_WIDTH for letter in text)) + 2 * PADDING
