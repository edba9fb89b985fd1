"""The bases of the actor engine that Callboard runs on. Apart from the engine, which takes long to load."""

from types import MappingProxyType

SIMPLE = "simpleSystemBase"
TCP = "multiprocTCPBase"

_REASONS = MappingProxyType(
    {
        "multiprocQueueBase": "it loses messages under load",
        "multiprocUDPBase": "it loses messages under load",
    }
)


def refusal_of_base(base: str) -> str | None:
    """Why a base is refused, None for the two that are supported."""
    if base in (SIMPLE, TCP):
        return None
    why = _REASONS.get(base, "it is not a Thespian base that Callboard supports")
    return f"{base!r} is refused: {why}; use {SIMPLE} (one process) or {TCP} (a process per actor)"
