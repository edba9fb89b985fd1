"""What people tell Callboard to do, and what it answers.

A user's words come from Slack by the notifier, an operator's by the control socket; the WatchlistActor alone knows what
they mean. An answer is structured, never marked-up text: whoever shows it escapes it for the place where it is shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Surface(Enum):
    """Where a user spoke. DIRECT: in a direct message. SLASH: by the slash command. MENTION: in a channel, by the app's
    name. BUTTON: by pressing one."""

    DIRECT = "direct"
    SLASH = "slash"
    MENTION = "mention"
    BUTTON = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCommand:
    """Event, durable, from the notifier: `user` said `text`, as Slack delivered it (with Slack's escapes; without the
    mention of the app, or the pressed button's command). `command_id` is Slack's own id of the event or trigger: the
    same words delivered again have the same. The answer belongs into `channel`, and there into `thread` (a message's
    ts), empty for none. `at` is when it was said."""

    command_id: str
    user: str
    text: str
    surface: Surface
    channel: str
    thread: str
    at: datetime


class Style(Enum):
    """How a piece of an answer looks. CODE: something to be typed as it stands. LINK: leads to the span's `url`."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a line: `text` as people read it, unescaped, without line breaks; `url` is empty but for a LINK."""

    text: str
    style: Style = Style.PLAIN
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One line of an answer; without spans an empty one."""

    spans: tuple[Span, ...]


class Emphasis(Enum):
    """How a button looks. PRIMARY: what is usually wanted. DANGER: what cannot be taken back."""

    NONE = "none"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Pressing it is a UserCommand with `command` as its text. `label` has at most 75 characters, `command` 2,000."""

    label: str
    command: str
    emphasis: Emphasis = Emphasis.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswer:
    """What is said to a command: at least one line. Where there are no buttons, they are left out: the lines alone say
    what can be done."""

    lines: tuple[AnswerLine, ...]
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswered:
    """Event, durable, to the notifier: the answer to the UserCommand `command_id`, and where it said that it belongs.
    One command has one answer."""

    command_id: str
    user: str
    channel: str
    thread: str
    answer: CommandAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCommand:
    """Command: as if `user` had said `text` (plain, nothing of Slack in it); `by` says which operator did."""

    request_id: str
    user: str
    text: str
    by: str


class CommandOutcome(Enum):
    """What became of a command. REFUSED: nothing was changed, for the command was not understood or may not be.
    UNANSWERED: who knows the answer, or a part of it, did not give it in time."""

    DONE = "done"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAnswer:
    """Reply to OperatorCommand."""

    request_id: str
    done: CommandOutcome
    answer: CommandAnswer


class Delivery(Enum):
    """When a user hears of what happens: at once, or once a day or week."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A user's way. `at_minute`: local minutes after midnight at which a digest is due (0 to 1439), `weekday`: the day
    of a weekly one (0: Monday); both count only with a digest. `zone`: an IANA name, known to `zoneinfo`. From
    `quiet_from` to `quiet_to` (local minutes after midnight, over midnight when `quiet_from` is the larger; never
    equal; both None: no quiet hours) nothing is sent."""

    user: str
    delivery: Delivery
    at_minute: int
    weekday: int
    zone: str
    quiet_from: int | None
    quiet_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesChanged:
    """Event, durable, to the notifier: from now on these hold. Who has none is told at once, at any hour."""

    preferences: Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class UserForgotten:
    """Event, durable, to the notifier: delete what you hold of `user`, but for answers to commands that are still on
    their way."""

    user: str
