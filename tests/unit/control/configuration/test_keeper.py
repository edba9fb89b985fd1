"""The keeper of the configuration, on real files and in the time of a test: what it hands on, and what it answers."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.control.configuration.keeper import TELL_AGAIN_SECONDS, ConfigKeeper, ReloadOutcome
from config.child import loaded
from messages.health import ConfigReport, ReasonCode
from messages.reloading import ConfigLoaded, ConfigOrigin, LoadedConfiguration
from messages.settings import Settings

TEXT = "data_dir: /tmp/data\nlog: {level: INFO}\n"
BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class LoadUnderWay:
    """A configuration that is being read; the test says when it has been."""

    then: Callable[[LoadedConfiguration], None]
    otherwise: Callable[[BaseException], None]


@dataclass(slots=True, kw_only=True)
class KeeperTimer:
    """Something that is called at `at`."""

    at: float
    call: Callable[[], None] | None

    def cancel(self) -> None:
        self.call = None


@dataclass(slots=True, kw_only=True)
class KeptHost:
    """The actor in whose place the test stands."""

    settings: Settings
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("kept"))
    seconds: float = 1000.0
    timers: list[KeeperTimer] = field(default_factory=list)
    loads: list[LoadUnderWay] = field(default_factory=list)
    told: list[Settings] = field(default_factory=list)
    reports: list[ConfigReport] = field(default_factory=list)

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.seconds)

    def clock(self) -> float:
        return self.seconds

    def after(self, seconds: float, call: Callable[[], None]) -> KeeperTimer:
        self.timers.append(KeeperTimer(at=self.seconds + seconds, call=call))
        return self.timers[-1]

    def run(
        self,
        coroutine: Coroutine[Any, Any, Any],
        then: Callable[[Any], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        coroutine.close()
        assert otherwise is not None
        self.loads.append(LoadUnderWay(then=then, otherwise=otherwise))

    def tell_parent(self, message: ConfigLoaded) -> None:
        self.told.append(message.settings)

    def address_of(self, name: str) -> str:
        return name

    def send(self, address: str, message: ConfigReport) -> None:
        self.reports.append(message)

    def count(self, counter: str, by: int = 1) -> None:
        pass

    def pass_time(self, seconds: float) -> None:
        end = self.seconds + seconds
        while due := sorted((each for each in self.timers if each.call and each.at <= end), key=lambda each: each.at):
            call, self.seconds = due[0].call, max(self.seconds, due[0].at)
            due[0].cancel()
            assert call is not None
            call()
        self.seconds = end


@dataclass(slots=True, kw_only=True)
class Kept:
    """A keeper that looks at `file`."""

    file: Path
    host: KeptHost
    keeper: ConfigKeeper

    def reads(self) -> None:
        """The file is read, as it is now."""
        under_way = self.host.loads.pop(0)
        assert not self.host.loads
        under_way.then(loaded(self.file, {}))

    def sees(self, text: str) -> None:
        """The file has this text now; the looks agree, and it is read."""
        self.file.write_text(text)
        self.host.pass_time(2.0)
        self.reads()

    @property
    def problems(self) -> list[ReasonCode]:
        return [reason.code for reason in self.host.reports[-1].reasons]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    file = tmp_path / "callboard.yaml"
    file.write_text(TEXT)
    first = loaded(file, {})
    assert first.settings is not None
    host = KeptHost(settings=first.settings)
    keeper = ConfigKeeper(host)
    keeper.begin(ConfigOrigin(file=str(file), watched=first.watched), BEGAN)
    host.pass_time(5.0)
    return Kept(file=file, host=host, keeper=keeper)


def levels(kept: Kept) -> list[str]:
    return [settings.log.level for settings in kept.host.told]


def test_what_has_changed_is_handed_on_once(kept: Kept) -> None:
    kept.sees(TEXT.replace("INFO", "DEBUG"))
    kept.host.settings = kept.host.told[0]
    kept.host.pass_time(100.0)
    assert levels(kept) == ["DEBUG"]
    assert kept.host.loads == []
    assert kept.problems == []


def test_it_is_handed_on_again_until_it_has_come_back(kept: Kept) -> None:
    kept.sees(TEXT.replace("INFO", "DEBUG"))
    kept.host.pass_time(TELL_AGAIN_SECONDS + 2.0)
    assert levels(kept) == ["DEBUG", "DEBUG"]


def test_what_is_taken_back_before_it_has_taken_effect_does_not_stay(kept: Kept) -> None:
    """The supervisor is slow: it hands on the first change after the second one was read."""
    kept.sees(TEXT.replace("INFO", "DEBUG"))
    kept.sees(TEXT)
    assert levels(kept) == ["DEBUG", "INFO"]


def test_a_fault_changes_nothing_and_is_over_when_it_is_mended(kept: Kept) -> None:
    kept.sees(TEXT.replace("level", "levels"))
    assert kept.problems == [ReasonCode.CONFIG_REFUSED]
    assert kept.host.reports[-1].faults == (f"{kept.file}: log.levels: unknown key; did you mean log.level? (line 2)",)
    kept.sees(TEXT)
    assert (kept.problems, kept.host.told) == ([], [])


@pytest.mark.parametrize("left", ["", "\n", "\r\n", "\ufeff", "\ufeff\r\n"])
def test_a_file_in_which_nothing_is_left_takes_nothing_away(kept: Kept, left: str) -> None:
    kept.file.write_bytes(left.encode())
    kept.host.pass_time(2.0)
    assert kept.host.loads == []
    assert kept.problems == [ReasonCode.CONFIG_REFUSED]
    assert "is empty" in kept.host.reports[-1].faults[0]


def test_a_key_that_needs_a_restart_waits_and_the_others_do_not(kept: Kept) -> None:
    kept.sees(TEXT.replace("INFO", "DEBUG") + "health: {port: 8799}\n")
    assert levels(kept) == ["DEBUG"]
    assert kept.host.told[0].health == kept.host.settings.health
    assert kept.problems == [ReasonCode.RESTART_NEEDED]
    kept.host.settings = kept.host.told[0]
    kept.sees(TEXT.replace("INFO", "DEBUG"))
    assert kept.problems == []


async def asked(kept: Kept) -> asyncio.Task[ReloadOutcome]:
    """Somebody asks for a reload."""
    task = asyncio.ensure_future(kept.keeper.reload())
    await asyncio.sleep(0)
    return task


async def answered(task: asyncio.Task[ReloadOutcome]) -> ReloadOutcome:
    return await asyncio.wait_for(task, 60.0)


def test_two_who_ask_are_answered_one_after_the_other(kept: Kept) -> None:
    async def ask_twice() -> None:
        first = await asked(kept)
        kept.host.pass_time(0.5)
        second = await asked(kept)  # the first one is being read
        kept.reads()
        assert (await answered(first)).found.changed == ()
        await asyncio.sleep(0)
        assert not second.done()
        kept.file.write_text(TEXT.replace("INFO", "DEBUG"))
        kept.host.pass_time(2.0)
        kept.reads()
        assert (await answered(second)).found.changed == ("log.level",)

    asyncio.run(ask_twice())


def test_who_asks_is_answered_when_reading_itself_fails(kept: Kept) -> None:
    async def ask() -> None:
        task = await asked(kept)
        kept.host.pass_time(0.5)
        with pytest.raises(MemoryError):
            kept.host.loads.pop().otherwise(MemoryError())
        outcome = await answered(task)
        assert outcome.faults == (f"{kept.file}: it cannot be read again: MemoryError",)
        kept.sees(TEXT.replace("INFO", "DEBUG"))
        assert levels(kept) == ["DEBUG"]

    asyncio.run(ask())


def test_a_file_that_changes_while_it_is_read_is_read_again(kept: Kept) -> None:
    kept.file.write_text(TEXT.replace("INFO", "DEBUG"))
    kept.host.pass_time(2.0)
    old = loaded(kept.file, {})
    kept.file.write_text(TEXT.replace("INFO", "WARNING"))
    kept.host.loads.pop().then(old)
    assert kept.host.told == []
    kept.host.pass_time(2.0)
    kept.reads()
    assert levels(kept) == ["WARNING"]


def test_without_files_there_is_nothing_to_look_at(kept: Kept) -> None:
    host = KeptHost(settings=msgspec.structs.replace(kept.host.settings))
    keeper = ConfigKeeper(host)
    keeper.begin(None, None)
    keeper.ask()
    keeper.report()
    assert (host.timers, host.reports, keeper.can_reload) == ([], [], False)
