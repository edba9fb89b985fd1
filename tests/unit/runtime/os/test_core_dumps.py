"""The memory of a process that holds secrets is never written to a file."""

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]

SHOWN = """
import os
import run
from tests.unit.runtime.os.test_core_dumps import shown
print(shown(), flush=True)
if os.fork() == 0:
    print(shown(), flush=True)
    os._exit(0)
os.wait()
"""
_PR_GET_DUMPABLE = 3


def shown() -> str:
    """How this process may be dumped."""
    return f"{resource.getrlimit(resource.RLIMIT_CORE)} {ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)}"


def test_neither_the_program_nor_what_it_forks_can_be_dumped() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ}
    )
    assert done.stdout.splitlines() == ["(0, 0) 0"] * 2, done.stderr
