"""The actors of the service as the engine plays them: the same classes, with their clock, their connection to the
database and what they speak to outside passed in."""

import importlib
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from actors.index.actor import IndexActor
from actors.index.fetch.source import Source
from actors.lease.actor import LeaseActor
from actors.notifier.actor import NotifierActor
from actors.notifier.slack.port import MessageTransport
from actors.prober.actor import ProberActor
from actors.prober.frontmatter.child.reader import Read
from actors.prober.http.actor import ProbeWorker
from actors.prober.http.bodies import Body
from actors.prober.http.client import PapersFolder
from actors.runtime.actor import CallboardActor
from actors.runtime.database.connection import CALL_LIMIT, BoundedConnection, Database
from actors.runtime.failures import DatabaseAway
from actors.stage.faults.exchange import Site
from actors.supervisor.actor import SupervisorActor
from actors.watchlist.actor import WatchlistActor
from messages import probing
from messages.drafts import Extension
from messages.health import HealthQuery, HealthReply
from messages.probing import BeginProbing
from tests.chaos.interleaving.engine import Ref
from tests.chaos.interleaving.network import Network, SlackOnStage, Transport
from tests.chaos.interleaving.perils import Killed, Player

REAL_LIMIT = 120.0
"""Seconds of this machine's time, in which the play's clock stands still: a server that is slow is waited for."""


class EndangeredDatabase(Database):
    """A connection that may be cut off, and whose owner may be killed, before and after each commit.

    Limits of time are not played, because the server works in this machine's time and not in the play's: calls and
    locks always have REAL_LIMIT, whatever limit the actor asks for, and no pause follows a slow failure. That a server
    is slow, a lock is held, or an actor pauses, is therefore tested elsewhere."""

    def __init__(self, ref: Ref, dsn: str, schema: str, epoch: int | None) -> None:
        super().__init__(dsn, schema, REAL_LIMIT, epoch)
        self._ref = ref

    @property
    def _lock_limit(self) -> float:
        return REAL_LIMIT

    def _pause_if_slow(self, error: DatabaseAway, began: float) -> None:
        """Never: the pause would end in this machine's time, and in that time hours of the play go by."""

    def _open(self, dsn: str) -> BoundedConnection:
        spare: BoundedConnection | None = self._ref.engine.spare.take(self._schema)
        return super()._open(dsn) if spare is None else spare

    def _hang_up(self, connection: BoundedConnection) -> None:
        self._ref.engine.spare.give(self._schema, connection)

    def migrate(self, packages: Mapping[str, str]) -> None:
        """The tables are there: they are made once for all seeds."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """One transaction."""
        engine = self._ref.engine
        if not self._ref.alive:
            raise Killed
        with super().transaction() as cursor:
            yield cursor
            engine.peril(self._ref, "before commit")
            if engine.cuts():
                raise DatabaseAway("cut off before the commit")
        engine.peril(self._ref, "after commit")
        if engine.cuts():
            self.close()
            raise DatabaseAway("cut off after the commit, which nobody was told")


class Virtual(CallboardActor):
    """What all of them share."""

    _myRef: Ref
    _outside: Network

    def now(self) -> Any:
        return self._myRef.engine.now()

    def clock(self) -> float:
        return self._myRef.engine.clock

    def open_database(self, dsn: str, schema: str, limit: float = CALL_LIMIT, epoch: int | None = None) -> Database:
        self._connection = EndangeredDatabase(self._myRef, dsn, schema, epoch)
        return self._connection

    def due(self) -> float | None:
        """When it wants a turn."""
        return None if self._loop is None or self._left else self._loop.due

    def is_introduced(self) -> bool:
        """Whether others know of it by now."""
        return bool(self.introduced_names)

    def die(self) -> None:
        """Nothing of this has an effect: the engine knows that it is dead."""
        if self._loop is not None and not self._left:
            self._loop.close()
        if (connection := getattr(self, "_connection", None)) is not None:
            connection.close()


class VirtualSupervisor(Virtual, SupervisorActor):
    """The supervisor."""


class VirtualLease(Virtual, LeaseActor):
    """The lease."""


class VirtualWatchlist(Virtual, WatchlistActor):
    """The watchlist."""


class VirtualIndex(Virtual, IndexActor):
    """The index, over the stage's wg21.link."""

    def open_sources(self, transport: Any = None) -> Sequence[Source]:
        return super().open_sources(Transport(self._outside, Site.INDEX))


class VirtualProber(Virtual, ProberActor):
    """The prober, whose jitter is the engine's."""

    def begin(self, begin: Any) -> str:
        self._dispatcher.chance = random.Random(self._myRef.engine.chance.random())
        return super().begin(begin)


class VirtualWorker(Virtual, ProbeWorker):
    """The worker, over the stage's papers folder."""

    def open_folder(self, begin: BeginProbing) -> PapersFolder:
        return PapersFolder(begin, self.now, Transport(self._outside, Site.PAPERS))

    async def read_body(self, body: Body, extension: Extension) -> Read:
        """No process, which would take its own time."""
        return Read(front_matter=None, error="nobody reads here")

    async def look_for_network(self) -> probing.Network:
        return probing.Network.UP


class VirtualNotifier(Virtual, NotifierActor):
    """The notifier, over the stage's Slack."""

    def open_transport(self) -> MessageTransport:
        return SlackOnStage(self._outside, self._myRef, self.leads)

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._myRef.engine.chance.getrandbits(128), version=4))


class Bystander(Virtual):
    """Stands where the HealthActor does: all is well."""

    def receiveMsg_HealthQuery(self, query: HealthQuery, sender: Any) -> None:
        """As if asked over HTTP."""
        self.send(
            sender, HealthReply(request_id=query.request_id, document='{"reasons": [], "problems": []}', healthy=True)
        )


DOUBLES: Mapping[type[Any], type[Virtual]] = MappingProxyType(
    {
        SupervisorActor: VirtualSupervisor,
        LeaseActor: VirtualLease,
        WatchlistActor: VirtualWatchlist,
        IndexActor: VirtualIndex,
        ProberActor: VirtualProber,
        ProbeWorker: VirtualWorker,
        NotifierActor: VirtualNotifier,
        Bystander: Bystander,
    }
)


def player_of(network: Network, ref: Ref, actor: Any) -> Player:
    """The double of an actor class, or of a dotted name; it knows where it is before it is initialised."""
    if isinstance(actor, str):
        module, _, name = actor.rpartition(".")
        actor = getattr(importlib.import_module(module), name)
    double = DOUBLES[actor]
    player = double.__new__(double)
    player._myRef, player._outside = ref, network
    player.__init__()  # type: ignore[misc]
    return player
