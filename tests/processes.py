"""Whether processes have ended, for all tests that start some."""

import psutil


def has_ended(process: psutil.Process) -> bool:
    """Whether it has, though nobody may have asked for its exit code yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
