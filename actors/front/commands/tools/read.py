"""`callboard read`: what Callboard reads from a paper's file. It needs no running service."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from actors.prober.frontmatter.child import reader
from actors.prober.http.bodies import MAX_BODY_BYTES
from messages.drafts import Extension, FrontMatter

FIELDS = ("title", "authors", "audience", "date", "number", "changes", "abstract")
_EMPTY = FrontMatter(title="", authors=(), audience=(), date=None, text="")
_SUFFIXES = MappingProxyType({".pdf": Extension.PDF, ".html": Extension.HTML, ".htm": Extension.HTML})


def read_files(names: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """For each file its name, its front matter, and `error`: why it could not be read, or not all of it; empty if it
    could."""
    for name in names:
        try:
            found = _read(Path(name))
        except OSError as error:
            found = reader.Read(front_matter=None, error=error.strerror or type(error).__name__)
        matter = found.front_matter or _EMPTY
        yield {"file": name, **{field: _plain(getattr(matter, field)) for field in FIELDS}, "error": found.error}


def is_unread(found: Mapping[str, Any]) -> bool:
    """Whether nothing was read from a file."""
    return bool(found["error"]) and not any(found[field] for field in FIELDS)


def paragraph(found: Mapping[str, Any]) -> str:
    """The same for people."""
    lines = [f"{found['file']}: {found['error']}" if found["error"] else found["file"]]
    if is_unread(found):
        return lines[0]
    for field in FIELDS:
        value = found[field]
        lines.append(f"  {field:<9} {', '.join(value) if isinstance(value, list) else value or '-'}".rstrip())
    return "\n".join(lines)


def _read(path: Path) -> reader.Read:
    """As much of a file is read as would be fetched of it."""
    with path.open("rb") as file:
        begin = file.read(max(MAX_BODY_BYTES.values()))
    is_pdf = begin[:1024].lstrip().startswith(b"%PDF")
    extension = _SUFFIXES.get(path.suffix.lower(), Extension.PDF if is_pdf else Extension.HTML)
    return asyncio.run(reader.read(begin[: MAX_BODY_BYTES[extension]], extension, ""))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str) or value is None else value.isoformat()
