"""A new cluster: initdb makes it in a temporary directory, which gets its final name once it is complete."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

from actors.embedded_postgres.place import Account, Place, PostgresFailed, private_directory

NAME = "callboard"
"""The database, and its superuser."""

_MAKING = "data.new-"
_HANDED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


class RunAs(TypedDict, total=False):
    """Arguments of subprocess's."""

    user: int
    group: int
    extra_groups: list[int]
    env: dict[str, str]
    cwd: Path


def run_as(place: Place) -> RunAs:
    """How to run the server's programs: as its account, without the environment's secrets (the account may read its
    environment) and without PGPORT and the like."""
    environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ} | {"LC_ALL": "C"}
    common = RunAs(env=environment, cwd=place.home)
    if place.account is None:
        return common
    return RunAs(user=place.account.uid, group=place.account.gid, extra_groups=[], **common)


def clear_half_made(place: Place) -> None:
    """Remove what killed attempts left half made. An initdb may have outlived its front and be at work there still: it
    does no harm, each attempt having a directory of its own, and what cannot be removed now goes at the next start."""
    for left in place.home.glob(f"{_MAKING}*"):
        shutil.rmtree(left, ignore_errors=True)


def initialise(place: Place) -> None:
    """Make the cluster. Raises PostgresFailed, OSError."""
    users = _user_names(place.account)
    making = private_directory(Path(tempfile.mkdtemp(prefix=_MAKING, dir=place.home)), place.account)
    _run(
        place, "initdb", "-D", making, "-U", NAME, "-E", "UTF8", "--locale=C", "--auth=peer", "--no-instructions", "-N"
    )
    _write(place, making / "pg_hba.conf", f"local all {NAME} peer map=callboard\n")
    _write(place, making / "pg_ident.conf", "".join(f"{_admission(user)}\n" for user in users))
    _run(place, "initdb", "-D", making, "--sync-only")
    making.rename(place.data)
    _sync(place.home)


def admit_its_owner(place: Place) -> None:
    """Let in whom the data belongs to now, besides whom it belonged to: root's data is a service's after `chown`, which
    systemd does. Raises PostgresFailed, OSError."""
    lines = [_admission(user) for user in _user_names(place.account)]
    # By the account itself, as in _write; what its file holds is not for root to read either.
    script = 'file="$1"; shift; for line; do grep -qxF -e "$line" "$file" || printf "%s\\n" "$line" >> "$file"; done'
    words = ["/bin/sh", "-c", script, "sh", str(place.data / "pg_ident.conf"), *lines]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, umask=0o077, **run_as(place))


def _admission(user: str) -> str:
    return f'callboard "{user}" {NAME}'


def _user_names(account: Account | None) -> list[str]:
    """Who may connect: the server's own user, and root, who could anyway."""
    uids = sorted({0, os.geteuid() if account is None else account.uid})
    try:
        return [pwd.getpwuid(uid).pw_name for uid in uids]
    except KeyError as error:
        raise PostgresFailed(
            f"PostgreSQL needs user names, and one of the user ids {uids} has none on this machine:"
            " add it to /etc/passwd, or set database.url to your own PostgreSQL"
        ) from error


def _run(place: Place, program: str, *words: str | Path) -> None:
    done = subprocess.run(
        [place.binaries / program, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        start_new_session=True,
        **run_as(place),
    )
    if done.returncode != 0:
        raise PostgresFailed(
            f"the database in {place.home} could not be created ({program} exited with {done.returncode}): "
            f"{(done.stderr or done.stdout).strip()[-1000:]}\nCheck that the disk is not full and that the"
            " file system has ordinary permissions; or set data_dir to another directory, or database.url to your own"
            " PostgreSQL."
        )


def _write(place: Place, path: Path, text: str) -> None:
    """Written by the server's account itself: whatever it had put in the way, root would not fall for it."""
    subprocess.run(
        ["/bin/sh", "-c", 'cat > "$1"', "sh", path],
        input=text.encode(),
        check=True,
        umask=0o077,
        start_new_session=True,  # Ctrl-C is for the front, which ends in order
        **run_as(place),
    )


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
