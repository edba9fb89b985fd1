"""What a dead front may have left behind: the process group of its actors. Each front records its own; the next one
ends what is left of it."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "actors.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessGroupRecord:
    """The process group of the actor processes. A later group may get the same number: what belongs to ours has been
    forked from the front, so it was started after it (`since`, clock ticks after `boot`) and shows its `command`."""

    process_group: int
    boot: str
    since: int
    command: str


def record(data_dir: Path, process_group: int) -> None:
    """Write down the group of the actor processes of this front: none of them is older than it. Whoever reads it, also
    after a front that was killed meanwhile, finds all of it or nothing."""
    found = _process(os.getpid())
    since = 0 if found is None else found[1]
    written = ProcessGroupRecord(process_group=process_group, boot=_boot(), since=since, command=_command())
    fresh = data_dir / f"{FILE}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(written), file)
    fresh.replace(data_dir / FILE)


def forget(data_dir: Path) -> None:
    """The actors have ended in order."""
    (data_dir / FILE).unlink(missing_ok=True)


def clear(data_dir: Path) -> int:
    """End (SIGKILL) what is left of the recorded group; how many processes there were. They end by themselves when
    their front dies; this is for one that could not, being stopped."""
    try:
        processes = ProcessGroupRecord(**json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return 0
    except (ValueError, TypeError):
        forget(data_dir)
        return 0
    left = list(living(processes.process_group)) if processes.boot == _boot() else []
    ended = sum(_ended(pid, processes) for pid in left)
    forget(data_dir)
    return ended


def _ended(pid: int, processes: ProcessGroupRecord) -> bool:
    """End a process, if it is one of ours. It is held by a descriptor meanwhile, lest its number change hands."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        found = _process(pid)
        is_ours = (
            found is not None
            and found[0] == processes.process_group
            and found[1] >= processes.since
            and _command(pid) == processes.command
        )
        if is_ours:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        return is_ours
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)


def living(process_group: int) -> Iterator[int]:
    """The processes of a group. One that has ended, and whose parent has not asked for its exit code yet, does not
    live."""
    for entry in Path("/proc").iterdir():
        found = _process(int(entry.name)) if entry.name.isdigit() else None
        if found is not None and found[0] == process_group:
            yield int(entry.name)


def _process(pid: int) -> tuple[int, int] | None:
    """Process group and start time of a living process (proc(5), fields 3, 5 and 22 of stat); None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in b"ZX" else (int(fields[2]), int(fields[19]))


def _command(pid: int | None = None) -> str:
    """The command line of a process (of this one for None), as forked processes show it too; empty when it is gone."""
    try:
        return Path(f"/proc/{pid or 'self'}/cmdline").read_bytes().decode(errors="surrogateescape")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
