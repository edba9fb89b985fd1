"""Where the embedded server's binaries and data are, and which account it runs as.

PostgreSQL refuses to run as root. Started as root, the server runs as an unprivileged account; then its binaries and
data must lie where that account can reach them, and the rights of directories that are not ours must stay as they are.
What cannot be reached (a virtual environment below /root, a data directory in a private temporary directory) gets a
place of its own below /var/lib/callboard, with a symbolic link in the data directory.

What root does in a directory of that account follows no symbolic link: the account could have put one there.
"""

import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from actors.embedded_postgres.binaries import MODULE, PACKAGE, Installation
from actors.runtime.output import logs

SHELTER = Path("/var/lib/callboard")
LONGEST_SOCKET_DIR = 85
"""Bytes: the socket's own name comes after it, and the kernel allows 107 in all."""


class PostgresFailed(Exception):
    """The embedded server cannot run; the text says what happened, to what, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account that the server runs as, when that is not the user who started Callboard."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`binaries` holds postgres and initdb; `data_dir` is the front's; `home` is the server's own, 0700, and holds the
    data; `account` None: this user."""

    binaries: Path
    data_dir: Path
    home: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The cluster's directory."""
        return self.home / "data"

    @property
    def start_log(self) -> Path:
        """What the server says until its own log is open."""
        return self.data_dir / "postgres-start.log"

    @property
    def socket_note(self) -> Path:
        """Names the socket's directory if it is not in the home."""
        return self.data_dir / "postgres-socket"


def place_for(data_dir: Path) -> Place:
    """The place of this data directory's server; its home is made if need be. Raises PostgresFailed, OSError."""
    wanted = data_dir / "postgres"
    if wanted.is_symlink() and not wanted.exists():
        raise PostgresFailed(
            f"the database's data is missing: {wanted} points to {wanted.readlink()}, which does not exist."
            f" Restore it, or remove {wanted} to start with an empty database"
        )
    account = _account(wanted) if os.geteuid() == 0 else None
    home = _home(wanted, account)
    return Place(binaries=_binaries(account), data_dir=data_dir, home=home, account=account)


def reachable(path: Path, account: Account) -> bool:
    """Whether the account can pass through every directory above `path`."""
    return all(_passes(directory.stat(), account) for directory in path.resolve().parents)


def private_directory(path: Path, account: Account | None) -> Path:
    """Make `path` for the server's account only. One that exists stays as it is, but for one of root's: what is left of
    an attempt that was killed before it gave the directory away. Raises PostgresFailed for one that every user can
    write to: any of them could put a server of their own in place of ours."""
    path.mkdir(mode=0o700, exist_ok=True)
    if (mode := path.stat().st_mode) & stat.S_IWOTH:
        raise PostgresFailed(
            f"every user can write to {path} (its mode is {stat.S_IMODE(mode):04o}). Make sure that nobody has changed"
            f" anything in it, run `chmod 700 {shlex.quote(str(path))}`, and start again"
        )
    found = path.lstat()
    if account is not None and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return path


def socket_dir(place: Place) -> Path:
    """The directory of the server's socket: in its home, or, where that path is too long for a socket, a private one
    among the temporary files, whose name is kept in the data directory."""
    inside = place.home / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIR:
        return private_directory(inside, place.account)
    if kept := _kept_socket_dir(place):
        return kept
    short = len(os.fsencode(tempfile.gettempdir())) <= LONGEST_SOCKET_DIR // 2
    temporary = tempfile.mkdtemp(prefix="callboard-", dir=None if short else "/tmp")
    made = private_directory(Path(temporary), place.account)
    place.socket_note.write_text(str(made))
    return made


def leave_socket_dir(place: Place) -> None:
    """The server has ended: remove its directory among the temporary files."""
    if kept := _kept_socket_dir(place):
        shutil.rmtree(kept)
    place.socket_note.unlink(missing_ok=True)


def remove_sheltered(data_dir: Path) -> None:
    """Remove the data of a data directory that is no longer wanted, where it was given a place elsewhere."""
    link = data_dir / "postgres"
    if link.is_symlink():
        shutil.rmtree(link.resolve())
        link.unlink(missing_ok=True)


def _kept_socket_dir(place: Place) -> Path | None:
    """The one whose name was kept, unless others could write to it, or have put theirs in its place."""
    if not place.socket_note.exists():
        return None
    kept = Path(place.socket_note.read_text())
    uid = os.geteuid() if place.account is None else place.account.uid
    try:
        found = kept.lstat()
    except OSError:
        return None
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o077
    return kept if is_private else None


def _passes(directory: os.stat_result, account: Account) -> bool:
    if directory.st_uid == account.uid:
        return bool(directory.st_mode & stat.S_IXUSR)
    if directory.st_gid == account.gid:
        return bool(directory.st_mode & stat.S_IXGRP)
    return bool(directory.st_mode & stat.S_IXOTH)


def _account(wanted: Path) -> Account:
    """Whose the data is already (somebody's who ran Callboard before root did); else an unprivileged account."""
    if wanted.exists():
        found = wanted.stat()
        if found.st_uid != 0:
            return Account(uid=found.st_uid, gid=found.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise PostgresFailed(
        "PostgreSQL must not run as root, and there is no account named postgres or nobody for it:"
        " start Callboard as an ordinary user, or set database.url to your own PostgreSQL"
    )


def _home(wanted: Path, account: Account | None) -> Path:
    if account is None or wanted.exists() or reachable(wanted, account):
        home = private_directory(wanted, account).resolve()
        if account is not None and not reachable(home / "data", account):
            raise PostgresFailed(
                f"{home} belongs to user {account.uid}, who cannot reach it, and PostgreSQL must not run as root. Give"
                " that user access to the directories above it, or start Callboard as that user"
            )
        return home
    _shelter()
    made = private_directory(Path(tempfile.mkdtemp(prefix="postgres-", dir=SHELTER)), account)
    wanted.symlink_to(made)
    logs.logger_of("postgres").warning(
        "the database is stored in %s: PostgreSQL must not run as root, and no other account can reach %s", made, wanted
    )
    return made


def programs() -> Path:
    """The directory of PostgreSQL's programs, for this user. Raises PostgresFailed."""
    return _installed().binaries


def _installed() -> Installation:
    """The package itself is not imported: its Python layer is not used."""
    found = importlib.util.find_spec(MODULE)
    locations = None if found is None else found.submodule_search_locations
    if not locations:
        raise PostgresFailed(f"the package {PACKAGE} is not installed here: run `make setup`")
    return Installation(Path(locations[0]).parent)


def _binaries(account: Account | None) -> Path:
    installed = _installed()
    if account is not None and not reachable(installed.binaries / "postgres", account):
        _shelter()
        installed = installed.copied_below(SHELTER)
    return installed.binaries


def _shelter() -> None:
    """Make the directory for what must lie elsewhere. Raises PostgresFailed if others could tamper with it."""
    SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = SHELTER.lstat()
    if found.st_uid != 0 or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o022:
        raise PostgresFailed(
            f"{SHELTER} must be a directory that belongs to root and that nobody else can write to: correct that"
        )
    SHELTER.chmod(0o755)
