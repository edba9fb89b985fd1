"""Who of the cast is there: begun, under way, resting before the next try, or leaving. Pure; addresses are opaque."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from messages.lifecycle import ActorSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An actor that was created; `pid` is 0 and `detail` empty until it has begun."""

    address: Any
    pid: int = 0
    detail: str = ""


class ChildTable:
    """Owned by the supervisor, which tells it what it does and hears."""

    def __init__(self, specs: Sequence[ActorSpec]) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._members: dict[str, Member] = {}
        self._leaving: dict[str, Member] = {}
        self._resting: set[str] = set()

    def add(self, spec: ActorSpec) -> None:
        """One more that should be there; nothing if there is one of that name."""
        self._specs.setdefault(spec.name, spec)

    def created(self, name: str, address: Any) -> None:
        """It was created and told to begin."""
        self._resting.discard(name)
        self._members[name] = Member(address=address)

    def begun(self, name: str, address: Any, pid: int, detail: str) -> bool:
        """It has begun; False for one that is not of the company any more."""
        member = self._members.get(name)
        if member is None or member.address != address:
            return False
        self._members[name] = replace(member, pid=pid, detail=detail)
        return True

    def leaves(self, name: str) -> Any:
        """It is told to leave, and will not be restarted; its address."""
        member = self._members.pop(name)
        self._leaving[name] = member
        return member.address

    def gone(self, name: str, address: Any) -> bool:
        """It has ended. True if that was not expected: it waits now, until it is created again."""
        leaving = self._leaving.get(name)
        if leaving is not None and leaving.address == address:
            del self._leaving[name]
            return False
        member = self._members.get(name)
        if member is None or member.address != address:
            return False
        del self._members[name]
        self._resting.add(name)
        return True

    def may_begin(self, name: str) -> None:
        """It may be restarted."""
        self._resting.discard(name)

    def next_spec(self, *, leading: bool) -> ActorSpec | None:
        """Who is to be created now: one after the other, in the cast's order. None while one is under way, and when
        everybody is there who can be. Nobody works before those are gone who worked under an earlier lease."""
        if self.under_way():
            return None
        for spec in self._specs.values():
            if spec.name in self._members or spec.name in self._resting:
                continue
            if spec.on_standby or (leading and not self._leaving):
                return spec
        return None

    def under_way(self) -> bool:
        """Whether somebody is about to begin."""
        return any(not member.pid for member in self._members.values())

    def complete(self, *, leading: bool) -> bool:
        """Whether everybody has begun who should."""
        wanted = {spec.name for spec in self._specs.values() if spec.on_standby or leading}
        return wanted == {name for name, member in self._members.items() if member.pid}

    def workers(self) -> tuple[str, ...]:
        """Those there that are not standing."""
        return tuple(name for name in self._members if not self._specs[name].on_standby)

    def leaving(self) -> bool:
        """Whether somebody has yet to leave."""
        return bool(self._leaving)

    def address(self, name: str) -> Any | None:
        """Of one that is there."""
        member = self._members.get(name)
        return None if member is None else member.address

    def members(self) -> Iterator[tuple[str, Member]]:
        """Those that have begun."""
        return ((name, member) for name, member in self._members.items() if member.pid)
