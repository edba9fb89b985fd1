"""Whether the files of a configuration have changed: looked at again and again by who owns this, without a thread.

Of each file the device, inode, size and time of modification of what its path leads to are compared; from time to time,
and whenever one of these differs, its content. A change counts when two looks agree: a save that truncates first shows
an empty file for a moment. There is nothing that could miss a change for good, as what the kernel tells of one inode
does after a rename.
"""

import glob
import os
from collections.abc import Callable
from enum import Enum

from actors.runtime.os.files import NOT_REGULAR, look_at
from messages.reloading import WatchedFiles

LOOK_SECONDS = 1.0
"""Between two looks."""

CONTENT_SECONDS = 30.0
"""Between two looks at the contents of files of which nothing else has changed."""

AGREE_SECONDS = 0.3
"""Between the first look that shows a change and the one that has to agree."""

Stamp = tuple[int, int, int, int] | str
"""Device, inode, size and time of modification in ns; why there is none."""


class Look(Enum):
    """What a look has shown."""

    SAME = "the same"
    UNSETTLED = "different, and perhaps about to change again"
    CHANGED = "different"


class FileWatch:
    """Of one owner. `watched` is what was read; a look compares with that. `contents` reads the files, for tests that
    count."""

    def __init__(self, watched: WatchedFiles, contents: Callable[[WatchedFiles], WatchedFiles] | None = None) -> None:
        self._known = watched
        self._contents = contents or contents_now
        self._stamps: tuple[tuple[str, Stamp], ...] | None = None
        self._read_at = 0.0
        self._seen: tuple[tuple[tuple[str, Stamp], ...], WatchedFiles, float] | None = None
        self._agreed = watched
        self._asked = False

    @property
    def agreed(self) -> WatchedFiles:
        """What the looks agreed on, at the last change."""
        return self._agreed

    @property
    def wait(self) -> float:
        """Seconds until the next look."""
        return LOOK_SECONDS if self._seen is None else AGREE_SECONDS

    def ask(self) -> None:
        """Whatever the looks show, it counts as a change when two agree."""
        self._asked = True

    def look(self, now: float) -> Look:
        """Look at them. `now` is in seconds, of a clock that never goes back."""
        stamps = stamps_now(self._known)
        if self._seen is None:
            return self._first_look(stamps, now)
        return self._second_look(stamps, self._seen, now)

    def _first_look(self, stamps: tuple[tuple[str, Stamp], ...], now: float) -> Look:
        is_due = self._stamps is None or now - self._read_at >= CONTENT_SECONDS
        if stamps == self._stamps and not is_due and not self._asked:
            return Look.SAME
        contents = self._read(now)
        if contents == self._known and not self._asked:
            self._stamps = stamps
            return Look.SAME
        self._seen = (stamps, contents, now)
        return Look.UNSETTLED

    def _second_look(
        self,
        stamps: tuple[tuple[str, Stamp], ...],
        seen: tuple[tuple[tuple[str, Stamp], ...], WatchedFiles, float],
        now: float,
    ) -> Look:
        if now - seen[2] < AGREE_SECONDS - 0.01:  # a timer may be early
            return Look.UNSETTLED
        contents = self._read(now)
        if (stamps, contents) != seen[:2]:
            self._seen = (stamps, contents, now)
            return Look.UNSETTLED
        self._stamps, self._seen = stamps, None
        if contents == self._known and not self._asked:
            return Look.SAME
        self._asked, self._agreed = False, contents
        return Look.CHANGED

    def loaded(self, watched: WatchedFiles, *, whole: bool) -> bool:
        """The files were read again, after a change: these. False if one of them is not as the looks agreed it is: what
        was read does not count. `whole`: these are all; otherwise, after a fault, those that were watched before stay
        so."""
        agreed, now = dict(self._agreed.files), dict(contents_now(watched).files)
        for path, digest in watched.files:
            if agreed.get(path) != NOT_REGULAR and not digest == now[path] == agreed.get(path, digest):
                self._asked = True
                return False
        if not whole:
            watched = WatchedFiles(
                files=tuple(sorted({**dict(watched.files), **agreed}.items())),
                patterns=tuple(sorted({**dict(watched.patterns), **dict(self._agreed.patterns)}.items())),
            )
        self._known, self._stamps = watched, None
        return True

    def _read(self, now: float) -> WatchedFiles:
        self._read_at = now
        return self._contents(self._known)


def stamps_now(watched: WatchedFiles) -> tuple[tuple[str, Stamp], ...]:
    """Of all files, also of those that are new behind a pattern."""
    return tuple((path, _stamp(path)) for path in _paths(watched))


def contents_now(watched: WatchedFiles) -> WatchedFiles:
    """The same files and patterns, with what is there now. A pipe or a device stays as it was."""
    before = dict(watched.files)
    return WatchedFiles(
        files=tuple(
            (path, NOT_REGULAR if before.get(path) == NOT_REGULAR else look_at(path)) for path in _paths(watched)
        ),
        patterns=tuple((pattern, _behind(pattern)) for pattern, _ in watched.patterns),
    )


def _paths(watched: WatchedFiles) -> tuple[str, ...]:
    paths = {path for path, _ in watched.files}
    return tuple(sorted(paths.union(*(_behind(pattern) for pattern, _ in watched.patterns))))


def _behind(pattern: str) -> tuple[str, ...]:
    return tuple(sorted(glob.glob(pattern)))


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except OSError as error:
        return error.strerror or type(error).__name__
    except ValueError as error:  # no path can be so written
        return type(error).__name__
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
