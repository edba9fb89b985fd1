"""Text from outside, made fit for a terminal: one place for all that is printed.

Titles and names come from sites that anybody may write to. An escape sequence in one could move the cursor, set the
window's title or hide a line; a direction override could make a name look like another.
"""

import re
from typing import Any

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_LINE_ENDS = "\u2028\u2029"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SURROGATES = "\ud800-\udfff"

UNSAFE = re.compile(f"[{_CONTROLS}{_LINE_ENDS}{_DIRECTIONS}{_SURROGATES}]")
"""All but tabs and line feeds; what a JSON document of ours may carry only escaped, too."""


def printable(text: str) -> str:
    """The text with a replacement character for each that is no letter, mark or sign but tells a terminal something."""
    return UNSAFE.sub("\ufffd", text.replace("\r\n", "\n"))


def printable_values(value: Any) -> Any:
    """A JSON-like value with all its texts printable; a text that is to be one line stays one."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: printable_values(each) for key, each in value.items()}
        case list() | tuple():
            return [printable_values(each) for each in value]
        case _:
            return value


def ascii_json(text: str) -> str:
    """A JSON document with the same characters escaped, as JSON can: it means the same."""
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
