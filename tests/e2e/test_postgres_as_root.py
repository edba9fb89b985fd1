"""The embedded server when root starts it: it runs as somebody else, and no other directory's rights change."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from actors.embedded_postgres.binaries import MODULE, PACKAGE
from actors.embedded_postgres.place import SHELTER, Account, place_for, reachable, remove_sheltered, socket_dir
from actors.embedded_postgres.server import EmbeddedServer, PostgresFailed
from tests.e2e.postgres_helpers import one, postmaster

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")

NOBODY = Account(uid=65534, gid=65534)

START_AND_STOP = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from actors.embedded_postgres.server import EmbeddedServer
from actors.embedded_postgres.place import place_for
server = EmbeddedServer.start(Path(sys.argv[1]))
print(place_for(Path(sys.argv[1])).binaries)
server.stop()
"""


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A data directory that everybody can reach."""
    above = Path(tempfile.mkdtemp(prefix="callboard-test-"))
    above.chmod(0o755)
    (above / "data").mkdir()
    yield above / "data"
    remove_sheltered(above / "data")
    shutil.rmtree(above)


@pytest.fixture
def closed_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory that only root can reach."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    yield data_dir
    remove_sheltered(data_dir)


@pytest.mark.parametrize("where", ["open_dir", "closed_dir"])
def test_it_runs_as_somebody_else_and_leaves_other_directories_alone(
    where: str, request: pytest.FixtureRequest
) -> None:
    data_dir: Path = request.getfixturevalue(where)
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in (data_dir, *data_dir.parents)]
    server = EmbeddedServer.start(data_dir)
    process = psutil.Process(postmaster(place_for(data_dir)))
    assert 0 not in (*process.uids(), *process.gids())
    assert re.search(r"^Groups:\s*$", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in (data_dir, *data_dir.parents)] == before
    server.stop()
    assert (data_dir / "postgres").is_symlink() == (where == "closed_dir")


def test_data_that_nobody_else_could_reach_has_a_place_of_its_own(closed_dir: Path) -> None:
    home = place_for(closed_dir).home
    assert home.parent == SHELTER
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert home.stat().st_uid != 0
    assert (closed_dir / "postgres").is_symlink()
    assert place_for(closed_dir).home == home


@pytest.mark.long
def test_programs_that_nobody_else_could_reach_are_copied(closed_dir: Path, tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    site.mkdir(mode=0o700)
    installed = next(Path(path) for path in sys.path if (Path(path) / MODULE).is_dir())
    for name in (MODULE, f"{MODULE}.libs"):
        shutil.copytree(installed / name, site / name, copy_function=os.link)
    started = subprocess.run(
        [sys.executable, "-c", START_AND_STOP, closed_dir, site], check=True, stdout=subprocess.PIPE, text=True
    )
    binaries = Path(started.stdout.strip())
    assert binaries.is_relative_to(SHELTER)
    assert PACKAGE in str(binaries)
    for path in (binaries / "postgres", *binaries.parents):
        assert path.stat().st_uid == 0
        assert not path.stat().st_mode & 0o022


@pytest.mark.long
def test_data_that_a_user_made_stays_that_users(open_dir: Path) -> None:
    os.chown(open_dir, NOBODY.uid, NOBODY.gid)
    made = place_for(open_dir).home
    os.chown(made, NOBODY.uid, NOBODY.gid)
    server = EmbeddedServer.start(open_dir)
    assert one(server.dsn, "SELECT 1") == 1
    assert psutil.Process(postmaster(place_for(open_dir))).uids().real == NOBODY.uid
    server.stop()
    assert {path.stat().st_uid for path in (made, *made.rglob("*"))} == {NOBODY.uid}


@pytest.mark.long
def test_data_whose_owner_cannot_reach_it_any_more_is_told(open_dir: Path) -> None:
    home = place_for(open_dir).home
    open_dir.chmod(0o700)
    with pytest.raises(PostgresFailed, match=f"{home} belongs to user [0-9]+, who cannot reach it"):
        EmbeddedServer.start(open_dir)


def test_root_gives_nothing_away_through_a_link_that_the_servers_account_has_put_there(
    open_dir: Path, tmp_path: Path
) -> None:
    place = place_for(open_dir)
    (place.home / "socket").symlink_to(tmp_path)
    assert socket_dir(place) == place.home / "socket"
    assert tmp_path.stat().st_uid == 0


@pytest.mark.long
def test_what_a_killed_attempt_left_to_root_is_given_to_the_account(open_dir: Path) -> None:
    (open_dir / "postgres").mkdir(mode=0o700)
    server = EmbeddedServer.start(open_dir)
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()


def test_who_can_pass_is_told_as_the_system_tells(open_dir: Path) -> None:
    inside = open_dir / "inside"
    for owner, group, mode, passes in [
        (0, 0, 0o711, True),
        (0, 0, 0o710, False),
        (0, NOBODY.gid, 0o710, True),
        (0, NOBODY.gid, 0o701, False),
        (NOBODY.uid, 0, 0o700, True),
        (NOBODY.uid, 0, 0o011, False),
    ]:
        os.chown(open_dir, owner, group)
        open_dir.chmod(mode)
        assert reachable(inside, NOBODY) is passes, oct(mode)
