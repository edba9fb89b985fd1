"""What is said of what there was for a user, and what became of it. Pure."""

from collections.abc import Sequence

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.timing import minute_of
from actors.watchlist.commands.phrasing import button, line, quoted, strong
from actors.watchlist.commands.run.preferences import muted_line
from actors.watchlist.model.questions import WhyFacts
from actors.watchlist.model.user_state import NoticeRecord
from messages.commands import Answer, Line
from messages.notices import Fate, Happening, NoticeFate

MOST_TOLD = 20

_SAID = {
    Happening.DRAFT_FOUND: "new draft",
    Happening.DRAFT_PUBLISHED: "paper published",
    Happening.PAPER_ADDED: "new in the index",
    Happening.PAPER_CHANGED: "changed in the index",
}


def why(known: WhyFacts, fates: Sequence[NoticeFate] | None) -> Answer:
    """What there was for the user of a number, newest first, by which entries, and what became of it; `fates` by their
    time, None when nobody says."""
    subject, lines = known.subject, [_told(each, fates, known.zone) for each in known.told]
    if lines:
        are_sent = all((fate := _fate_of(each, fates)) and fate.fate is Fate.SENT for each in known.told)
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


def _told(each: NoticeRecord, fates: Sequence[NoticeFate] | None, zone: str) -> Line:
    happening = _SAID.get(each.notice.happening, each.notice.happening.value.replace("_", " "))
    title = f" {quoted(each.notice.title)}" if each.notice.title else ""
    by = ", ".join(map(quoted, (*each.matched, *each.mentioned)))
    where = "" if each.matched else ", which its first words mention"
    became = _became(each, fates, zone)
    return line(f"• {became}: {happening}, ", strong(each.notice.id), f"{title}, by your {by}{where}")


def _fate_of(each: NoticeRecord, fates: Sequence[NoticeFate] | None) -> NoticeFate | None:
    """That of the first message, or of what is held, that came of it: nothing older than its handing on can."""
    if each.at is None:
        return None
    handed = each.at
    return next((fate for fate in fates or () if fate.id == each.notice.id and fate.since >= handed), None)


def _became(each: NoticeRecord, fates: Sequence[NoticeFate] | None, zone: str) -> str:
    if each.at is None:
        return "waits to be sent"
    fate, noticed = _fate_of(each, fates), f"noticed {minute_of(each.at, zone)}"
    if fate is None:
        return noticed if fates is None else f"{noticed}, and no message of it is kept"
    match fate.fate:
        case Fate.SENT:
            return minute_of(fate.at or fate.since, zone)
        case Fate.HELD:
            return f"{noticed}, waits for your hour, {minute_of(fate.at or fate.since, zone)}"
        case Fate.QUEUED:
            return f"{noticed}, on its way"
        case Fate.SUSPENDED:
            return f"{noticed}, waits, for Slack does not take it ({fate.reason})"
        case Fate.DEAD:
            return f"{noticed}, not sent, for Slack refused it ({fate.reason})"
