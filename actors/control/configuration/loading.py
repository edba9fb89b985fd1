"""Loads the configuration again, in a child process: no turn of the actor is as long as that may take."""

import os
from pathlib import Path

import msgspec

from actors.runtime.os.program import run_program
from messages.reloading import LoadedConfiguration, WatchedFiles

LIMIT = 60.0
"""Seconds that it may take, on a machine that has others to serve."""

MOST_ANSWER = 256 << 20
MOST_COMPLAINT = 2000

_ROOT = Path(__file__).resolve().parents[__name__.count(".")]


async def load_again(file: str) -> LoadedConfiguration:
    """What is in the files now. Whatever keeps it from being read is a fault."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.getenv("PYTHONPATH"))))}
    words = ("-m", "config.child", str(os.getpid()), *filter(None, (file,)))
    try:
        end = await run_program(
            words,
            b"",
            LIMIT,
            environment=environment,
            folder=Path.cwd(),
            most_answer=MOST_ANSWER,
            most_complaint=MOST_COMPLAINT,
        )
        if end.code == 0:
            return msgspec.json.decode(end.answer, type=LoadedConfiguration)
    except TimeoutError:
        return _fault(f"{file or 'environment'}: it took more than {LIMIT:g} s to read")
    except (OSError, msgspec.DecodeError) as error:
        return _fault(f"{file or 'environment'}: it cannot be read again: {error}")
    said = end.complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return _fault(f"{file or 'environment'}: it cannot be read again: {said or f'exit {end.code}'}")


def _fault(text: str) -> LoadedConfiguration:
    return LoadedConfiguration(settings=None, faults=(text,), warnings=(), watched=WatchedFiles())
