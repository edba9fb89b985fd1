"""What can go wrong at a site, when it is scripted to.

A `ReplyFault` replaces the site's own answer; a `TransportFault` spoils its delivery.
"""

import json
from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from actors.stage.faults.exchange import Asking, Headers, Reply, Site, http_date

CONTENT_TYPES = (("pdf", "application/pdf"), ("html", "text/html"))


def content_type_of(name: str) -> str:
    """The type that a web server gives to a file of this name."""
    return dict(CONTENT_TYPES).get(name.rpartition(".")[2], "text/html")


class Fault:
    """One thing that goes wrong."""

    __slots__ = ()


class ReplyFault(Fault):
    """An answer that is not the site's own."""

    __slots__ = ()

    @abstractmethod
    def reply(self, asking: Asking) -> Reply:
        """What is said."""


class TransportFault(Fault):
    """The site's own answer does not arrive as it should."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedReply(ReplyFault):
    """Any status, headers and body: an error, a web page, a list, a wrong type."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""

    def reply(self, asking: Asking) -> Reply:
        """The same for every request."""
        return Reply(status=self.status, headers=self.headers, body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(ReplyFault):
    """Every name is there, with the type of its extension."""

    last_modified: datetime | None = None

    def reply(self, asking: Asking) -> Reply:
        """A file of this name."""
        headers: Headers = (("Content-Type", content_type_of(asking.name)),)
        if self.last_modified is not None:
            headers += (("Last-Modified", http_date(self.last_modified)),)
        return Reply(headers=headers, body=b"welcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(ReplyFault):
    """Elsewhere; an empty `location` is the address that was asked, for ever."""

    location: str = ""
    status: int = 302

    def reply(self, asking: Asking) -> Reply:
        """Where to go."""
        return Reply(status=self.status, headers=(("Location", self.location or asking.path),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood(ReplyFault):
    """A body of `size` bytes, all blanks."""

    size: int
    headers: Headers = (("Content-Type", "application/json"),)

    def reply(self, asking: Asking) -> Reply:
        """As many blanks."""
        return Reply(headers=self.headers, blanks=self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(ReplyFault):
    """Slack's way to say no: `channel_not_found`, `is_archived`, `invalid_auth`, ..."""

    error: str

    def reply(self, asking: Asking) -> Reply:
        """`ok` is false."""
        body = json.dumps({"ok": False, "error": self.error}).encode()
        return Reply(headers=(("Content-Type", "application/json; charset=utf-8"),), body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(TransportFault):
    """The connection is reset, without a byte of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(TransportFault):
    """Nothing is said until the asker leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(TransportFault):
    """The answer comes after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip(TransportFault):
    """The body, or for HEAD the head, comes a byte at a time, so many seconds apart."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(TransportFault):
    """The body, or for HEAD the head, ends after this share of it, and the connection with it."""

    share: float = 0.5


FAULTS: tuple[type[Fault], ...] = (
    FixedReply,
    Everything,
    Redirect,
    Flood,
    Refuse,
    Reset,
    Hang,
    Slow,
    Drip,
    Truncate,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """A fault of a site for its next `times` requests, None: until it is cleared.

    `only` is a shell pattern for the name asked for; `verb` is HEAD, GET or empty for any; `channel` the conversation
    or user of a Slack call, empty: all. `acts_first`: the site does what it was asked (Slack records the message)
    before the fault starts. Otherwise a `ReplyFault`, `Reset` or `Hang` means that it never does, and a `Slow` that it
    does so late. `Drip` and `Truncate` always act.
    """

    site: Site
    fault: Fault
    times: int | None = None
    only: str = "*"
    verb: str = ""
    channel: str = ""
    acts_first: bool = False

    def meets(self, asking: Asking) -> bool:
        """Whether it is this request's turn to suffer."""
        if self.site is not asking.site or not fnmatchcase(asking.name, self.only):
            return False
        if self.verb and self.verb != asking.verb:
            return False
        return not self.channel or self.channel in (asking.arguments.get("channel"), asking.arguments.get("users"))


def first_of(faults: tuple[FaultRule, ...], asking: Asking) -> FaultRule | None:
    """The oldest rule that applies to the request."""
    return next((rule for rule in faults if rule.meets(asking)), None)


def spent(faults: tuple[FaultRule, ...], rule: FaultRule) -> tuple[FaultRule, ...]:
    """The rules that are left after the first one equal to `rule` has met a request."""
    if rule.times is None or rule not in faults:
        return faults
    place = faults.index(rule)
    left = () if rule.times <= 1 else (replace(rule, times=rule.times - 1),)
    return faults[:place] + left + faults[place + 1 :]
