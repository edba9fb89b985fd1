"""Callboard's command line: `python run.py --help`."""

import signal
import sys

signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))  # the imports take a while: cli lets them in

try:
    from actors.front.commands.cli import main
except ModuleNotFoundError as error:
    sys.exit(f"callboard: {error.name} is not installed here: run `make setup`, then .venv/bin/python run.py")

if __name__ == "__main__":
    main()
