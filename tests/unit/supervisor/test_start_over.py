"""An actor that starts over with a new configuration, seen from the supervisor, without processes."""

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from thespian.actors import ActorExitRequest

from actors.supervisor.actor import DRAIN_LIMIT, LEAVE_LIMIT, SupervisorActor
from messages.lease import LeaseHeld, LeaseTaken
from messages.lifecycle import (
    ActorSpec,
    Begin,
    BeginRefused,
    Begun,
    Drain,
    Drained,
    Introduce,
    ProcessPlan,
    ServiceDrained,
    ServiceStarted,
    StartFailed,
    StartService,
    StillHere,
    StopService,
)
from messages.reloading import BeginAgain, ConfigChanged, ConfigLoaded, ReloadRequested
from messages.settings import Settings

SPECS = (
    ActorSpec(name="lease", actor="x", on_standby=True),
    ActorSpec(name="health", actor="x", on_standby=True),
    ActorSpec(name="control", actor="x", on_standby=True),
    ActorSpec(name="notifier", actor="x", on_standby=False),
    ActorSpec(name="index", actor="x", on_standby=False),
    ActorSpec(name="checks", actor="x", on_standby=False),
)


class LoneSupervisor(SupervisorActor):
    """Its children are names with numbers; what it sends is kept, and its time passes when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self._myRef = SimpleNamespace(address="supervisor")
        self.sent: list[tuple[Any, Any]] = []
        self.created = 0
        self.seconds = 0.0

    def clock(self) -> float:
        return self.seconds

    def createActor(self, *_: Any, **__: Any) -> Any:
        self.created += 1
        return f"child {self.created}"

    def send(self, address: Any, message: Any) -> None:
        self.sent.append((address, message))


class Rehearsal:
    """A supervisor, its front, and the children as the test plays them."""

    def __init__(self) -> None:
        self.supervisor = LoneSupervisor()
        plan = ProcessPlan(front_pid=os.getpid(), own_process=False, log_level="INFO")
        start = StartService(settings=Settings(), dsn="", plan=plan, specs=SPECS)
        self.supervisor.receiveMsg_StartService(start, "front")

    def sent(self, kind: type[Any], to: Any = None) -> list[Any]:
        return [m for address, m in self.supervisor.sent if isinstance(m, kind) and to in (None, address)]

    def hired(self, name: str) -> list[tuple[Any, Begin]]:
        """Each child of this name so far: its address, and how it was told to begin."""
        return [(address, m) for address, m in self.supervisor.sent if isinstance(m, Begin) and m.name == name]

    def address(self, name: str) -> Any:
        return self.hired(name)[-1][0]

    def begins(self, name: str) -> None:
        begun = Begun(name=name, pid=os.getpid(), detail=f"of {name}")
        self.supervisor.receiveMsg_Begun(begun, self.address(name))

    def leads(self) -> None:
        """Everybody begins, and this instance leads."""
        for name in ("lease", "health", "control"):
            self.begins(name)
        self.supervisor.receiveMsg_LeaseTaken(LeaseTaken(epoch=7), self.address("lease"))
        for name in ("notifier", "index", "checks"):
            self.begins(name)

    def loads(self, settings: Settings) -> None:
        self.supervisor.receiveMsg_ConfigLoaded(ConfigLoaded(settings=settings), "control")

    def wants_again(self, name: str) -> None:
        self.supervisor.receiveMsg_BeginAgain(BeginAgain(name=name), self.address(name))

    def drained(self, name: str) -> None:
        self.supervisor.receiveMsg_Drained(Drained(name=name), self.address(name))

    def is_gone(self, address: Any) -> None:
        self.supervisor._hired.gone(address)

    def pass_time(self, seconds: float) -> None:
        self.supervisor.seconds += seconds
        self.supervisor.loop.pump()

    def told_to_leave(self, name: str) -> bool:
        return bool(self.sent(ActorExitRequest, to=self.address(name)))


@pytest.fixture
def rehearsal() -> Iterator[Rehearsal]:
    made = Rehearsal()
    yield made
    made.supervisor.loop.close()


def other(level: str = "DEBUG") -> Settings:
    usual = Settings()
    return msgspec.structs.replace(usual, log=msgspec.structs.replace(usual.log, level=level))


def returns(rehearsal: Rehearsal, name: str) -> None:
    """It has asked, drains, leaves and is there again."""
    address = rehearsal.address(name)
    rehearsal.drained(name)
    rehearsal.is_gone(address)
    rehearsal.begins(name)


def test_new_settings_go_to_everybody_who_is_there_and_to_whoever_begins_later(rehearsal: Rehearsal) -> None:
    rehearsal.begins("lease")
    rehearsal.loads(other())  # health is under way
    changed = rehearsal.sent(ConfigChanged, to=rehearsal.address("health"))
    assert [each.settings for each in changed] == [other()]
    assert rehearsal.sent(ConfigChanged, to="front") == changed
    rehearsal.begins("health")
    assert rehearsal.hired("control")[0][1].settings == other()
    assert rehearsal.hired("control")[0][1].version == changed[0].version == 1


def test_one_that_asks_drains_leaves_and_begins_with_the_settings_of_now(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.loads(other())
    rehearsal.wants_again("notifier")
    assert rehearsal.sent(Drain, to=rehearsal.address("notifier")) == [Drain()]
    assert not rehearsal.told_to_leave("notifier")
    returns(rehearsal, "notifier")
    begun = rehearsal.hired("notifier")[-1][1]
    assert (begun.settings, begun.version, begun.epoch, begun.again) == (other(), 1, 7, True)
    introduced = rehearsal.sent(Introduce, to=rehearsal.address("health"))[-1]
    assert (introduced.restarts, introduced.renewed) == ((), (("notifier", 1),))
    assert dict(zip(introduced.names, introduced.addresses, strict=True))["notifier"] == rehearsal.address("notifier")


def test_asking_twice_is_asking_once(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("notifier")
    rehearsal.wants_again("notifier")
    assert len(rehearsal.sent(Drain)) == 1
    returns(rehearsal, "notifier")
    assert len(rehearsal.hired("notifier")) == 2


def test_one_that_does_not_drain_leaves_all_the_same(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("index")
    rehearsal.pass_time(DRAIN_LIMIT + 0.1)
    assert rehearsal.told_to_leave("index")


def test_the_limit_of_the_first_time_does_not_end_the_second(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("index")
    rehearsal.pass_time(DRAIN_LIMIT - 1.0)
    returns(rehearsal, "index")
    rehearsal.wants_again("index")
    rehearsal.pass_time(1.5)
    assert not rehearsal.told_to_leave("index")
    rehearsal.pass_time(DRAIN_LIMIT)
    assert rehearsal.told_to_leave("index")


def test_one_that_is_killed_while_it_drains_returns_and_has_not_restarted(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("notifier")
    rehearsal.is_gone(rehearsal.address("notifier"))
    assert rehearsal.hired("notifier")[-1][1].again
    rehearsal.begins("notifier")
    assert rehearsal.sent(Introduce)[-1].restarts == ()


def test_several_return_one_after_the_other(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    for name in ("index", "notifier"):
        rehearsal.wants_again(name)
    for name in ("index", "notifier"):
        address = rehearsal.address(name)
        rehearsal.drained(name)
        rehearsal.is_gone(address)
    assert (len(rehearsal.hired("index")), len(rehearsal.hired("notifier"))) == (2, 1)
    rehearsal.begins("index")
    assert len(rehearsal.hired("notifier")) == 2


def test_who_has_missed_a_version_is_told_again(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.loads(other())
    address = rehearsal.address("index")
    for version in (0, 1):
        rehearsal.supervisor.receiveMsg_StillHere(StillHere(name="index", version=version), address)
    assert [each.version for each in rehearsal.sent(ConfigChanged, to=address)] == [1, 1]


def test_a_change_during_the_start_does_not_fail_it(rehearsal: Rehearsal) -> None:
    for name in ("lease", "health", "control"):
        rehearsal.begins(name)
    rehearsal.supervisor.receiveMsg_LeaseTaken(LeaseTaken(epoch=7), rehearsal.address("lease"))
    rehearsal.begins("notifier")
    rehearsal.loads(other())
    rehearsal.wants_again("notifier")
    for name in ("index", "checks"):
        rehearsal.begins(name)
    returns(rehearsal, "notifier")
    assert len(rehearsal.sent(ServiceStarted)) == 1
    assert rehearsal.sent(StartFailed) == []
    assert rehearsal.hired("notifier")[-1][1].settings == other()


def test_who_starts_over_when_the_lease_is_lost_does_not_return(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("notifier")
    rehearsal.supervisor.receiveMsg_LeaseHeld(LeaseHeld(leader="another"), rehearsal.address("lease"))
    for name in ("notifier", "index", "checks"):
        rehearsal.is_gone(rehearsal.address(name))
    assert len(rehearsal.hired("notifier")) == 1
    rehearsal.supervisor.receiveMsg_LeaseTaken(LeaseTaken(epoch=9), rehearsal.address("lease"))
    begun = rehearsal.hired("notifier")[-1][1]
    assert (begun.epoch, begun.again) == (9, False)


def test_one_that_has_no_right_to_ask_is_not_heard(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.supervisor.receiveMsg_BeginAgain(BeginAgain(name="notifier"), rehearsal.address("index"))
    assert rehearsal.sent(Drain) == []


def test_a_stop_does_not_wait_for_one_that_has_left_to_start_over(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("notifier")
    rehearsal.drained("notifier")  # it was told to leave, and hears no more
    rehearsal.supervisor.receiveMsg_StopService(StopService(), "front")
    for name in ("health", "control", "index", "checks"):
        rehearsal.drained(name)
    rehearsal.is_gone(rehearsal.address("notifier"))
    assert rehearsal.told_to_leave("index")
    rehearsal.pass_time(DRAIN_LIMIT + LEAVE_LIMIT + 0.1)
    assert rehearsal.sent(ServiceDrained)[0].unfinished == ()
    assert len(rehearsal.hired("notifier")) == 1


def test_nobody_starts_over_while_the_service_stops(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.supervisor.receiveMsg_StopService(StopService(), "front")
    drains = len(rehearsal.sent(Drain))
    rehearsal.wants_again("notifier")
    assert len(rehearsal.sent(Drain)) == drains


def test_one_that_cannot_begin_with_the_new_settings_is_tried_again(rehearsal: Rehearsal) -> None:
    rehearsal.leads()
    rehearsal.wants_again("notifier")
    address = rehearsal.address("notifier")
    rehearsal.drained("notifier")
    rehearsal.is_gone(address)
    address = rehearsal.address("notifier")
    refused = BeginRefused(name="notifier", reason="the database is away", outage=True)
    rehearsal.supervisor.receiveMsg_BeginRefused(refused, address)
    rehearsal.is_gone(address)
    assert len(rehearsal.hired("notifier")) == 2
    rehearsal.pass_time(1.0)
    assert len(rehearsal.hired("notifier")) == 3


def test_a_signal_reaches_a_control_that_is_there(rehearsal: Rehearsal) -> None:
    rehearsal.supervisor.receiveMsg_ReloadRequested(ReloadRequested(), "front")
    assert rehearsal.sent(ReloadRequested) == []
    rehearsal.leads()
    rehearsal.supervisor.receiveMsg_ReloadRequested(ReloadRequested(), "front")
    assert rehearsal.sent(ReloadRequested, to=rehearsal.address("control")) == [ReloadRequested()]
