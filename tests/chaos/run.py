"""One chaos run: a play on the stage, with kills in it, and at the end the question whether all was told, and once."""

import contextlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest
from actors.embedded_postgres.place import remove_sheltered
from actors.runtime.engine.bases import SIMPLE
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.chaos.checked import CHECKS_CHANNEL, PLACE, alerts_in, configured, flip, stored_results
from tests.chaos.jobs import JOBS, Jobs, Push
from tests.chaos.killing import Kill, Killer, Victim
from tests.chaos.play import CHANNEL, Draft, Event, Flip, Play, Told, Unwatch, Watch, told_in
from tests.clusters import Cluster
from tests.e2e.service import Service
from tests.e2e.staged import on_stage
from tests.free_ports import free_port
from tests.slack_texts import announced

LIMIT = 240.0
"""Seconds that the service has, at the end and in peace, to tell what it must."""

STEP = 120.0
"""Seconds for one command."""

LOOK = 0.2

VICTIMS = {
    True: (Victim.FRONT, Victim.FRONT, Victim.FRONT, Victim.DATABASE, Victim.BACKEND),
    False: (*[Victim.ACTOR] * 5, Victim.FRONT, Victim.FRONT, Victim.DATABASE, Victim.BACKEND),
}
"""By whether all actors live in the front."""


