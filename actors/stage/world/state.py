"""The state of the stage: the index, the files of the papers folder, the Slack workspace."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from actors.stage.faults.exchange import Headers

STAGE_TOKEN = "xoxb-stage"
"""The bot token of the workspace."""

STAGE_APP_TOKEN = "xapp-stage"
"""The app-level token, with connections:write."""

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "links:read",
    "links:write",
    "users:read",
)
"""The scopes of the bot token of every new stage."""

APP_USER = "U0CALLBOARD"
"""The bot user of the app."""

CHANNELS: Mapping[str, str] = MappingProxyType({"C0PAPERS": "papers", "C0OPS": "ops"})
"""The channels that every stage begins with, id to name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """wg21.link's index.json: its bytes, gzipped, and the headers that the server sends with them."""

    packed: bytes
    etag: str
    last_modified: datetime | None


def index_file(packed: bytes, last_modified: datetime | None = None) -> IndexFile:
    """The index file of a gzipped body, JSON or not, with the ETag that belongs to it."""
    return IndexFile(packed=packed, etag=f'"{sha256(packed).hexdigest()[:32]}"', last_modified=last_modified)


def pack(body: bytes) -> bytes:
    """The body gzipped, equal bodies to equal bytes."""
    return gzip.compress(body, compresslevel=1, mtime=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFile:
    """A page of open-std.org."""

    body: bytes
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedIssue:
    """An issue of the paper tracker."""

    title: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """The paper tracker: its issues, those that changed last first, and its limits as in LimitTracker. `counted` are
    the requests without a token of the last window."""

    issues: tuple[TrackedIssue, ...] = ()
    requests: int = 60
    window: timedelta = timedelta(hours=1)
    page_size: int = 100
    token: str = ""
    counted: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """A file of the papers folder. `headers` are sent with the usual ones and replace those of the same name: what a
    server says need not be true."""

    body: bytes
    content_type: str
    last_modified: datetime | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that Slack took. `channel` is the conversation's id; `payload` the arguments of the call; `author` the
    person who wrote it, empty for the bot; `visible_to` the only person who sees it, empty for everybody; `edited` when
    it was changed last, `first` what its payload was before it ever was."""

    channel: str
    ts: str
    at: datetime
    payload: Mapping[str, object]
    author: str = ""
    visible_to: str = ""
    edited: datetime | None = None
    first: Mapping[str, object] | None = None

    @property
    def announces(self) -> bool:
        """Whether its metadata says that it is about papers or drafts that are news."""
        metadata = self.payload.get("metadata")
        told = metadata.get("event_payload") if isinstance(metadata, dict) else None
        return isinstance(told, dict) and bool(told.get("announces"))

    @property
    def first_text(self) -> str:
        """Its text before it was changed."""
        text = self.payload.get("text") if self.first is None else self.first.get("text")
        return text if isinstance(text, str) else ""

    @property
    def text(self) -> str:
        """Its text; empty if it has only blocks."""
        text = self.payload.get("text")
        return text if isinstance(text, str) else ""

    @property
    def thread_ts(self) -> str | None:
        """The message that it answers, if any."""
        thread = self.payload.get("thread_ts")
        return str(thread) if thread else None


class EnvelopeKind(Enum):
    """The kind of an envelope. Only EVENTS is delivered again when nobody acknowledges it."""

    EVENTS = "events_api"
    SLASH = "slash_commands"
    INTERACTIVE = "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The result of one attempt. `retry` 0 is the first; `seconds` until it was settled; `failure` is Slack's retry
    reason, empty if it was acknowledged; `answer` the acknowledgement's payload."""

    delivery: str
    manner: EnvelopeKind
    retry: int
    seconds: float
    failure: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Slack. `spacing` is the least time between two messages of a conversation, zero: no limit; `names` of channels
    and people by id; `opened` the direct conversations, their id to the user's; `latest` the newest message's time in
    each conversation, in microseconds since the epoch.

    `scopes` are the bot token's; `tickets` are the websocket addresses that nobody has used yet, `issued` how many
    there ever were; `events_url` is where Slack delivers by HTTP, signed with `signing_secret`, empty: Socket Mode;
    `patience` seconds to acknowledge in, `retries` the seconds before each further attempt of an event; `attempts` all
    attempts to deliver; `outside` the channels that the app is not in; `people` who has done something; `members` who
    is in a channel, where this is not everybody.

    `private` are the channels that are private whatever their id, `archived` and `shared` (with other workspaces) what
    they say; `teams` the workspace of each person of another one; `deactivated` the people who have left; `enterprise`
    is the organization that the app is installed in, empty for none.

    `homes` and `forms` are the views that people see; `triggers` whose deed each trigger id stands for, and when it
    was, of which `used_triggers` have opened a form; `links` are the addresses of messages by unfurl id, `unfurls` what
    the app has shown for them."""

    token: str = STAGE_TOKEN
    spacing: timedelta = timedelta()
    names: Mapping[str, str] = field(default_factory=lambda: {**CHANNELS, APP_USER: "callboard"})
    opened: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    latest: Mapping[str, int] = field(default_factory=dict)
    scopes: tuple[str, ...] = SCOPES
    tickets: frozenset[str] = frozenset()
    issued: int = 0
    events_url: str = ""
    signing_secret: str = ""
    patience: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    attempts: tuple[Attempt, ...] = ()
    outside: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    archived: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    teams: Mapping[str, str] = field(default_factory=dict)
    deactivated: frozenset[str] = frozenset()
    enterprise: str = ""
    people: frozenset[str] = frozenset()
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    homes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    views_shown: int = 0
    triggers: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    used_triggers: frozenset[str] = frozenset()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unfurls: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tier_window: timedelta = timedelta()
    calls: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
