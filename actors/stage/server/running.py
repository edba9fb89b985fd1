"""A stage in a process of its own, for tests and measurements."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actors.stage.server.client import StageClient

END_LIMIT = 60.0
"""Seconds for a stage to end after its input has: it waits for nobody, but the machine may be busy."""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the stage by ending its input. Raises subprocess.TimeoutExpired if it had to be killed."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@contextmanager
def running_stage(index: Path | None = None) -> Iterator[StageClient]:
    """A stage in a process of its own, which ends with the block or with this process."""
    command = [sys.executable, "-m", "actors.stage.server.process"] + ([] if index is None else ["--index", str(index)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else b""
            if not line:
                raise RuntimeError(f"the stage did not start: {' '.join(command)}")
            with StageClient(json.loads(line)["url"]) as client:
                yield client
        finally:
            _end(process)
