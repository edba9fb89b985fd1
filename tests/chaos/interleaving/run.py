"""One seed: a plot, played by the actors in an order of the seed's, among its perils, and what came of it."""

import json
import os
import random
import zoneinfo
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from actors.health.snapshots.reports import ActorReport, Overview, Responsiveness
from actors.health.snapshots.rounds import NAME_OF
from actors.stage.faults.faults import content_type_of
from actors.stage.world.script import PutDraft, SetIndex
from actors.stage.world.state import PaperFile, index_file, pack
from actors.supervisor.actor import SupervisorActor
from actors.supervisor.specs import ACTOR_SPECS
from messages import commands
from messages.health import (
    ActorSnapshot,
    IndexSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    SnapshotRequest,
    WatchlistSnapshot,
)
from messages.lifecycle import ActorSpec, Instance, ProcessPlan, ServiceFailing, StartFailed, StartService
from messages.settings import Settings
from tests.builders import settings as default_settings
from tests.chaos.interleaving import memory, oracle
from tests.chaos.interleaving.connections import SpareConnections
from tests.chaos.interleaving.engine import BEGIN, Engine
from tests.chaos.interleaving.network import LATE, Network, Weather
from tests.chaos.interleaving.notices import Reader, Told
from tests.chaos.interleaving.perils import Perils
from tests.chaos.interleaving.players import player_of
from tests.chaos.interleaving.plot import CHANNEL, Plot
from tests.commanding_builders import said
from tests.health_builders import document_of

ZONES = frozenset(zoneinfo.available_timezones())
"""Looked up once: to look in all of the system's folders takes 5 ms, and each actor that begins does so."""

PLAYED = ("lease", "notifier", "watchlist", "prober", "index")
TICK = 0.5
AGAIN = 6.0
"""Seconds between two looks of the plot; after which a command without a reply is given again."""

AGES = 100 * 365 * 86_400.0
"""Seconds: retention goes by the database's clock, which is not virtual."""

BODY = b"%PDF-"
"""Of a file: something that is served, and of which nobody can read anything."""

LIMIT = 4 * 3600.0
"""Virtual seconds that a plot may take."""

CALM = 10.0
MOST_CALM = 120.0
"""Virtual seconds that are waited afterwards for what comes once too often, and until nothing is on its way any more:
an event that was not taken is sent again after half a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a seed: what was wrong (nothing, it is hoped), what was counted, and how long it took."""

    seed: int
    problems: tuple[str, ...]
    counts: Mapping[str, int]
    notices: int
    seconds: float


