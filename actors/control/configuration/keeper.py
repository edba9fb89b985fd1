"""Keeps the configuration that is in effect: looks whether its files have changed, has them loaded, and hands on
what is new."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from actors.control.configuration.difference import (
    Difference,
    difference,
    effective,
    in_words,
    restart_in_words,
)
from actors.control.configuration.loading import load_again
from actors.control.configuration.watch import FileWatch, Look
from actors.runtime.os.files import digest_of
from messages.health import ConfigReport, HealthReason, ReasonCode, iso
from messages.reloading import ConfigLoaded, ConfigOrigin, LoadedConfiguration, WatchedFiles
from messages.settings import Settings

SUBJECT = "configuration"

MOST_REASON_CHARACTERS = 600

TELL_AGAIN_SECONDS = 10.0
"""Seconds after which new settings that have not come back from the supervisor are sent to it again."""

EMPTY = frozenset(digest_of(bom + end) for bom in (b"", b"\xef\xbb\xbf") for end in (b"", b"\n", b"\r\n"))
"""Files in which an editor has left nothing but the signs of its ways."""


class KeeperHost(Protocol):
    """What the actor offers that owns this."""

    settings: Settings
    log: logging.Logger

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds that never go back."""

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call it on a later turn; the handle has `cancel()`."""

    def run(
        self,
        coroutine: Coroutine[Any, Any, Any],
        then: Callable[[Any], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """Run it on the private loop."""

    def tell_parent(self, message: Any) -> None:
        """Send to the supervisor."""

    def address_of(self, name: str) -> Any:
        """The address of an introduced actor, None if it is not there."""

    def send(self, address: Any, message: Any) -> None:
        """Send a message."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadOutcome:
    """What came of reading the files again: the `faults` for which nothing has changed, or what has. `before`: when
    what was in effect until then had been loaded."""

    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    found: Difference = field(default_factory=Difference)
    before: datetime | None = None


