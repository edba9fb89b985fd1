"""`callboard index diff`: what would be announced, and to whom."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest
from actors.front.commands.tools.index_diff import ComparedFiles, compared, document_of, lines_of
from tests.index_builders import an_entry, many_entries
from tests.unit.index.listings import a_page, a_row

OLD = many_entries(20)


class Service:
    """A running service: who hears what by id, and which papers were drafts."""

    def __init__(self, items: dict[str, list[tuple[str, list[str]]]], published: tuple[str, ...] = ()) -> None:
        self.items, self.published = items, published

    def __call__(self, request: ControlRequest) -> Any:
        part = request.compared
        ids = [each["id"] for each in part.get("added", ())]
        ids += [each["after"]["id"] for each in part.get("changes", ())]
        ids += [part["mailing"]["name"]] if "mailing" in part else []
        items = [
            {"id": id, "happening": happening, "users": users}
            for id in ids
            for happening, users in self.items.get(id, ())
        ]
        published = [id for id in ids if id in self.published]
        return {"items": items, "published": published, "readers": "C0PAPERS", "operators": "C0OPS"}


def is_down(request: ControlRequest) -> Any:
    raise ServiceNotRunning("no service")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "old.json", tmp_path / "new.json"


def diff(files: tuple[Path, Path], old: Any, new: Any, service: Any) -> list[str]:
    for path, index in zip(files, (old, new), strict=True):
        path.write_text(json.dumps(index))
    return list(lines_of(compared([str(path) for path in files], service)))


def compare(tmp_path: Path, old: bytes, new: bytes) -> ComparedFiles:
    """Of two files with these bytes, without a service."""
    for name, body in (("old", old), ("new", new)):
        (tmp_path / name).write_bytes(body)
    return compared([str(tmp_path / "old"), str(tmp_path / "new")], is_down)


def test_users_and_channels_are_named_and_the_readers_channel_hears_of_published_drafts(
    files: tuple[Path, Path],
) -> None:
    new = {**OLD, "P0030R0": an_entry(title="A"), "P0031R0": an_entry(title="B"), "P0032R0": an_entry(title="C")}
    service = Service(
        {
            "P0030R0": [("paper_added", ["C0SG16", "U1"])],
            "P0031R0": [("paper_added", ["U1", "C0PAPERS"]), ("draft_published", ["U2"])],
        },
        published=("P0031R0",),
    )

    assert diff(files, OLD, new, service) == [
        "new P0030R0 “A”: paper added, to channel C0SG16, U1",
        "new P0031R0 “B”: draft published, to the readers' channel C0PAPERS, U2; paper added, to U1",
        "new P0032R0 “C”: to nobody",
    ]


def test_what_would_be_held_is_told_to_operators(files: tuple[Path, Path]) -> None:
    emptied = {id: {**entry, "author": ""} for id, entry in OLD.items()}

    lines = diff(files, OLD, emptied, Service({}))

    assert lines[0] == "It would be held, because it is not plausible:"
    assert "20 entries lost their authors" in lines[1]
    told = (
        "Operators would be told that, in the operators' channel C0OPS. Nothing else is announced until it is applied:"
    )
    assert lines[2] == told
    assert lines[3].startswith("changed P0001R0: authors")
    assert lines[3].endswith(": to nobody")


def test_a_mailing_is_for_the_readers_channel_and_for_those_who_watch_mailings(tmp_path: Path) -> None:
    pages = {"old.html": {"mailing2031-01": [a_row("P9000R0")]}}
    pages["new.html"] = {**pages["old.html"], "mailing2031-02": [a_row("P9001R0", mailing="2031-02")]}
    for name, mailings in pages.items():
        (tmp_path / name).write_text(a_page(mailings))
    service = Service({"2031-02": [("mailing_published", ["C0SG16", "U3"])]})

    lines = list(lines_of(compared([str(tmp_path / "old.html"), str(tmp_path / "new.html")], service)))

    assert lines[0] == (
        "new mailing 2031-02, 1 paper: mailing published, to the readers' channel C0PAPERS, channel C0SG16, U3"
    )
    assert lines[1] == "new P9001R0 “About P9001R0”: to nobody"


def test_so_many_papers_are_one_summary_each(files: tuple[Path, Path]) -> None:
    lines = diff(files, OLD, many_entries(271), Service({}))
    assert lines[0].startswith("These are so many papers")
    assert len(lines) == 1 + 251


def test_without_a_service_the_papers_are_shown(files: tuple[Path, Path]) -> None:
    lines = diff(files, OLD, {**OLD, "P0030R0": an_entry(title="A")}, is_down)
    assert lines == ["Callboard is not running, so it is not known who would be notified.", "new P0030R0 “A”"]


def test_equal_files_say_so(files: tuple[Path, Path]) -> None:
    assert diff(files, OLD, OLD, Service({})) == ["No paper is new or different."]


def test_what_is_gone_is_said_and_announced_to_nobody(files: tuple[Path, Path]) -> None:
    assert diff(files, OLD, many_entries(19), Service({})) == [
        "No paper is new or different.", "1 paper is gone, which is announced to nobody: P0020R0",
    ]  # fmt: skip
    assert diff(files, many_entries(90), many_entries(80), Service({}))[-1] == (
        "10 papers are gone, which is announced to nobody: P0081R0, P0082R0, P0083R0, P0084R0, P0085R0 …"
    )


@pytest.mark.parametrize(
    ("new", "why"),
    [({}, "an empty object"), ({"message": "over quota"}, "none of its 1 members is an entry of the index")],
)
def test_what_is_no_page_of_its_source_would_be_refused(files: tuple[Path, Path], new: Any, why: str) -> None:
    assert diff(files, OLD, new, Service({})) == [
        f"The newer file would be refused: {why}.",
        "What is stored would stay in use, and nobody would be notified.",
    ]


def test_files_of_two_sources_are_not_compared(tmp_path: Path) -> None:
    page = a_page({"mailing2031-01": [a_row()]}).encode()

    with pytest.raises(
        RequestRefused, match=r"old is an index of wg21\.link, .*new is a page of open-std\.org: compare"
    ):
        compare(tmp_path, json.dumps(OLD).encode(), page)


def test_what_a_file_is_shows_in_its_content(tmp_path: Path) -> None:
    page = a_page({"mailing2031-01": [a_row()]}).encode()

    found = compare(tmp_path, b"\xef\xbb\xbf\n" + page, gzip.compress(page))

    assert list(lines_of(found))[1:] == ["No paper is new or different."]


@pytest.mark.parametrize(
    "damage", [lambda packed: packed[:-9], lambda packed: packed[:20] + b"\xff" * 40 + packed[60:]]
)
def test_a_file_that_cannot_be_unpacked_is_refused(tmp_path: Path, damage: Any) -> None:
    body = json.dumps(OLD).encode()

    with pytest.raises(RequestRefused, match=r"new (ends in the middle|cannot be unpacked)"):
        compare(tmp_path, body, damage(gzip.compress(body)))


def test_programs_get_a_document(tmp_path: Path) -> None:
    new = {**many_entries(19), "P0030R0": an_entry(title="A")}
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    for path, index in zip(paths, (OLD, new), strict=True):
        path.write_text(json.dumps(index))
    words = [str(path) for path in paths]
    service = Service({"P0030R0": [("paper_added", ["U1"])]})

    assert document_of(compared(words, service)) == {
        "held": [],
        "mailings": [],
        "added": [{"id": "P0030R0", "title": "A", "told": {"paper added": ["U1"]}}],
        "changed": [],
        "gone": ["P0020R0"],
    }
    assert document_of(compared(words, is_down))["added"][0]["told"] is None
