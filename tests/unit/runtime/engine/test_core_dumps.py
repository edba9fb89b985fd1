"""The memory of a process that holds secrets is never written to a file."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]

SHOWN = """
import ctypes, os, resource
import run
GET_DUMPABLE = 3
def show():
    print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(GET_DUMPABLE, 0, 0, 0, 0), flush=True)
show()
if os.fork() == 0:
    show()
    os._exit(0)
os.wait()
"""


def test_neither_the_program_nor_what_it_forks_can_be_dumped() -> None:
    done = subprocess.run([sys.executable, "-c", SHOWN], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == ["(0, 0) 0"] * 2, done.stderr
