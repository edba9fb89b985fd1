"""The ways in which editors, deployments and file systems change a file, each on real files with the test's clock."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.control.configuration.watch import (
    AGREE_SECONDS,
    CONTENT_SECONDS,
    LOOK_SECONDS,
    FileWatch,
    Look,
    contents_now,
)
from actors.runtime.os.files import MOST_BYTES, NOT_REGULAR
from messages.reloading import WatchedFiles
from tests.unit.control.configuration.saving import NEW, OLD, WAYS, by_sed, in_place, renamed_over
from tests.watching_files import Watched


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "callboard.yaml"
    path.write_text(OLD)
    return path


@pytest.mark.parametrize("way", WAYS)
def test_a_change_is_seen_and_so_is_the_next_one(file: Path, way: Callable[[Path], None]) -> None:
    watched = Watched(file)
    for _ in range(3):
        way(file)
        assert watched.sees_a_change()
        assert not watched.sees_a_change(5.0)
        file.write_text(OLD)
        assert watched.sees_a_change()


def test_a_touch_changes_nothing(file: Path) -> None:
    watched = Watched(file)
    os.utime(file)
    assert watched.looks(10.0) == [Look.SAME] * 10


def test_a_change_of_rights_changes_nothing(file: Path) -> None:
    watched = Watched(file)
    file.chmod(0o600)
    assert set(watched.looks(CONTENT_SECONDS * 2)) == {Look.SAME}


def test_a_link_that_leads_elsewhere_is_seen(file: Path, tmp_path: Path) -> None:
    other, link = tmp_path / "other.yaml", tmp_path / "link.yaml"
    other.write_text(NEW)
    link.symlink_to(file)
    watched = Watched(link)
    fresh = tmp_path / "fresh"
    fresh.symlink_to(other)
    fresh.replace(link)
    assert watched.sees_a_change()


@pytest.mark.parametrize("way", WAYS)
def test_the_file_behind_a_link_is_seen(file: Path, tmp_path: Path, way: Callable[[Path], None]) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    watched = Watched(link)
    way(file)
    assert watched.sees_a_change()


def test_a_volume_that_kubernetes_swaps_is_seen_though_it_keeps_the_time(tmp_path: Path) -> None:
    def version(name: str, text: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "callboard.yaml").write_text(text)
        os.utime(folder / "callboard.yaml", ns=(10**18, 10**18))
        return folder

    data, file = tmp_path / "..data", tmp_path / "callboard.yaml"
    version("..2026_1", OLD)
    data.symlink_to("..2026_1")
    file.symlink_to("..data/callboard.yaml")
    watched = Watched(file)
    version("..2026_2", OLD.replace("INFO", "WARN"))
    fresh = tmp_path / "..data_tmp"
    fresh.symlink_to("..2026_2")
    fresh.rename(data)
    shutil.rmtree(tmp_path / "..2026_1")
    assert watched.sees_a_change()


def test_other_content_of_the_same_size_and_time_is_seen_when_contents_are_read(file: Path) -> None:
    watched = Watched(file)
    before = file.stat()
    with file.open("r+") as opened:
        opened.write(OLD.replace("INFO", "WARN"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert set(watched.looks(CONTENT_SECONDS - 1)) == {Look.SAME}
    assert watched.sees_a_change(2.0)


def test_a_save_that_truncates_first_is_read_when_it_is_over(file: Path) -> None:
    watched = Watched(file)
    file.write_text("")
    assert watched.looks() == [Look.UNSETTLED]
    file.write_text(NEW)
    assert watched.looks(AGREE_SECONDS) == [Look.UNSETTLED]
    assert watched.looks(AGREE_SECONDS) == [Look.CHANGED]
    assert watched.watch.agreed == contents_now(watched.watch.agreed)


def test_a_file_that_is_gone_for_a_moment_has_not_changed(file: Path) -> None:
    watched = Watched(file)
    file.rename(file.with_suffix(".away"))
    assert watched.looks() == [Look.UNSETTLED]
    file.with_suffix(".away").rename(file)
    assert not watched.sees_a_change(60.0)


def test_a_file_that_is_gone_and_comes_back_has_changed_twice(file: Path) -> None:
    watched = Watched(file)
    file.unlink()
    assert watched.sees_a_change()
    assert not watched.sees_a_change(60.0)
    file.write_text(OLD)
    assert watched.sees_a_change()


def test_a_file_that_changes_all_the_time_is_read_when_it_rests(file: Path) -> None:
    watched = Watched(file)
    for number in range(20):
        file.write_text(f"# {number}\n")
        assert Look.CHANGED not in watched.looks(watched.watch.wait)
    assert watched.sees_a_change()


@pytest.mark.parametrize("way", [by_sed, renamed_over, in_place])
def test_a_file_behind_a_pattern_is_seen_when_it_is_new_or_other_or_gone(
    tmp_path: Path, way: Callable[[Path], None]
) -> None:
    folder = tmp_path / "checks.d"
    folder.mkdir()
    watched = Watched(patterns=(str(folder / "*.yaml"),))
    (folder / "a.yaml").write_text(OLD)
    assert watched.sees_a_change()
    (folder / "b.txt").write_text(OLD)
    assert not watched.sees_a_change()
    way(folder / "a.yaml")
    assert watched.sees_a_change()
    (folder / "a.yaml").unlink()
    assert watched.sees_a_change()
    folder.rename(tmp_path / "away")
    assert not watched.sees_a_change()


def test_a_secret_that_is_replaced_is_seen(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-old\n")
    watched = Watched(file, secret)
    renamed_over(secret)
    assert watched.sees_a_change()


def test_whoever_asks_gets_a_change_though_there_is_none(file: Path) -> None:
    watched = Watched(file)
    watched.watch.ask()
    assert watched.looks(LOOK_SECONDS + AGREE_SECONDS) == [Look.UNSETTLED, Look.CHANGED]
    assert not watched.sees_a_change(60.0)


def test_what_was_read_does_not_count_if_it_has_changed_meanwhile(file: Path) -> None:
    watched = Watched(file)
    file.write_text(NEW)
    assert watched.looks(2.0)[-1] is Look.CHANGED
    loaded = watched.watch.agreed
    file.write_text(f"{NEW}# more\n")
    assert not watched.watch.loaded(loaded, whole=True)
    assert not watched.watch.loaded(contents_now(loaded), whole=True)  # once looked at, not twice
    assert watched.sees_a_change()


def test_after_a_fault_the_files_of_before_stay_watched(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-old\n")
    watched = Watched(file, secret)
    file.write_text("{")
    assert watched.looks(2.0)[-1] is Look.CHANGED
    assert watched.watch.loaded(contents_now(WatchedFiles(files=((str(file), ""),))), whole=False)
    secret.write_text("xoxb-new\n")
    assert watched.sees_a_change()


@pytest.mark.parametrize("put", [Path.mkdir, os.mkfifo])
def test_something_else_in_its_place_is_seen_and_not_waited_for(file: Path, put: Callable[[Path], None]) -> None:
    watched = Watched(file)
    file.unlink()
    put(file)
    assert watched.sees_a_change()


def test_a_pipe_from_which_it_was_started_is_left_alone(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    watched = Watched(pipe)
    pipe.unlink()
    assert dict(watched.watch.agreed.files) == {str(pipe): NOT_REGULAR}
    assert not watched.sees_a_change(60.0)


def test_a_file_that_is_too_large_is_not_read_to_its_end(file: Path) -> None:
    watched = Watched(file)
    with file.open("r+b") as opened:
        opened.truncate(MOST_BYTES * 1000)
    assert watched.sees_a_change()
    assert dict(watched.watch.agreed.files) == {str(file): "EFBIG"}


def test_contents_are_read_only_now_and_then(file: Path) -> None:
    reads: list[float] = []

    def counted(watched: WatchedFiles) -> WatchedFiles:
        reads.append(0.0)
        return contents_now(watched)

    watch = FileWatch(contents_now(WatchedFiles(files=((str(file), ""),))), counted)
    for second in range(301):
        assert watch.look(1000.0 + second) is Look.SAME
    assert len(reads) == 11


def test_a_path_that_no_file_can_have_is_looked_at_like_any_other(file: Path) -> None:
    """A configuration with a fault names it; the look at it must not fail each second."""
    watched = Watched(file, file.with_name("a\0b"))
    in_place(file)
    assert watched.sees_a_change()


def test_links_in_a_circle_are_a_change_and_their_end_is_another(file: Path) -> None:
    watched = Watched(file)
    file.unlink()
    file.symlink_to(file.name)
    assert watched.sees_a_change()
    assert not watched.sees_a_change(40.0)
    file.unlink()
    file.write_text(OLD)
    assert watched.sees_a_change()
