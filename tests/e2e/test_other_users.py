"""Commands of a user who does not run the service, and directories that cannot be used."""

import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.service import LIMIT, Service, wait_for

ROOT = Path(__file__).parents[2]

AS_NOBODY = """
import contextlib, io, os, sys
from actors.front.commands.tools import checks, database, index_diff
from actors.front.commands import checking, cli  # where nobody could not read them
from actors.front.commands.running import stop
from tests.e2e.service import wait_for
said = io.StringIO()
with contextlib.redirect_stderr(said):  # as the owner, who may, once somebody has time to answer
    wait_for(lambda: cli.run(["status"]) == 0, shown=lambda: said.getvalue().splitlines()[-1])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[1]))
for command in sys.argv[3:]:
    print(f"{command}: {cli.run(command.split())}", flush=True)
"""


COMMANDS = (
    "status", "status --json", "stop", "drafts", "recent", "trace", "watch --user U024BE7LH watching", "probing off",
    "probe D1234R0", "probe --explain 1234", "undelivered", "ack all", "paper P2300", "index", "checks", "report",
    "backup file.dump", "psql SELECT", "migrate",
)  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a command as another user")
def test_another_user_is_told_so_in_a_sentence(make_service: Callable[..., Service]) -> None:
    service = make_service()
    service.start()
    nobody = pwd.getpwnam("nobody")
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(nobody.pw_uid), str(nobody.pw_gid), *COMMANDS],
        capture_output=True,
        text=True,
        timeout=2 * LIMIT,
        cwd=ROOT,
        env={**os.environ, "CALLBOARD_DATA_DIR": str(service.data_dir)},
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    codes = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines() if line.startswith(COMMANDS))
    assert codes == dict.fromkeys(COMMANDS, "1"), done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("callboard: warning: ")]
    assert len(said) == len(COMMANDS), done.stderr
    for command, line in zip(COMMANDS, said, strict=True):
        assert "permission denied" in line.lower()
        if command != "migrate":  # which would make a directory that is not there
            assert line.startswith(
                f"callboard: {service.data_dir} is not accessible for this user: run the command as "
            )
    assert not service.front_ended()


def test_a_start_that_cannot_write_down_its_processes_leaves_none(tmp_path: Path) -> None:
    service = Service(tmp_path, system={"base": "multiprocTCPBase"}, database={"url": "postgresql://127.0.0.1:9/x"})
    service.data_dir.mkdir()
    (service.data_dir / "actors.json.new").mkdir()
    done = service.command("start")
    assert done.returncode == 1, done.stderr
    assert f"callboard: the data directory {service.data_dir} cannot be used: " in done.stderr
    assert "Traceback" not in done.stderr
    wait_for(lambda: not left_of(service))


UNUSABLE = ("instance.json", "postgres-start.log", "control.sock")


@pytest.mark.parametrize("name", [*UNUSABLE[:-1], pytest.param(UNUSABLE[-1], marks=pytest.mark.long)])
def test_a_start_that_cannot_write_one_of_its_files_says_which_and_leaves_no_process(
    make_service: Callable[..., Service], base: str, name: str
) -> None:
    service = make_service(system={"base": base})
    (service.data_dir / name).mkdir(parents=True)
    done = service.command("start")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert str(service.data_dir / name) in done.stderr.splitlines()[-1]
    wait_for(lambda: not left_of(service) and not service.database_processes())


def left_of(service: Service) -> list[psutil.Process]:
    """Processes that were started with the service's configuration file."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(service.file) in (process.info["cmdline"] or ()):
            found.append(process)
    return found
