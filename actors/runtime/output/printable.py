"""Text from outside, made fit for a terminal: the one place for all that is printed or logged.

Titles and names come from sites that anybody may write to. An escape sequence in one could move the cursor, set the
window's title or hide a line; a direction override could make one name look like another.
"""

import re
from typing import Any

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_LINE_ENDS = "\u2028\u2029"
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_SURROGATES = "\ud800-\udfff"

_UNSAFE = re.compile(f"[{_CONTROLS}{_LINE_ENDS}{_DIRECTIONS}{_SURROGATES}]")
_BREAKS = re.compile(r"[\t\n]+")


def printable(text: str) -> str:
    """The text with a replacement character for each character that would steer the terminal. Tabs and line feeds
    stay."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n"))


def printable_line(text: str) -> str:
    """The same on one line: a line feed in a title cannot fake another row."""
    return _BREAKS.sub(" ", printable(text))


def printable_values(value: Any) -> Any:
    """A JSON-like value with each of its texts as a printable line."""
    match value:
        case str():
            return printable_line(value)
        case dict():
            return {printable_values(key): printable_values(each) for key, each in value.items()}
        case list() | tuple():
            return [printable_values(each) for each in value]
        case _:
            return value


def escaped_json(document: str) -> str:
    """A JSON document with the same characters escaped where they stand in texts: it means the same."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
