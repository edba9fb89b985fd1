"""Help, for all commands and for each. Pure."""

from types import MappingProxyType

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.commands import NotUnderstood
from actors.watchlist.commands.phrasing import button, code, line, short, strong
from messages.commands import Answer, Button, Emphasis, Line

_COMMANDS = MappingProxyType(
    {
        "watch": (
            ("watch Niebler", "an author: whole words of a name"),
            ("watch P2300", "a paper with all its revisions; LWG4000 an issue, LWG all of its issues"),
            ("watch title:reflection", "words of a title"),
            ("watch audience:LEWG", "papers for a group"),
            ("watch Niebler, P2300", "several at once"),
        ),
        "unwatch": (("unwatch P2300", "not this one any more; also several, or all"),),
        "watching": (("watching", "what you watch, and what is muted"),),
        "mute": (("mute P2300 2w", "say nothing about it for two weeks; also an entry, or all; 3d, until 2026-01-31"),),
        "unmute": (("unmute P2300", "speak of it again; also all"),),
        "why": (("why P2300", "which entry matched, when, and what you were sent"),),
        "paper": (("paper P2300", "all revisions, drafts and links"),),
        "recent": (("recent", "what happened lately; recent 30 for more"),),
        "digest": (
            ("digest daily 09:00 Europe/Berlin", "once a day instead of at once"),
            ("digest weekly Monday 09:00", "once a week"),
            ("digest off", "at once again"),
        ),
        "quiet": (("quiet 22:00-07:00", "nothing is sent then; quiet off ends that"),),
        "timezone": (("timezone Europe/Berlin", "the clock of your digests and quiet hours"),),
        "settings": (("settings", "when you are told"),),
        "replace": (("replace Kope with Köppe", "one entry in place of another"),),
        "export": (("export", "all that you have set, as commands"),),
        "import": (("import", "and in the same message the lines that export gave"),),
        "forget": (("forget me", "delete all that is kept about you"),),
        "status": (("status", "how Callboard is"), ("version", "which it is"), ("uptime", "since when it runs")),
    }
)
_ABOUT = MappingProxyType({"mutes": "mute", "version": "status", "uptime": "status", "help": ""})


def helped(about: str) -> Answer:
    """Help about one command, or about all."""
    about = _ABOUT.get(about, about)
    if about in _COMMANDS:
        return phrasing.answer(*_lines(about))
    return phrasing.answer(
        line(strong("Callboard"), " tells you when a paper or a draft appears that you watch for. Say:"),
        *(each for command in _COMMANDS for each in _lines(command)),
    )


def corrected(command: NotUnderstood) -> Answer:
    """What was wrong, what may have been meant, and help."""
    lines = [line(command.detail)]
    buttons: tuple[Button, ...] = ()
    if command.suggestion:
        lines.append(line("Did you mean ", code(short(command.suggestion)), "?"))
        buttons = (button(command.suggestion, command.suggestion, Emphasis.PRIMARY), button("Help", "help"))
    if about := _lines(_ABOUT.get(command.about, command.about)):
        return phrasing.answer(*lines, *about, buttons=buttons)
    return phrasing.answer(*lines, line(code("help"), " shows all that can be said."), buttons=buttons)


def _lines(command: str) -> tuple[Line, ...]:
    return tuple(line("• ", code(said), f": {what}") for said, what in _COMMANDS.get(command, ()))
