"""A running service, its stage and its database, to which faults are done: what it promises, what its health says."""

import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from psycopg2.extensions import parse_dsn

from actors.control.client import RequestRefused
from actors.control.protocol import ControlRequest
from actors.embedded_postgres.place import remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.chaos.interleaving.notices import Told, told
from tests.chaos.skewed import VARIABLE
from tests.clusters import FAST
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

LIMIT = 120.0
CHANNEL = "C0PAPERS"
PAPERS = 12
USERS = ("U1", "U2")
WATCHED = "Ada Lovelace"
DISK = 200 * 2**20
"""Bytes of the disk on which PostgreSQL's data lies, where one can be made."""

SMALL = {**FAST, "max_wal_size": "48MB", "min_wal_size": "32MB"}


class World:
    """One service. P0001 to P0012 are in the index; U1 and U2 watch for an author. `disk` is a small file system of its
    own with the data of PostgreSQL, None where none can be made."""

    def __init__(self, base: str, service: Service, stage: StageClient, data: Path, *, has_disk: bool) -> None:
        self.base, self.service, self.stage = base, service, stage
        self.disk = data if has_disk else None
        self._data = data
        self.server = EmbeddedServer.start(data, settings=SMALL)
        self.index: dict[str, dict[str, Any]] = {}
        for number in range(1, PAPERS + 1):
            self._enter(f"P{number:04d}R0", "Somebody Else")
        self._papers = iter(range(1000, 9_999))
        self._drafts = iter(range(PAPERS + 5, PAPERS + 60))

    def begin(self) -> None:
        """The index is known, two watch."""
        self.skew(0)
        self.stage.set_index(self.index)
        self.service.start()
        self.is_well()
        for user in USERS:
            wait_for(partial(self._watches, user), LIMIT)

    def recover(self) -> None:
        """No faults any more; health is well."""
        self.skew(0)
        if not self.server.alive():
            self.start_server()
        self.stage.clear_faults()
        self.stage.set_index(self.index)
        self.is_well()

    def start_server(self) -> None:
        """PostgreSQL again, on the same data."""
        self.server = EmbeddedServer.start(self._data, settings=SMALL)

    def skew(self, seconds: float) -> None:
        """The service's actors have a clock that goes so far ahead."""
        fresh = self.service.data_dir.parent / "skew.new"
        fresh.write_text(str(seconds))
        fresh.replace(self.service.environment[VARIABLE])

    # --- what happens in the world

    def publish(self, title: str = "") -> str:
        """A paper more, of the author that both watch; its id. It is an N paper: for a P paper out there the prober
        would ask for a thousand names more, as soon as for those of the drafts."""
        id = self.write_paper(title)
        self.stage.set_index(self.index)
        return id

    def write_paper(self, title: str = "") -> str:
        """The same, which the stage does not have yet."""
        id = f"N{next(self._papers)}"
        self._enter(id, WATCHED, title)
        return id

    def draft(self, **how: Any) -> str:
        """A draft of a number that nobody has heard of; its id."""
        id = f"D{next(self._drafts):04d}R0"
        self.stage.put_draft(f"{id}.pdf", last_modified=datetime.now(UTC), **how)
        return id

    # --- what must be

    def is_well(self) -> None:
        """Health says so, before long."""
        wait_for(lambda: self.health().get("status") == "ok", LIMIT)

    def is_told(self, *ids: str) -> None:
        """Each paper to both watchers and each draft to the channel, once, and nothing more is on its way."""
        must = self._must_all(ids)
        self.stage.wait_for(lambda state: self.has_told(*ids), LIMIT)
        wait_for(self._nothing_is_open, LIMIT)
        stands = self.told()
        assert {notice: stands[notice] for notice in must} == dict.fromkeys(must, 1)
        assert max(stands.values()) == 1

    def is_not_told(self, *ids: str) -> None:
        """Not (yet)."""
        assert not [notice for notice in self.told() if notice.id in ids]

    def has_told(self, *ids: str) -> bool:
        """Each paper to both watchers and each draft to the channel."""
        return self._must_all(ids) <= self.told().keys()

    def told(self) -> Counter[Told]:
        """What stands in Slack."""
        return told((message.channel, message.first_text) for message in self.stage.messages())

    # --- health

    def health(self) -> dict[str, Any]:
        """The document; empty when it cannot be had."""
        return self.service.health() or {}

    def status(self) -> str:
        """What health says when everybody has answered for it."""
        return str(self.service.health_of_all()["status"])

    def actor(self, name: str) -> dict[str, Any]:
        """What health says of one actor, who answers for that."""

        def look() -> dict[str, Any] | None:
            shown: dict[str, Any] = self.health().get("actors", {}).get(name, {})
            return shown if shown.get("answer") == "responsive" else None

        answered: dict[str, Any] = wait_for(look, LIMIT)
        return answered

    def shows(self, name: str, **facts: object) -> None:
        """Health says so of this actor, before long."""

        def so() -> bool:
            shown = self.actor(name)
            return all(shown[fact] == value for fact, value in facts.items())

        wait_for(so, LIMIT)

    def reason(self, *words: str) -> str | None:
        """The first reason with all these words, if there is one now; health is not well then."""
        health = self.health()
        found = [reason for reason in health.get("reasons", ()) if all(word in reason for word in words)]
        assert not found or health["status"] == "degraded"
        return found[0] if found else None

    def says(self, *words: str) -> str:
        """The first reason with all these words, once there is one."""
        try:
            reason: str = wait_for(lambda: self.reason(*words), LIMIT)
        except AssertionError as error:
            error.add_note(f"health says {self.health().get('reasons')}; the log ends:\n{self.service.said()[-4000:]}")
            raise
        return reason

    def _watches(self, user: str) -> bool:
        """Whether it does: a busy machine may leave no time for the answer, and then it is said again."""
        try:
            self.service.ask(ControlRequest(op="command", user=user, text=f"watch! {WATCHED}", by="a test"))
        except RequestRefused as refused:
            return str(refused).startswith("You're already watching")
        return True

    def _must_all(self, ids: Iterable[str]) -> set[Told]:
        return {notice for id in ids for notice in self._must(id)}

    def _must(self, id: str) -> Iterator[Told]:
        if id.startswith("D"):
            yield Told(CHANNEL, "new draft", id)
        else:
            yield from (Told(f"D0{user}", "new paper", id) for user in USERS)

    def _nothing_is_open(self) -> bool:
        notifier = self.actor("notifier")
        return bool(notifier["queued"] == notifier["sending"] == 0)

    def _enter(self, id: str, author: str, title: str = "") -> None:
        about = {"type": "paper", "title": title or f"About {id.lower()}", "date": f"{datetime.now(UTC):%Y-%m-%d}"}
        self.index[id] = {**about, "author": author, "link": f"https://wg21.link/{id.lower()}"}


