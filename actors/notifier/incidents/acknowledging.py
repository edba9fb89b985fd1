"""Which problems an operator acknowledges, and what to answer. Pure."""

import difflib
from collections.abc import Sequence

from actors.notifier.incidents.rules import Incident
from messages.incidents import OpenIncident

ALL = "all"


def chosen(known: Sequence[Incident], what: str) -> tuple[Incident, ...]:
    """The problems that `what` names: a code, a subject, both, or `all`; nothing names the only one there is."""
    named = " ".join(what.lower().split())
    if named == ALL or (not named and len(known) == 1):
        return tuple(known)
    return tuple(each for each in known if named in (each.code.lower(), each.subject.lower(), each.key.lower()))


def acknowledged(incidents: Sequence[Incident]) -> str:
    """What to say after these were acknowledged."""
    names = ", ".join(each.key for each in incidents)
    return f"Acknowledged: {names}. There are no more reminders until {_it_is(len(incidents))} resolved."


def not_known(known: Sequence[Incident], what: str) -> str:
    """What to say if `what` names none of the problems."""
    named = " ".join(what.split())
    if not known:
        return "There is no lasting problem to acknowledge."
    keys = [each.key for each in known]
    if not named:
        return f"Say which problem, or all: {', '.join(keys)}"
    names = {name.lower(): name for each in known for name in (each.key, each.code)}
    near = difflib.get_close_matches(named.lower(), names, n=1)
    hint = f"did you mean {names[near[0]]}?" if near else f"the open problems are {', '.join(keys)}"
    return f"No open problem is called “{named[:100]}”: {hint}"


def shown(incident: Incident) -> OpenIncident:
    """A problem as operators see it."""
    return OpenIncident(
        code=incident.code,
        subject=incident.subject,
        text=incident.text,
        since=incident.first_seen,
        told_at=incident.told_at,
        acknowledged_at=incident.acknowledged_at,
        acknowledged_by=incident.acknowledged_by,
    )


def _it_is(count: int) -> str:
    return "it is" if count == 1 else "they are"
