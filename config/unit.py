"""The unit for systemd: config/callboard.service with what differs from one installation to the next."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from config.declaration import SECRETS, variable_of

_TEMPLATE = Path(__file__).with_name("callboard.service")

_QUOTED = frozenset(" \t\"'\\;")


def unit_text(start: Sequence[str], *, install: str, documentation: str = "") -> str:
    """The unit that runs the command line `start`. `install` is the command that its first lines name, without the
    place where the unit goes; `documentation` a URL, if there is one."""
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        start=" ".join(map(_word, start)),
        reload=" ".join(map(_word, _in_place_of_start(start, "reload"))),
        install=install,
        documentation=f"Documentation={documentation}\n" if documentation else "",
        credentials="\n".join(_credentials()),
    )


def deployed_unit() -> str:
    """deploy/callboard.service: the program in /opt/callboard."""
    return unit_text(
        ("/opt/callboard/.venv/bin/callboard", "start", "--config", "/etc/callboard/callboard.yaml"),
        install="cp /opt/callboard/deploy/callboard.service",
        documentation="file:///opt/callboard/docs/operations.md",
    )


def _in_place_of_start(start: Sequence[str], command: str) -> list[str]:
    at = start.index("start")
    return [*start[:at], command, *start[at + 1 :]]


def _credentials() -> Iterator[str]:
    """Two lines for each secret, as comments."""
    for name in SECRETS:
        credential = name.replace(".", "-").replace("_", "-")
        yield f"#LoadCredential={credential}:/etc/callboard/{credential}"
        yield f"#Environment={variable_of(f'{name}_file')}=%d/{credential}"


def _word(word: str) -> str:
    """A word of ExecStart: systemd expands `%` and `$`. https://www.freedesktop.org/software/systemd/man/systemd.service"""
    literal = word.replace("%", "%%").replace("$", "$$")
    if _QUOTED.isdisjoint(literal):
        return literal
    return '"' + literal.replace("\\", "\\\\").replace('"', '\\"') + '"'
