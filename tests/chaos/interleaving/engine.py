"""A Thespian base for tests: all actors in one process, in virtual time, in an order that a seed decides.

Messages between two actors keep their order; everything else may come in any: which pair is next, whether a timer that
is due or the answer of a server comes before a message, and whether time goes on while messages are on their way. An
actor may be killed before and after each of its commits and sends, alone or with all the others.
"""

import contextlib
import heapq
import pickle
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from thespian.actors import ActorAddress, ActorExitRequest, ChildActorExited

from messages.lifecycle import ActorFailed, LoopOpened, Pump
from tests.chaos.interleaving.connections import SpareConnections
from tests.chaos.interleaving.perils import FRAIL, Killed, Perils, Player

BEGIN = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)
FRONT = ActorAddress("front")
HURRY = 0.02
"""How likely it is that time goes on though there is something to do now."""


@dataclass(slots=True, eq=False)
class Ref:
    """What Thespian calls an actor's reference; the actor reaches its engine by it."""

    engine: "Engine"
    address: ActorAddress
    kind: str
    parent: "Ref | None"
    alive: bool = True
    ready: bool = False
    player: Any = None
    children: "list[Ref]" = field(default_factory=list)

    def createActor(self, actor: Any, *_: object) -> ActorAddress:
        """Thespian's `createActor`."""
        if not self.alive:
            raise Killed
        return self.engine.create(actor, self).address

    def actor_send(self, to: ActorAddress, message: Any) -> None:
        """Thespian's `send`."""
        self.engine.send(self, to, message)


