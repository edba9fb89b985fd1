"""Building blocks of answers. Pure."""

from messages.commands import AnswerLine, Button, CommandAnswer, Emphasis, Span, Style

MAX_LABEL_LENGTH = 75
MAX_BUTTON_COMMAND_LENGTH = 2000
MAX_ECHO_LENGTH = 60
MAX_BUTTONS = 10


def strong(text: str) -> Span:
    """Emphasized text."""
    return Span(text=in_a_line(text), style=Style.STRONG)


def code(text: str) -> Span:
    """Text that the user can type as it stands."""
    return Span(text=in_a_line(text), style=Style.CODE)


def link(text: str, url: str) -> Span:
    """A link, or plain text if there is no address."""
    return Span(text=in_a_line(text), style=Style.LINK, url=url) if url else Span(text=in_a_line(text))


def line(*pieces: str | Span) -> AnswerLine:
    """A line made of spans; a str becomes a plain one."""
    return AnswerLine(
        spans=tuple(Span(text=_blanks(each)) if isinstance(each, str) else each for each in pieces if each)
    )


def answer(*lines: AnswerLine, buttons: tuple[Button, ...] = ()) -> CommandAnswer:
    """An answer; buttons whose command is too long are left out."""
    return CommandAnswer(
        lines=lines, buttons=tuple(each for each in buttons if len(each.command) <= MAX_BUTTON_COMMAND_LENGTH)
    )


def button(label: str, command: str, emphasis: Emphasis = Emphasis.NONE) -> Button:
    """A button; a long label is cut."""
    short = in_a_line(label)
    return Button(
        label=short if len(short) <= MAX_LABEL_LENGTH else f"{short[: MAX_LABEL_LENGTH - 1]}…",
        command=command,
        emphasis=emphasis,
    )


def in_a_line(text: str) -> str:
    """`text` on one line; never empty."""
    return " ".join(text.split()) or "-"


def short(text: str) -> str:
    """The beginning of a text that is repeated to its user, on one line."""
    said = in_a_line(text)
    return said if len(said) <= MAX_ECHO_LENGTH else f"{said[: MAX_ECHO_LENGTH - 1]}…"


def counted(number: int, thing: str, things: str = "") -> str:
    """`1 paper`, `1,200 papers`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def quoted(text: str) -> str:
    """`“text”`."""
    return f"“{in_a_line(text)}”"


def plain_text(answer: CommandAnswer) -> str:
    """The text of an answer, without styles, links and buttons."""
    return "\n".join("".join(span.text for span in line.spans) for line in answer.lines)


def _blanks(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")
