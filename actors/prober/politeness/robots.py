"""What the papers' host allows robots in its robots.txt (RFC 9309). Times are seconds since the epoch.

A host without one (4xx) allows everything. If it cannot be read (5xx, no answer), everything is forbidden, unless it
was read before: then the old rules hold until it can be read again.
"""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from protego import Protego

from actors.prober.model import names
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName, RobotsRead

REREAD_SECONDS = 86_400.0
"""A robots.txt is valid for this long."""

REREAD_RETRY_SECONDS = 3600.0
"""Pause before a failed attempt is repeated while earlier rules still hold."""

PATH = "/robots.txt"

NOT_IMPLEMENTED = 501
"""The one permanent server error: a server that cannot answer GET has no robots.txt."""


class RobotsStatus(Enum):
    """RULES: it was read. NONE: there is none. UNREAD: it could not be read, and never was."""

    RULES = "rules"
    NONE = "none"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsTxt:
    """What is known of a host's robots.txt. `text` is empty unless RULES; `read_at` is when it was last read, or first
    tried; `due_at` when it is to be read again; `error` says why the last attempt failed."""

    status: RobotsStatus
    text: str
    read_at: float
    due_at: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a robots.txt means for the papers folder: whether we may request it, and the crawl delay in seconds."""

    allowed: bool
    delay: float | None


def unread(now: float) -> RobotsTxt:
    """For a new host."""
    return RobotsTxt(status=RobotsStatus.UNREAD, text="", read_at=now, due_at=now, error="")


def read(before: RobotsTxt, answer: RobotsRead, now: float) -> RobotsTxt:
    """After an attempt to read it."""
    if answer.status == 200:
        return RobotsTxt(
            status=RobotsStatus.RULES, text=answer.text, read_at=now, due_at=now + REREAD_SECONDS, error=""
        )
    if _is_none(answer.status):
        return RobotsTxt(status=RobotsStatus.NONE, text="", read_at=now, due_at=now + REREAD_SECONDS, error="")
    again = now if before.status is RobotsStatus.UNREAD else now + REREAD_RETRY_SECONDS
    return RobotsTxt(status=before.status, text=before.text, read_at=before.read_at, due_at=again, error=answer.error)


def permission(robots: RobotsTxt, base_url: str, agent: str) -> Permission:
    """Whether `agent` may probe the folder. Every kind of name must be allowed: a host that forbids some does not want
    to be searched."""
    if robots.status is not RobotsStatus.RULES:
        return Permission(allowed=robots.status is RobotsStatus.NONE, delay=None)
    rules = Protego.parse(robots.text)
    product = agent.partition(" ")[0].partition("/")[0]
    samples = (
        DraftName(prefix=prefix, number=1234, revision=0, extension=extension)
        for prefix in DraftPrefix
        for extension in Extension
    )
    allowed = all(rules.can_fetch(base_url + names.text_of(sample), product) for sample in samples)
    return Permission(allowed=allowed, delay=rules.crawl_delay(product))


def url_of(base_url: str) -> str:
    """The URL of the robots.txt for a folder."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}{PATH}"


def _is_none(status: int | None) -> bool:
    return status is not None and ((400 <= status < 500 and status != 429) or status == NOT_IMPLEMENTED)
