"""What is left of a user's notices when they unwatch or mute something before the notices are sent. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from messages.notices import Notice, NotifyUser, SummarizeForUser, TakeBackNotices

UserNotices = NotifyUser | SummarizeForUser

_NUMBERED = re.compile(r"([A-Z]+)0*([0-9]+)(?:R[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """`event` is what is left, None if nothing is; `taken` are the ids of the notices that are not."""

    event: UserNotices | None
    taken: tuple[str, ...]


def remainder(event: UserNotices, command: TakeBackNotices) -> Remainder:
    """What a command leaves of notices that are still queued or kept."""
    left = tuple(each for notice in event.notices if (each := _left(notice, command)) is not None)
    kept = Counter(notice.id for notice in left)
    taken = tuple((Counter(notice.id for notice in event.notices) - kept).elements())
    if isinstance(event, NotifyUser):
        return Remainder(event=replace(event, notices=left) if left else None, taken=taken)
    more_by = tuple(_counts_left(event.more_by, command))
    more = event.more - sum(count for _, count in event.more_by) + sum(count for _, count in more_by)
    is_empty = command.everything or not (left or more_by)
    return Remainder(event=None if is_empty else replace(event, notices=left, more=more, more_by=more_by), taken=taken)


def number_of(id: str) -> str:
    """The number that a notice is about, as TakeBackNotices writes it: `P42` for `D0042R1`."""
    match = _NUMBERED.fullmatch(id)
    return id if match is None else f"{'P' if match[1] == 'D' else match[1]}{match[2]}"


def _left(notice: Notice, command: TakeBackNotices) -> Notice | None:
    if command.everything or number_of(notice.id) in command.subjects:
        return None
    matched, mentioned = (_others(texts, command) for texts in (notice.matched, notice.mentioned))
    if not (matched or mentioned) and (notice.matched or notice.mentioned):
        return None
    return replace(notice, matched=matched, mentioned=mentioned)


def _counts_left(
    more_by: Iterable[tuple[tuple[str, ...], int]], command: TakeBackNotices
) -> Iterable[tuple[tuple[str, ...], int]]:
    for entries, count in more_by:
        if left := _others(entries, command):
            yield left, count


def _others(texts: Iterable[str], command: TakeBackNotices) -> tuple[str, ...]:
    return tuple(text for text in texts if text not in command.entries)
