"""Process 1 of a container collects the exit codes of others' children, and passes signals on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]

SERVICE = """
import os, signal, subprocess, sys, time
from actors.runtime.os.first_process import step_aside, wait_as_init
step_aside() if os.getpid() == 1 else wait_as_init()
"""
"""What follows runs in the child."""

ORPHANS = """
for _ in range(20):
    subprocess.run(["/bin/sh", "-c", "sleep 0.1 & exit 0"])  # the shell leaves it behind
own = subprocess.Popen(["/bin/sh", "-c", "exit 7"])
def zombies():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            state, parent = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += [pid] if state == "Z" and int(parent) != os.getpid() else []
    return found
def sleeping():
    return [pid for pid in filter(str.isdigit, os.listdir("/proc")) if cmdline(pid).startswith(b"sleep")]
def cmdline(pid):
    try:
        return open(f"/proc/{pid}/cmdline", "rb").read()
    except (FileNotFoundError, ProcessLookupError):
        return b""
deadline = time.monotonic() + 60
while (sleeping() or zombies()) and time.monotonic() < deadline:
    time.sleep(0.02)
print(os.getpid() != 1, zombies(), own.wait(), flush=True)
"""

WAITS = """
signal.signal(signal.SIGTERM, lambda *_: (print("asked to stop", flush=True), sys.exit(5)))
print("ready", flush=True)
signal.pause()
"""


def run_in(prefix: tuple[str, ...], code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", SERVICE + code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def has_namespaces() -> bool:
    done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "true"], capture_output=True, timeout=60)
    return done.returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="this user cannot make a PID namespace (unshare)")
def test_as_process_1_no_zombie_stays_and_ones_own_children_are_ones_own() -> None:
    service = run_in(("unshare", "--pid", "--fork", "--mount-proc"), ORPHANS)
    said, _ = service.communicate(timeout=120)
    assert said == "True [] 7\n"
    assert service.returncode == 0


def test_a_signal_reaches_the_service_and_its_exit_code_comes_back() -> None:
    service = run_in((), WAITS)
    assert service.stdout is not None
    assert service.stdout.readline() == "ready\n"
    service.send_signal(signal.SIGTERM)
    said, _ = service.communicate(timeout=120)
    assert (said, service.returncode) == ("asked to stop\n", 5)


@pytest.mark.parametrize(
    ("end", "code"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), signal.SIGKILL)", 137), ("pass", 0)]
)
def test_the_exit_code_is_the_services_own(end: str, code: int) -> None:
    service = run_in((), end)
    service.communicate(timeout=120)
    assert service.returncode == code


def test_any_other_process_does_nothing_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import os; pid = os.getpid(); import run; print(os.getpid() == pid)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ},
    )
    assert done.stdout == "True\n", done.stderr
