"""Files on bind mounts and overlays are watched too, in a namespace of their own."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.control.configuration.saving import OLD, WAYS, by_mmap, by_sed, in_place, renamed_over


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "callboard.yaml"
    path.write_text(OLD)
    return path


UNSHARE = ("unshare", "--mount", "--propagation", "private")


def can_mount() -> bool:
    """Whether this machine lets us have mounts of our own."""
    return shutil.which("unshare") is not None and runs(*UNSHARE, "true")


def runs(*command: str) -> bool:
    """Whether a command succeeds."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="no mounts of one's own here")

LOOKER = """
import sys
from tests.watching_files import Watched
from pathlib import Path
watched = Watched(Path(sys.argv[1]))
print("looks", flush=True)
sys.stdin.readline()
print(watched.sees_a_change(40.0), flush=True)
"""


@contextmanager
def looker(mount: str, path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that looks at `path` after `mount`, in a mount namespace of its own; it stands for a container."""
    command = [*UNSHARE, "sh", "-c", f'{mount} && exec "$@"', "sh", sys.executable, "-c", LOOKER, str(path)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "looks\n"
        yield process


def saw(process: "subprocess.Popen[str]") -> bool:
    """Whether it sees a change now."""
    said, _ = process.communicate("now\n", timeout=60)
    return said.strip() == "True"


@needs_mounts
@pytest.mark.parametrize(
    ("way", "is_seen"), [(in_place, True), (by_mmap, True), (renamed_over, False), (by_sed, False)]
)
def test_a_bind_mounted_file_is_seen_unless_it_is_replaced_on_the_host(
    tmp_path: Path, file: Path, way: Callable[[Path], None], is_seen: bool
) -> None:
    """The mount keeps the file that was there: nobody can see the new one. docs/operations.md says so."""
    inside = tmp_path / "inside.yaml"
    inside.write_text("")
    with looker(f"mount --bind {file} {inside}", inside) as process:
        way(file)
        assert saw(process) is is_seen


@needs_mounts
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.long
def test_a_file_in_a_bind_mounted_folder_is_seen(tmp_path: Path, way: Callable[[Path], None]) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "callboard.yaml").write_text(OLD)
    with looker(f"mount --bind {outside} {inside}", inside / "callboard.yaml") as process:
        way(outside / "callboard.yaml")
        assert saw(process)


@pytest.fixture
def overlay(tmp_path: Path) -> str:
    """The command that mounts one, with our file in its lower layer."""
    for name in ("lower", "upper", "work", "merged"):
        (tmp_path / name).mkdir()
    (tmp_path / "lower" / "callboard.yaml").write_text(OLD)
    options = f"lowerdir={tmp_path}/lower,upperdir={tmp_path}/upper,workdir={tmp_path}/work"
    mount = f"mount -t overlay overlay -o {options} {tmp_path}/merged"
    if not runs(*UNSHARE, "sh", "-c", mount):
        pytest.skip("no overlays here")
    return mount


@needs_mounts
def test_a_file_below_an_overlay_is_seen(tmp_path: Path, overlay: str) -> None:
    """No event of the kernel tells of it, as with a network mount that another machine has written to."""
    with looker(overlay, tmp_path / "merged" / "callboard.yaml") as process:
        in_place(tmp_path / "lower" / "callboard.yaml")
        assert saw(process)


@needs_mounts
@pytest.mark.parametrize(
    "change", ["sed -i s/INFO/DEBUG/ $0", "echo '# more' >> $0", "cp $0 $0.new; echo >> $0.new; mv $0.new $0"]
)
def test_a_file_on_an_overlay_is_seen(tmp_path: Path, overlay: str, change: str) -> None:
    """As in a container: the first change copies the file to another layer."""
    file = tmp_path / "merged" / "callboard.yaml"
    with looker(overlay, file) as process:
        assert runs("nsenter", "--mount", "--target", str(process.pid), "sh", "-c", change, str(file))
        assert saw(process)
