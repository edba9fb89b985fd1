"""The files that browsers load, as they lie beside this module."""

import hashlib
from importlib import resources
from types import MappingProxyType

from msgspec import Struct

KINDS = MappingProxyType(
    {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain", ".md": "text/plain"}
)


class Asset(Struct, frozen=True, kw_only=True):
    """A file: its content, its media type, and its ETag."""

    content: bytes
    kind: str
    etag: str


def load() -> MappingProxyType[str, Asset]:
    """All of them, by name."""
    folder = resources.files("actors.web.page") / "static"
    found = {}
    for file in folder.iterdir():
        suffix = f".{file.name.rpartition('.')[2]}"
        if suffix in KINDS:
            content = file.read_bytes()
            etag = hashlib.sha256(content).hexdigest()[:16]
            found[file.name] = Asset(content=content, kind=KINDS[suffix], etag=etag)
    return MappingProxyType(found)
