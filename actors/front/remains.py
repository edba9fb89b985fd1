"""What a dead front may have left: the process group of its actors. Recorded while it runs, cleared by the next."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "actors.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The process group of the actor processes; `boot` and `since` (clock ticks after boot, when the front was started)
    tell it from a later group that got the same number.
    """

    process_group: int
    boot: str
    since: int


def record(data_dir: Path, process_group: int) -> None:
    """Write down the group of the actor processes of this front: none of them is older than it."""
    found = _process(os.getpid())
    since = 0 if found is None else found[1]
    descriptor = os.open(data_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(Record(process_group=process_group, boot=_boot(), since=since)), file)


def forget(data_dir: Path) -> None:
    """The actors have ended in order."""
    (data_dir / FILE).unlink(missing_ok=True)


def clear(data_dir: Path) -> int:
    """End (SIGKILL) what is left of the recorded group; how many processes there were. They end by themselves when
    their front dies; this is for one that could not, being stopped."""
    try:
        processes = Record(**json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return 0
    except (ValueError, TypeError):
        forget(data_dir)
        return 0
    left = list(living(processes.process_group, processes.since)) if processes.boot == _boot() else []
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    forget(data_dir)
    return len(left)


def living(process_group: int, since: int = 0) -> Iterator[int]:
    """The processes of a group that were started at `since` or later. One that has ended, and whose parent has not
    asked for its exit code yet, does not live."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := _process(int(entry.name))) is not None:
            group, started = found
            if group == process_group and started >= since:
                yield int(entry.name)


def _process(pid: int) -> tuple[int, int] | None:
    """Process group and start time of a living process (proc(5), fields 3, 5 and 22 of stat); None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else (int(fields[2]), int(fields[19]))


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
