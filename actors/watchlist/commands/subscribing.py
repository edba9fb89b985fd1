"""Watching and unwatching: which entries are added or removed, and what is said to it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.orders import Instead, Sure, Unwatch, Watch
from actors.watchlist.commands.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.spoken import plain
from actors.watchlist.commands.standing import Asker, Changes, Decision, Standing, done, refused
from actors.watchlist.entries import MOST_ENTRIES, NoEntry, Wish, clean_name, parse
from actors.watchlist.shelf import Preview
from messages.commands import Answer, Button, Emphasis, Line, Span
from messages.watching import EntryKind, RefusalReason, WatchEntry

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
class _Draft:
    """An answer and its changes while they are put together."""

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
        answer = phrasing.answer(*self.lines, buttons=tuple(self.buttons[:MOST_BUTTONS]))
        if not self.add and not self.remove:
            return refused(answer)
        return done(answer, Changes(add=tuple(self.add), remove=tuple(self.remove)))


def watch(order: Watch, standing: Standing, look: Look, now: datetime) -> Decision:
    """Add entries, each with what it would have matched. One that is too broad is added by a reader only when they
    have seen so, and say it again by a button."""
    draft = _Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    for text in order.entries[:MOST_SHOWN]:
        _watch(draft, text, order.sure, standing, look, now)
    if not draft.lines:
        return refused(_nothing())
    if (left := len(order.entries) - MOST_SHOWN) > 0:
        many = f"One watch takes {MOST_SHOWN} entries: {left:,} more of yours are not watched. For a longer list write "
        draft.lines.append(line(many, code("import"), " before it instead."))
    return draft.decision()


def unwatch(order: Unwatch, standing: Standing) -> Decision:
    """Remove entries; `all` is all of them."""
    if [text.lower() for text in order.entries] in (["all"], ["everything"]):
        return _unwatch_all(standing)
    draft = _Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    for text in order.entries:
        _unwatch(draft, text)
    if not draft.lines:
        return refused(_nothing())
    if (left := len(draft.lines) - MOST_SHOWN) > 0:
        draft.lines[MOST_SHOWN:] = [line(f"… and {left:,} more like these.")]
    return draft.decision()


def instead(order: Instead, standing: Standing, look: Look, now: datetime) -> Decision:
    """One entry in place of another."""
    theirs = _Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    old, new = _watched(theirs, order.old), parse(order.new)
    for wish in (old, new):
        if isinstance(wish, NoEntry):
            return refused(phrasing.answer(line(wish.detail)))
    assert isinstance(old, Wish), "NoEntry was refused"
    assert isinstance(new, Wish), "NoEntry was refused"
    said = line("You watch ", strong(new.text), " instead of ", strong(old.text), *_matched(new, look.preview(new)))
    if (old.kind, old.key) == (new.kind, new.key):
        return refused(phrasing.answer(line("These are the same.")))
    added = () if standing.entry(new.kind, new.key) else (entry_of(new, standing, now),)
    return done(phrasing.answer(said), Changes(add=added, remove=((old.kind, old.key),)))


def as_typed(text: str) -> str:
    """An entry in quotes where it would be taken for several."""
    typed = " ".join(plain(text).replace('"', " ").split())
    return typed if all(letter.isalnum() or letter in _SIMPLE for letter in typed) else f'"{typed}"'


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


def _watch(draft: _Draft, text: str, sure: Sure, standing: Standing, look: Look, now: datetime) -> None:
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
    if preview is not None and preview.is_broad and sure is Sure.NOT_ASKED and standing.asker is Asker.READER:
        _ask_about(draft, wish, preview)
        return
    draft.known[wish.kind, wish.key] = wish.text
    draft.add.append(entry_of(wish, standing, now))
    _say_added(draft, wish, preview, look)


def _unwatch(draft: _Draft, text: str) -> None:
    wish = _watched(draft, text)
    if isinstance(wish, NoEntry):
        draft.lines.append(line(wish.detail))
    if isinstance(wish, NoEntry) or (wish.kind, wish.key) in draft.remove:
        return
    draft.remove[wish.kind, wish.key] = None
    draft.lines.append(line("You no longer watch ", strong(wish.text), "."))
    if len(draft.buttons) < MOST_BUTTONS:
        draft.buttons.append(button(f"Watch {wish.text} again", f"watch! {as_typed(wish.text)}"))


def _ask_about(draft: _Draft, wish: Wish, preview: Preview) -> None:
    draft.lines.append(
        line(
            strong(wish.text), f" would have matched {counted(preview.papers, 'paper')} in the last year. Too broad?"
            " It is not watched yet: to watch it all the same, write ", code(f"watch! {as_typed(wish.text)}"), ".",
        )
    )  # fmt: skip
    label = f"Watch {wish.text} ({preview.papers:,} papers a year)"
    draft.buttons.append(button(label, f"watch! {as_typed(wish.text)}", Emphasis.PRIMARY))
    draft.buttons.append(button("Never mind", "never mind"))


def _say_added(draft: _Draft, wish: Wish, preview: Preview | None, look: Look) -> None:
    pieces: list[str | Span] = ["You watch ", strong(wish.text), *_matched(wish, preview)]
    if preview is not None and preview.is_broad:
        pieces += [" Too broad? ", code(f"unwatch {as_typed(wish.text)}"), " takes it back."]
    draft.lines.append(line(*pieces))
    found_nothing = preview is not None and not preview.papers and not preview.issues
    if found_nothing and draft.may_guess() and (near := look.near_miss(wish)):
        draft.lines.append(
            line("Did you mean ", strong(near), "? ", code(_swap(wish.text, near)), " takes that instead.")
        )
        draft.buttons.append(button(f"Watch {near} instead", _swap(wish.text, near), Emphasis.PRIMARY))
    if wish.kind is EntryKind.KIND and wish.key in GROUPS_WITH_ISSUES:
        tip = f"audience:{wish.key}"
        draft.lines.append(
            line(f"These are the issues of {wish.key}; the papers for it are ", code(f"watch {tip}"), ".")
        )
    draft.buttons.append(button(f"Unwatch {wish.text}", f"unwatch {as_typed(wish.text)}"))


def _matched(wish: Wish, preview: Preview | None) -> tuple[str, ...]:
    if preview is None:
        return (". How much that is I can say when the index is loaded.",)
    found = [counted(preview.papers, "paper")] if preview.papers or not preview.issues else []
    found += [counted(preview.issues, "issue")] if preview.issues else []
    more = ", …" if preview.papers + preview.issues > len(preview.examples) else ""
    examples = f" ({', '.join(preview.examples)}{more})" if preview.examples else ""
    known = ", of those whose audience I know" if wish.kind is EntryKind.AUDIENCE else ""
    return (f": {' and '.join(found)} in the last year{known}{examples}.",)


def _swap(old: str, new: str) -> str:
    return f"replace {old} with {new}"


def _unwatch_all(standing: Standing) -> Decision:
    if not standing.entries:
        return refused(phrasing.answer(line("You watch nothing.")))
    said = f"You no longer watch anything: {counted(len(standing.entries), 'entry', 'entries')} removed."
    removed = tuple((entry.kind, entry.key) for entry in standing.entries)
    return done(phrasing.answer(line(said)), Changes(remove=removed))


def _watched(draft: _Draft, text: str) -> Wish | NoEntry:
    """The entry of those that are known which `text` means, as it is called there."""
    wish = parse(text)
    if isinstance(wish, NoEntry):
        return wish
    called = draft.known.get((wish.kind, wish.key))
    if called is not None:
        return replace(wish, text=called)
    near: list[str] = []
    if draft.may_guess():
        near = [name for (_, key), name in draft.known.items() if wish.key in key or key in wish.key]
    hint = f" You watch {', '.join(map(quoted, near[:3]))}." if near else ""
    return NoEntry(reason=RefusalReason.NOT_WATCHED, detail=f"You do not watch {quoted(wish.text)}.{hint}")


def _nothing() -> Answer:
    return phrasing.answer(line("There is no entry in that: write for instance ", code("watch Köppe, P2300"), "."))
