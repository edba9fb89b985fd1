"""`callboard demo`: the whole service on a stage, for somebody who has neither network nor Slack at hand."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec.structs
import yaml

from actors.embedded_postgres.place import remove_sheltered
from actors.front.commands.hints import Hints
from actors.front.commands.start import failures_in_a_sentence
from actors.front.run.service import ServiceFailed, run_service
from actors.runtime.os.bases import SIMPLE
from actors.runtime.os.system import Driver
from actors.stage.server.actor import StageActor
from actors.stage.server.timelapse import WATCHES
from config.loader import load
from messages.lifecycle import Begin, Begun, ProcessPlan, ServiceStarted
from messages.settings import Settings
from messages.stage import BeginPlay, OpenStage, Play, StageOpened

T = TypeVar("T")

RUN = Path(__file__).parents[3] / "run.py"
OPEN_LIMIT = 30.0


def _pace() -> dict[str, Any]:
    """Settings so fast that half a year fits into half a minute. Only loopback is asked."""
    return {
        "index": {"interval": "2s"},
        "prober": {"requests_per_hour": 1_080_000, "min_revisit": "4s", "concurrency": 8},
        "health": {"port": 0},
        "log": {"level": "ERROR"},
    }


def run(hints: Hints, base: str | None, seconds: float | None) -> None:
    """Play until Ctrl-C, or for `seconds`. The data directory is a temporary one, and is removed afterwards. Raises
    RequestRefused."""
    with _temporary_directory() as directory:
        file = directory / "demo.yaml"
        chosen = {**_pace(), "data_dir": str(directory / "data"), "system": {"base": base or SIMPLE}}
        file.write_text(yaml.safe_dump(chosen))
        settings = load(file, {}).settings
        print("Callboard's demo: all sites, Slack too, are simulated on this machine. Starting …", flush=True)
        watching: list[subprocess.Popen[bytes]] = []
        stage = _Stage()

        def started(service: ServiceStarted) -> None:
            print(_introduction(stage.url, service, replace(hints, config=file)), flush=True)
            watching.extend(_watch_commands(file))
            stage.play()

        try:
            with failures_in_a_sentence():
                run_service(settings, started, prepare=stage.open, seconds=seconds)
        finally:
            for process in watching:
                _end(process)


class _Stage:
    """The front's hold on the StageActor."""

    def __init__(self) -> None:
        self.url = ""

    def open(self, driver: Driver, settings: Settings, plan: ProcessPlan) -> Settings:
        """Create the actor, open its world, and point the settings there."""
        self._driver, self._address = driver, driver.create(StageActor)
        driver.tell(self._address, Begin(name="stage", settings=settings, dsn="", plan=plan))
        self._expect(Begun)
        driver.tell(self._address, OpenStage(port=0))
        opened = self._expect(StageOpened)
        self.url = opened.url
        return msgspec.structs.replace(
            settings,
            index=msgspec.structs.replace(settings.index, url=f"{opened.url}/index.json"),
            prober=msgspec.structs.replace(settings.prober, base_url=f"{opened.url}/files/papers/"),
            slack=msgspec.structs.replace(
                settings.slack,
                api_url=f"{opened.url}/api/",
                bot_token=opened.token,
                app_token=opened.app_token,
                channel=opened.channel,
            ),
        )

    def play(self) -> None:
        """Let the time-lapse begin."""
        self._driver.tell(self._address, BeginPlay(play=Play.TIME_LAPSE))

    def _expect(self, kind: type[T]) -> T:
        deadline = time.monotonic() + OPEN_LIMIT
        while (left := deadline - time.monotonic()) > 0:
            if isinstance(message := self._driver.listen(left), kind):
                return message
        raise ServiceFailed(f"the simulated sites did not start within {OPEN_LIMIT:.0f} s: the log above may say why")


def _end(process: subprocess.Popen[bytes]) -> None:
    """It waits for a terminal that was stopped, if it has not ended in time: the demo does not."""
    try:
        process.wait(OPEN_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _watch_commands(file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """What an operator would type, in processes of their own, while the service runs."""
    for user, entry in WATCHES:
        print(f"-- an operator types: callboard watch --user {user} watch {entry}", flush=True)
        command = [sys.executable, str(RUN), "watch", "--config", str(file), "--user", user, "watch", entry]
        yield subprocess.Popen(command, stdin=subprocess.DEVNULL)


def _introduction(url: str, service: ServiceStarted, hints: Hints) -> str:
    return "\n".join(
        (
            "",
            f"  Slack     {url}/",
            "            Open this page: it shows the messages as Slack would, and you can type there",
            "            what a user would: watch Revzin, paper P2996, status, help",
            f"  health    {service.health_url}health",
            f"  commands  {hints.line('status')}",
            f"            {hints.line('drafts')}",
            "",
            "Drafts appear one by one; after half a minute the index lists them as papers.",
            "",
        )
    )


@contextmanager
def _temporary_directory() -> Iterator[Path]:
    """A directory that goes afterwards; others may pass through it, for started as root the database server runs as
    somebody else."""
    with tempfile.TemporaryDirectory(prefix="callboard-demo-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        yield directory
        remove_sheltered(directory / "data")
