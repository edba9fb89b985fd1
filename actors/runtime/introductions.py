"""Who an actor has been introduced to."""

from thespian.actors import ActorAddress

from messages.lifecycle import Introduce


class Introductions:
    """Of one actor."""

    def __init__(self) -> None:
        self._addresses: dict[str, ActorAddress] = {}
        self.leader = ""

    def learn(self, message: Introduce) -> set[str]:
        """Whose address is new."""
        before = self._addresses
        self._addresses = dict(zip(message.names, message.addresses, strict=True))
        self.leader = message.leader
        return {name for name, address in self._addresses.items() if before.get(name) != address}

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody."""
        return tuple(self._addresses)

    def address_of(self, name: str) -> ActorAddress | None:
        """The address of an actor."""
        return self._addresses.get(name)

    def name_of(self, address: ActorAddress) -> str:
        """The name of the actor with this address; empty if there is none."""
        return next((name for name, each in self._addresses.items() if each == address), "")
