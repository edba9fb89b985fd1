"""Callboard's command line: `python run.py --help`."""

import sys

try:
    from actors.front.cli import main
except ModuleNotFoundError as error:
    sys.exit(f"callboard: {error.name} is not installed here: run `make setup`, then .venv/bin/python run.py")

if __name__ == "__main__":
    sys.exit(main())
