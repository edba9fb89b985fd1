"""Commands that people give, and the answers.

A user's words come from Slack through the notifier, an operator's through the control socket; only the WatchlistActor
interprets them. An answer is structured and has no markup: whoever shows it escapes it as needed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Surface(Enum):
    """How a user gave a command. DIRECT: in a direct message. SLASH: with the slash command. MENTION: by mentioning the
    app in a channel. BUTTON: by pressing a button."""

    DIRECT = "direct"
    SLASH = "slash"
    MENTION = "mention"
    BUTTON = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCommand:
    """Event, durable, from the notifier: `user` said `text`, as Slack delivered it, with Slack's escapes but without
    the mention of the app; for a button it is the button's command. `command_id` is Slack's own ID of the event or
    trigger, and stays the same when Slack delivers it again. The answer goes to `channel`, and to the thread `thread`
    (a message's ts) unless it is empty. `at` is when it was said. `place` is the id of the channel in which it was said
    or pressed, empty in a direct conversation."""

    command_id: str
    user: str
    text: str
    surface: Surface
    channel: str
    thread: str
    at: datetime
    place: str = ""


class Style(Enum):
    """How a span looks. CODE: text to type as it stands. LINK: leads to the span's `url`."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a line: `text` unescaped and without line breaks; `url` is empty except for a LINK."""

    text: str
    style: Style = Style.PLAIN
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One line of an answer; without spans it is an empty line."""

    spans: tuple[Span, ...]


class Emphasis(Enum):
    """How a button looks. PRIMARY: the usual choice. DANGER: cannot be undone."""

    NONE = "none"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Pressing it sends a UserCommand with `command` as its text. `label` has up to 75 characters, `command` up to
    2,000."""

    label: str
    command: str
    emphasis: Emphasis = Emphasis.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswer:
    """The answer to a command: one or more lines. They say everything that the buttons offer, for places that cannot
    show buttons."""

    lines: tuple[AnswerLine, ...]
    buttons: tuple[Button, ...] = ()


class CommandOutcome(Enum):
    """The outcome of a command. REFUSED: nothing was changed, as the command was not understood or is not allowed.
    UNANSWERED: an actor that knows the answer, or part of it, did not reply in time."""

    DONE = "done"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswered:
    """Event, durable, to the notifier: the answer to the UserCommand `command_id`, with that command's channel and
    thread. One command has one answer. `done` says what came of it."""

    command_id: str
    user: str
    channel: str
    thread: str
    answer: CommandAnswer
    done: CommandOutcome = CommandOutcome.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCommand:
    """Command: as if `user` had said `text`, which is plain, without Slack's escapes; `by` is the operator."""

    request_id: str
    user: str
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAnswer:
    """Reply to OperatorCommand."""

    request_id: str
    done: CommandOutcome
    answer: CommandAnswer


class Delivery(Enum):
    """When a user gets notices: immediately, or as digests at times of the week."""

    IMMEDIATE = "immediate"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTimes:
    """On each of `days` (0 is Monday), a digest at each of `minutes`, local minutes after midnight (0 to 1439). Both
    are sorted and not empty."""

    days: tuple[int, ...]
    minutes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Nothing is sent from `begin` to `end` on each of `days` (0 is Monday; sorted, not empty), in local minutes after
    midnight. `begin` is 0 to 1439, `end` 1 to 1440 and never equal to it. If `end` is less, the hours last until that
    time of the next day."""

    days: tuple[int, ...]
    begin: int
    end: int


class DigestStyle(Enum):
    """How what was kept for a user is sent. ONE: as one message. EACH: a message for each notice."""

    ONE = "one"
    EACH = "each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """When a user wants notices. The times of `digest` add up, and matter only for that delivery; they are never empty.
    The hours of `quiet` add up too; empty for none. `zone` is an IANA name, which the system may know no longer; empty
    for the zone of the installation. `style` says how what was kept is sent, for a digest or during quiet hours."""

    user: str
    delivery: Delivery
    digest: tuple[DigestTimes, ...]
    zone: str
    quiet: tuple[QuietHours, ...]
    style: DigestStyle = DigestStyle.ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesChanged:
    """Event, durable, to the notifier: these preferences apply from now on. A user without any gets notices
    immediately, at any hour."""

    preferences: Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class UserForgotten:
    """Event, durable, to the notifier: delete everything about `user` except answers that are still being sent."""

    user: str
