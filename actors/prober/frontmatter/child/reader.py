"""The child process that reads a body, seen from the actor that owns it."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import msgspec

from actors.prober.frontmatter.child import REFUSED
from actors.prober.frontmatter.text.page import Part
from actors.runtime.os.program import run_program
from messages.drafts import Extension, FrontMatter

WHOLE_LIMIT, BEGINNING_LIMIT = 40.0, 20.0
"""Seconds after which a child is killed: what it may compute (5 s, and 1 s for a beginning) on a machine that has
others to serve."""

LIMIT = WHOLE_LIMIT + BEGINNING_LIMIT
"""Seconds that a body takes at most."""

MOST_ANSWER = 64 * 1024
MOST_COMPLAINT = 300

_ROOT = Path(__file__).resolve().parents[__name__.count(".")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`front_matter` is None when nothing could be read; `error` says why, or why only the beginning was."""

    front_matter: FrontMatter | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What a child has left; `is_hopeless` where its document cannot be read at all."""

    front_matter: FrontMatter | None = None
    error: str = ""
    is_hopeless: bool = False


async def read(body: bytes, extension: Extension, content_type: str, limit: float = WHOLE_LIMIT) -> Read:
    """What a body says of itself. Where something further down breaks the child, or takes it too much time or memory,
    the beginning is read alone. No child is left when this returns, raises or is cancelled."""
    whole = await _attempt(body, extension, content_type, Part.WHOLE, limit)
    if whole.front_matter is not None or whole.is_hopeless:
        return Read(front_matter=whole.front_matter, error=whole.error)
    begin = (await _attempt(body, extension, content_type, Part.BEGINNING, min(limit, BEGINNING_LIMIT))).front_matter
    if begin is None or not (begin.title or begin.authors or begin.text):
        return Read(front_matter=None, error=whole.error)
    return Read(front_matter=begin, error=f"only its beginning could be read: {whole.error}")


async def _attempt(body: bytes, extension: Extension, content_type: str, part: Part, limit: float) -> _Attempt:
    words = ("-m", "actors.prober.frontmatter", extension.value, _plain(content_type), str(os.getpid()), part.value)
    try:
        end = await run_program(
            words,
            body,
            limit,
            environment={},
            folder=_ROOT,
            most_answer=MOST_ANSWER,
            most_complaint=MOST_COMPLAINT,
        )
    except TimeoutError:
        return _Attempt(error=f"it took more than {limit:g} s to read")
    return _judged(end.answer, end.complaint, end.code)


def _plain(content_type: str) -> str:
    return "".join(letter for letter in content_type[:200] if letter.isprintable() and letter.isascii())


def _judged(answer: bytes, complaint: bytes, code: int) -> _Attempt:
    if code == 0:
        try:
            return _Attempt(front_matter=msgspec.json.decode(answer, type=FrontMatter))
        except msgspec.DecodeError as error:
            return _Attempt(error=f"its reader gave no answer that can be read: {error}")
    if code < 0:
        return _Attempt(error=f"its reader was ended by {signal.Signals(-code).name}")
    said = complaint.decode("utf-8", "replace").rpartition("\n")[2][:200] or f"exit {code}"
    return _Attempt(error=said, is_hopeless=code == REFUSED)
