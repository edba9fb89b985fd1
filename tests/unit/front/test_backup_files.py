"""What a backup is written to, and what is restored: ordinary files only."""

import os
from pathlib import Path

import pytest

from actors.control.client import RequestRefused
from actors.front.commands.tools.database import load, save
from actors.front.database.ordinary import ordinary_file
from messages.settings import Settings


def settings(directory: Path) -> Settings:
    return Settings(data_dir=str(directory / "data"))


def a_pipe(directory: Path) -> Path:
    pipe = directory / "pipe"
    os.mkfifo(pipe)
    return pipe


def test_a_device_is_not_replaced_by_a_backup(tmp_path: Path) -> None:
    link = tmp_path / "null.dump"
    link.symlink_to("/dev/null")
    for device in (Path("/dev/null"), link, a_pipe(tmp_path)):
        with pytest.raises(RequestRefused) as caught:
            save(settings(tmp_path), device, print)
        assert str(caught.value) == (
            f"{device} was not written: it is a device, a pipe or a socket: name an ordinary file"
        )


def test_a_directory_or_no_name_at_all_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for directory in (tmp_path, Path("/"), Path("")):
        with pytest.raises(RequestRefused, match="was not written: it is a directory: name a file in it"):
            save(settings(tmp_path), directory, print)


def test_nobody_waits_for_a_backup_to_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = a_pipe(tmp_path)
    with pytest.raises(RequestRefused, match="was not restored: it is a device, a pipe or a socket"):
        load(settings(tmp_path), pipe, print, replace=False)


def test_a_link_stays_a_link_and_leads_to_the_backup(tmp_path: Path) -> None:
    link, file = tmp_path / "latest.dump", tmp_path / "2026.dump"
    link.symlink_to(file)
    assert ordinary_file(link) == file
    file.write_text("an older one")
    assert ordinary_file(link) == ordinary_file(file) == file
