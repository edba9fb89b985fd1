"""Who this instance is among those that use one database: an id that stays with the data directory."""

import json
import os
import socket
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from messages.lifecycle import Instance

FILE = "instance.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRecord:
    """The id, and where it was given: a copy of the directory, on this host or another, is another instance."""

    id: str
    host: str
    inode: int


def instance_of(data_dir: Path) -> Instance:
    """This instance in this run. The caller holds the lock of the data directory. Raises OSError."""
    host = socket.gethostname()
    name = f"{host}:{data_dir} (process {os.getpid()})"
    return Instance(id=_id(data_dir / FILE, host), run=uuid.uuid4().hex, name=name)


def _id(file: Path, host: str) -> str:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+") as stream:
        inode = os.fstat(stream.fileno()).st_ino
        known = _read(stream.read())
        if known is not None and (known.host, known.inode) == (host, inode):
            return known.id
        made = InstanceRecord(id=uuid.uuid4().hex, host=host, inode=inode)
        stream.seek(0)
        stream.truncate()
        json.dump(asdict(made), stream)
        return made.id


def _read(text: str) -> InstanceRecord | None:
    try:
        return InstanceRecord(**json.loads(text))
    except (ValueError, TypeError):
        return None
