"""`why`: what a user was sent about a number, by which entries, and what happened to each message. Pure."""

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType

from actors.runtime.timezones.known import local_time
from actors.watchlist.commands import phrasing
from actors.watchlist.commands.phrasing import button, line, quoted, strong
from actors.watchlist.commands.run.preferences import muted_line
from actors.watchlist.matching.folding import phrases, words
from actors.watchlist.model.questions import WhyFacts
from actors.watchlist.model.user_state import NoticeRecord
from messages.commands import AnswerLine, CommandAnswer
from messages.notices import Happening, Notice, NoticeState, NoticeStatus

MAX_NOTICES = 20

_HAPPENINGS = MappingProxyType(
    {
        Happening.DRAFT_FOUND: "new draft",
        Happening.DRAFT_PUBLISHED: "paper published",
        Happening.PAPER_ADDED: "new in the index",
        Happening.PAPER_CHANGED: "changed in the index",
        Happening.PAPER_DISPOSED: "new disposition",
    }
)


def why(facts: WhyFacts, statuses: Sequence[NoticeStatus] | None) -> CommandAnswer:
    """The user's notices about a number, newest first, and what matches it now. `statuses`, oldest first, say what
    became of the messages; None when the notifier does not answer."""
    them = facts.channel or "you"
    a_list = f"the list of {facts.channel}" if facts.channel else "your list"
    subject, lines = facts.subject, [_notice(each, statuses, facts) for each in facts.told]
    if lines:
        all_sent = all(
            (status := _status_of(each, statuses)) and status.state is NoticeState.SENT for each in facts.told
        )
        title = f"What I sent {them} about {subject}:" if all_sent else f"Notices about {subject}, newest first:"
        lines = [line(title), *lines]
    else:
        lines = [line(f"I haven't sent {them} anything about {subject}.")]
    if facts.matching:
        lines.append(line(f"It matches {', '.join(map(quoted, facts.matching))} on {a_list}."))
    elif not facts.told:
        lines.append(line(f"As far as I know, nothing on {a_list} matches it."))
    if facts.muted is not None:
        return phrasing.answer(*lines, line("Muted:"), muted_line(facts.muted, facts.zone))
    may_mute = facts.told or facts.matching
    buttons = (button(f"Mute {subject} for 2 weeks", f"mute {subject} 2w"),) if may_mute else ()
    return phrasing.answer(*lines, buttons=buttons)


def _notice(each: NoticeRecord, statuses: Sequence[NoticeStatus] | None, facts: WhyFacts) -> AnswerLine:
    happening = _HAPPENINGS.get(each.notice.happening, each.notice.happening.value.replace("_", " "))
    title = f" {quoted(each.notice.title)}" if each.notice.title else ""
    entries = ", ".join(map(partial(_entry, each.notice), (*each.matched, *each.mentioned)))
    mention = "" if each.matched else "; its authors could not be read, and its first page mentions it"
    when = _what_became_of(each, statuses, facts.zone)
    watch = f"{facts.channel} is subscribed to" if facts.channel else "you watch"
    return line(f"• {when}: {happening}, ", strong(each.notice.id), f"{title}, because {watch} {entries}{mention}")


def _entry(notice: Notice, text: str) -> str:
    """An entry, and whether only the index has its author: the draft's own file does not name every earlier author."""
    if _is_among(text, notice.earlier_authors) and not _is_among(text, notice.authors):
        return f"{quoted(text)} (an author of the last revision; the new file does not name them)"
    return quoted(text)


def _is_among(text: str, authors: Sequence[str]) -> bool:
    entry = words(text)
    return any(" ".join(entry) in phrases(author, len(entry)) for author in authors)


def _status_of(each: NoticeRecord, statuses: Sequence[NoticeStatus] | None) -> NoticeStatus | None:
    """The first message about it, sent or held, since the notice was handed to the notifier: older ones belong to
    earlier notices."""
    if each.at is None or each.taken_back:
        return None
    handed = each.at
    return next((status for status in statuses or () if status.id == each.notice.id and status.since >= handed), None)


def _what_became_of(each: NoticeRecord, statuses: Sequence[NoticeStatus] | None, zone: str) -> str:
    if each.at is None:
        return "waiting to be sent"
    if each.taken_back:
        return f"taken back {local_time(each.at, zone)} because {each.taken_back}"
    status, noticed = _status_of(each, statuses), f"noticed {local_time(each.at, zone)}"
    if status is None:
        return noticed if statuses is None else f"{noticed}, but no message about it is on record"
    match status.state:
        case NoticeState.SENT:
            return local_time(status.at or status.since, zone)
        case NoticeState.HELD:
            return f"{noticed}, held until {local_time(status.at or status.since, zone)}"
        case NoticeState.QUEUED:
            return f"{noticed}, being sent"
        case NoticeState.SUSPENDED:
            return f"{noticed}, not sent yet because Slack won't accept it ({status.reason})"
        case NoticeState.TAKEN_BACK:
            return f"{noticed}, taken back {local_time(status.at or status.since, zone)} because {status.reason}"
        case NoticeState.DEAD:
            return f"{noticed}, not sent because Slack refused it ({status.reason})"
