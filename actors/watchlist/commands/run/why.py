"""What is said of what there was for a user, and what became of it. Pure."""

from collections.abc import Sequence

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.timing import minute_of
from actors.watchlist.commands.phrasing import button, line, quoted, strong
from actors.watchlist.commands.run.preferences import muted_line
from actors.watchlist.model.questions import WhyFacts
from actors.watchlist.model.user_state import NoticeRecord
from messages.commands import Answer, Line
from messages.notices import Happening, NoticeState, NoticeStatus

MOST_TOLD = 20

_SAID = {
    Happening.DRAFT_FOUND: "new draft",
    Happening.DRAFT_PUBLISHED: "paper published",
    Happening.PAPER_ADDED: "new in the index",
    Happening.PAPER_CHANGED: "changed in the index",
}


def why(known: WhyFacts, statuses: Sequence[NoticeStatus] | None) -> Answer:
    """What there was for the user of a number, newest first, by which entries, and what became of it; `fates` by their
    time, None when nobody says."""
    subject, lines = known.subject, [_told(each, statuses, known.zone) for each in known.told]
    if lines:
        are_sent = all(
            (status := _status_of(each, statuses)) and status.state is NoticeState.SENT for each in known.told
        )
        lines = [line(f"Of {subject} you were told:" if are_sent else f"Of {subject}, newest first:"), *lines]
    else:
        lines = [line(f"You were not told of {subject}.")]
    if known.matching:
        by = ", ".join(map(quoted, known.matching))
        lines.append(line(f"It is matched by {by}, which you watch now."))
    elif not known.told:
        lines.append(line("Nothing that you watch matches it, as far as I know."))
    if known.muted is not None:
        return phrasing.answer(*lines, line("Muted:"), muted_line(known.muted, known.zone))
    wanted = (button(f"Mute {subject} for 2 weeks", f"mute {subject} 2w"),) if known.told or known.matching else ()
    return phrasing.answer(*lines, buttons=wanted)


def _told(each: NoticeRecord, statuses: Sequence[NoticeStatus] | None, zone: str) -> Line:
    happening = _SAID.get(each.notice.happening, each.notice.happening.value.replace("_", " "))
    title = f" {quoted(each.notice.title)}" if each.notice.title else ""
    by = ", ".join(map(quoted, (*each.matched, *each.mentioned)))
    where = "" if each.matched else ", which its first words mention"
    became = _became(each, statuses, zone)
    return line(f"• {became}: {happening}, ", strong(each.notice.id), f"{title}, by your {by}{where}")


def _status_of(each: NoticeRecord, statuses: Sequence[NoticeStatus] | None) -> NoticeStatus | None:
    """That of the first message, or of what is held, that came of it: nothing older than its handing on can."""
    if each.at is None:
        return None
    handed = each.at
    return next((status for status in statuses or () if status.id == each.notice.id and status.since >= handed), None)


def _became(each: NoticeRecord, statuses: Sequence[NoticeStatus] | None, zone: str) -> str:
    if each.at is None:
        return "waits to be sent"
    status, noticed = _status_of(each, statuses), f"noticed {minute_of(each.at, zone)}"
    if status is None:
        return noticed if statuses is None else f"{noticed}, and no message of it is kept"
    match status.state:
        case NoticeState.SENT:
            return minute_of(status.at or status.since, zone)
        case NoticeState.HELD:
            return f"{noticed}, waits for your hour, {minute_of(status.at or status.since, zone)}"
        case NoticeState.QUEUED:
            return f"{noticed}, on its way"
        case NoticeState.SUSPENDED:
            return f"{noticed}, waits, for Slack does not take it ({status.reason})"
        case NoticeState.DEAD:
            return f"{noticed}, not sent, for Slack refused it ({status.reason})"
