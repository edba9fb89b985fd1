"""From a command and what is known to what becomes of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.commands import (
    Confirmation,
    DigestCommand,
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
    SimpleCommand,
    TimezoneCommand,
    UnmuteCommand,
    UnwatchCommand,
    WatchCommand,
    WhyCommand,
)
from actors.watchlist.commands.phrasing import button, code, counted, line, link
from actors.watchlist.commands.run import helping, import_export, preferences, showing, subscribing, unsubscribing
from actors.watchlist.commands.run.result import CommandResult, asking, done, refused
from actors.watchlist.commands.run.subscribing import PaperLookup
from actors.watchlist.matching.entries import EntryKind, InvalidEntry, number_of, parse
from actors.watchlist.model.questions import Question, QuestionKind
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.model.user_state import Changes, Requester, UserState
from messages.about import VERSION
from messages.commands import Emphasis
from messages.papers import WG21_LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """What a decision may look at beside the user: the last year's papers, the audiences of numbers of which they are
    known, the time zones that there are, and the time."""

    recent_papers: RecentPapers
    audiences: dict[str, tuple[str, ...]]
    zones: frozenset[str]
    now: datetime

    @property
    def lookup(self) -> PaperLookup:
        """Into the last year."""
        return PaperLookup(
            preview=lambda parsed: (
                self.recent_papers.preview(parsed, self.audiences) if self.recent_papers.is_filled else None
            ),
            near_miss=self.recent_papers.near_miss,
        )


def decide(command: ParsedCommand, user: UserState, given: CommandContext) -> CommandResult:
    """What becomes of any order but Why, which needs what the user was told."""
    match command:
        case WatchCommand():
            return subscribing.watch(command, user, given.lookup, given.now)
        case UnwatchCommand():
            return unsubscribing.unwatch(command, user)
        case ReplaceCommand():
            return unsubscribing.instead(command, user, given.lookup, given.now)
        case MuteCommand():
            return preferences.mute(command, user, given.now)
        case UnmuteCommand():
            return preferences.unmute(command, user)
        case DigestCommand():
            return preferences.digest(command, user)
        case QuietCommand():
            return preferences.quiet(command, user)
        case TimezoneCommand():
            return preferences.in_zone(command, user)
        case ImportCommand():
            return import_export.carry_in(command, user, given.zones, given.now)
        case ForgetCommand():
            return _forget(command, user)
        case PaperCommand():
            return _about_paper(command, given.recent_papers)
        case RecentCommand():
            return asking(Question(kind=QuestionKind.RECENT, limit=command.limit))
        case HelpCommand():
            return done(helping.helped(command.about))
        case NotUnderstood():
            return refused(helping.corrected(command))
        case SimpleCommand():
            return _topic(command, user)
        case WhyCommand():
            raise ValueError("what the user was told is not known here")


def subject_of(command: WhyCommand) -> str | CommandResult:
    """The key of the number that a Why is about, or what is said instead."""
    parsed = parse(command.what)
    if isinstance(parsed, InvalidEntry) or parsed.kind is not EntryKind.NUMBER:
        said = line("I need the number of a paper, a draft or an issue: write for instance ", code("why P2300"), ".")
        return refused(phrasing.answer(said))
    return parsed.key


def _topic(topic: SimpleCommand, user: UserState) -> CommandResult:
    match topic:
        case SimpleCommand.WATCHING:
            return done(showing.watching(user))
        case SimpleCommand.MUTES:
            return preferences.mutes(user)
        case SimpleCommand.SETTINGS:
            return preferences.settings(user)
        case SimpleCommand.EXPORT:
            return import_export.export(user)
        case SimpleCommand.VERSION:
            return done(phrasing.answer(line(f"This is Callboard {VERSION}.")))
        case SimpleCommand.STATUS:
            return asking(Question(kind=QuestionKind.STATUS))
        case SimpleCommand.UPTIME:
            return asking(Question(kind=QuestionKind.UPTIME))
        case SimpleCommand.NOTHING:
            return done(phrasing.answer(line("Fine: nothing was changed.")))


def _about_paper(command: PaperCommand, recent_papers: RecentPapers) -> CommandResult:
    parsed = parse(command.what)
    if not isinstance(parsed, InvalidEntry) and parsed.kind is EntryKind.NUMBER:
        kind, number = number_of(parsed.key)
        return asking(Question(kind=QuestionKind.PAPER, paper=kind, number=number))
    titled = recent_papers.with_title_words(command.what)
    lines = [
        line(
            f"{phrasing.quoted(phrasing.short(command.what))} is no number of a paper or issue: write for instance ",
            code("paper P2300"),
            ".",
        )
    ]
    if titled:
        lines.append(line("Papers of the last year with these words in their title:"))
    lines += [line("• ", link(each.id, f"{WG21_LINK}{each.id}"), f": {each.title}") for each in titled]
    return refused(phrasing.answer(*lines))


def _forget(command: ForgetCommand, user: UserState) -> CommandResult:
    held = [counted(len(user.entries), "entry", "entries"), counted(len(user.mutes), "mute")]
    if command.confirmation is Confirmation.CONFIRMED:
        return done(phrasing.answer(line("Everything about you is deleted. Good bye!")), Changes(forget=True))
    what = f"{' and '.join(held)}, your settings, and what you were told"
    said = line(
        f"That deletes all that is kept about you: {what}. It cannot be taken back. To do it, write ",
        code("forget me yes"),
        ".",
    )
    buttons = (button("Delete everything", "forget me yes", Emphasis.DANGER), button("Never mind", "never mind"))
    answer = phrasing.answer(said, buttons=buttons)
    return refused(answer) if user.requester is Requester.OPERATOR else done(answer)
