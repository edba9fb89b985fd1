"""The lock of a data directory: the front process holds it as long as it lives.

The lock is fcntl's (POSIX record lock): forked actor processes do not inherit it, and the kernel drops it with the
front, however that dies. A process that holds it must not call `holder`: closing another descriptor of the file would
give the lock away.
"""

import fcntl
import os
import shlex
import stat
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

FILE = "front.lock"
_FLOCK = "hhqqi4x"


class AlreadyRunning(Exception):
    """Another front process holds the lock; the text names it."""


class DataDirectoryRefused(Exception):
    """The data directory cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The front process that runs."""

    pid: int


class InstanceLock:
    """The lock of one data directory, held."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, data_dir: Path) -> "InstanceLock":
        """Take the lock, making the directory if need be. Raises AlreadyRunning, DataDirectoryRefused."""
        try:
            make_data_dir(data_dir)
            _refuse_shared(data_dir)
            descriptor = os.open(data_dir / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _lock(descriptor, data_dir)
                with tempfile.TemporaryFile(dir=data_dir):
                    pass  # a directory in which nothing can be created is refused now, not half way through the start
            except BaseException:
                os.close(descriptor)
                raise
        except OSError as error:
            raise DataDirectoryRefused(
                f"the data directory {data_dir} cannot be used: {_words_of(error, data_dir)}."
                " Correct this, or set data_dir to a directory that this user owns, on a local file system"
            ) from error
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


def holder(data_dir: Path) -> Holder | None:
    """The front process that runs on this data directory; None if there is none."""
    try:
        descriptor = os.open(data_dir / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return _holder(descriptor)
    finally:
        os.close(descriptor)


def make_data_dir(data_dir: Path) -> None:
    """Make the data directory for its owner only; started as root, others may pass through it (not look into it), for
    the database server runs as somebody else. An existing directory is left as it is."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    if not data_dir.is_dir():
        data_dir.mkdir(mode=0o700)
        if os.geteuid() == 0:
            data_dir.chmod(0o711)


def movable_by_all(data_dir: Path) -> Path | None:
    """The directory above the data directory in which every user may rename things, and so put something else in place
    of it; None if there is none. Where the sticky bit is set, as in /tmp, only owners may."""
    above = ((each, each.stat().st_mode) for each in data_dir.resolve().parents)
    return next((each for each, mode in above if mode & stat.S_IWOTH and not mode & stat.S_ISVTX), None)


def _refuse_shared(data_dir: Path) -> None:
    """Whoever may write to the directory could put a control socket or a database of their own in place of ours."""
    mode = stat.S_IMODE(data_dir.stat().st_mode)
    if mode & stat.S_IWOTH:
        raise DataDirectoryRefused(
            f"every user can write to the data directory {data_dir} (its mode is {mode:04o}). Run"
            f" `chmod o-w {shlex.quote(str(data_dir))}`, or set data_dir to a new directory in it"
        )


def _lock(descriptor: int, data_dir: Path) -> None:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:  # EAGAIN or EACCES, as the system likes (fcntl(2))
        running = _holder(descriptor)
        who = f"process {running.pid}" if running else "another process"
        raise AlreadyRunning(
            f"Callboard is already running on {data_dir} ({who}): `callboard status` shows it,"
            " `callboard stop` stops it; a second one needs its own data_dir"
        ) from error


def _holder(descriptor: int) -> Holder | None:
    """Ask the kernel who would be in the way of a write lock (fcntl(2), F_GETLK)."""
    wanted = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, wanted))
    return None if kind == fcntl.F_UNLCK else Holder(pid=pid)


def words_of(error: OSError) -> str:
    """`/srv/data: Permission denied`, without the number of the error."""
    why = error.strerror or str(error)
    return f"{error.filename}: {why}" if isinstance(error.filename, str) else why


def _words_of(error: OSError, data_dir: Path) -> str:
    if isinstance(error, FileExistsError) and isinstance(error.filename, str):
        what = "it" if error.filename == str(data_dir) else error.filename
        return f"{what} is {'a link that leads nowhere' if Path(error.filename).is_symlink() else 'not a directory'}"
    return (error.strerror or str(error)) if error.filename == str(data_dir) else words_of(error)
