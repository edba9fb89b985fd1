"""Watching: which entries are added, and what is said to it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeGuard

from actors.watchlist.commands.parse.normalize import plain
from actors.watchlist.commands.parse.orders import Sure, Watch
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.run import phrasing
from actors.watchlist.commands.run.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.user_state import Asker, Changes, Decision, Standing, done, refused
from actors.watchlist.matching.entries import MOST_ENTRIES, EntryKind, NoEntry, WatchEntry, Wish, clean_name, parse
from actors.watchlist.recent.cache import Preview
from messages.commands import Answer, Button, Emphasis, Line, Span

MOST_SHOWN = 40
"""Lines about single entries in one answer, and entries that one `watch` takes: each is looked for in the last year."""

MOST_GUESSES = 5
"""Entries of one command for which it is looked what may have been meant."""

MOST_BUTTONS = 10

_SIMPLE = frozenset("-:'.+_#/")
"""Signs that separate no entries."""

GROUPS_WITH_ISSUES = frozenset({"CWG", "LWG", "EWG", "LEWG"})
"""Kinds of issues that are also audiences of papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Into the last year: `preview` of a wish, None when nothing can be said yet; `near_miss` what may be meant."""

    preview: Callable[[Wish], Preview | None]
    near_miss: Callable[[Wish], str | None]


@dataclass(slots=True, kw_only=True)
class Draft:
    """An answer and its changes while they are put together; `known` are the entries that there are, as they are
    called."""

    lines: list[Line] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    add: list[WatchEntry] = field(default_factory=list)
    remove: dict[tuple[EntryKind, str], None] = field(default_factory=dict)
    known: dict[tuple[EntryKind, str], str] = field(default_factory=dict)
    guesses: int = 0

    def may_guess(self) -> bool:
        """Whether it is to be looked once more what may have been meant: that takes longer than all else."""
        self.guesses += 1
        return self.guesses <= MOST_GUESSES

    def decision(self) -> Decision:
        """What becomes of the command."""
        answer = phrasing.answer(*self.lines, buttons=tuple(self.buttons[:MOST_BUTTONS]))
        if not self.add and not self.remove:
            return refused(answer)
        return done(answer, Changes(add=tuple(self.add), remove=tuple(self.remove)))


def watch(order: Watch, standing: Standing, look: Look, now: datetime) -> Decision:
    """Add entries, each with what it would have matched. One that is too broad is added by a reader only when they
    have seen so, and say it again by a button."""
    draft = Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    for text in order.entries[:MOST_SHOWN]:
        _watch(draft, text, order.sure, standing, look, now)
    if not draft.lines:
        return refused(nothing())
    if (left := len(order.entries) - MOST_SHOWN) > 0:
        many = f"One watch takes {MOST_SHOWN} entries: {left:,} more of yours are not watched. For a longer list write "
        draft.lines.append(line(many, code("import"), " before it instead."))
    return draft.decision()


def as_typed(text: str) -> str:
    """An entry in quotes where it would be taken for several."""
    typed = " ".join(plain(text).replace('"', " ").split())
    is_simple = all(letter.isalnum() or letter in _SIMPLE for letter in typed) and split(typed) == (typed,)
    return typed if is_simple else f'"{typed}"'


def entry_of(wish: Wish, standing: Standing, now: datetime) -> WatchEntry:
    """The entry that a wish becomes."""
    return WatchEntry(
        user=standing.user,
        kind=wish.kind,
        key=wish.key,
        text=wish.text,
        added_at=now,
        added_by=clean_name(standing.by) or standing.user,
    )


def _watch(draft: Draft, text: str, sure: Sure, standing: Standing, look: Look, now: datetime) -> None:
    wish = parse(text)
    if isinstance(wish, NoEntry):
        draft.lines.append(line(wish.detail))
        return
    known = draft.known.get((wish.kind, wish.key))
    if known is not None:
        draft.lines.append(line("You watch ", strong(known), " already."))
        return
    if len(draft.known) >= MOST_ENTRIES:
        draft.lines.append(
            line(f"{MOST_ENTRIES:,} entries are the most that one user may have: {quoted(wish.text)} is not added.")
        )
        return
    preview = look.preview(wish)
    if must_ask(preview, sure, standing):
        ask_about(draft, wish, preview, f"watch! {as_typed(wish.text)}")
        return
    draft.known[wish.kind, wish.key] = wish.text
    draft.add.append(entry_of(wish, standing, now))
    back = f"unwatch {as_typed(wish.text)}"
    say_added(draft, wish, (), preview, look)
    say_broad(draft, preview, back)
    draft.buttons.append(button(f"Unwatch {wish.text}", back))


def must_ask(preview: Preview | None, sure: Sure, standing: Standing) -> TypeGuard[Preview]:
    """Whether an entry is so broad that a reader has to say again that they want it."""
    return preview is not None and preview.is_broad and sure is Sure.NOT_ASKED and standing.asker is Asker.READER


def ask_about(draft: Draft, wish: Wish, preview: Preview, again: str) -> None:
    """Say that an entry is broad, and that it takes the command `again` to have it all the same."""
    broad = f" would have matched {counted(preview.papers, 'paper')} in the last year. Too broad?"
    how = " It is not watched yet: to watch it all the same, write "
    draft.lines.append(line(strong(wish.text), broad, how, code(again), "."))
    label = f"Watch {wish.text} ({preview.papers:,} papers a year)"
    draft.buttons.append(button(label, again, Emphasis.PRIMARY))
    draft.buttons.append(button("Never mind", "never mind"))


def say_added(draft: Draft, wish: Wish, instead: tuple[str | Span, ...], preview: Preview | None, look: Look) -> None:
    """Say that an entry is watched, `instead` of what, with what it matched, and what may have been meant."""
    draft.lines.append(line("You watch ", strong(wish.text), *instead, _matched(wish, preview)))
    found_nothing = preview is not None and not preview.papers and not preview.issues
    if found_nothing and draft.may_guess() and (near := look.near_miss(wish)):
        takes = swap(wish.text, near)
        draft.lines.append(line("Did you mean ", strong(near), "? ", code(takes), " takes that instead."))
        draft.buttons.append(button(f"Watch {near} instead", takes, Emphasis.PRIMARY))
    if wish.kind is EntryKind.KIND and wish.key in GROUPS_WITH_ISSUES:
        said = f"These are the issues of {wish.key}; the papers for it are "
        draft.lines.append(line(said, code(f"watch audience:{wish.key}"), "."))


def say_broad(draft: Draft, preview: Preview | None, back: str) -> None:
    """Say of what was just added that it is broad, and which command takes it back."""
    if preview is not None and preview.is_broad:
        draft.lines.append(line("Too broad? ", code(back), " takes it back."))


def swap(old: str, new: str, verb: str = "replace") -> str:
    """The command that takes one entry in place of another."""
    return f"{verb} {as_typed(old)} with {as_typed(new)}"


def _matched(wish: Wish, preview: Preview | None) -> str:
    if preview is None:
        return ". How much that is I can say when the index is loaded."
    found = [counted(preview.papers, "paper")] if preview.papers or not preview.issues else []
    found += [counted(preview.issues, "issue")] if preview.issues else []
    more = ", …" if preview.papers + preview.issues > len(preview.examples) else ""
    examples = f" ({', '.join(preview.examples)}{more})" if preview.examples else ""
    known = ", of those whose audience I know" if wish.kind is EntryKind.AUDIENCE else ""
    return f": {' and '.join(found)} in the last year{known}{examples}."


def nothing() -> Answer:
    """There was no entry in what was said."""
    return phrasing.answer(line("There is no entry in that: write for instance ", code("watch Köppe, P2300"), "."))
