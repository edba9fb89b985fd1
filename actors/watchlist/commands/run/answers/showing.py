"""Answers that show papers, drafts, health, and a user's list. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.phrasing import button, code, counted, line, link, strong
from actors.watchlist.commands.run.preferences import muted_line, zone_of
from actors.watchlist.matching.entries import EVERYTHING, WatchEntry, number_key
from actors.watchlist.model.user_state import UserState
from messages.channels import ChannelReply
from messages.commands import AnswerLine, Button, CommandAnswer, Span
from messages.drafts import Announcement, Draft
from messages.notices import NoticeStatus
from messages.papers import PAPER_KINDS, WG21_LINK, Paper, PaperKind, RecentPaper

TRACKER = "https://github.com/cplusplus/papers/issues?q="
MAX_REVISIONS_SHOWN = 30
NEWEST_REVISIONS_SHOWN = 3
MAX_AUTHORS_SHOWN = 8
MAX_ENTRIES_SHOWN = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReplies:
    """What other actors have replied so far; None where nothing has come."""

    papers: tuple[Paper, ...] | None = None
    recent: tuple[RecentPaper, ...] | None = None
    known: tuple[Paper, ...] = ()
    drafts: tuple[Draft, ...] | None = None
    health: str | None = None
    statuses: tuple[NoticeStatus, ...] | None = None
    channel: ChannelReply | None = None


# --- papers and drafts


def paper(kind: PaperKind, number: int, replies: QueryReplies, limit: int = MAX_REVISIONS_SHOWN) -> CommandAnswer:
    """Everything about one number: its newest revisions, up to `limit`, then as many of the drafts that are not
    published yet."""
    papers, drafts = replies.papers or (), replies.drafts or ()
    name = number_key(kind, number)
    if not papers and not drafts:
        nothing = {"it isn't in the index": replies.papers, "no draft of it has been found": replies.drafts}
        known = " and ".join(said for said, reply in nothing.items() if reply is not None)
        return phrasing.answer(line(f"I don't know {name}: {known}."))
    newest = max(papers, key=lambda each: (each.revision or 0, each.id), default=None)
    lines = _headline(name, newest, drafts)
    revisions = sorted(papers, key=lambda each: each.revision or 0, reverse=True)
    lines += [_revision(each) for each in revisions[:limit]]
    published = {(each.number, each.revision) for each in papers}
    unpublished = [each for each in drafts if (each.number, each.revision) not in published]
    lines += [_draft(each) for each in unpublished[:limit]]
    hidden = max(len(revisions) - limit, 0) + max(len(unpublished) - limit, 0)
    whole: tuple[Button, ...] = ()
    if hidden and limit < MAX_REVISIONS_SHOWN:
        lines.append(line(f"… and {counted(hidden, 'earlier one', 'earlier ones')}: ", code(f"paper {name} all")))
        whole = (button("All", f"paper {name} all"),)
    if kind in (PaperKind.P, PaperKind.D):
        lines.append(line(link("GitHub tracker", f"{TRACKER}P{number:04d}")))
    others = (button("Mute for 2 weeks", f"mute {name} 2w"), button("Why?", f"why {name}"))
    return phrasing.answer(*lines, buttons=(button(f"Watch {name}", f"watch {name}"), *whole, *others))


def recent(replies: QueryReplies, limit: int) -> CommandAnswer:
    """The newest papers and drafts in one list."""
    found = [(each.at, _recent_paper(each.at, each.paper)) for each in replies.recent or ()]
    found += [(each.found_at, _recent_draft(each)) for each in replies.drafts or ()]
    found.sort(key=lambda item: item[0], reverse=True)
    is_news = bool(replies.recent) or any(each.announcement is Announcement.ANNOUNCED for each in replies.drafts or ())
    if replies.known and not is_news:
        newest = [_recent_paper(paper.date, paper) for paper in replies.known[:limit] if paper.date]
        return phrasing.answer(line("No papers or drafts yet. The newest in the index:"), *newest)
    if not found:
        nothing = {"papers": replies.recent, "drafts": replies.drafts}
        kinds = " or ".join(kind for kind, reply in nothing.items() if reply is not None)
        return phrasing.answer(line(f"No {kinds} yet."))
    return phrasing.answer(*(shown for _, shown in found[:limit]))


def _headline(name: str, newest: Paper | None, drafts: Sequence[Draft]) -> list[AnswerLine]:
    known = newest or max(drafts, key=lambda each: each.revision)
    others = len(known.authors) - MAX_AUTHORS_SHOWN
    more = f" and {others} more" if others > 0 else ""
    lines = [line(strong(name), f": {known.title}" if known.title else "")]
    return [*lines, line(", ".join(known.authors[:MAX_AUTHORS_SHOWN]) + more)] if known.authors else lines


def _revision(each: Paper) -> AnswerLine:
    pieces: list[str | Span] = ["• ", link(each.id, f"{WG21_LINK}{each.id}")]
    pieces += [f", {each.date:%Y-%m-%d}"] if each.date else []
    pieces += [f", {each.status}"] if each.status else []
    pieces += [", ", link("paper" if each.kind in PAPER_KINDS else "page", each.url)] if each.url else []
    return line(*pieces)


def _draft(each: Draft) -> AnswerLine:
    pieces: list[str | Span] = ["• ", strong(each.id), f", draft found {each.found_at:%Y-%m-%d}"]
    for file in each.files:
        pieces += [", ", link(file.extension.value, file.url)]
    return line(*pieces)


def _recent_paper(at: date, paper: Paper) -> AnswerLine:
    title = f": {paper.title}" if paper.title else ""
    return line(f"{at:%Y-%m-%d} ", link(paper.id, f"{WG21_LINK}{paper.id}"), title)


def _recent_draft(each: Draft) -> AnswerLine:
    url = each.files[0].url if each.files else ""
    silent = " (old, not announced)" if each.announcement is Announcement.SILENT else ""
    title = f": {each.title}" if each.title else ""
    return line(f"{each.found_at:%Y-%m-%d} draft ", link(each.id, url), silent, title)


# --- health


def _state(health: Mapping[str, Any]) -> str:
    """In a word. Nothing is wrong while something is loaded for the first time."""
    problems = health.get("problems", ())
    is_beginning = bool(problems) and all(problem.get("beginning", False) for problem in problems)
    return "starting" if is_beginning else str(health["status"])


def status(document: str) -> CommandAnswer:
    """The health document in words."""
    health = msgspec.json.decode(document)
    lines = [line("Status: ", strong(_state(health)), f". {_running(health)}")]
    lines += [line("• ", str(reason)) for reason in health["reasons"]]
    actors = health["actors"]
    index, prober, watchlist = (actors.get(name, {}) for name in ("index", "prober", "watchlist"))
    counts = []
    if "papers" in index:
        at = index.get("synced_at")
        checked = f" (last checked {at[:16].replace('T', ' ')} UTC)" if at else ""
        counts.append(f"{counted(index['papers'], 'paper')} in the index{checked}")
    if "drafts" in prober:
        counts.append(counted(prober["drafts"], "known draft"))
    if "users" in watchlist:
        users, entries = counted(watchlist["users"], "user"), counted(watchlist["entries"], "entry", "entries")
        counts.append(f"{users} with {entries}")
    return phrasing.answer(*lines, *([line(", ".join(counts), ".")] if counts else []))


def uptime(document: str) -> CommandAnswer:
    """How long the service has been running."""
    return phrasing.answer(line(_running(msgspec.json.decode(document))))


def _running(health: Any) -> str:
    if health.get("started_at") is None:
        return f"Callboard {health['version']} is running."
    started, now = (datetime.fromisoformat(health[key]) for key in ("started_at", "checked_at"))
    lasted = f"for {_length(now - started)} (since {started:%Y-%m-%d %H:%M} UTC)"
    return f"Callboard {health['version']} has been running {lasted}."


def _length(length: timedelta) -> str:
    minutes = max(int(length.total_seconds()), 0) // 60
    if not minutes:
        return "less than a minute"
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [counted(days, "day")] if days else []
    parts += [counted(hours, "hour")] if hours else []
    parts += [counted(minutes, "minute")] if minutes and not days else []
    return " ".join(parts)


# --- the user's list


def watching(user: UserState) -> CommandAnswer:
    """What the user watches and what is muted."""
    count = len(user.entries) + user.is_readers
    if not count:
        example = "watch audience:SG16" if user.channel else "watch Niebler, P2300"
        lines = [line(f"{user.watches_not} anything yet. Try ", code(example), ".")]
    else:
        lines = [line(f"{user.watches()} {counted(count, 'entry', 'entries')}:")]
        lines += [_readers_entry()] if user.is_readers else []
        lines += map(_entry, user.entries)
        if len(lines) > MAX_ENTRIES_SHOWN:
            left = len(lines) - MAX_ENTRIES_SHOWN
            more = line(f"… and {left:,} more. To see them all, type ", code("export"), ".")
            lines = [*lines[:MAX_ENTRIES_SHOWN], more]
    if user.mutes:
        zone = zone_of(user)
        lines += [line("Muted:"), *(muted_line(each, zone) for each in user.mutes)]
    return phrasing.answer(*lines)


def _readers_entry() -> AnswerLine:
    return line("• ", strong(EVERYTHING.text), ", set by slack.channel in the configuration")


def too_many_open() -> CommandAnswer:
    """A user asks faster than other actors reply."""
    return phrasing.answer(line("Several of your commands are still waiting for an answer. Please wait a moment."))


def _entry(each: WatchEntry) -> AnswerLine:
    by = f", added by {each.added_by}" if each.added_by != each.user else ""
    return line("• ", strong(each.text), f" since {each.added_at:%Y-%m-%d}{by}")
