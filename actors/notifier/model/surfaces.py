"""What people do outside of conversations, as values: the app's home, forms, shared links. Pure."""

from dataclasses import dataclass
from enum import Enum

from actors.notifier.model.outgoing import ACTION

SHORTCUT = f"{ACTION}-watch-papers"
"""The callback id of the shortcut of a message, as in the manifest."""

OPEN_FORM = f"{ACTION}-form"
"""The action ids of buttons that open a form start with this; their value says which."""

ENTRY, DURATION, HOW, TIME, ZONE = "entry", "duration", "how", "time", "zone"
"""The block ids of the fields of our forms, which are their action ids too."""


class FormKind(Enum):
    """The forms."""

    WATCH = "watch"
    MUTE = "mute"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """A person has opened the app's home. `view_hash` is Slack's of the view that is there, or empty."""

    user: str
    view_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWanted:
    """A person has pressed a button that opens a form. `trigger` opens it, for three seconds."""

    id: str
    user: str
    form: FormKind
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLink:
    """An address that leads to a paper or issue; `revision` is empty for the newest."""

    url: str
    kind: str
    number: int
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksShared:
    """Somebody has shared `links`; `unfurl_id` and `source` say where what they lead to is shown."""

    id: str
    unfurl_id: str
    source: str
    links: tuple[PaperLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form that was sent: its command, and the block under which a refusal of it is shown."""

    user: str
    command: str
    block: str
