"""What came of reading the configuration again, for operators."""

from datetime import datetime

from actors.control.configuration.difference import Difference, in_words, restart_in_words
from actors.control.protocol import ControlAnswer

NOT_OF_FILES = "this service was not started from a configuration that could be read again"


def answer_of_reload(
    faults: tuple[str, ...], warnings: tuple[str, ...], found: Difference, before: datetime | None
) -> ControlAnswer:
    """The faults as an error; or what has changed, by names, since what was in effect `before` had been loaded.
    `detail` is the same in sentences."""
    if faults:
        return ControlAnswer(ok=False, error="\n".join((*faults, "nothing has changed")))
    words, waiting = in_words(found), found.after_restart
    since = "" if before is None else f" since {before:%Y-%m-%d %H:%M:%S} UTC"
    lines = [f"changed: {words}" if words else f"nothing has changed{since}"]
    if waiting:
        lines.append(restart_in_words(waiting))
    return ControlAnswer(
        ok=True,
        result={
            "detail": "\n".join(lines),
            "changed": found.changed,
            "after_restart": waiting,
            "checks": {"added": found.added, "changed": found.altered, "removed": found.removed},
            "warnings": warnings,
        },
    )
