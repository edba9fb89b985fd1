"""Files of people's, and pipes in their place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from actors.runtime.os.files import NOT_REGULAR, NoWriter, digest_of, read_file


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_file_is_read_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert read_file(tmp_path / "a") == (b"x", digest_of(b"x"))


def test_a_pipe_that_nobody_writes_into_is_not_waited_for_without_end(pipe: Path) -> None:
    with pytest.raises(NoWriter, match="nobody writes into it"):
        read_file(pipe, patience=0.0)


def test_a_pipe_is_read_to_its_end_whenever_its_writer_comes(pipe: Path) -> None:
    writes = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(b'y' * 200_000)"
    with subprocess.Popen([sys.executable, "-c", writes, str(pipe)]) as writer:
        assert read_file(pipe, patience=60.0) == (b"y" * 200_000, NOT_REGULAR)
        assert writer.wait(60.0) == 0


def test_a_writer_that_has_said_nothing_yet_is_waited_for(pipe: Path) -> None:
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY)
    os.close(reader)
    with subprocess.Popen(["sh", "-c", "sleep 0.5; printf late"], stdout=writer) as saying:
        os.close(writer)
        assert read_file(pipe, patience=0.0) == (b"late", NOT_REGULAR)
        assert saying.wait(60.0) == 0
