"""The actors' processes, as the front sees them on multiprocTCPBase. On the simple base there are none."""

import contextlib
import os
import signal
import time
from pathlib import Path

from actors.front.instance.lock import DataDirectoryRefused, words_of
from actors.front.run import remains
from actors.runtime.engine.system import kill_group
from actors.runtime.os.linux import any_dead, catches

GONE_LIMIT = 1.0
LOOK = 0.02


class ActorProcesses:
    """The process group of one run: admin, logger and actors, and nobody else. Written down for the next start."""

    def __init__(self, data_dir: Path, process_group: int) -> None:
        self._data_dir = data_dir
        self._group = process_group
        self._supervisor: int | None = None

    def record(self) -> None:
        """Write the group down for the next start. Raises DataDirectoryRefused."""
        if not self._group:
            return
        try:
            remains.record(self._data_dir, self._group)
        except OSError as error:
            raise DataDirectoryRefused(
                f"the data directory {self._data_dir} cannot be used: {words_of(error)}"
            ) from error

    def found(self, supervisor: int) -> None:
        """The supervisor runs in this process."""
        with contextlib.suppress(ProcessLookupError):
            self._supervisor = os.pidfd_open(supervisor)

    def supervisor_ended(self) -> bool:
        """Whether the supervisor's process, which was there, has ended; all others go with it."""
        return self._supervisor is not None and any_dead((self._supervisor,))

    def write_state(self) -> None:
        """Let each actor's process write what it does to the log. Others of the group would end by the signal."""
        for pid in remains.living(self._group) if self._group else ():
            if catches(pid, signal.SIGUSR1):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGUSR1)

    def see_gone(self) -> None:
        """Wait for the processes to end, and kill them if they do not."""
        if self._supervisor is not None:
            os.close(self._supervisor)
        deadline = time.monotonic() + GONE_LIMIT
        while self._group and any(remains.living(self._group)):
            if time.monotonic() > deadline:
                kill_group(self._group)
            time.sleep(LOOK)
        remains.forget(self._data_dir)
