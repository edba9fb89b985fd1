"""What stands on the stage: the index, the files of the papers folder, the Slack workspace."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType

from actors.stage.exchange import Headers

STAGE_TOKEN = "xoxb-stage"
"""The bot token of the workspace."""

CHANNELS: Mapping[str, str] = MappingProxyType({"C0PAPERS": "papers", "C0OPS": "ops"})
"""The channels that every stage begins with, id to name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """wg21.link's index.json: its bytes, gzipped, and what the server says of them."""

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
class PaperFile:
    """A file of the papers folder. `headers` are sent beside the usual ones and win over them: what a server says need
    not be true."""

    body: bytes
    content_type: str
    last_modified: datetime | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that Slack took. `channel` is the conversation's id; `payload` the arguments of the call."""

    channel: str
    ts: str
    at: datetime
    payload: Mapping[str, object]

    @property
    def text(self) -> str:
        """Its text; empty if it has only blocks."""
        text = self.payload.get("text")
        return text if isinstance(text, str) else ""

    @property
    def thread_ts(self) -> str | None:
        """The message that it answers, if it does."""
        thread = self.payload.get("thread_ts")
        return str(thread) if thread else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Slack. `spacing` is the least time between two messages of a conversation, zero: no limit; `names` of channels
    and people by id; `opened` the direct conversations, their id to the user's; `latest` the newest message's time in
    each conversation, in microseconds since the epoch."""

    token: str = STAGE_TOKEN
    spacing: timedelta = timedelta()
    names: Mapping[str, str] = field(default_factory=lambda: dict(CHANNELS))
    opened: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    latest: Mapping[str, int] = field(default_factory=dict)
