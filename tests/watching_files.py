"""Files under watch, in the time of a test."""

from pathlib import Path

from actors.control.configuration.watch import AGREE_SECONDS, LOOK_SECONDS, FileWatch, Look, contents_now
from messages.reloading import WatchedFiles


class Watched:
    """Files under watch, and a clock."""

    def __init__(self, *paths: Path, patterns: tuple[str, ...] = ()) -> None:
        before = WatchedFiles(
            files=tuple((str(path), "") for path in paths), patterns=tuple((pattern, ()) for pattern in patterns)
        )
        self.watch = FileWatch(contents_now(before))
        self.now = 1000.0
        assert self.watch.look(self.now) is Look.SAME

    def looks(self, seconds: float = LOOK_SECONDS) -> list[Look]:
        """What the looks show in so many seconds, until a change."""
        end, shown = self.now + seconds, []
        while self.now + self.watch.wait <= end + 0.001:
            self.now += self.watch.wait
            shown.append(self.watch.look(self.now))
            if shown[-1] is Look.CHANGED:
                break
        return shown

    def sees_a_change(self, seconds: float = LOOK_SECONDS + AGREE_SECONDS) -> bool:
        """Whether the looks agree on one; then it was read."""
        if Look.CHANGED not in self.looks(seconds):
            return False
        assert self.watch.loaded(self.watch.agreed, whole=True)
        return True
