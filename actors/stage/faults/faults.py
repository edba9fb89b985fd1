"""What can go wrong at a site, when it is scripted to.

An `Instead` is said in place of the site's own answer; a `Delivery` spoils the way of the site's own answer.
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


class Trouble:
    """One thing that goes wrong."""

    __slots__ = ()


class Instead(Trouble):
    """An answer that is not the site's own."""

    __slots__ = ()

    @abstractmethod
    def reply(self, asking: Asking) -> Reply:
        """What is said."""


class Delivery(Trouble):
    """The site's own answer does not arrive as it should."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Instead):
    """Any status, headers and body: an error, a web page, a list, a wrong type."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""

    def reply(self, asking: Asking) -> Reply:
        """The same for every request."""
        return Reply(status=self.status, headers=self.headers, body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Instead):
    """Every name is there, with the type of its extension."""

    last_modified: datetime | None = None

    def reply(self, asking: Asking) -> Reply:
        """A file of this name."""
        headers: Headers = (("Content-Type", content_type_of(asking.name)),)
        if self.last_modified is not None:
            headers += (("Last-Modified", http_date(self.last_modified)),)
        return Reply(headers=headers, body=b"welcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(Instead):
    """Elsewhere; an empty `location` is the address that was asked, for ever."""

    location: str = ""
    status: int = 302

    def reply(self, asking: Asking) -> Reply:
        """Where to go."""
        return Reply(status=self.status, headers=(("Location", self.location or asking.path),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood(Instead):
    """A body of `size` bytes, all blanks."""

    size: int
    headers: Headers = (("Content-Type", "application/json"),)

    def reply(self, asking: Asking) -> Reply:
        """As many blanks."""
        return Reply(headers=self.headers, blanks=self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Instead):
    """Slack's way to say no: `channel_not_found`, `is_archived`, `invalid_auth`, ..."""

    error: str

    def reply(self, asking: Asking) -> Reply:
        """`ok` is false."""
        body = json.dumps({"ok": False, "error": self.error}).encode()
        return Reply(headers=(("Content-Type", "application/json; charset=utf-8"),), body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Delivery):
    """The connection is reset, without a byte of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(Delivery):
    """Nothing is said until the asker leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(Delivery):
    """The answer comes after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip(Delivery):
    """The body, or for HEAD the head, comes a byte at a time, so many seconds apart."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Delivery):
    """The body, or for HEAD the head, ends after this share of it, and the connection with it."""

    share: float = 0.5


TROUBLES: tuple[type[Trouble], ...] = (
    Answer,
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
class Fault:
    """A trouble of a site for its next `times` requests, None: until it is cleared.

    `only` is a shell pattern for the name asked for; `verb` is HEAD, GET or empty for any; `channel` the conversation
    or user of a Slack call, empty: all. `acts_first`: the site does what it was asked (Slack records the message)
    before the trouble starts. Otherwise an `Instead`, `Reset` or `Hang` means that it never does, and a `Slow` that it
    does so late. `Drip` and `Truncate` always act.
    """

    site: Site
    trouble: Trouble
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


def first_of(faults: tuple[Fault, ...], asking: Asking) -> Fault | None:
    """The oldest fault that meets the request."""
    return next((fault for fault in faults if fault.meets(asking)), None)


def spent(faults: tuple[Fault, ...], fault: Fault) -> tuple[Fault, ...]:
    """The faults after the first one equal to `fault` has met a request."""
    if fault.times is None or fault not in faults:
        return faults
    place = faults.index(fault)
    left = () if fault.times <= 1 else (replace(fault, times=fault.times - 1),)
    return faults[:place] + left + faults[place + 1 :]
