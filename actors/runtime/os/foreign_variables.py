"""Variables of the environment that libraries heed, and that Callboard does not.

Thespian takes its ports, limits and log from some of them, and fails at a value that it cannot read. Where
SSLKEYLOGFILE names a file, the keys of every connection are written there, and with them all tokens can be read.
"""

from collections.abc import MutableMapping

_PREFIXES = ("THESPLOG_", "THESPIAN_", "CONVENTION_RE", "SSLKEYLOGFILE")


def forget_foreign_variables(environment: MutableMapping[str, str]) -> None:
    """Take them out, before a library is loaded."""
    for name in [name for name in environment if name.startswith(_PREFIXES)]:
        del environment[name]
