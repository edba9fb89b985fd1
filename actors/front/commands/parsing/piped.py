"""A list that is imported from the standard input."""

import sys

from actors.control.client import RequestRefused

LONGEST_IMPORT = 200_000
"""Characters of a list that is imported: as many as the watchlist reads of a command."""


def with_what_is_piped(said: str) -> str:
    """`import` alone takes its lines from the standard input, when that is a file or a pipe. Raises RequestRefused."""
    if said.strip().lower() != "import" or sys.stdin is None or sys.stdin.isatty():
        return said
    piped = sys.stdin.buffer.read(4 * LONGEST_IMPORT + 1)
    if len(piped) > 4 * LONGEST_IMPORT or len(lines := _decoded(piped)) > LONGEST_IMPORT:
        raise RequestRefused(
            f"import: a list may have at most {LONGEST_IMPORT:,} characters. Nothing was imported; split the list"
        )
    return f"{said}\n{lines}"


def _decoded(piped: bytes) -> str:
    try:
        return piped.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestRefused(
            f"import: the list is not UTF-8 ({error}). Nothing was imported; convert the list, for instance with"
            " `iconv -f latin1 -t utf-8`"
        ) from error
