"""Pieces of answers. Pure."""

from messages.commands import Answer, Button, Emphasis, Line, Span, Style

LONGEST_LABEL = 75
LONGEST_COMMAND = 2000
LONGEST_ECHO = 60


def strong(text: str) -> Span:
    """What matters in a line."""
    return Span(text=in_a_line(text), style=Style.STRONG)


def code(text: str) -> Span:
    """What can be typed."""
    return Span(text=in_a_line(text), style=Style.CODE)


def link(text: str, url: str) -> Span:
    """A link; without an address the text alone."""
    return Span(text=in_a_line(text), style=Style.LINK, url=url) if url else Span(text=in_a_line(text))


def line(*pieces: str | Span) -> Line:
    """A line of pieces; a text is plain."""
    return Line(spans=tuple(Span(text=_blanks(each)) if isinstance(each, str) else each for each in pieces if each))


def answer(*lines: Line, buttons: tuple[Button, ...] = ()) -> Answer:
    """An answer; empty lines may stand between others."""
    return Answer(lines=lines, buttons=tuple(each for each in buttons if len(each.command) <= LONGEST_COMMAND))


def button(label: str, command: str, emphasis: Emphasis = Emphasis.NONE) -> Button:
    """A button; a long label is cut."""
    short = in_a_line(label)
    return Button(
        label=short if len(short) <= LONGEST_LABEL else f"{short[: LONGEST_LABEL - 1]}…",
        command=command,
        emphasis=emphasis,
    )


def in_a_line(text: str) -> str:
    """`text` without line breaks; never empty."""
    return " ".join(text.split()) or "-"


def short(text: str) -> str:
    """`text` as it is said again: its beginning, in a line."""
    said = in_a_line(text)
    return said if len(said) <= LONGEST_ECHO else f"{said[: LONGEST_ECHO - 1]}…"


def counted(number: int, thing: str, things: str = "") -> str:
    """`1 paper`, `1,200 papers`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def quoted(text: str) -> str:
    """`“text”`."""
    return f"“{in_a_line(text)}”"


def plain_text(answer: Answer) -> str:
    """The lines without their styles and addresses."""
    return "\n".join("".join(span.text for span in line.spans) for line in answer.lines)


def _blanks(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")