class Engine:
    """One run. `cast(actor)` makes an instance of an actor class or dotted name; `fronted(message)` hears what the
    front is told; `restart()` starts everything again after the front was killed."""

    def __init__(self, seed: int, cast: Callable[[Ref, Any], Player], perils: Perils) -> None:
        self.chance = random.Random(seed)
        self.clock = 0.0
        self.perils = perils
        self.skew = timedelta()
        self.counts: dict[str, int] = {}
        self.failures: list[str] = []
        self.trace: list[str] | None = None
        self.spare = SpareConnections()
        self.fronted: Callable[[Any], None] = lambda message: None
        self.restart: Callable[[], None] = lambda: None
        self._cast = cast
        self._refs: dict[str, Ref] = {}
        self._channels: dict[tuple[str, str], deque[Any]] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._struck = 0
        self._down = False

    # --- what actors and servers use

    def now(self) -> datetime:
        """The time on the wall."""
        return BEGIN + timedelta(seconds=self.clock) + self.skew

    def at(self, seconds: float, call: Callable[[], None]) -> None:
        """Call it in so many seconds."""
        self._number += 1
        heapq.heappush(self._agenda, (self.clock + seconds, self._number, call))

    def create(self, actor: Any, parent: Ref | None) -> Ref:
        """A new actor."""
        self._number += 1
        kind = actor.rpartition(".")[2] if isinstance(actor, str) else actor.__name__
        ref = Ref(engine=self, address=ActorAddress(f"{kind}-{self._number}"), kind=kind, parent=parent)
        ref.player = self._cast(ref, actor)
        self._refs[_key(ref.address)] = ref
        if parent is not None:
            parent.children.append(ref)
        return ref

    def send(self, sender: Ref | None, to: ActorAddress, message: Any) -> None:
        """Put a message on its way."""
        if sender is not None and not sender.alive:
            return
        what = f"send {type(message).__name__}"
        self.peril(sender, f"before {what}")
        if isinstance(message, ActorFailed) and not message.outage:
            self.failures.append(f"{message.name}, {message.handler}: {message.trace}")
        if to == FRONT:
            if not isinstance(message, LoopOpened):
                self.at(0, lambda: self.fronted(message))
        elif _key(to) in self._refs:
            pair = (_key(FRONT if sender is None else sender.address), _key(to))
            self._channels.setdefault(pair, deque()).append(pickle.loads(pickle.dumps(message)))
        self.peril(sender, f"after {what}")

    def peril(self, ref: Ref | None, where: str) -> None:
        """A point at which an actor may be killed. Raises Killed."""
        if ref is None or not ref.alive:
            return
        if self._strikes(self.perils.kill * FRAIL.get(ref.kind, 1.0)):
            everybody = self.chance.random() < 0.125
            self._struck += 1
            self._say(f"KILL {'everybody' if everybody else ref.kind} {where}")
            self.count("kills of everybody" if everybody else f"kills of {ref.kind}")
            self.count(f"kills {where.split(' ')[0]} a {where.split(' ')[1]}")
            if everybody:
                self.kill_everybody()
            else:
                self._mark_dead(ref)
            raise Killed

    def cuts(self) -> bool:
        """Whether the database cuts a transaction off here."""
        if self._strikes(self.perils.cut):
            self._struck += 1
            self._say("CUT")
            self.count("transactions cut off")
            return True
        return False

    def count(self, what: str) -> None:
        """For the report."""
        self.counts[what] = self.counts.get(what, 0) + 1

    # --- the run

    def run_until(self, done: Callable[[], bool], limit: float) -> bool:
        """Go on until that is so; False if it is not after `limit` seconds."""
        end = self.clock + limit
        while not done():
            if self.clock > end or not self.step():
                return False
        return True

    def run_for(self, seconds: float) -> None:
        """Go on for so long."""
        end = self.clock + seconds
        self.at(seconds, lambda: None)
        self.run_until(lambda: self.clock >= end, seconds)

    def step(self) -> bool:
        """Do one of the things that can be done now, or let time go on to the next. False: nothing will ever happen."""
        moves, later = self._moves()
        if not moves or self.chance.random() < HURRY:
            if later is None:
                return bool(moves)
            self.clock = later
            moves, _ = self._moves()
        if moves:
            call, *of = self.chance.choice(moves)
            call(*of)
            self.count("turns")
        return True

    def kill_everybody(self) -> None:
        """As if the front, and with it all, were killed."""
        if not self._down:
            self._down = True
            for ref in self._refs.values():
                ref.alive = False
            self._channels.clear()
            self.at(self.chance.uniform(0.1, 3.0), self._begin_again)

    def add_dead_letter(self) -> None:
        """Let go of the dead."""
        for key, ref in list(self._refs.items()):
            if not ref.alive:
                del self._refs[key]
                ref.player.die()
                self._forget_mail(key)

    def kinds(self) -> set[str]:
        """Those of which there is one."""
        return {ref.kind for ref in self._refs.values()}

    def living(self, kind: str) -> Ref | None:
        """The actor of a class that is there."""
        return next((ref for ref in self._refs.values() if ref.kind == kind), None)

    # --- how it goes on

    def _begin_again(self) -> None:
        self._down = False
        self.restart()

    def _moves(self) -> tuple[list[tuple[Any, ...]], float | None]:
        """What can be done now, as calls with their arguments; and when there is more to do, None: never."""
        moves: list[tuple[Any, ...]] = [(self._deliver, *pair) for pair in self._channels if pair[1] in self._refs]
        later: float | None = None
        for ref in self._refs.values():
            due = ref.player.due()
            if ref.ready or (due is not None and due <= self.clock):
                moves.append((self._turn, ref, Pump(), FRONT))
            elif due is not None and (later is None or due < later):
                later = due
        if self._agenda:
            at = self._agenda[0][0]
            if at <= self.clock:
                moves.append((self._next_of_agenda,))
            elif later is None or at < later:
                later = at
        return moves, later

    def _next_of_agenda(self) -> None:
        _, _, call = heapq.heappop(self._agenda)
        call()
        self.add_dead_letter()

    def _deliver(self, sender: str, to: str) -> None:
        mail = self._channels[sender, to]
        message = mail.popleft()
        if not mail:
            del self._channels[sender, to]
        ref = self._refs[to]
        if self.trace is not None:
            self._say(f"{sender} -> {to}: {message!r:.300}")
        self._turn(ref, message, ActorAddress(sender))
        if isinstance(message, ActorExitRequest) and ref.alive:
            self._mark_dead(ref)
            self.add_dead_letter()

    def _turn(self, ref: Ref, message: Any, sender: ActorAddress) -> None:
        ref.ready = False
        with contextlib.suppress(Killed):  # the actor's own guard catches all but what kills it while it reports
            ref.player.receiveMessage(message, sender)
        self.add_dead_letter()

    def _mark_dead(self, ref: Ref) -> None:
        """Its children go with it; its parent hears of it a little later."""
        if not ref.alive:
            return
        ref.alive = False
        for child in ref.children:
            self._mark_dead(child)
        parent = ref.parent
        if parent is None:
            self.kill_everybody()
        elif parent.alive:
            message = ChildActorExited(ref.address)
            self.at(self.chance.uniform(0, 0.05), lambda: self._tell_parent(parent, message))

    def _tell_parent(self, parent: Ref, message: Any) -> None:
        if parent.alive:
            self._channels.setdefault(("engine", _key(parent.address)), deque()).append(message)

    def _forget_mail(self, dead: str) -> None:
        """What was for the dead is gone, and of what came from them what had not left yet."""
        for pair, mail in list(self._channels.items()):
            if pair[1] == dead:
                del self._channels[pair]
            elif pair[0] == dead:
                for _ in range(self.chance.randint(0, len(mail))):
                    mail.pop()
                if not mail:
                    del self._channels[pair]

    def _strikes(self, likely: float) -> bool:
        return self._struck < self.perils.most and self.chance.random() < likely

    def _say(self, what: str) -> None:
        if self.trace is not None:
            self.trace.append(f"{self.clock:9.3f} {what}")


def _key(address: ActorAddress) -> str:
    return str(address.addressDetails)
