"""The service as its users run it: `run.py` in a process of its own, with a limit on everything."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import psycopg2.extensions
import yaml

from actors.control.client import RequestRefused, ServiceNotRunning, ask
from actors.control.protocol import ControlRequest
from actors.front.run import remains
from tests.clusters import Cluster

RUN = Path(__file__).parents[2] / "run.py"
LIMIT = 120.0

UNANSWERED = (
    "did not answer within",
    "has not started yet: try again in a moment",
    "responding. Please try again in a moment",
    "right now (no answer in time). Please try again in a moment",
)
"""Words that say that somebody had no time for an answer, on a machine that is busy."""

SO_ALREADY = ("already watching", "already subscribed", "aren't watching")
"""Words that refuse a command because all is already as it wants it."""

HEARS_HANGUPS = ("env", "--default-signal=HUP")
"""Also when the tests run under nohup, which the service would heed."""


class Service:
    """One data directory, with the configuration that its commands are given. Its first start copies `cluster`; None:
    it makes one."""

    def __init__(self, directory: Path, cluster: Cluster | None = None, **sections: Any) -> None:
        self.data_dir = directory / "data"
        self._cluster = cluster
        self.file = directory / "callboard.yaml"
        nowhere = {
            "data_dir": str(self.data_dir),
            "index": {"url": "http://127.0.0.1:9/index.json"},
            "open_std": {"enabled": False},
            "prober": {"base_url": "http://127.0.0.1:9/files/papers/", "contact": "tests@callboard.invalid"},
            "slack": {"api_url": "http://127.0.0.1:9/api/"},
            "health": {"port": 0, "builtin_checks": False},
        }
        for name, section in sections.items():
            known = nowhere.get(name)
            nowhere[name] = {**known, **section} if isinstance(known, dict) else section
        self.file.write_text(yaml.safe_dump(nowhere))
        self.log = directory / "service.log"
        self.environment: dict[str, str] = {}
        self.program: tuple[str, ...] = (str(RUN), "start")
        self.redirections = ""
        """As a shell takes them, for what is started."""
        self.front: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it says that it is running and its actors, who may hear of each other a moment
        later, do what they are told."""
        position = self.launch()
        wait_for(lambda: "is running on" in self.said()[position:] or self.front_ended())
        assert not self.front_ended(), self.said()
        wait_for(self.takes_orders)

    def launch(self, output: int | None = None) -> int:
        """Start, and do not wait; where in the log it begins. `output` takes the place of the log."""
        if self._cluster is not None and not self.data_dir.exists() and "DATABASE_URL" not in self.environment:
            self._cluster.copy_to(self.data_dir)
        with self.log.open("ab") as log:
            position = log.tell()
            self.front = subprocess.Popen(
                [
                    *(*HEARS_HANGUPS, "sh", "-c", f'exec "$@" {self.redirections}', "sh"),
                    *(sys.executable, *self.program, "--config", str(self.file)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=output or log,
                env={**os.environ, **self.environment},
            )
        return position

    def said(self) -> str:
        """All that it has printed."""
        return self.log.read_text(errors="replace")

    def front_ended(self) -> bool:
        """Whether the front process has ended."""
        assert self.front is not None
        return self.front.poll() is not None

    def command(self, *words: str, piped: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command against it; `piped` is its standard input, in which a surrogate stands for a byte that is no
        UTF-8."""
        return subprocess.run(
            [sys.executable, RUN, *words, "--config", str(self.file)],
            input=piped,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=LIMIT,
            env={**os.environ, **self.environment, "COLUMNS": "200"},
        )

    def answered(self, *words: str, piped: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command, again while a busy machine leaves no time for its answer."""
        return self._tries(words, piped)[-1]

    def carries_out(self, *words: str, piped: str = "", or_already: str = "") -> str:
        """The same, and it succeeds; what it prints. It may have been carried out when there was no time to say so: if
        it is then refused, in words of SO_ALREADY or those of `or_already`, it has succeeded before."""
        *before, done = self._tries(words, piped)
        is_so = bool(before) and any(each in done.stderr for each in (*SO_ALREADY, or_already) if each)
        assert done.returncode == 0 or is_so, done.stderr
        return done.stdout if done.returncode == 0 else done.stderr

    def _tries(self, words: tuple[str, ...], piped: str) -> "list[subprocess.CompletedProcess[str]]":
        tries: list[subprocess.CompletedProcess[str]] = []

        def is_answered() -> bool:
            tries.append(self.command(*words, piped=piped))
            return not is_unanswered(tries[-1].stderr)

        wait_for(is_answered, shown=lambda: tries[-1].stderr)
        return tries

    def ask(self, request: ControlRequest) -> Any:
        """Ask over the control socket."""
        return ask(str(self.data_dir), request)

    def takes_orders(self) -> bool:
        """Whether its actors do what they are told."""
        try:
            self.ask(ControlRequest(op="drafts"))
        except ServiceNotRunning:
            return False
        except RequestRefused as refused:
            return "this instance is a standby" in str(refused)
        return True

    def health(self) -> Any:
        """The health document, None when it cannot be had now."""
        try:
            return self.ask(ControlRequest(op="health"))
        except (ServiceNotRunning, RequestRefused):
            return None

    def health_of_all(self) -> Any:
        """The health document once everybody has answered in time for it. What it shows of one who has not is of
        before, and that this one does not answer is a reason of its own: on a machine that is busy it may be so at any
        moment."""
        return wait_for(self._complete_health)

    def _complete_health(self) -> Any:
        health = self.health()
        return (
            health if health and all(shown["answer"] == "responsive" for shown in health["actors"].values()) else None
        )

    def terminate(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal to the front and wait for its end; the exit code."""
        assert self.front is not None
        self.front.send_signal(number)
        return self.front.wait(LIMIT)

    def actor_processes(self) -> list[psutil.Process]:
        """Admin, logger and actors, on multiprocTCPBase."""
        try:
            group = json.loads((self.data_dir / remains.FILE).read_text())["process_group"]
        except FileNotFoundError:
            return []
        return list(members(group))

    def end(self) -> None:
        """End whatever is left of it."""
        if self.front is not None and self.front.poll() is None:
            self.front.kill()
            self.front.wait(LIMIT)
        remains.clear(self.data_dir)
        for process in self.database_family():
            with suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(LIMIT)

    def database_family(self) -> list[psutil.Process]:
        """The postmaster, if it runs, and what it has started."""
        family = []
        for postmaster in self.database_processes():
            with suppress(psutil.NoSuchProcess):
                family += [postmaster, *postmaster.children(recursive=True)]
        return family

    def database_processes(self) -> list[psutil.Process]:
        """The postmaster, if it runs. The number in its file may be another program's by now: the postmaster is the one
        that works in the cluster."""
        data = (self.data_dir / "postgres" / "data").resolve()
        try:
            process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
            return [process] if process.cwd() == str(data) else []
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return []


def members(group: int) -> Iterator[psutil.Process]:
    """The living processes of a group: looked up each time, for `psutil.process_iter` gives what it knows of an id from
    before, though another process may have it now."""
    for pid in psutil.pids():
        try:
            if os.getpgid(pid) == group and (process := psutil.Process(pid)).status() != psutil.STATUS_ZOMBIE:
                yield process
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue


def named(processes: Iterable[psutil.Process], name: str) -> Iterator[psutil.Process]:
    """Those of this name; one that reads a file for the prober may have ended since it was listed."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.name() == name:
                yield process


def suspended(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that could be stopped: one that reads a file for the prober may have ended since it was listed."""
    stopped = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            stopped.append(process)
    return stopped


def resume(processes: Iterable[psutil.Process]) -> None:
    """Let them go on; one of them may end another as soon as it does."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.resume()


def is_unanswered(said: str) -> bool:
    """Whether there was no time for an answer: it may be asked for again."""
    return any(words in said for words in UNANSWERED)


def wait_for(done: Callable[[], Any], limit: float = LIMIT, shown: Callable[[], object] = str) -> Any:
    """Look until `done` gives something true; what it gave. `shown` is what was seen instead, for the error."""
    deadline = time.monotonic() + limit
    while not (found := done()):
        assert time.monotonic() < deadline, f"not seen within {limit} s; {shown()}"
        time.sleep(0.05)
    return found


def url_of(dsn: str) -> str:
    """A dsn as a URL, which is what the configuration takes."""
    parts = psycopg2.extensions.parse_dsn(dsn)
    query = urllib.parse.urlencode({"host": parts["host"], "port": parts.get("port", "5432")})
    return f"postgresql://{parts['user']}@/{parts['dbname']}?{query}"
