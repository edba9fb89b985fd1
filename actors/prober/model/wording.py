"""Times, drafts and changes in words, for notices, answers and the log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import MappingProxyType

from actors.prober.model.observations import ObservationKind
from messages.drafts import Change, Draft, DraftState, FileChange

KILOBYTE = 1000
"""Bytes."""

SEEN = MappingProxyType(
    {
        ObservationKind.APPEARED: "seem to have appeared",
        ObservationKind.CHANGED: "seem to have changed",
        ObservationKind.GONE: "seem to be gone",
    }
)


def changes(changed: Iterable[FileChange]) -> str:
    """What a reader wants to know of an updated draft: `The pdf was replaced (12 kB longer). The html was removed.`"""
    said: dict[str, list[str]] = {}
    for change in changed:
        said.setdefault(_what(change), []).append(change.before.extension.value)
    return " ".join(_sentence(files, what) for what, files in said.items())


def draft_status(draft: Draft) -> str:
    """A draft in one line of the log."""
    files = " and ".join(file.extension.value for file in draft.files)
    if draft.state is DraftState.WITHDRAWN:
        return f"{draft.id} was withdrawn"
    return f"found {draft.id} ({files}), {draft.announcement.value}"


def clock(moment: datetime) -> str:
    """A time for people."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _sentence(files: Sequence[str], what: str) -> str:
    subject = f"The {' and the '.join(files)} {'was' if len(files) == 1 else 'were'}"
    return f"{subject} {what}."


def _what(change: FileChange) -> str:
    if change.after is None:
        return "removed"
    if change.what == (Change.BACK,):
        return "put back as before"
    words = "put back and replaced" if Change.BACK in change.what else "replaced"
    return words + _longer(change.before.length, change.after.length)


def _longer(before: int | None, after: int | None) -> str:
    """How much longer a file is, in bytes."""
    if before is None or after is None or before == after:
        return ""
    size, unit = abs(after - before), "bytes"
    if size >= KILOBYTE:
        size, unit = round(size / KILOBYTE), "kB"
    return f" ({size:,} {unit} {'longer' if after > before else 'shorter'})"
