"""What an actor does for the children that it hires, and says to the parent that hired it."""

from dataclasses import replace
from typing import Any

from thespian.actors import Actor, ActorAddress, ActorExitRequest, ChildActorExited

from actors.runtime.children import Children, newest_process
from actors.runtime.os.loop import PrivateLoop
from messages.lifecycle import ActorFailed, Begin, BeginRefused, Begun, LoopOpened


class ParentActor(Actor):
    """The part of every actor that has to do with its children."""

    def __init__(self) -> None:
        super().__init__()
        self._begin: Begin | None = None
        self._parent: ActorAddress | None = None
        self._children: Children | None = None

    @property
    def loop(self) -> PrivateLoop:
        """The private loop."""
        raise NotImplementedError

    def hire(self, actor_class: type["ParentActor"] | str, name: str, epoch: int | None = None) -> ActorAddress:
        """Create a child and let it begin, under the lease of its parent or under `epoch`. `actor_class` may be a
        dotted name, imported where the child runs."""
        assert self._begin is not None, "the actor has not begun"
        address = self.createActor(actor_class)
        begin = replace(self._begin, name=name, epoch=self._begin.epoch if epoch is None else epoch)
        self._hired.hired(name, address, newest_process(self) if begin.plan.own_process else None)
        self.send(address, begin)
        return address

    def dismiss(self, address: ActorAddress) -> None:
        """Let a child leave. One that has not left after a while, since it hangs, is killed where that is possible."""
        self.send(address, ActorExitRequest())
        self._hired.dismissed(address)

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """A hired child has ended; told once a child."""

    # --- what children say

    def receiveMsg_Begun(self, message: Begun, sender: ActorAddress) -> None:
        """A hired child has begun: from now on its process is watched. One that was given up must not stay."""
        if not self._hired.begun(sender, message.pid):
            self.send(sender, ActorExitRequest())

    def receiveMsg_BeginRefused(self, message: BeginRefused, sender: ActorAddress) -> None:
        """A hired child could not begin: it has logged why; its parent fails with it."""
        raise RuntimeError(f"{message.name} could not begin: {message.reason}")

    def receiveMsg_LoopOpened(self, message: LoopOpened, sender: ActorAddress) -> None:
        """Pass on a hired child's descriptor."""
        self._to_parent(message)

    def receiveMsg_ActorFailed(self, message: ActorFailed, sender: ActorAddress) -> None:
        """Pass on a hired child's failure."""
        self._to_parent(message)

    def receiveMsg_ChildActorExited(self, message: ChildActorExited, sender: ActorAddress) -> None:
        """A child ended. Thespian may say so twice; the hook hears it once."""
        self._hired.gone(message.childAddress)

    @property
    def _hired(self) -> Children:
        if self._children is None:
            self._children = Children(self.loop, self.child_exited)
        return self._children

    def _leave_children(self) -> None:
        if self._children is not None:
            self._children.close()

    def _to_parent(self, message: Any) -> None:
        if self._parent is not None:
            self.send(self._parent, message)
