"""Files that backups are written to and read from."""

import errno
import os
import stat
from pathlib import Path


def ordinary_file(file: Path) -> Path:
    """The file itself, where a link leads to it; it need not be there yet. What is there is replaced by a backup, and
    root can replace a device, which all others need. Raises OSError if something else than a file is there."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a directory: name a file in it")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device, a pipe or a socket: name an ordinary file")
    return Path(os.path.realpath(file))
