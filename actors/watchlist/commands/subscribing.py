"""Watching and unwatching: which entries are added or removed, and what is said to it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.orders import Instead, Sure, Unwatch, Watch
from actors.watchlist.commands.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.standing import Asker, Changes, Decision, Standing, done, refused
from actors.watchlist.entries import MOST_ENTRIES, NoEntry, Wish, clean_name, parse
from actors.watchlist.shelf import Preview
from messages.commands import Answer, Button, Emphasis, Line, Span
from messages.watching import EntryKind, RefusalReason, WatchEntry

MOST_SHOWN = 40
"""Lines about single entries in one answer."""

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
    remove: list[tuple[EntryKind, str]] = field(default_factory=list)
    known: dict[tuple[EntryKind, str], str] = field(default_factory=dict)

    def decision(self, left_out: str) -> Decision:
        lines = self.lines[:MOST_SHOWN]
        if len(self.lines) > MOST_SHOWN:
            lines.append(line(f"… and {len(self.lines) - MOST_SHOWN:,} more {left_out}."))
        answer = phrasing.answer(*lines, buttons=tuple(self.buttons[:MOST_BUTTONS]))
        if not self.add and not self.remove:
            return refused(answer)
        return done(answer, Changes(add=tuple(self.add), remove=tuple(self.remove)))


def watch(order: Watch, standing: Standing, look: Look, now: datetime) -> Decision:
    """Add entries, each with what it would have matched. One that is too broad is added by a reader only when they
    have seen so, and say it again by a button."""
    draft = _Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    for text in order.entries:
        _watch(draft, text, order.sure, standing, look, now)
    if not draft.lines:
        return refused(_nothing())
    return draft.decision("like these")


def unwatch(order: Unwatch, standing: Standing) -> Decision:
    """Remove entries; `all` is all of them."""
    if [text.lower() for text in order.entries] in (["all"], ["everything"]):
        return _unwatch_all(standing)
    draft = _Draft()
    for text in order.entries:
        wish = _watched(text, standing)
        if isinstance(wish, NoEntry):
            draft.lines.append(line(wish.detail))
        elif (wish.kind, wish.key) not in draft.remove:
            draft.remove.append((wish.kind, wish.key))
            draft.lines.append(line("You no longer watch ", strong(wish.text), "."))
            draft.buttons.append(button(f"Watch {wish.text} again", f"watch! {as_typed(wish.text)}"))
    return draft.decision("like these") if draft.lines else refused(_nothing())


def instead(order: Instead, standing: Standing, look: Look, now: datetime) -> Decision:
    """One entry in place of another."""
    old, new = _watched(order.old, standing), parse(order.new)
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
    plain = " ".join(text.replace('"', " ").split())
    return plain if all(letter.isalnum() or letter in _SIMPLE for letter in plain) else f'"{plain}"'


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
    if preview is not None and not preview.papers and not preview.issues and (near := look.near_miss(wish)):
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


def _watched(text: str, standing: Standing) -> Wish | NoEntry:
    """The entry of theirs that `text` means, as they call it."""
    wish = parse(text)
    if isinstance(wish, NoEntry):
        return wish
    entry = standing.entry(wish.kind, wish.key)
    if entry is None:
        near = [entry.text for entry in standing.entries if wish.key in entry.key or entry.key in wish.key]
        hint = f" You watch {', '.join(map(quoted, near[:3]))}." if near else ""
        return NoEntry(reason=RefusalReason.NOT_WATCHED, detail=f"You do not watch {quoted(wish.text)}.{hint}")
    return Wish(kind=entry.kind, key=entry.key, text=entry.text)


def _nothing() -> Answer:
    return phrasing.answer(line("There is no entry in that: write for instance ", code("watch Köppe, P2300"), "."))