class Run:
    """One seed on one database, which is emptied first; with everything hurried, unless `settings` are given."""

    def __init__(
        self, seed: int, dsn: str, settings: Settings | None = None, spare: SpareConnections | None = None
    ) -> None:
        chance = random.Random(f"perils of {seed}")
        self.seed, self._dsn = seed, dsn
        self._settings = settings or hurried()
        perils = Perils(
            kill=chance.choice((0.0, 0.003, 0.006, 0.01, 0.02)),
            cut=chance.choice((0.0, 0.0, 0.005, 0.02)),
            most=chance.randint(5, 40),
            skews=tuple(chance.choices((-1.0, 1.0), k=chance.choice((0, 0, 0, 0, 0, 2)))),
        )
        weather = Weather(sites=chance.choice((0.0, 0.01)), slack=chance.choice((0.0, 0.1, 0.4)))
        self.engine = Engine(seed, lambda ref, actor: player_of(self.network, ref, actor), perils)
        self.network = Network(self.engine, weather)
        self._owns_spare = spare is None
        self.engine.spare = spare or self.engine.spare
        self.engine.fronted, self.engine.restart = self._heard, self.start
        self.plot = Plot(self, chance, BEGIN.date(), papers=chance.randint(4, 8), stories=chance.randint(3, 8))
        self._confirmed: set[str] = set()
        self._done_already: dict[str, str] = {}
        self._snapshots: dict[str, ActorSnapshot] = {}
        self._reader = Reader()
        self._problems: list[str] = []

    def play(self) -> Outcome:
        """Play it."""
        connection = oracle.connected(self._dsn)
        try:
            with connection.cursor() as cursor, patch("zoneinfo.available_timezones", lambda: set(ZONES)):
                cursor.execute("BEGIN")
                oracle.forget_everything(cursor)
                cursor.execute("COMMIT")
                self._play(cursor)
                self._problems += self._wrong_notices()
                self._problems += oracle.regressions(cursor)
                self._problems += oracle.unsettled(cursor)
                self._problems += memory.differences(self.engine, cursor)
                self._problems += [f"a handler failed: {trace}" for trace in self.engine.failures]
        finally:
            self.end()
            connection.close()
        return Outcome(
            seed=self.seed,
            problems=tuple(self._problems),
            counts=self.engine.counts,
            notices=len(self.plot.must),
            seconds=self.engine.clock,
        )

    def end(self) -> None:
        """Let go of everything."""
        self.engine.perils = replace(self.engine.perils, most=0)
        self.engine.kill_everybody()
        self.engine.add_dead_letter()
        if self._owns_spare:
            self.engine.spare.close()

    def _play(self, cursor: Any) -> None:
        engine = self.engine
        self.set_index(self.plot.index)
        self.start()
        if not engine.run_until(self._index_is_known, LIMIT):
            self._problems.append("the first index was never known")
            return
        for place, hours in enumerate(engine.perils.skews):
            engine.at(20.0 * (place + 1), partial(self._skew, hours))
        self._tick()
        if not engine.run_until(lambda: self.plot.over and not self.plot.missing(), LIMIT):
            self._problems.append(f"it did not come to its end; not over: {not self.plot.over}")
        engine.perils = replace(engine.perils, most=0)
        self.network.weather = Weather()
        most = engine.clock + MOST_CALM
        engine.run_for(CALM)
        while engine.clock < most and any(oracle.unsettled(cursor)):
            engine.run_for(CALM)
        engine.run_for(CALM)

    def _tick(self) -> None:
        self.plot.advance(self.engine.clock)
        self.engine.at(TICK, self._tick)

    def _skew(self, hours: float) -> None:
        self.engine.skew += timedelta(hours=hours)
        self.engine.count("jumps of the clock")

    def _index_is_known(self) -> bool:
        prober = self.engine.living("ProberActor")
        return prober is not None and memory.papers_known(prober.player) == len(self.plot.index)

    # --- the front

    def start(self) -> None:
        """Begin the service."""
        supervisor = self.engine.create(SupervisorActor, None)
        run = f"{self.engine.chance.getrandbits(64):x}"
        plan = ProcessPlan(
            front_pid=os.getpid(),
            own_process=False,
            log_level="CRITICAL",
            instance=Instance(id="test", run=run, name=f"run {run}"),
        )
        parts = {part.name: part for part in ACTOR_SPECS}
        health = ActorSpec(name="health", actor="tests.chaos.interleaving.players.Bystander", on_standby=True)
        specs = (parts["lease"], health, *(parts[name] for name in PLAYED[1:]))
        message = StartService(settings=self._settings, dsn=self._dsn, plan=plan, specs=specs)
        self.engine.send(None, supervisor.address, message)

    def _heard(self, message: Any) -> None:
        match message:
            case ServiceFailing(reason=reason):
                self._problems.append(f"the service stopped: {reason}")
            case StartFailed():  # the database was away at the start: the front ends, and is started again
                self.engine.count("starts that failed")
                self.engine.kill_everybody()
                self.engine.add_dead_letter()
            case IndexSnapshot() | ProberSnapshot() | WatchlistSnapshot() | NotifierSnapshot():
                self._snapshots[NAME_OF[type(message)]] = message
            case commands.OperatorAnswer(done=commands.CommandOutcome.DONE):
                self._confirmed.add(message.request_id)
            case commands.OperatorAnswer():
                self._refused(message)

    def _refused(self, answer: commands.OperatorAnswer) -> None:
        """An answer may be lost in a kill: what is done already was done the first time."""
        if said(answer.answer) == self._done_already[answer.request_id]:
            self._confirmed.add(answer.request_id)
        else:
            self._problems.append(f"refused: {said(answer.answer)}")

    def health(self) -> dict[str, Any]:
        """The health document, of actors that are all there."""
        self._snapshots.clear()
        for kind in ("IndexActor", "ProberActor", "WatchlistActor", "NotifierActor"):
            ref = self.engine.living(kind)
            assert ref is not None, kind
            self.engine.send(None, ref.address, SnapshotRequest(request_id="health"))
        assert self.engine.run_until(lambda: len(self._snapshots) == 4, LIMIT)
        reports = {
            name: ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=snapshot)
            for name, snapshot in self._snapshots.items()
        }
        document: dict[str, Any] = json.loads(
            document_of(Overview(reports=reports, at=self.engine.now(), leader=""))[0]
        )
        return document

    # --- the world of the plot

    def set_index(self, index: Mapping[str, Mapping[str, Any]]) -> None:
        """See World."""
        self.network.apply(SetIndex(file=index_file(pack(json.dumps(index).encode()))))

    def put_draft(self, name: str) -> None:
        """See World."""
        file = PaperFile(body=BODY, content_type=content_type_of(name), last_modified=self.engine.now())
        self.network.apply(PutDraft(name=name, file=file))

    def command(self, user: str, entry: str, *, add: bool) -> Callable[[], bool]:
        """See World."""
        id = f"{'add' if add else 'remove'} {user} {entry}"
        text = f"watch! {entry}" if add else f"unwatch {entry}"
        message = commands.OperatorCommand(request_id=id, user=user, text=text, by="the plot")
        self._done_already[id] = f"You're already watching {entry}." if add else f"You aren't watching “{entry}”."

        def give() -> None:
            if id in self._confirmed:
                return
            if (watchlist := self.engine.living("WatchlistActor")) is not None and watchlist.player.is_introduced():
                self.engine.send(None, watchlist.address, message)
            self.engine.at(AGAIN, give)

        give()
        return lambda: id in self._confirmed

    def told(self) -> Counter[Told]:
        """See World."""
        return self._reader.told(self.network.world.slack.messages)

    def _wrong_notices(self) -> list[str]:
        stands = self.told()
        return [
            *(f"LOST: {notice}" for notice in sorted(self.plot.must - stands.keys())),
            *(f"DOUBLED: {notice}, {count} times" for notice, count in sorted(stands.items()) if count > 1),
            *(f"NOT TO BE TOLD: {notice}" for notice in sorted(stands.keys() - self.plot.must - self.plot.may)),
            *(f"NOT ON ITS CARD: {id}" for id in sorted(self.plot.published) if not self._is_on_card(id)),
        ]

    def _is_on_card(self, id: str) -> bool:
        """Whether the message that announced a draft in the channel says that it became this paper."""
        draft = f"D{id[1:]}"
        cards = (each for each in self.network.world.slack.messages if each.channel == CHANNEL and not each.thread_ts)
        return any(draft in each.first_text and f"{id} paper published" in each.text for each in cards)


def hurried() -> Settings:
    """Everything as soon as can be."""
    return _with_slack(
        index={"interval": 5.0, "timeout": 3.0},
        prober={"min_revisit": 20.0, "requests_per_hour": 90_000, "timeout": 3.0, "alert_modified_within": 86_400.0},
        retention={"sent": AGES, "suspended": AGES, "dead_letters": AGES, "versions": AGES},
    )


def unhurried() -> Settings:
    """The defaults."""
    return _with_slack()


def _with_slack(**sections: Any) -> Settings:
    return default_settings(
        {"CALLBOARD_SLACK__BOT_TOKEN": "xoxb-stage"},
        system={"restart_limit": 10_000},
        slack={"channel": CHANNEL, "quiet_period": LATE + 0.5},
        **sections,
    )
