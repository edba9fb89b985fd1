"""A process that was locked down as the reader of bodies is: what it still can do, and what the kernel refuses it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from actors.prober.frontmatter.child.sandbox import Layer

ATTEMPTS = {
    "open a file": "open('/etc/passwd').read()",
    "write a file": "open('/tmp/callboard-sandbox', 'w')",
    "list a folder": "os.listdir('/')",
    "open a TCP socket": "socket.socket(socket.AF_INET)",
    "open a local socket": "socket.socket(socket.AF_UNIX)",
    "fork": "os.fork() or os._exit(0)",
    "start a program": "os.execv('/bin/true', ['true'])",
    "open a memory file": "os.memfd_create('more')",
    "double a descriptor": "os.dup(1)",
    "signal another process": "os.kill(os.getppid(), 0)",
    "trace another process": "ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0) == 0 or 1 / 0",
}
PROGRAM = """
import ctypes, json, os, socket, sys
from actors.prober.frontmatter.child.sandbox import lock_down
attempt = sys.argv[1]
code = compile(attempt, "attempt", "eval")
layers = lock_down() if sys.argv[2] == "locked" else ()
try:
    eval(code)
    outcome = "done"
except (OSError, ZeroDivisionError) as error:
    outcome = type(error).__name__
print(json.dumps([outcome, sum(range(1000)), sorted(layer.value for layer in layers)]))
"""


def tried(attempt: str, how: str) -> Any:
    command = [sys.executable, "-c", PROGRAM, attempt, how]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60).stdout)


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_it_can_compute_and_answer_and_nothing_else(attempt: str) -> None:
    outcome, computed, layers = tried(attempt, "locked")
    if Layer.CALLS.value not in layers and any(word in attempt for word in ("fork", "exec", "kill", "ptrace")):
        pytest.skip(f"this kernel has no seccomp filter for this machine, only: {', '.join(layers)}")
    assert outcome in ("PermissionError", "OSError", "ZeroDivisionError")
    assert computed == 499_500


@pytest.mark.parametrize(
    "name", ["open a file", "list a folder", "open a TCP socket", "open a memory file", "double a descriptor"]
)
def test_the_same_succeeds_in_a_process_that_is_not_locked_down(name: str) -> None:
    assert tried(ATTEMPTS[name], "free")[0] == "done"


def test_this_machine_has_the_layers_that_it_can_have() -> None:
    layers = set(tried("1", "locked")[2])
    assert layers >= {Layer.DESCRIPTORS.value, Layer.PRIVILEGES.value}
    if layers != {layer.value for layer in Layer}:
        pytest.skip(f"this kernel lacks a layer: it has {', '.join(sorted(layers))}")
