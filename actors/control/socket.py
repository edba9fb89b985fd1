"""The bound UNIX domain socket: for its owner only."""

import os
import socket
from pathlib import Path


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
