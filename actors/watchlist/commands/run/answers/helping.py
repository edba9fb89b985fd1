"""`help`, for all commands and for each one, and corrections of what was not understood. Pure."""

from types import MappingProxyType

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import NotUnderstood
from actors.watchlist.commands.phrasing import button, code, line, short, strong
from actors.watchlist.matching import audiences
from messages.commands import AnswerLine, Button, CommandAnswer, Emphasis

_COMMANDS = MappingProxyType(
    {
        "watch": (
            ("watch Niebler", "an author, by whole words of the name"),
            ("watch P2300", "all revisions of a paper; LWG4000 for an issue, LWG for all LWG issues"),
            ("watch title:reflection", "words in a title"),
            ("watch audience:LEWG", "papers addressed to a group"),
            ("watch author:Newcomer", "an author who isn't in the index yet"),
            ("watch Niebler, P2300", "several at once"),
        ),
        "unwatch": (("unwatch P2300", "stop watching it; also takes several, or all"),),
        "watching": (("watching", "what you watch and what is muted"),),
        "mute": (
            (
                "mute P2300 2w",
                "no notices about it for two weeks; also takes an entry or all, and 3d, until 2026-01-31",
            ),
        ),
        "unmute": (("unmute P2300", "end a mute; also takes all"),),
        "pause": (("pause 2w", "no notices at all for two weeks; resume to end that"),),
        "why": (("why P2300", "which entry matched, and what you were sent and when"),),
        "paper": (("paper P2300", "all revisions, drafts, and links"),),
        "recent": (("recent", "the latest papers and drafts; recent 30 for more"),),
        "drafts": (("drafts", "the latest drafts"),),
        "search": (("search reflection", "papers of the last year by title or author"),),
        "digest": (
            ("digest daily 09:00 Europe/Berlin", "one message a day instead of immediate notices"),
            ("digest weekly Monday 09:00", "one message a week"),
            ("digest mon,wed,fri 09:00", "on the days you name; also mon-fri, weekdays, weekends, and several times"),
            ("digest one each", "a message for each notice of a digest; digest as one for a single message"),
            ("digest off", "immediate notices again"),
        ),
        "quiet": (
            ("quiet 22:00-07:00", "send nothing between these times; quiet off to end that"),
            ("quiet mon-fri 22:00-07:00, weekends", "by weekday; days without times are quiet as a whole"),
        ),
        "timezone": (("timezone Europe/Berlin", "the time zone of your digests and quiet hours, as a city"),),
        "settings": (("settings", "when you get notices"),),
        "subscribe": (
            ("subscribe #sg16 audience:SG16", "what to tell a channel; in the channel itself, leave its name out"),
            ("unsubscribe #sg16 audience:SG16", "end that; also takes all"),
            ("subscriptions #sg16", "what a channel is told; digest, quiet, timezone and mute also take a channel"),
        ),
        "replace": (("replace Kope with Köppe", "swap one entry for another"),),
        "export": (("export", "everything you have set, as commands"),),
        "import": (
            (
                "import",
                "followed in the same message by the lines of an export; import! skips lines that it can't read",
            ),
        ),
        "forget": (("forget me", "delete everything stored about you"),),
        "status": (
            ("status", "whether everything is working"),
            ("version", "which version is running"),
            ("uptime", "how long it has been running"),
        ),
    }
)
_EXAMPLES = (
    ("watch Niebler", "an author"),
    ("watch P2300", "a paper, with all its revisions and drafts"),
    ("watching", "what you watch and what is muted"),
    ("digest daily 09:00", "one message a day instead of immediate notices"),
)

MAX_CHOICE_LENGTH = 200
"""A longer command is repeated in part."""

_ABOUT = MappingProxyType(
    {
        "mutes": "mute",
        "subscriptions": "subscribe",
        "resume": "pause",
        "version": "status",
        "uptime": "status",
        "help": "",
    }
)


def help_on(about: str) -> CommandAnswer:
    """Help on one command, on all, or in short."""
    about = _ABOUT.get(about, about)
    if about in audiences.DESCRIBED:
        return _on_group(about)
    if about == "groups":
        return _on_groups()
    if about != "all" and audiences.audience(about) is not None:
        about = "watch"  # a group of which nothing is known
    if not about:
        return phrasing.answer(
            line(strong("Callboard"), " tells you when a WG21 paper or draft that you watch appears. Try:"),
            *(line("• ", code(said), f": {what}") for said, what in _EXAMPLES),
            line("For all commands, type ", code("help all"), "."),
            buttons=(button("More", "help all"),),
        )
    if about in _COMMANDS:
        return phrasing.answer(*_lines(about))
    return phrasing.answer(
        line(strong("Callboard"), " tells you when a WG21 paper or draft that you watch appears. You can type:"),
        *(each for command in _COMMANDS for each in _lines(command)),
    )


def _on_group(group: str) -> CommandAnswer:
    """What a group is, and how to hear of its papers."""
    said = line(strong(group), f" is {audiences.described(group)}.")
    how = line("For papers addressed to it, type ", code(f"watch audience:{group}"), ".")
    return phrasing.answer(said, how, buttons=(button(f"Watch audience:{group}", f"watch audience:{group}"),))


def _on_groups() -> CommandAnswer:
    """All groups, with what each is about."""
    return phrasing.answer(
        line("Papers are addressed to these groups. For the papers of one, type ", code("watch audience:SG16"), "."),
        *(
            line("• ", strong(group), f": {audiences.described(group).removeprefix('the study group on ')}")
            for group in audiences.DESCRIBED
        ),
    )


def correction(command: NotUnderstood) -> CommandAnswer:
    """What was wrong, what the user may have meant, and help."""
    lines = [line(command.detail)]
    buttons: tuple[Button, ...] = ()
    if command.suggestion:
        lines.append(line("Did you mean ", code(short(command.suggestion)), "?"))
        buttons = (button(command.suggestion, command.suggestion, Emphasis.PRIMARY), button("Help", "help"))
    if command.choices:
        first, *others = [
            code(choice if len(choice) <= MAX_CHOICE_LENGTH else short(choice)) for choice in command.choices
        ]
        lines.append(
            line(
                "For example, type " if len(others) > 1 else "Type ",
                first,
                *((", or ", others[0]) if len(others) == 1 else ()),
                ".",
            )
        )
        return phrasing.answer(*lines, buttons=tuple(button(choice, choice) for choice in command.choices))
    if about := _lines(_ABOUT.get(command.about, command.about)):
        return phrasing.answer(*lines, *about, buttons=buttons)
    return phrasing.answer(*lines, line("Type ", code("help all"), " for all commands."), buttons=buttons)


def ways_to_stop() -> CommandAnswer:
    """`stop` can mean several commands."""
    ways = (
        ("mute all", "no notices until you unmute them; your list stays"),
        ("unwatch all", "stop watching everything"),
        ("forget me", "delete everything stored about you"),
    )
    return phrasing.answer(
        line("Nothing has been stopped yet. What should stop?"),
        *(line("• ", code(said), f": {what}") for said, what in ways),
        buttons=(button("Mute all", "mute all"), button("Unwatch all", "unwatch all", Emphasis.DANGER)),
    )


def _lines(command: str) -> tuple[AnswerLine, ...]:
    return tuple(line("• ", code(said), f": {what}") for said, what in _COMMANDS.get(command, ()))
