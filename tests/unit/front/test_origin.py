"""Which configuration can be read again."""

import pytest

from actors.front.commands.serving import origin_of
from messages.reloading import ConfigOrigin, WatchedFiles


def test_files_can_be_read_again_and_so_can_an_environment_without_files() -> None:
    watched = WatchedFiles(files=(("/etc/callboard.yaml", "1"), ("/run/secrets/token", "2")))
    assert origin_of("/etc/callboard.yaml", watched) == ConfigOrigin(file="/etc/callboard.yaml", watched=watched)
    assert origin_of("", WatchedFiles()) is not None


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/63", "/proc/self/fd/0"])
def test_what_only_this_process_can_read_is_no_file(path: str) -> None:
    """Read by another process, /dev/stdin is empty: the service would do without all that it was told."""
    assert origin_of(path, WatchedFiles(files=((path, "1"),))) is None
    assert origin_of("/a.yaml", WatchedFiles(files=(("/a.yaml", "1"), (path, "not a regular file")))) is None
