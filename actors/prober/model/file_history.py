"""What a file of a draft was like in the last days, for files that changed. Pure values."""

from dataclasses import dataclass
from datetime import datetime

from actors.prober.model.observations import FileFacts
from messages.probing import DraftName


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """What the server said of a file from `at` on; `facts` are None while it was gone."""

    facts: FileFacts | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHistory:
    """The `states` of a file, oldest first; the last is what it is like now. `told` is what was announced last, None:
    that it is gone. `damped_since` says when it first went back to what it had been: from then on, nothing that it goes
    back to is announced."""

    name: DraftName
    states: tuple[FileState, ...]
    told: FileFacts | None
    damped_since: datetime | None = None

    @property
    def current(self) -> FileState:
        """What it is like now."""
        return self.states[-1]
