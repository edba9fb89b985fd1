"""Operators' wishes to ask for names now: each is one batch of its own, asked and weighed as any other."""

from collections import deque
from dataclasses import dataclass

from thespian.actors import ActorAddress

from actors.prober import probe_answers
from actors.prober.catalog import Memory
from actors.runtime.actor import CallboardActor
from messages.inquiries import AskNames, AskRefused, NamesAsked
from messages.probing import DraftName, Network, ProbeResults


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A command, and who is to be answered."""

    command: AskNames
    sender: ActorAddress


class Inquiries:
    """Owned by the prober. Each wish is answered once: with what was answered, or with why nothing was."""

    def __init__(self, actor: CallboardActor) -> None:
        self._actor = actor
        self._waiting: deque[Wish] = deque()
        self._given: Wish | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether there are wishes that were not taken yet."""
        return bool(self._waiting)

    def wish(self, command: AskNames, sender: ActorAddress) -> None:
        """Ask for these when it is allowed."""
        self._waiting.append(Wish(command=command, sender=sender))

    def take(self) -> tuple[DraftName, ...]:
        """The names of the next wish, which are given out now; none without one."""
        self._given = self._waiting.popleft() if self._waiting else None
        return self._given.command.names if self._given else ()

    def heard(self, batch: ProbeResults, memory: Memory) -> None:
        """The batch given out last is over, and `memory` has learnt what it said."""
        if self._given is None:
            return
        if batch.network is Network.AWAY:
            self.lost("no host can be reached: it is our network")
            return
        wish, self._given = self._given, None
        answers = probe_answers.answers(memory, wish.command.names, batch.results)
        reply = NamesAsked(request_id=wish.command.request_id, answers=answers, requests=batch.requests)
        self._actor.send(wish.sender, reply)

    def lost(self, detail: str) -> None:
        """No answer will come to the batch given out last."""
        if self._given is not None:
            self._refuse(self._given, detail)
            self._given = None

    def refuse(self, detail: str) -> None:
        """Nothing may be asked now."""
        while self._waiting:
            self._refuse(self._waiting.popleft(), detail)

    def _refuse(self, wish: Wish, detail: str) -> None:
        self._actor.send(wish.sender, AskRefused(request_id=wish.command.request_id, detail=detail))
