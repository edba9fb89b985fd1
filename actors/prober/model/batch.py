"""The work of one batch."""

from dataclasses import dataclass

from messages.probing import DraftName, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The work of one batch: `looks` are names that are looked at again, `scheduled` those of the schedule, `wished`
    those that an operator wants to know of. Or `reads`, files whose front matter is read, and nothing else."""

    looks: tuple[DraftName, ...] = ()
    scheduled: tuple[DraftName, ...] = ()
    wished: tuple[DraftName, ...] = ()
    validators: tuple[Validators, ...] = ()
    reads: tuple[DraftName, ...] = ()

    @property
    def names(self) -> tuple[DraftName, ...]:
        """All that are asked for."""
        return (*self.looks, *self.scheduled, *self.wished)

    @property
    def size(self) -> int:
        """How many requests it is, canaries apart."""
        return len(self.names) + len(self.reads)
