"""Who is killed, and at which moment."""

import contextlib
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import psutil
import psycopg2
import psycopg2.extensions

from actors.embedded_postgres.cluster import NAME
from actors.embedded_postgres.place import place_for, socket_dir
from actors.stage.server.client import StageClient
from tests.e2e.service import Service

CLOSE = 0.1
"""Seconds: a kill within these after a commit or a post is close to it."""

AIM_LIMIT = 3.0
"""Seconds to wait for a commit or a post to aim at."""

LOOK = 0.002


class Victim(Enum):
    """ACTOR: any process of the actor system: an actor, the supervisor, the admin, the logger. On the simple base the
    actors live in the front, and die with it. DATABASE: PostgreSQL's postmaster. BACKEND: one of its processes, upon
    which it starts all of them again."""

    ACTOR = "actor"
    FRONT = "front"
    DATABASE = "database"
    BACKEND = "backend"


class Moment(Enum):
    """When."""

    ANY = "any"
    COMMIT = "commit"
    POST = "post"


MOMENTS = (Moment.ANY, Moment.COMMIT, Moment.COMMIT, Moment.POST, Moment.POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One that was done: `behind` are the seconds since the commit or post, None at any moment."""

    victim: Victim
    who: str
    moment: Moment
    behind: float | None

    @property
    def is_close(self) -> bool:
        """Whether it came right after a commit or a post."""
        return self.behind is not None and self.behind <= CLOSE


class Killer:
    """Chooses by its seed and kills."""

    def __init__(self, service: Service, stage: StageClient, chance: random.Random) -> None:
        self._service, self._stage, self._random = service, stage, chance

    def kill(self, victims: tuple[Victim, ...]) -> Kill | None:
        """Kill one at a moment; None if nobody of that kind was there."""
        victim = self._random.choice(victims)
        moment = self._random.choice(MOMENTS)
        process = self._choose(victim)
        if process is None:
            return None
        behind = self._aim(moment)
        try:
            name = process.name()
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            return None
        seen = None if behind is None else behind()
        return Kill(victim=victim, who=name, moment=moment if seen is not None else Moment.ANY, behind=seen)

    def _choose(self, victim: Victim) -> psutil.Process | None:
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, IndexError, ValueError):
            match victim:
                case Victim.FRONT:
                    front = self._service.front
                    return None if front is None or front.poll() is not None else psutil.Process(front.pid)
                case Victim.ACTOR:
                    return self._random.choice(sorted(self._service.actor_processes(), key=lambda each: each.pid))
                case Victim.DATABASE:
                    return self._random.choice(self._service.database_processes())
                case Victim.BACKEND:
                    (server,) = self._service.database_processes()
                    return self._random.choice(server.children())
        return None

    def _aim(self, moment: Moment) -> Callable[[], float] | None:
        """Wait for the moment; how long ago it was, to be asked after the kill."""
        if moment is Moment.ANY:
            time.sleep(self._random.uniform(0, 0.5))  # the moment itself is what is random
            return None
        seen = self._next_commit() if moment is Moment.COMMIT else self._next_post()
        if seen is None:
            return None
        time.sleep(self._random.choice((0.0, 0.0, self._random.uniform(0, 0.03))))
        return lambda: time.monotonic() - seen

    def _next_commit(self) -> float | None:
        """The last look before the write-ahead log was flushed further: a commit came after it."""
        deadline = time.monotonic() + AIM_LIMIT
        with contextlib.suppress(psycopg2.Error), contextlib.closing(self._connect()) as connection:
            connection.set_session(autocommit=True)
            with connection.cursor() as cursor:
                first, before = None, time.monotonic()
                while time.monotonic() < deadline:
                    cursor.execute("SELECT pg_current_wal_flush_lsn()")
                    (flushed,) = cursor.fetchone() or (None,)
                    if first is not None and flushed != first:
                        return before
                    first, before = flushed, time.monotonic()
                    time.sleep(LOOK)
        return None

    def _next_post(self) -> float | None:
        """When the stage's Slack took the next message."""
        before = len(self._stage.messages())
        try:
            taken = self._stage.wait_for(lambda state: len(state.messages) > before, AIM_LIMIT).messages[-1].at
        except TimeoutError:
            return None
        return time.monotonic() - max(0.0, time.time() - taken.timestamp())

    def _connect(self) -> psycopg2.extensions.connection:
        place = place_for(self._service.data_dir)
        connection: psycopg2.extensions.connection = psycopg2.connect(
            host=str(socket_dir(place)), dbname=NAME, user=NAME, connect_timeout=2
        )
        return connection
