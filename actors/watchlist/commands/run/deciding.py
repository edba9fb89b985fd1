"""Runs a parsed command on what is known. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import (
    Confirmation,
    DigestCommand,
    DigestStyleCommand,
    ForgetCommand,
    HelpCommand,
    ImportCommand,
    MuteCommand,
    NotUnderstood,
    PaperCommand,
    ParsedCommand,
    QuietCommand,
    RecentCommand,
    ReplaceCommand,
    SearchCommand,
    SimpleCommand,
    TimezoneCommand,
    UnmuteCommand,
    UnwatchCommand,
    WatchCommand,
    WhyCommand,
)
from actors.watchlist.commands.parse.parser import DEFAULT_RECENT
from actors.watchlist.commands.phrasing import button, code, counted, line, link
from actors.watchlist.commands.run import preferences
from actors.watchlist.commands.run.answers import helping, searching, showing, suggesting
from actors.watchlist.commands.run.entries import import_export, subscribing
from actors.watchlist.commands.run.entries.meaning import Lookup
from actors.watchlist.commands.run.result import CommandResult, asking, done, refused
from actors.watchlist.matching.entries import EntryKind, InvalidEntry, number_of, parse
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.known_numbers import NewestOfNumber
from actors.watchlist.model.questions import Question, QuestionKind
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.model.user_state import Changes, Requester, UserState
from messages.about import VERSION
from messages.commands import Emphasis
from messages.papers import WG21_LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """What a command may look at apart from its user: the last year's papers, the names of authors, the newest of a
    number by its key, the known audiences by number, the time zones that exist, and the time."""

    recent_papers: RecentPapers
    audiences: dict[str, tuple[str, ...]]
    zones: frozenset[str]
    now: datetime
    names: AuthorNames = field(default_factory=AuthorNames)
    number: Callable[[str], NewestOfNumber | None] = lambda _: None

    @property
    def lookup(self) -> Lookup:
        """Looks entries up in what is known."""
        recent = self.recent_papers
        return Lookup(
            preview=lambda parsed: recent.preview(parsed, self.audiences) if recent.is_loaded else None,
            near_miss=recent.near_miss,
            number=self.number,
            names=self.names,
        )


def decide(command: ParsedCommand, user: UserState, context: CommandContext) -> CommandResult:
    """The result of any command but `why`, which needs the user's notices."""
    match command:
        case WatchCommand():
            return subscribing.watch(command, user, context.lookup, context.now)
        case UnwatchCommand():
            return subscribing.unwatch(command, user, context.lookup)
        case ReplaceCommand():
            return subscribing.replace_entry(command, user, context.lookup, context.now)
        case MuteCommand():
            return preferences.mute(command, user, context.now, context.names)
        case UnmuteCommand():
            return preferences.unmute(command, user, context.names)
        case DigestCommand():
            return preferences.digest(command, user)
        case DigestStyleCommand():
            return preferences.digest_style(command, user)
        case QuietCommand():
            return preferences.quiet(command, user)
        case TimezoneCommand():
            return preferences.timezone(command, user, context.now)
        case ImportCommand():
            return import_export.import_lines(command, user, context.zones, context.now, context.names)
        case ForgetCommand():
            return _forget(command, user)
        case PaperCommand():
            return _paper(command, context.recent_papers)
        case RecentCommand():
            return asking(Question(kind=QuestionKind.RECENT, limit=command.limit))
        case SearchCommand():
            return done(searching.search(command, context.recent_papers))
        case HelpCommand():
            return done(helping.help_on(command.about))
        case NotUnderstood():
            return refused(suggesting.correction(command, context.lookup))
        case SimpleCommand():
            return _simple(command, user, context.names)
        case WhyCommand():
            raise ValueError("the user's notices are not known here")


def subject_of(command: WhyCommand) -> str | CommandResult:
    """The key of the number that a `why` is about, or the answer if it is about none."""
    parsed = parse(command.what)
    if isinstance(parsed, InvalidEntry) or parsed.kind is not EntryKind.NUMBER:
        said = line("I need the number of a paper, draft, or issue. Try ", code("why P2300"), ".")
        return refused(phrasing.answer(said))
    return parsed.key


def _simple(command: SimpleCommand, user: UserState, names: AuthorNames) -> CommandResult:
    match command:
        case SimpleCommand.WATCHING:
            return done(showing.watching(user))
        case SimpleCommand.MUTES:
            return preferences.mutes(user)
        case SimpleCommand.SETTINGS:
            return preferences.settings(user)
        case SimpleCommand.EXPORT:
            return import_export.export(user, names)
        case SimpleCommand.VERSION:
            return done(phrasing.answer(line(f"This is Callboard {VERSION}.")))
        case SimpleCommand.STATUS:
            return asking(Question(kind=QuestionKind.STATUS))
        case SimpleCommand.UPTIME:
            return asking(Question(kind=QuestionKind.UPTIME))
        case SimpleCommand.DRAFTS:
            return asking(Question(kind=QuestionKind.DRAFTS, limit=DEFAULT_RECENT))
        case SimpleCommand.THANKS:
            return done(phrasing.answer(line("You're welcome!")))
        case SimpleCommand.STOP:
            return refused(helping.ways_to_stop())
        case SimpleCommand.NOTHING:
            return done(phrasing.answer(line("OK, nothing was changed.")))


def _paper(command: PaperCommand, recent_papers: RecentPapers) -> CommandResult:
    parsed = parse(command.what)
    if not isinstance(parsed, InvalidEntry) and parsed.kind is EntryKind.NUMBER:
        kind, number = number_of(parsed.key)
        limit = showing.MAX_REVISIONS_SHOWN if command.all_revisions else showing.NEWEST_REVISIONS_SHOWN
        return asking(Question(kind=QuestionKind.PAPER, paper=kind, number=number, limit=limit))
    what = phrasing.quoted(phrasing.short(command.what))
    lines = [line(f"{what} isn't a paper or issue number. Try ", code("paper P2300"), ".")]
    titled = recent_papers.with_title_words(command.what)
    if titled:
        lines.append(line("Papers from the last year with these words in their title:"))
    lines += [line("• ", link(each.id, f"{WG21_LINK}{each.id}"), f": {each.title}") for each in titled]
    return refused(phrasing.answer(*lines))


def _forget(command: ForgetCommand, user: UserState) -> CommandResult:
    if command.confirmation is Confirmation.CONFIRMED:
        gone = f"Everything about {user.them} has been deleted.{'' if user.channel else ' Goodbye!'}"
        return done(phrasing.answer(line(gone)), Changes(forget=True))
    stored = f"{counted(len(user.entries), 'entry', 'entries')} and {counted(len(user.mutes), 'mute')}"
    said = line(
        f"This deletes everything stored about {user.them}: {stored}, the settings, and the record of notices."
        if user.channel
        else f"This deletes everything stored about you: {stored}, your settings, and the record of your notices.",
        " It can't be undone. To go ahead, type ",
        code("forget me yes"),
        ".",
    )
    buttons = (button("Delete everything", "forget me yes", Emphasis.DANGER), button("Never mind", "never mind"))
    answer = phrasing.answer(said, buttons=buttons)
    return refused(answer) if user.requester is Requester.OPERATOR else done(answer)
