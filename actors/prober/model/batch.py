"""The work of one batch."""

from dataclasses import dataclass

from messages.probing import DraftName, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The names of one batch: `rechecks` were seen before, `scheduled` ones are due, `requested` ones an operator asked
    for. Or else `files_to_read`, files whose front matter is to be read."""

    rechecks: tuple[DraftName, ...] = ()
    scheduled: tuple[DraftName, ...] = ()
    requested: tuple[DraftName, ...] = ()
    validators: tuple[Validators, ...] = ()
    files_to_read: tuple[DraftName, ...] = ()

    @property
    def names(self) -> tuple[DraftName, ...]:
        """All names to be probed."""
        return (*self.rechecks, *self.scheduled, *self.requested)

    @property
    def size(self) -> int:
        """The number of requests, canaries excluded."""
        return len(self.names) + len(self.files_to_read)
