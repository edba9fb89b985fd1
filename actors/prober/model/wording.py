"""Times, drafts and changes in words, for notices, answers and the log."""

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType

from actors.prober.model.observations import ObservationKind
from messages.drafts import Change, Draft, DraftState, FileChange

SEEN = MappingProxyType(
    {
        ObservationKind.APPEARED: "seem to have appeared",
        ObservationKind.CHANGED: "seem to have changed",
        ObservationKind.GONE: "seem to be gone",
    }
)


def changes(changed: Iterable[FileChange]) -> str:
    """What changed, in words: `pdf: dated 2025-11-21 08:00 UTC (was 2025-11-20 17:30), 120,345 bytes (was 118,002)`."""
    return "; ".join(f"{change.before.extension.value}: {', '.join(_what(change))}" for change in changed)


def draft_status(draft: Draft) -> str:
    """A draft in one line of the log."""
    files = " and ".join(file.extension.value for file in draft.files)
    if draft.state is DraftState.WITHDRAWN:
        return f"{draft.id} was withdrawn"
    return f"found {draft.id} ({files}), {draft.announcement.value}"


def clock(moment: datetime) -> str:
    """A time for people."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _what(change: FileChange) -> list[str]:
    if change.after is None:
        return ["gone"]
    words = ["available again"] if Change.BACK in change.what else []
    if Change.DATE in change.what:
        words.append(f"dated {_minute(change.after.last_modified)} UTC (was {_minute(change.before.last_modified)})")
    if Change.LENGTH in change.what:
        words.append(f"{_size(change.after.length)} bytes (was {_size(change.before.length)})")
    return words or ["other content"]


def _minute(moment: datetime | None) -> str:
    return "unknown" if moment is None else moment.strftime("%Y-%m-%d %H:%M")


def _size(length: int | None) -> str:
    return "unknown" if length is None else f"{length:,}"
