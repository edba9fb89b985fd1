"""Unwatching, and watching one thing in place of another: which entries are removed, and what is said to it. Pure."""

from dataclasses import replace
from datetime import datetime

from actors.watchlist.commands.parse.orders import Instead, Unwatch
from actors.watchlist.commands.run import phrasing
from actors.watchlist.commands.run.phrasing import button, counted, line, quoted, strong
from actors.watchlist.commands.run.subscribing import (
    MOST_BUTTONS,
    MOST_SHOWN,
    Draft,
    Look,
    as_typed,
    ask_about,
    entry_of,
    must_ask,
    nothing,
    say_added,
    say_broad,
    swap,
)
from actors.watchlist.commands.run.user_state import Changes, Decision, Standing, done, refused
from actors.watchlist.matching.entries import NoEntry, Wish, parse


def unwatch(order: Unwatch, standing: Standing) -> Decision:
    """Remove entries; `all` is all of them."""
    if [text.lower() for text in order.entries] in (["all"], ["everything"]):
        return _unwatch_all(standing)
    draft = Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    for text in order.entries:
        _unwatch(draft, text)
    if not draft.lines:
        return refused(nothing())
    if (left := len(draft.lines) - MOST_SHOWN) > 0:
        draft.lines[MOST_SHOWN:] = [line(f"… and {left:,} more like these.")]
    return draft.decision()


def instead(order: Instead, standing: Standing, look: Look, now: datetime) -> Decision:
    """One entry in place of another; a reader is asked about one that is too broad, as by `watch`."""
    draft = Draft(known={(entry.kind, entry.key): entry.text for entry in standing.entries})
    old, new = _watched(draft, order.old), parse(order.new)
    if isinstance(old, NoEntry) or isinstance(new, NoEntry):
        return refused(phrasing.answer(*(line(each.detail) for each in (old, new) if isinstance(each, NoEntry))))
    if (old.kind, old.key) == (new.kind, new.key):
        return refused(phrasing.answer(line("These are the same.")))
    preview, is_new = look.preview(new), (new.kind, new.key) not in draft.known
    if is_new and must_ask(preview, order.sure, standing):
        ask_about(draft, new, preview, swap(old.text, new.text, "replace!"))
        return draft.decision()
    draft.remove[old.kind, old.key] = None
    draft.add += [entry_of(new, standing, now)] if is_new else []
    say_added(draft, new, (" instead of ", strong(old.text)), preview, look)
    say_broad(draft, preview, swap(new.text, old.text))
    return draft.decision()


def _unwatch(draft: Draft, text: str) -> None:
    wish = _watched(draft, text)
    if isinstance(wish, NoEntry):
        draft.lines.append(line(wish.detail))
    if isinstance(wish, NoEntry) or (wish.kind, wish.key) in draft.remove:
        return
    draft.remove[wish.kind, wish.key] = None
    draft.lines.append(line("You no longer watch ", strong(wish.text), "."))
    if len(draft.buttons) < MOST_BUTTONS:
        draft.buttons.append(button(f"Watch {wish.text} again", f"watch! {as_typed(wish.text)}"))


def _unwatch_all(standing: Standing) -> Decision:
    if not standing.entries:
        return refused(phrasing.answer(line("You watch nothing.")))
    said = f"You no longer watch anything: {counted(len(standing.entries), 'entry', 'entries')} removed."
    removed = tuple((entry.kind, entry.key) for entry in standing.entries)
    return done(phrasing.answer(line(said)), Changes(remove=removed))


def _watched(draft: Draft, text: str) -> Wish | NoEntry:
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
    return NoEntry(detail=f"You do not watch {quoted(wish.text)}.{hint}")
