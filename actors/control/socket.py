"""The control socket: where it is for a data directory, and how it is bound for its owner alone."""

import hashlib
import os
import socket
import tempfile
from pathlib import Path

LONGEST = 100
"""Bytes; the kernel allows 107 for the path of a UNIX domain socket."""


def socket_path(data_dir: str) -> Path:
    """`control.sock` in the data directory, or, where that path is too long, a name made from it in a directory of this
    user in the system's directory for temporary files."""
    path = Path(data_dir) / "control.sock"
    if len(os.fsencode(path)) <= LONGEST:
        return path
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"callboard-{os.getuid()}" / f"{digest}.sock"


def make_room(path: Path) -> None:
    """Make the socket's directory, for this user only, and clear away the socket of a service that is gone. Raises
    PermissionError if the directory belongs to somebody else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = path.parent.stat().st_uid
    if owner != os.getuid():
        raise PermissionError(f"{path.parent} belongs to user {owner}, not to this one ({os.getuid()})")
    path.unlink(missing_ok=True)


def listening(path: Path) -> socket.socket:
    """A bound socket with mode 0600 from its first moment. Raises OSError."""
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        bound.bind(str(path))
        bound.listen(16)
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(mask)
    return bound
