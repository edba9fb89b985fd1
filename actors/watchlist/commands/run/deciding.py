"""From a command and what is known to what becomes of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from actors.watchlist.commands.parse.orders import (
    AboutPaper,
    Digest,
    Forget,
    Help,
    Import,
    Instead,
    InZone,
    Misunderstood,
    MuteThis,
    Order,
    Quiet,
    Recent,
    Sure,
    Topic,
    Unmute,
    Unwatch,
    Watch,
    Why,
)
from actors.watchlist.commands.run import (
    helping,
    import_export,
    phrasing,
    preferences,
    showing,
    subscribing,
    unsubscribing,
)
from actors.watchlist.commands.run.phrasing import button, code, counted, line, link
from actors.watchlist.commands.run.subscribing import Look
from actors.watchlist.commands.run.user_state import (
    Asker,
    Changes,
    Decision,
    Question,
    QuestionKind,
    Standing,
    asking,
    done,
    refused,
)
from actors.watchlist.matching.entries import EntryKind, NoEntry, number_of, parse
from actors.watchlist.recent.cache import Shelf
from messages.about import VERSION
from messages.commands import Emphasis
from messages.papers import WG21_LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a decision may look at beside the user: the last year's papers, the audiences of numbers of which they are
    known, the time zones that there are, and the time."""

    shelf: Shelf
    audiences: dict[str, tuple[str, ...]]
    zones: frozenset[str]
    now: datetime

    @property
    def look(self) -> Look:
        """Into the last year."""
        return Look(
            preview=lambda wish: self.shelf.preview(wish, self.audiences) if self.shelf.is_filled else None,
            near_miss=self.shelf.near_miss,
        )


def decide(order: Order, standing: Standing, given: Circumstances) -> Decision:
    """What becomes of any order but Why, which needs what the user was told."""
    match order:
        case Watch():
            return subscribing.watch(order, standing, given.look, given.now)
        case Unwatch():
            return unsubscribing.unwatch(order, standing)
        case Instead():
            return unsubscribing.instead(order, standing, given.look, given.now)
        case MuteThis():
            return preferences.mute(order, standing, given.now)
        case Unmute():
            return preferences.unmute(order, standing)
        case Digest():
            return preferences.digest(order, standing)
        case Quiet():
            return preferences.quiet(order, standing)
        case InZone():
            return preferences.in_zone(order, standing)
        case Import():
            return import_export.carry_in(order, standing, given.zones, given.now)
        case Forget():
            return _forget(order, standing)
        case AboutPaper():
            return _about_paper(order, given.shelf)
        case Recent():
            return asking(Question(kind=QuestionKind.RECENT, limit=order.limit))
        case Help():
            return done(helping.helped(order.about))
        case Misunderstood():
            return refused(helping.corrected(order))
        case Topic():
            return _topic(order, standing)
        case Why():
            raise ValueError("what the user was told is not known here")


def subject_of(order: Why) -> str | Decision:
    """The key of the number that a Why is about, or what is said instead."""
    wish = parse(order.what)
    if isinstance(wish, NoEntry) or wish.kind is not EntryKind.NUMBER:
        said = line("I need the number of a paper, a draft or an issue: write for instance ", code("why P2300"), ".")
        return refused(phrasing.answer(said))
    return wish.key


def _topic(topic: Topic, standing: Standing) -> Decision:
    match topic:
        case Topic.WATCHING:
            return done(showing.watching(standing))
        case Topic.MUTES:
            return preferences.mutes(standing)
        case Topic.SETTINGS:
            return preferences.settings(standing)
        case Topic.EXPORT:
            return import_export.export(standing)
        case Topic.VERSION:
            return done(phrasing.answer(line(f"This is Callboard {VERSION}.")))
        case Topic.STATUS:
            return asking(Question(kind=QuestionKind.STATUS))
        case Topic.UPTIME:
            return asking(Question(kind=QuestionKind.UPTIME))
        case Topic.NOTHING:
            return done(phrasing.answer(line("Fine: nothing was changed.")))


def _about_paper(order: AboutPaper, shelf: Shelf) -> Decision:
    wish = parse(order.what)
    if not isinstance(wish, NoEntry) and wish.kind is EntryKind.NUMBER:
        kind, number = number_of(wish.key)
        return asking(Question(kind=QuestionKind.PAPER, paper=kind, number=number))
    titled = shelf.titled(order.what)
    lines = [
        line(
            f"{phrasing.quoted(phrasing.short(order.what))} is no number of a paper or issue: write for instance ",
            code("paper P2300"),
            ".",
        )
    ]
    if titled:
        lines.append(line("Papers of the last year with these words in their title:"))
    lines += [line("• ", link(each.id, f"{WG21_LINK}{each.id}"), f": {each.title}") for each in titled]
    return refused(phrasing.answer(*lines))


def _forget(order: Forget, standing: Standing) -> Decision:
    held = [counted(len(standing.entries), "entry", "entries"), counted(len(standing.mutes), "mute")]
    if order.sure is Sure.CONFIRMED:
        return done(phrasing.answer(line("Everything about you is deleted. Good bye!")), Changes(forget=True))
    what = f"{' and '.join(held)}, your settings, and what you were told"
    said = line(
        f"That deletes all that is kept about you: {what}. It cannot be taken back. To do it, write ",
        code("forget me yes"),
        ".",
    )
    buttons = (button("Delete everything", "forget me yes", Emphasis.DANGER), button("Never mind", "never mind"))
    answer = phrasing.answer(said, buttons=buttons)
    return refused(answer) if standing.asker is Asker.OPERATOR else done(answer)
