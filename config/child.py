"""The child process in which a running service loads its configuration again: `python -m config.child PARENT [FILE]`.

YAML with thousands of checks takes seconds to read, and a turn of an actor may take 50 ms. The environment is the
service's; the answer is JSON, on standard output, which nobody but the service reads: it holds the secrets.
"""

import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from actors.runtime.os.linux import die_with_parent
from config.loader import load
from config.network import check_network_of
from config.report import ConfigurationError
from messages.reloading import LoadedConfiguration

MEMORY = 2 << 30
"""Bytes of address space."""


def loaded(file: Path | None, variables: Mapping[str, str]) -> LoadedConfiguration:
    """What came of loading a file, and the environment, in a service that runs."""
    try:
        configuration = load(file, variables)
    except ConfigurationError as error:
        return LoadedConfiguration(
            settings=None, faults=tuple(str(error).splitlines()), warnings=(), watched=error.watched
        )
    try:
        check_network_of(configuration.settings, variables)
    except ConfigurationError as error:
        faults = tuple(str(error).splitlines())
        return LoadedConfiguration(settings=None, faults=faults, warnings=(), watched=configuration.watched)
    return LoadedConfiguration(
        settings=configuration.settings, faults=(), warnings=configuration.warnings, watched=configuration.watched
    )


def main() -> int:
    """The exit code is 0 when there is an answer, of whatever kind."""
    die_with_parent(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    answer = msgspec.json.encode(loaded(file, os.environ))
    with open(1, "wb", closefd=False) as output:
        output.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
