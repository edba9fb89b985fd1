"""The prober's kill switch. Spoken to the ProberActor; what is switched is stored, and outlives a restart."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Probing(Enum):
    """Whether the papers' host is asked at all. OFF: an operator switched it off. DISABLED: by the configuration."""

    ON = "on"
    OFF = "off"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchProbing:
    """Command: from now on `wanted`, ON or OFF; `by` says who wants it."""

    request_id: str
    wanted: Probing
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingQuery:
    """Query: how the switch stands."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingSwitched:
    """Reply: how the switch stands, since when and by whom; None and empty when it was never touched."""

    request_id: str
    probing: Probing
    since: datetime | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingRefused:
    """Reply: it cannot be switched on, for the configuration has it off; `detail` says so in a sentence."""

    request_id: str
    detail: str
