"""Write the locks: the exact versions, with the hashes of all their files, of what `setup.cfg` and the `*.in` name.

`make lock` runs it. The versions are those of constraints.txt, where it has them.
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "deploy" / "locks"
OLDEST_PYTHON = "3.11"

SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "build.txt": ("deploy/locks/build.in",),
        "service.txt": ("setup.cfg", "--constraint", "constraints.txt"),
        "dev.txt": ("setup.cfg", "--extra", "dev", "--constraint", "constraints.txt"),
        "release.txt": ("deploy/locks/release.in",),
    }
)
"""What each lock is made of, as arguments of uv."""

HEAD = "# Written by `make lock`.\n"


def main() -> None:
    """Write all of them."""
    for name, source in SOURCES.items():
        made = subprocess.run(
            [sys.executable, "-m", "uv", "pip", "compile", *source, *_OPTIONS],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        (LOCKS / name).write_text(HEAD + made.stdout)
        print(f"{name}: {made.stdout.count('==')} packages")


_OPTIONS = (
    "--quiet", "--universal", "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url",
    "--no-emit-find-links", "--python-version", OLDEST_PYTHON,
)  # fmt: skip


if __name__ == "__main__":
    main()
