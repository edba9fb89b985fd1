"""`callboard demo`: the whole service on a stage, for somebody who has neither network nor Slack at hand."""

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
from actors.front.commands.printing.hints import Hints
from actors.front.commands.running.start import failures_in_a_sentence
from actors.front.run.service import ServiceFailed, run_service
from actors.runtime.engine.bases import SIMPLE
from actors.runtime.engine.system import Driver
from actors.stage.server.actor import StageActor
from actors.stage.server.timelapse import PEOPLE
from config.loader import load
from messages.lifecycle import Begin, Begun, ProcessPlan, ServiceStarted
from messages.settings import Settings
from messages.stage import BeginPlay, OpenStage, Play, StageOpened

T = TypeVar("T")

OPEN_LIMIT = 30.0


def _pace() -> dict[str, Any]:
    """Settings so fast that half a year fits into a minute. Only loopback is asked."""
    return {
        "index": {"interval": "2s"},
        "open_std": {"interval": "2s"},
        "prober": {
            "requests_per_hour": 1_080_000,
            "contact": "demo@callboard.invalid",
            "min_revisit": "4s",
            "concurrency": 8,
        },
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
        print(
            "Half a year of real papers in a minute. All sites, Slack too, are simulated on this machine. Starting …",
            flush=True,
        )
        stage = _Stage()

        def started(service: ServiceStarted) -> None:
            print(_introduction(stage.url, service, replace(hints, config=file)), flush=True)
            stage.play(f"{service.health_url}health")

        with failures_in_a_sentence():
            run_service(settings, started, prepare=stage.open, seconds=seconds)


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
            open_std=msgspec.structs.replace(settings.open_std, url=f"{opened.url}/jtc1/sc22/wg21/docs/papers/"),
            prober=msgspec.structs.replace(settings.prober, base_url=f"{opened.url}/files/papers/"),
            slack=msgspec.structs.replace(
                settings.slack,
                api_url=f"{opened.url}/api/",
                bot_token=opened.token,
                app_token=opened.app_token,
                channel=opened.channel,
            ),
            web=msgspec.structs.replace(settings.web, beside=f"{opened.url}/"),
        )

    def play(self, health_url: str) -> None:
        """Let the time-lapse begin as soon as the service has loaded the index."""
        self._driver.tell(self._address, BeginPlay(play=Play.TIME_LAPSE, health_url=health_url))

    def _expect(self, kind: type[T]) -> T:
        deadline = time.monotonic() + OPEN_LIMIT
        while (left := deadline - time.monotonic()) > 0:
            if isinstance(message := self._driver.listen(left), kind):
                return message
        raise ServiceFailed(f"the simulated sites did not start within {OPEN_LIMIT:.0f} s: the log above may say why")


def _introduction(url: str, service: ServiceStarted, hints: Hints) -> str:
    names = " and ".join(filter(None, (", ".join(name for _, name in PEOPLE[:-1]), PEOPLE[-1][1])))
    return "\n".join(
        (
            "",
            f"  Open {service.health_url}",
            "  It shows drafts and what happens, and beside them what follows as Slack would. You can type there",
            f"  as one of the people: paper P2996, help. Slack alone is at {url}/",
            "",
            "  What happens in the next minute",
            f"    {names} say what they watch.",
            "    Drafts appear one by one in a folder that nothing lists. Callboard finds them by asking for names,",
            "    and tells #papers and everybody who watches them.",
            "    One draft is updated and one is withdrawn: that goes into the thread of its notice.",
            "    Then open-std.org has a mailing with most of them, the index lists them as papers, and Kim gets all",
            "    news at once, as a digest.",
            "",
            f"  health    {service.health_url}health",
            f"  commands  {hints.line('status')}",
            f"            {hints.line('drafts')}",
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