class ConfigKeeper:
    """Of the ControlActor. It works from `begin` on, if it is known of which files the settings were made."""

    def __init__(self, host: KeeperHost) -> None:
        self._host = host
        self._origin: ConfigOrigin | None = None
        self._watch = FileWatch(WatchedFiles())
        self._good = WatchedFiles()
        self._timer: Any = None
        self._is_loading = False
        self._asking: list[asyncio.Future[ReloadOutcome]] = []
        self._answered: list[asyncio.Future[ReloadOutcome]] = []
        self._faults: tuple[str, ...] = ()
        self._failing_since: datetime | None = None
        self._waiting: tuple[str, ...] = ()
        self._told: tuple[Settings, float] | None = None
        self._loaded_at: datetime | None = None

    # --- life

    def begin(self, origin: ConfigOrigin | None, started_at: datetime | None) -> None:
        """Look at the files from now on."""
        if origin is None:
            return
        self._origin, self._loaded_at = origin, started_at
        self._watch, self._good = FileWatch(origin.watched), origin.watched
        self._look_in(0.0)

    @property
    def file(self) -> str:
        """The configuration file; empty where there is none."""
        return "" if self._origin is None else self._origin.file

    @property
    def can_reload(self) -> bool:
        """Whether there are files to read again."""
        return self._origin is not None

    def ask(self) -> None:
        """Read the files now, whatever the looks show."""
        if self._origin is not None:
            self._watch.ask()
            self._look_in(0.0)

    async def reload(self) -> ReloadOutcome:
        """The same; what came of it."""
        outcome: asyncio.Future[ReloadOutcome] = asyncio.get_running_loop().create_future()
        self._asking.append(outcome)
        self.ask()
        return await outcome

    # --- looking

    def _look_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._host.after(seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._is_loading:
            return
        self._see_whether_told()
        try:
            if self._watch.look(self._host.clock()) is Look.CHANGED:
                self._load()
        finally:
            if not self._is_loading:
                self._look_in(self._watch.wait)

    def _load(self) -> None:
        self._answered, self._asking = [*self._answered, *self._asking], []
        if emptied := self._emptied():
            self._settle(LoadedConfiguration(settings=None, faults=emptied, warnings=(), watched=WatchedFiles()))
            return
        self._is_loading = True
        self._host.run(load_again(self.file), self._loaded, self._not_loaded)

    def _emptied(self) -> tuple[str, ...]:
        """Files that held something and hold nothing now: somebody is about to write them, or failed to."""
        before = {path: digest for path, digest in self._good.files if digest not in EMPTY}
        return tuple(
            f"{path}: is empty; if it shall say nothing, write a comment into it"
            for path, digest in self._watch.agreed.files
            if digest in EMPTY and path in before
        )

    def _loaded(self, loaded: LoadedConfiguration) -> None:
        self._is_loading = False
        try:
            self._settle(loaded)
        finally:
            self._look_in(self._watch.wait)

    def _not_loaded(self, error: BaseException) -> None:
        said = f"{self.file or 'environment'}: it cannot be read again: {type(error).__name__}"
        self._loaded(LoadedConfiguration(settings=None, faults=(said,), warnings=(), watched=WatchedFiles()))
        raise error

    def _settle(self, loaded: LoadedConfiguration) -> None:
        if not self._watch.loaded(loaded.watched, whole=loaded.settings is not None):
            self._host.count("config_read_again")  # it changed while it was read: the next looks come soon
            return
        outcome = self._refused(loaded.faults) if loaded.settings is None else self._taken(loaded, loaded.settings)
        self.report()
        answered, self._answered = self._answered, []
        for future in answered:
            if not future.done():
                future.set_result(outcome)

    # --- what came of it

    def _refused(self, faults: tuple[str, ...]) -> ReloadOutcome:
        self._host.count("config_refused")
        self._failing_since = self._failing_since or self._host.now()
        if faults != self._faults:
            self._host.log.error("the configuration was not taken over, nothing has changed:\n%s", "\n".join(faults))
        self._faults = faults
        return ReloadOutcome(faults=faults)

    def _taken(self, loaded: LoadedConfiguration, settings: Settings) -> ReloadOutcome:
        running = self._running()
        found = difference(running, settings)
        if self._faults:
            self._host.log.info("the configuration can be read again")
        self._faults, self._failing_since = (), None
        self._good, before = loaded.watched, self._loaded_at
        self._host.count("config_loaded")
        for warning in loaded.warnings:
            self._host.log.warning("%s", warning)
        if found.takes_effect:
            self._host.log.info("the configuration has changed: %s", in_words(found))
            self._loaded_at = self._host.now()
            self._tell(effective(running, settings))
        if found.after_restart and found.after_restart != self._waiting:
            self._host.log.warning("%s", restart_in_words(found.after_restart))
        self._waiting = found.after_restart
        return ReloadOutcome(warnings=loaded.warnings, found=found, before=before)

    def _running(self) -> Settings:
        """What is in effect, or will be as soon as the supervisor has handed it on."""
        return self._host.settings if self._told is None else self._told[0]

    def _tell(self, settings: Settings) -> None:
        self._told = (settings, self._host.clock())
        self._host.tell_parent(ConfigLoaded(settings=settings))

    def _see_whether_told(self) -> None:
        """What the supervisor was told comes back. If it does not, it is told again."""
        if self._told is None:
            return
        settings, at = self._told
        if self._host.settings == settings:
            self._told = None
        elif self._host.clock() - at >= TELL_AGAIN_SECONDS:
            self._tell(settings)

    def report(self) -> None:
        """Let health know how it is."""
        health = self._host.address_of("health")
        if self._origin is not None and health is not None:
            report = ConfigReport(
                file=self.file,
                loaded_at=self._loaded_at,
                after_restart=self._waiting,
                faults=self._faults,
                reasons=self._reasons(),
            )
            self._host.send(health, report)

    def _reasons(self) -> tuple[HealthReason, ...]:
        reasons = []
        if self._failing_since is not None:
            more = f" (and {len(self._faults) - 1} more)" if len(self._faults) > 1 else ""
            reasons.append(
                HealthReason(
                    code=ReasonCode.CONFIG_REFUSED,
                    subject=SUBJECT,
                    text=f"configuration not taken over: {self._faults[0][:MOST_REASON_CHARACTERS]}{more}",
                    fields=(("since", iso(self._failing_since)), ("faults", str(len(self._faults)))),
                )
            )
        if self._waiting:
            reasons.append(
                HealthReason(
                    code=ReasonCode.RESTART_NEEDED,
                    subject=SUBJECT,
                    text=f"configuration: {restart_in_words(self._waiting)}",
                    fields=(("keys", ", ".join(self._waiting)),),
                )
            )
        return tuple(reasons)
