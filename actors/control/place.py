"""Where the control socket of a data directory lies, for the service and for the commands that speak to it."""

import hashlib
import os
import tempfile
from pathlib import Path

LONGEST = 100
"""Bytes; the kernel allows 107 for the path of a UNIX domain socket."""


def socket_path(data_dir: str) -> Path:
    """`control.sock` in the data directory, or, where that path is too long, a name made from it in a directory of this
    user beside other temporary files."""
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
