"""The LeaseActor.

Owns: the lease, a row in the database that says which instance leads, with an epoch that every takeover moves on.
Accepts: ReleaseLease. Emits: LeaseTaken, LeaseHeld and LeaseReleased to the supervisor. On failure: while the database
is away nobody's lease changes; a leader that could not renew in time goes on, unless another one has taken over.
"""

from datetime import datetime
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.lease import standing, store
from actors.lease.standing import Lease, Move
from actors.runtime.actor import CallboardActor
from actors.runtime.database.connection import Database
from actors.runtime.durations import duration_text
from actors.runtime.failures import BeginRefusal, DatabaseAway, MigrationRefused
from messages.health import HealthReason, LeaseSnapshot, ReasonCode, Role, SnapshotRequest, iso
from messages.lease import LEASE_ACCEPTS, LeaseHeld, LeaseReleased, LeaseTaken, ReleaseLease
from messages.lifecycle import Begin, Instance

LEASE_SECONDS, RENEWAL_SECONDS = 5.0, 1.0
"""Seconds that a lease lasts, and between two renewals."""

FIRST_LEASE_SECONDS = 20.0
"""Seconds that a lease lasts at first: on the simple base the actors begin in one turn, in which nobody renews it, and
on a slow machine two instances would take it from each other for ever."""

ALONE_LEASE_SECONDS, ALONE_RENEWAL_SECONDS = 60.0, 10.0
"""The same with the embedded database, which nobody else can use."""

STANDBY_CHECK_SECONDS = 0.5
"""Seconds between two looks of a standby."""

CALL_LIMIT = 1.0
"""Seconds that a call to the database may take: on the simple base everybody else waits meanwhile."""

AWAY_PAUSE_SECONDS = 1.0
"""Seconds to the next try after the database was away."""


class LeaseActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = LEASE_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._database: Database | None = None
        self._epoch: int | None = None
        self._held_by: str | None = None
        self._seen = 0
        self._since: datetime = self.now()
        self._away_since: datetime | None = None
        self._away = ""
        self._first = True
        self._timer: Any = None

    # --- start

    def begin(self, begin: Begin) -> str:
        """Open the table; the first look follows."""
        self._database = self.open_database(begin.dsn, "lease", limit=CALL_LIMIT)
        try:
            self._database.migrate(store.MIGRATIONS)
        except (DatabaseAway, MigrationRefused) as error:
            raise BeginRefusal(str(error)) from error
        self._database.began()
        self._next(0.0)
        return ""

    @property
    def _alone(self) -> bool:
        return not self.settings.database.url

    # --- its own ticks

    def _next(self, seconds: float) -> None:
        self._timer = self.after(seconds, self._turn)

    def _turn(self) -> None:
        """Renew the lease, or look whether it can be taken."""
        try:
            wait = self._look_around() if self._epoch is None else self._renew(self._epoch)
        except DatabaseAway as error:
            self._lost_sight(error)
            wait = AWAY_PAUSE_SECONDS
        except BaseException:
            self._next(AWAY_PAUSE_SECONDS)
            raise
        else:
            self._is_back()
        self._next(wait)

    def _renew(self, epoch: int) -> float:
        with self._db.transaction() as cursor:
            mine = store.renew(cursor, epoch, self._me.run, ALONE_LEASE_SECONDS if self._alone else LEASE_SECONDS)
        if not mine:
            self._epoch = None
            self.count("leases_lost")
            return 0.0
        return ALONE_RENEWAL_SECONDS if self._alone else RENEWAL_SECONDS

    def _look_around(self) -> float:
        with self._db.transaction() as cursor:
            lease = store.look(cursor)
        self._seen = lease.epoch
        dead = standing.owner_is_dead(lease, self._me, first=self._first, alone=self._alone)
        move = standing.move(lease, self._me, dead=dead)
        match move:
            case Move.RESUME:
                self._lead(lease.epoch)
            case Move.TAKE:
                self._take(lease, dead)
            case Move.WAIT:
                self._stand_by(lease)
        self._first = self._first and self._epoch is None and self._held_by is None
        if self._epoch is None:
            return STANDBY_CHECK_SECONDS
        return 0.0 if move is Move.RESUME else RENEWAL_SECONDS

    def _take(self, lease: Lease, dead: bool) -> None:
        seconds = ALONE_LEASE_SECONDS if self._alone else FIRST_LEASE_SECONDS
        try:
            with self._db.transaction() as cursor:
                epoch = store.take(cursor, lease, self._me, seconds, dead=dead)
        except store.StillWriting:
            with self._db.transaction() as cursor:
                cut_off = store.cut_off_writers(cursor)
            self.log.warning("ended %d connections of the leader before: they did not end by themselves", cut_off)
            return
        if epoch is not None:
            self._lead(epoch)

    def _lead(self, epoch: int) -> None:
        self._epoch, self._held_by, self._seen, self._since = epoch, None, epoch, self.now()
        self.tell_parent(LeaseTaken(epoch=epoch))

    def _stand_by(self, lease: Lease) -> None:
        if lease.leader != self._held_by:
            if self._held_by is None:
                self._since = self.now()
            self._held_by = lease.leader
            self.tell_parent(LeaseHeld(leader=lease.leader))

    def _is_back(self) -> None:
        if self._away_since is not None:
            lasted = duration_text(self.now() - self._away_since)
            self.log.warning("the lease can be renewed and taken again, after %s", lasted)
            self._away_since = None

    def _lost_sight(self, error: DatabaseAway) -> None:
        self._away = str(error)
        self.record_error(self._away)
        if self._away_since is None:
            self._away_since = self.now()
            self.log.warning("the lease can be neither renewed nor taken: %s", error)

    # --- commands and queries

    def receiveMsg_ReleaseLease(self, message: ReleaseLease, sender: ActorAddress) -> None:
        """Give the lease back, and lead no more."""
        self._timer.cancel()
        epoch, self._epoch = self._epoch, None
        try:
            if epoch is not None:
                with self._db.transaction() as cursor:
                    store.release(cursor, epoch, self._me.run)
        finally:
            self.send(sender, LeaseReleased())

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """Who leads."""
        leads = self._epoch is not None
        snapshot = LeaseSnapshot(
            request_id=request.request_id,
            status=self.status(*self._reasons()),
            role=Role.LEADER if leads else Role.STANDBY,
            since=self._since,
            leader=self._me.name if leads else self._held_by or "",
            epoch=self._seen,
        )
        self.send(sender, snapshot)

    def _reasons(self) -> tuple[HealthReason, ...]:
        if self._away_since is None:
            return ()
        what = "cannot take over" if self._epoch is None else "not renewed"
        fields = (("since", iso(self._away_since)), ("why", self._away))
        text = f"lease: {what} since {self._away_since:%Y-%m-%d %H:%M} UTC: {self._away}"
        return (HealthReason(code=ReasonCode.LEASE_NOT_RENEWED, subject="lease", text=text, fields=fields),)

    # --- end

    def close(self) -> None:
        """Close the connection. A lease that was not given back runs out."""
        if self._database is not None:
            self._database.close()

    @property
    def _db(self) -> Database:
        assert self._database is not None, "the actor has not begun"
        return self._database

    @property
    def _me(self) -> Instance:
        return self._plan.instance
