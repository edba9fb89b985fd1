"""What this program and the packages are that it stands on."""

import platform
from collections.abc import Mapping
from importlib.metadata import version

from messages.about import VERSION

PACKAGES = ("aiohttp", "httpx", "psycopg2-binary", "slack-sdk", "thespian")


def versions() -> Mapping[str, str]:
    """Callboard, Python and the packages, by name."""
    return {
        "callboard": VERSION,
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }
