"""Callboard's command line: `python run.py --help`, or `callboard --help` where the package is installed."""

import os
import signal
import sys

# The imports take a while, and whoever presses Ctrl-C meanwhile shall see no trace. Commands let the signals in.
signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))


def prepare() -> None:
    """Make this process fit for what follows, before most of the program is loaded."""
    from actors.runtime.os.first_process import step_aside
    from actors.runtime.os.foreign_variables import forget_foreign_variables
    from actors.runtime.os.linux import refuse_core_dumps
    from actors.runtime.output.streams import keep_descriptors

    keep_descriptors()
    refuse_core_dumps()
    forget_foreign_variables(os.environ)
    step_aside()


prepare()

try:
    from actors.front.commands.cli import main
except ModuleNotFoundError as error:
    sys.exit(
        f"callboard: the Python package {error.name} is not installed. Run `make setup`, then `.venv/bin/callboard`"
    )

if __name__ == "__main__":
    main()
