"""The prober's kill switch, for the ProberActor. The switch is stored and survives a restart."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Probing(Enum):
    """Whether the papers' host is probed at all. OFF: an operator switched it off. DISABLED: by the configuration."""

    ON = "on"
    OFF = "off"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchProbing:
    """Command: switch to `wanted`, ON or OFF; `by` says who asked for it."""

    request_id: str
    wanted: Probing
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingQuery:
    """Query: the current switch."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingSwitched:
    """Reply: the current switch, and who set it when; None and empty if it was never touched."""

    request_id: str
    probing: Probing
    since: datetime | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingRefused:
    """Reply: it cannot be switched on because the configuration disables it; `detail` says so in a sentence."""

    request_id: str
    detail: str
