"""Problems of the service that operators list and acknowledge. Commands, queries and replies, not durable. The
NotifierActor keeps them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """A problem that lasts, `since` when: its code and subject, which identify it, and the sentence for people.
    `told_at`: when operators last had a message about it, None if never. `acknowledged_at`, `acknowledged_by`: when
    and by whom; None and empty if nobody did."""

    code: str
    subject: str
    text: str
    since: datetime
    told_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListIncidents:
    """Query: the problems that last."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsListed:
    """Reply to ListIncidents, the oldest first."""

    request_id: str
    incidents: tuple[OpenIncident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeIncidents:
    """Command: no more reminders of what `what` names (a code, a subject, both, or `all`); `by` is the
    operator."""

    request_id: str
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsAcknowledged:
    """Reply to AcknowledgeIncidents: what was acknowledged, none if `what` names nothing; `detail` is a sentence for
    the operator."""

    request_id: str
    incidents: tuple[OpenIncident, ...]
    detail: str
