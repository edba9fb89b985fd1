"""Callboard's command line: `python run.py --help`, or `callboard --help` where the package is installed."""

import signal
import sys

from actors.runtime.os.first_process import step_aside
from actors.runtime.os.linux import refuse_core_dumps
from actors.runtime.os.streams import keep_descriptors

signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))  # the imports take a while: cli lets them in

keep_descriptors()
refuse_core_dumps()
step_aside()

try:
    from actors.front.commands.cli import main
except ModuleNotFoundError as error:
    sys.exit(
        f"callboard: the Python package {error.name} is not installed. Run `make setup`, then `.venv/bin/callboard`"
    )

if __name__ == "__main__":
    main()
