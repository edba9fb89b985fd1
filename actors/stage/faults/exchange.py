"""A request as the stand-in sites see it, and what they say to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum

Headers = tuple[tuple[str, str], ...]


class Site(Enum):
    """Which of the outside world's sites is played."""

    INDEX = "index"
    PAPERS = "papers"
    ROBOTS = "robots"
    MAILINGS = "mailings"
    TRACKER = "tracker"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request. `name` is the file in the papers folder, the year of the mailings or `root`, the page of the paper
    tracker, the method of Slack's Web API, `index.json` or `robots.txt`; `headers` have lower-case names; `arguments`
    are those of a Slack call, form or JSON.
    """

    site: Site
    verb: str
    path: str
    name: str
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: the body, and after it as many blanks as said, which are never in memory all at once."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""
    blanks: int = 0

    @property
    def length(self) -> int:
        """The Content-Length."""
        return len(self.body) + self.blanks


def http_date(moment: datetime) -> str:
    """The moment as HTTP writes it, to the second (RFC 9110, 5.6.7)."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def is_unchanged(headers: Mapping[str, str], etag: str, last_modified: datetime | None) -> bool:
    """Whether the asker has what there is: If-None-Match decides, without it If-Modified-Since (RFC 9110, 13.2.2)."""
    if (tags := headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    if last_modified is None or (since := headers.get("if-modified-since")) is None:
        return False
    try:
        known = parsedate_to_datetime(since)
    except (ValueError, OverflowError):
        return False
    return last_modified.replace(microsecond=0) <= (known if known.tzinfo else known.replace(tzinfo=UTC))
