"""Files of people's: read whole, but never without end, and known again by what is in them."""

import errno
import hashlib
import os
import select
import stat
import time

MOST_BYTES = 16 << 20
"""A file of a configuration that is larger is none."""

WRITER_WAIT_SECONDS = 10.0
"""A pipe that nobody has opened to write into is waited for so long: whoever will may be starting yet."""

LOOK_MILLISECONDS = 100

NOT_REGULAR = "not a regular file"
"""In place of the digest of a pipe or a device: nobody can look at it twice."""


class FileTooLarge(OSError):
    """It is larger than MOST_BYTES."""

    def __init__(self) -> None:
        super().__init__(errno.EFBIG, f"it is larger than {MOST_BYTES >> 20} MiB")


class NoWriter(OSError):
    """It is a pipe that nobody writes into."""

    def __init__(self) -> None:
        super().__init__(errno.ENXIO, "it is a pipe, and nobody writes into it")


def read_file(path: str | os.PathLike[str], patience: float = WRITER_WAIT_SECONDS) -> tuple[bytes, str]:
    """The content of a file, and its digest. A pipe is read to its end; `patience` are the seconds for somebody to
    open its other end. Raises OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        mode = os.fstat(file.fileno()).st_mode
        first = _first_byte(file.fileno(), patience) if stat.S_ISFIFO(mode) else b""
        os.set_blocking(file.fileno(), True)
        content = first + file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    return content, digest_of(content) if stat.S_ISREG(mode) else NOT_REGULAR


def _without_waiting(path: str, flags: int) -> int:
    """Opening a pipe would wait for its writer for ever."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


def _first_byte(pipe: int, patience: float) -> bytes:
    """Waits until somebody has a pipe open to write. The byte that came meanwhile, if one did. Raises NoWriter."""
    until = time.monotonic() + patience
    events = select.poll()
    events.register(pipe, select.POLLIN)
    while not events.poll(LOOK_MILLISECONDS):
        try:
            if byte := os.read(pipe, 1):
                return byte
        except BlockingIOError:  # it is open, and nothing is in it yet
            break
        if time.monotonic() > until:
            raise NoWriter
    return b""


def digest_of(content: bytes) -> str:
    """What tells contents from each other."""
    return hashlib.sha256(content).hexdigest()


def digest_of_error(error: OSError) -> str:
    """In place of the digest of a file that cannot be read: two that fail alike are alike."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


def look_at(path: str) -> str:
    """The digest of a file as it is now. Nothing is waited for: a pipe is not opened."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
            return NOT_REGULAR
        return read_file(path)[1]
    except OSError as error:
        return digest_of_error(error)
    except ValueError:  # no path can be so written
        return errno.errorcode[errno.EINVAL]
