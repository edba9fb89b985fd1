"""How well front matter is read of real papers, and what it costs: `CALLBOARD_BENCH_PAPERS=FOLDER make bench`.

The folder holds HTML and PDF files whose names have the number of their paper (`D2300R10.html`, `mine-P2300.pdf`), at
any depth. What is right is said by an index in the format of wg21.link: `index.json` or `index.json.gz` in the folder,
else the newest that the stage has. Where somebody looked at the papers, `truth.json` in the folder overrides it: a JSON
object with the file's name as key and an object of `title`, `authors` and `audience` as value, each of which may be
missing; `null` instead of an object leaves the file out. No index knows for whom a paper is, so that the groups are
counted of those files alone whose `audience` stands there, be they in the index or not: an empty list where the paper
names none. `CALLBOARD_BENCH_TRUTH=FILE` names another file than `truth.json`.
"""

import asyncio
import gzip
import importlib.resources
import json
import os
import resource
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actors.prober.frontmatter.child import reader
from messages.drafts import Extension, FrontMatter
from tests.bench.front_matter import (
    Index,
    Score,
    Series,
    TitleVerdict,
    Truth,
    indexed,
    names_apart,
    paper_of,
    series_of,
    truth_of,
)
from tests.bench.table import Table

FOLDER = os.environ.get("CALLBOARD_BENCH_PAPERS", "")
TRUTH = os.environ.get("CALLBOARD_BENCH_TRUTH", "")
EXTENSIONS = {".html": Extension.HTML, ".htm": Extension.HTML, ".pdf": Extension.PDF}


@pytest.mark.skipif(not FOLDER, reason="CALLBOARD_BENCH_PAPERS names no folder of papers")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("series", Series)
@pytest.mark.parametrize("extension", Extension)
def test_real_papers_are_read(extension: Extension, series: Series, table: Table) -> None:
    """Prints each paper that was not read as the index has it: the index is wrong at times."""
    score, costs = Score(), []
    for path, truth, audience in papers(Path(FOLDER), extension, series):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = asyncio.run(reader.read(path.read_bytes(), extension, "text/html"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if found.front_matter is None:
            score.unread += 1
            print(f"{path.name}: {found.error}")
            continue
        if truth is not None:
            compare(path.name, found.front_matter, truth, score)
        if audience is not None and (wrong := score.add_audience(found.front_matter.audience, audience)):
            print(f"{path.name}: audience {found.front_matter.audience}, and not {audience}: {wrong}")
    if not costs:
        pytest.skip(f"no {extension.value} of a {series.value} paper in {FOLDER} that the index knows")
    report(score, costs, f"{series.value} {extension.value}", table)


def compare(name: str, found: FrontMatter, truth: Truth, score: Score) -> None:
    """Count title and authors, and print what is not as the index has it."""
    verdict = score.add(found, truth)
    wrong, missed = names_apart(found.authors, truth.authors)
    if verdict is not TitleVerdict.RIGHT:
        print(f"{name}: title {verdict.value}: {found.title!r}, and not {truth.titles[0]!r}")
    if wrong or missed:
        print(f"{name}: authors not in the index: {wrong}; not read: {missed}")


def report(score: Score, costs: list[float], kind: str, table: Table) -> None:
    """The lines of the table."""
    titles = max(1, score.titles.total())
    table.add(f"{kind}: papers", len(costs), "files")
    table.add(f"{kind}: papers that could not be read", score.unread, "files")
    table.add(f"{kind}: titles right", 100 * score.titles[TitleVerdict.RIGHT] / titles, "%", above=97)
    for verdict in TitleVerdict:
        table.add(f"{kind}: titles {verdict.value}", score.titles[verdict], "papers")
    table.add(f"{kind}: names, precision", 100 * score.names_right / max(1, score.names_read), "%", above=99.5)
    table.add(f"{kind}: names, recall", 100 * score.names_found / max(1, score.names_expected), "%", above=98.5)
    if score.groups_expected:
        table.add(f"{kind}: papers whose audience was noted", score.audiences, "papers")
        table.add(f"{kind}: groups, precision", 100 * score.groups_right / max(1, score.groups_read), "%", above=99)
        table.add(f"{kind}: groups, recall", 100 * score.groups_found / score.groups_expected, "%", above=95)
    table.add(f"{kind}: CPU of a child, median", statistics.median(costs), "s")
    table.add(f"{kind}: CPU of a child, at most", max(costs), "s", below=reader.LIMIT)


def papers(
    folder: Path, extension: Extension, series: Series
) -> Iterator[tuple[Path, Truth | None, tuple[str, ...] | None]]:
    """The papers of a series, with what is right by the index, and the audience where somebody wrote it down."""
    index, overrides = index_of(folder), overrides_of(folder)
    for path in sorted(folder.rglob("*")):
        paper = paper_of(path.name)
        if EXTENSIONS.get(path.suffix.lower()) is not extension or paper is None:
            continue
        if series_of(paper[0]) is not series:
            continue
        truth, by_eye = truth_of(index, *paper), overrides.get(path.name, {})
        if by_eye is None or (truth is None and "audience" not in by_eye):
            continue
        if truth is not None and "title" in by_eye:
            truth = replace(truth, titles=(by_eye["title"],))
        if truth is not None and "authors" in by_eye:
            truth = replace(truth, authors=(tuple(by_eye["authors"]),))
        yield path, truth, tuple(by_eye["audience"]) if "audience" in by_eye else None


def index_of(folder: Path) -> Index:
    """The index beside the papers, or the stage's newest."""
    if (packed := folder / "index.json.gz").exists():
        return indexed(json.loads(gzip.decompress(packed.read_bytes())))
    if (plain := folder / "index.json").exists():
        return indexed(json.loads(plain.read_bytes()))
    newest = importlib.resources.files("actors.stage") / "data" / "2025-12-04.json.gz"
    return indexed(json.loads(gzip.decompress(newest.read_bytes())))


def overrides_of(folder: Path) -> Mapping[str, Any]:
    """What somebody wrote down of single files."""
    path = Path(TRUTH) if TRUTH else folder / "truth.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