@dataclass(slots=True)
class Report:
    """What came of one run."""

    seed: int
    base: str
    kills: list[Kill] = field(default_factory=list)
    restarts: int = 0
    ended_by_itself: int = 0
    expected: int = 0
    lost: list[tuple[str, str]] = field(default_factory=list)
    doubled: list[tuple[str, str]] = field(default_factory=list)
    unexpected: list[tuple[str, str]] = field(default_factory=list)
    alerts: int = 0
    results: int = 0
    pushes: list[Push] = field(default_factory=list)
    wrong_results: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing that nobody asked for; and the same of the results of checks."""
        return not (self.lost or self.doubled or self.unexpected or self.wrong_results)

    @property
    def answered(self) -> int:
        """Signals of jobs of which the service said that they are stored."""
        return sum(push.status == 200 for push in self.pushes)

    def line(self) -> str:
        """For people, in one line."""
        who = Counter(kill.victim.value for kill in self.kills)
        close = Counter(kill.moment.value for kill in self.kills if kill.is_close)
        answers = ", ".join(
            f"{count} {status}" for status, count in Counter(push.status for push in self.pushes).items()
        )
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(who.items()))
        return (
            f"seed {self.seed:<6} {self.base:<16} kills {len(self.kills)} ({kinds}); within 100 ms after a commit"
            f" {close['commit']}, after a post {close['post']}; starts {self.restarts}; notices {self.expected}"
            f" ({self.alerts} of them alerts), lost {len(self.lost)}, doubled {len(self.doubled)},"
            f" unexpected {len(self.unexpected)}; results {self.results}, wrong {len(self.wrong_results)};"
            f" signals {len(self.pushes)} (by answer: {answers}); {self.seconds:.0f} s"
        )


class Run:
    """Plays one seed on one base."""

    def __init__(self, service: Service, stage: StageClient, jobs: Jobs, seed: int, base: str) -> None:
        self._service, self._stage, self._jobs = service, stage, jobs
        self._chance = random.Random(seed)
        self._play = Play(self._chance)
        self._killer = Killer(service, stage, self._chance)
        self._victims = VICTIMS[base == SIMPLE]
        self.report = Report(seed=seed, base=base)

    def go(self, kills: int) -> Report:
        """Play until so many were killed, then wait in peace and count."""
        began = time.monotonic()
        self._stage.set_index(self._play.index)
        self._service.start()
        self._until(self._is_ok, "the first index was not loaded")
        while len(self.report.kills) < kills:
            for _ in range(self._chance.randrange(1, 4)):
                self._step(self._play.next_event(self._announced(), self._alerts()))
            for _ in range(self._chance.choice((1, 1, 1, 2))):
                if (kill := self._killer.kill(self._victims)) is not None:
                    self.report.kills.append(kill)
            self._see_that_it_runs()
        self._finish()
        self.report.seconds = time.monotonic() - began
        return self.report

    def _step(self, event: Event) -> None:
        # What the channel knows, of the prober, need not have come to the watchlist yet.
        known = {id for recipient, id in self._told() if recipient != CHANNEL}
        match event:
            case Watch(user, entry):
                self._until(lambda: self._is_watching(user, entry), f"{user} could not watch {entry}")
            case Unwatch(user, entry):
                self._until(lambda: self._is_unwatched(user, entry), f"{user} could not unwatch {entry}")
            case Flip(check) if check in JOBS:
                self._jobs.flip(check)
            case Flip(check):
                flip(self._stage, check, self._play.flips[check])
            case Draft(id):
                self._stage.put_draft(f"{id}.{self._chance.choice(('pdf', 'html'))}", last_modified=datetime.now(UTC))
        self._play.happened(event, known)
        self._stage.set_index(self._play.index)

    def _is_watching(self, user: str, entry: str) -> bool:
        return self._is_done(user, f"watch! {entry}", f"You're already watching {entry}.")

    def _is_unwatched(self, user: str, entry: str) -> bool:
        return self._is_done(user, f"unwatch {entry}", f"You aren't watching “{entry}”.")

    def _is_done(self, user: str, command: str, done_already: str) -> bool:
        self._see_that_it_runs()
        try:
            self._service.ask(ControlRequest(op="command", user=user, text=command, by="chaos"))
        except ServiceNotRunning:
            return False
        except RequestRefused as refused:
            return str(refused).startswith(done_already)
        return True

    def _see_that_it_runs(self) -> None:
        """As a service manager does."""
        if self._service.front is None or self._service.front_ended():
            killed = bool(self.report.kills) and self.report.kills[-1].victim is Victim.FRONT
            self.report.ended_by_itself += not killed
            self.report.restarts += 1
            self._service.launch()

    def _finish(self) -> None:
        expected = self._play.told
        with contextlib.suppress(AssertionError):  # what is missing then is counted below
            self._until(lambda: self._is_ok() and expected <= set(self._told()), "not all was told", LIMIT)
        self._until(self._is_at_rest, "the queues did not become empty", LIMIT)
        told = self._told()
        self.report.expected = len(expected)
        self.report.lost = sorted(expected - set(told))
        self.report.doubled = sorted(key for key, count in told.items() if count > 1)
        self.report.unexpected = sorted(set(told) - expected - self._play.may_be_told)
        self.report.alerts = sum(recipient == CHECKS_CHANNEL for recipient, _ in expected)
        self.report.pushes = self._jobs.stop()
        stored = stored_results(self._service, self._play.flips, self.report.pushes)
        self.report.results, self.report.wrong_results = stored.count, stored.faults
        assert self._service.terminate() == 0, self._service.said()[-4000:]

    def _told(self) -> Told:
        messages = self._stage.messages()
        told = told_in((message.recipient, announced(message.payload)) for message in messages)
        checks = alerts_in(message.first_text for message in messages if message.recipient == CHECKS_CHANNEL)
        return told + told_in((CHECKS_CHANNEL, (alert,)) for alert in checks)

    def _alerts(self) -> set[str]:
        return {id for recipient, id in self._told() if recipient == CHECKS_CHANNEL}

    def _announced(self) -> set[str]:
        return {id for recipient, id in self._told() if recipient == CHANNEL}

    def _is_ok(self) -> bool:
        health = self._health()
        return health is not None and health["status"] == "ok"

    def _is_at_rest(self) -> bool:
        health = self._health()
        if health is None:
            return False
        notifier = health["actors"]["notifier"]
        return health["status"] == "ok" and not (notifier["queued"] or notifier["sending"])

    def _health(self) -> Any:
        self._see_that_it_runs()
        return self._service.health()

    def _until(self, done: Callable[[], Any], complaint: str, limit: float = STEP) -> None:
        deadline = time.monotonic() + limit
        while not done():
            assert time.monotonic() < deadline, f"{complaint}\n{self._service.said()[-6000:]}"
            time.sleep(LOOK)


@contextlib.contextmanager
def on_a_stage_of_its_own(seed: int, base: str, cluster: Cluster | None = None) -> Iterator[Run]:
    """A run in a new directory, with a stage that nobody kills; both end with the block."""
    with tempfile.TemporaryDirectory(prefix="callboard-chaos-") as name, running_stage() as stage:
        port = free_port()  # jobs know it before the service is there, and keep it over its restarts
        service = on_stage(
            partial(Service, Path(name), cluster, checks=configured(stage)),
            base,
            stage,
            system={"restart_limit": 1000, "place": PLACE},
            index={"timeout": "5s"},
            prober={"min_revisit": "1s", "requests_per_hour": 2_000_000, "timeout": "3s"},
            slack={"timeout": "3s", "quiet_period": "1s"},
            health={"port": port, "builtin_checks": False},
        )
        jobs = Jobs(port)
        try:
            yield Run(service, stage, jobs, seed, base)
        finally:
            jobs.stop()
            service.end()
            remove_sheltered(service.data_dir)


def played(seed: int, base: str, kills: int, cluster: Cluster | None = None) -> Report:
    """The report of one seed on one base."""
    with on_a_stage_of_its_own(seed, base, cluster) as run:
        return run.go(kills)
