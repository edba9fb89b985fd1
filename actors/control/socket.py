"""The control socket: where it is for a data directory, how it is bound for its owner alone, and how it is reached."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

LONGEST = 100
"""Bytes; the kernel allows 107 for the path of a UNIX domain socket."""


def socket_path(data_dir: str) -> Path:
    """The socket of a data directory."""
    return Path(data_dir) / "control.sock"


def listening(data_dir: str) -> socket.socket:
    """A bound socket with mode 0600 from its first moment, in place of what a service that is gone has left. Raises
    OSError."""
    path = socket_path(data_dir)
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        with _short(path) as address:
            bound.bind(address)
        bound.listen(16)
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(mask)
    return bound


def connect(connection: socket.socket, data_dir: str) -> None:
    """Reach the service of a data directory. Raises OSError."""
    with _short(socket_path(data_dir)) as address:
        connection.connect(address)


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """An address that the kernel takes. Where the path is too long the way goes by a descriptor of the directory
    (proc_pid_fd(5)), so that the socket is in the data directory, which nobody else can write to, in any case."""
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