@contextmanager
def a_world(base: str, directory: Path) -> Iterator[World]:
    """A service that has begun, with everything in it as quick as can be."""
    with ExitStack() as stack:
        stage = stack.enter_context(running_stage())
        data, has_disk = stack.enter_context(_a_disk())
        hasty = {"concurrency": 256, "min_revisit": "2s", "requests_per_hour": 1_000_000, "timeout": "1s"}
        service = on_stage(
            partial(Service, directory),
            base,
            stage,
            system={"restart_limit": 1000},
            index={"interval": "300ms", "timeout": "1s"},
            prober={**hasty, "plausible_drafts": 1000},
            slack={"timeout": "1s", "quiet_period": "1s"},
        )
        service.program = ("-m", "tests.chaos.skewed")
        world = World(base, service, stage, data, has_disk=has_disk)
        stack.callback(lambda: world.server.stop())
        stack.callback(service.end)
        service.environment |= {
            "DATABASE_URL": f"postgresql:///?{urlencode(parse_dsn(world.server.dsn))}",
            VARIABLE: str(directory / "skew"),
        }
        world.begin()
        yield world


@contextmanager
def _a_disk() -> Iterator[tuple[Path, bool]]:
    """A directory, and whether it is a small file system: that needs the right to mount one."""
    path = Path(tempfile.mkdtemp(prefix="callboard-disk-"))
    path.chmod(0o755)  # as root the server runs as another account
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "callboard-test", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    has_disk = mounted.returncode == 0
    try:
        yield path, has_disk
    finally:
        remove_sheltered(path)
        if has_disk:
            subprocess.run(["umount", "--lazy", str(path)], stdin=subprocess.DEVNULL, check=True)
        shutil.rmtree(path)


def keep(seconds: float, so: Callable[[], object]) -> None:
    """For so many seconds, look that this does not raise."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        so()
        time.sleep(0.2)
