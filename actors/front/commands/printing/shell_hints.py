"""The commands that an answer proposes, as one types them in a shell. Pure.

An answer proposes what its user types in Slack: `paper P2300 all`. On the command line it goes to a user's Callboard.
"""

import shlex
from collections.abc import Mapping
from typing import Any

from actors.front.commands.printing.hints import Hints

MOST_WHOLE = 3
"""Commands that are shown as they are typed in a shell; of a longer list, which would be hard to read, one is."""


def in_a_shell(answer: Mapping[str, Any], user: str, hints: Hints) -> dict[str, Any]:
    """The answer of the control socket with such commands."""
    lines = answer["lines"]
    proposed = [span["text"] for line in lines for span in line if _is_command(span)]
    if proposed and all(len(line) == 1 and _is_command(line[0]) for line in lines):
        return dict(answer)  # an export, which is kept in a file
    if len(proposed) <= MOST_WHOLE:
        return {**answer, "lines": [[_typed(span, user, hints) for span in line] for line in lines]}
    example = hints.line(_watch(proposed[0], user))
    text = f"In a shell, type such a command like this: {example}"
    return {**answer, "lines": [*lines, [{"text": text, "style": "plain", "url": ""}]]}


def _typed(span: Mapping[str, Any], user: str, hints: Hints) -> Mapping[str, Any]:
    return span if not _is_command(span) else {**span, "text": f"`{hints.line(_watch(span['text'], user))}`"}


def _is_command(span: Mapping[str, Any]) -> bool:
    """Whether it is one of Callboard's: what begins with a slash is one of Slack's."""
    return span["style"] == "code" and not span["text"].startswith("/")


def _watch(command: str, user: str) -> str:
    """In one word if a shell would read it otherwise."""
    words = command.split()
    is_plain = words == [shlex.quote(word) for word in words]
    return f"watch --user {shlex.quote(user)} {' '.join(words) if is_plain else shlex.quote(command)}"
