"""What the papers' host allows robots (RFC 9309), by its robots.txt. Times are seconds since the epoch.

A host that says that there is none (4xx) allows everything. One whose robots.txt cannot be read (5xx, no answer)
forbids everything, unless it was read before: then what it said holds until it can be read again.
"""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from protego import Protego

from actors.prober.model import names
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName, RobotsRead

REREAD = 86_400.0
"""Seconds that a robots.txt is good for."""

REREAD_SOON = 3600.0
"""Seconds until one is tried again that could not be read, while an earlier one still holds."""

PATH = "/robots.txt"

METHOD_NOT_THERE = 501
"""The one server error that is for good: who cannot answer a GET at all has no robots.txt."""


class Standing(Enum):
    """RULES: it was read. NONE: there is none. UNTOLD: it could not be read, and never was."""

    RULES = "rules"
    NONE = "none"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What is known of a host's robots.txt. `text` is empty but for RULES; `read_at` is when it was last read, or first
    tried; `due_at` when it is to be read again; `error` why it could not be, empty when it was not tried in vain."""

    standing: Standing
    text: str
    read_at: float
    due_at: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a robots.txt means for the papers folder: whether it may be asked, and the crawl delay in seconds."""

    allowed: bool
    delay: float | None


def unread(now: float) -> Robots:
    """Of a host that was never asked."""
    return Robots(standing=Standing.UNTOLD, text="", read_at=now, due_at=now, error="")


def read(before: Robots, answer: RobotsRead, now: float) -> Robots:
    """After an attempt to read it."""
    if answer.status == 200:
        return Robots(standing=Standing.RULES, text=answer.text, read_at=now, due_at=now + REREAD, error="")
    if _is_none(answer.status):
        return Robots(standing=Standing.NONE, text="", read_at=now, due_at=now + REREAD, error="")
    again = now if before.standing is Standing.UNTOLD else now + REREAD_SOON
    return Robots(standing=before.standing, text=before.text, read_at=before.read_at, due_at=again, error=answer.error)


def permission(robots: Robots, base_url: str, agent: str) -> Permission:
    """Whether `agent` may ask the folder for drafts: for each kind of name, for one that may be asked for some only
    belongs to somebody who does not want to be searched."""
    if robots.standing is not Standing.RULES:
        return Permission(allowed=robots.standing is Standing.NONE, delay=None)
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
    """Where the host of a folder keeps it."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}{PATH}"


def _is_none(status: int | None) -> bool:
    return status is not None and ((400 <= status < 500 and status != 429) or status == METHOD_NOT_THERE)
