"""What is shown of papers, drafts and health, and of what a user watches. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.phrasing import button, code, counted, line, link, strong
from actors.watchlist.commands.run.preferences import muted_line, preferences_of
from actors.watchlist.matching.entries import WatchEntry, number_key
from actors.watchlist.model.user_state import UserState
from messages.commands import Answer, Line, Span
from messages.drafts import Announcement, Draft
from messages.notices import NoticeStatus
from messages.papers import PAPER_KINDS, WG21_LINK, Paper, PaperKind, RecentPaper

TRACKER = "https://github.com/cplusplus/papers/issues?q="
MOST_REVISIONS = 30
MOST_AUTHORS = 8
MOST_ENTRIES_SHOWN = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReplies:
    """What the others have answered so far; None: nothing yet."""

    papers: tuple[Paper, ...] | None = None
    recent: tuple[RecentPaper, ...] | None = None
    drafts: tuple[Draft, ...] | None = None
    health: str | None = None
    statuses: tuple[NoticeStatus, ...] | None = None


def paper(kind: PaperKind, number: int, heard: QueryReplies) -> Answer:
    """All of one number: newest revision first, then the drafts that are no paper yet."""
    papers, drafts = heard.papers or (), heard.drafts or ()
    name = number_key(kind, number)
    if not papers and not drafts:
        return phrasing.answer(
            line(f"I know nothing of {name}: ", " and ".join(_nothing_of(heard)), "."),
            buttons=(button(f"Watch {name}", f"watch {name}"),),
        )
    newest = max(papers, key=lambda each: (each.revision or 0, each.id), default=None)
    lines = _headline(name, newest, drafts)
    lines += [_revision(each) for each in sorted(papers, key=lambda each: each.revision or 0, reverse=True)][
        :MOST_REVISIONS
    ]
    published = {(each.number, each.revision) for each in papers}
    lines += [_draft(each) for each in drafts if (each.number, each.revision) not in published][:MOST_REVISIONS]
    if kind in (PaperKind.P, PaperKind.D):
        lines.append(line(link("GitHub tracker", f"{TRACKER}P{number:04d}")))
    return phrasing.answer(*lines, buttons=(button(f"Watch {name}", f"watch {name}"),))


def recent(heard: QueryReplies, limit: int) -> Answer:
    """The newest papers and drafts, in one list."""
    found = [(each.at, _recent_paper(each)) for each in heard.recent or ()]
    found += [(each.found_at, _recent_draft(each)) for each in heard.drafts or ()]
    found.sort(key=lambda item: item[0], reverse=True)
    if not found:
        known = {"No paper has come": heard.recent, "No draft was found": heard.drafts}
        silent = [said for said, answered in known.items() if answered is not None]
        return phrasing.answer(line(f"{'Nothing has happened' if len(silent) == len(known) else silent[0]} yet."))
    return phrasing.answer(*(shown for _, shown in found[:limit]))


def status(document: str) -> Answer:
    """The health document in words."""
    health = msgspec.json.decode(document)
    lines = [line("Callboard ", strong(str(health["status"])), f", version {health['version']}, {_running(health)}.")]
    lines += [line("• ", str(reason)) for reason in health["reasons"]]
    actors = health["actors"]
    index, prober, watchlist = (actors.get(name, {}) for name in ("index", "prober", "watchlist"))
    said = [f"{counted(index['papers'], 'paper')} in the index"] if "papers" in index else []
    if index.get("synced_at"):
        said.append(f"known to be whole at {index['synced_at'][:16].replace('T', ' ')} UTC")
    if "drafts" in prober:
        said.append(f"{counted(prober['drafts'], 'draft')} known")
    if "users" in watchlist:
        said.append(f"{counted(watchlist['users'], 'user')}, {counted(watchlist['entries'], 'entry', 'entries')}")
    return phrasing.answer(*lines, *([line(", ".join(said), ".")] if said else []))


def uptime(document: str) -> Answer:
    """Since when the service runs."""
    return phrasing.answer(line(f"Callboard is {_running(msgspec.json.decode(document))}."))


def watching(user: UserState) -> Answer:
    """What the user watches, and what is muted."""
    if not user.entries:
        lines = [line("You watch nothing yet: write for instance ", code("watch Niebler, P2300"), ".")]
    else:
        lines = [line(f"You watch {counted(len(user.entries), 'entry', 'entries')}:")]
        lines += map(_entry, user.entries)
        if len(lines) > MOST_ENTRIES_SHOWN:
            left = len(lines) - MOST_ENTRIES_SHOWN
            lines = [*lines[:MOST_ENTRIES_SHOWN], line(f"… and {left:,} more: ", code("export"), " shows all.")]
    if user.mutes:
        zone = preferences_of(user).zone
        lines += [line("Muted:"), *(muted_line(each, zone) for each in user.mutes)]
    return phrasing.answer(*lines)


def unanswered(who: str, many: int) -> Answer:
    """Nobody of so many answered in time."""
    do = "does" if many == 1 else "do"
    return phrasing.answer(line(f"That cannot be answered now: {who} {do} not answer. Please try again in a moment."))


def too_many_open() -> Answer:
    """A user asks faster than anybody answers."""
    return phrasing.answer(line("You have asked a lot that is not answered yet: please wait a moment."))


def _entry(each: WatchEntry) -> Line:
    by = f", added by {each.added_by}" if each.added_by != each.user else ""
    return line("• ", strong(each.text), f" since {each.added_at:%Y-%m-%d}{by}")


def _headline(name: str, newest: Paper | None, drafts: Sequence[Draft]) -> list[Line]:
    known = newest or max(drafts, key=lambda each: each.revision)
    more = f" and {len(known.authors) - MOST_AUTHORS} more" if len(known.authors) > MOST_AUTHORS else ""
    lines = [line(strong(name), f": {known.title}" if known.title else "")]
    return [*lines, line(", ".join(known.authors[:MOST_AUTHORS]) + more)] if known.authors else lines


def _revision(each: Paper) -> Line:
    pieces: list[str | Span] = ["• ", link(each.id, f"{WG21_LINK}{each.id}")]
    pieces += [f", {each.date:%Y-%m-%d}"] if each.date else []
    pieces += [f", {each.status}"] if each.status else []
    pieces += [", ", link("paper" if each.kind in PAPER_KINDS else "page", each.url)] if each.url else []
    return line(*pieces)


def _draft(each: Draft) -> Line:
    pieces: list[str | Span] = ["• ", strong(each.id), f", draft found {each.found_at:%Y-%m-%d}"]
    for file in each.files:
        pieces += [", ", link(file.extension.value, file.url)]
    return line(*pieces)


def _recent_paper(each: RecentPaper) -> Line:
    title = f": {each.paper.title}" if each.paper.title else ""
    return line(f"{each.at:%Y-%m-%d} ", link(each.paper.id, f"{WG21_LINK}{each.paper.id}"), title)


def _recent_draft(each: Draft) -> Line:
    url = each.files[0].url if each.files else ""
    silent = " (old, told to nobody)" if each.announcement is Announcement.SILENT else ""
    title = f": {each.title}" if each.title else ""
    return line(f"{each.found_at:%Y-%m-%d} draft ", link(each.id, url), silent, title)


def _nothing_of(heard: QueryReplies) -> list[str]:
    known = {"it is not in the index": heard.papers, "no draft of it was found": heard.drafts}
    return [said for said, answered in known.items() if answered is not None]


def _running(health: Any) -> str:
    if health.get("started_at") is None:
        return "running"
    started, now = (datetime.fromisoformat(health[key]) for key in ("started_at", "checked_at"))
    return f"running for {_lapse(now - started)}, since {started:%Y-%m-%d %H:%M} UTC"


def _lapse(length: timedelta) -> str:
    minutes = max(int(length.total_seconds()), 0) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [counted(days, "day")] if days else []
    parts += [counted(hours, "hour")] if hours else []
    return " ".join([*parts, counted(minutes, "minute")] if not days else parts or ["0 minutes"])
