"""The documents speak of what is there: links lead somewhere, paths exist, decisions are in order."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


DOCUMENTS = [path for path in _tracked("*.md") if ".github" not in path.parts]
HISTORY = {ROOT / "CHANGELOG.md", *DECISIONS.glob("[0-9]*.md")}
"""They tell of what was, under the names that it had."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path not in HISTORY], ids=lambda path: path.name)
def test_paths_that_documents_name_are_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:actors|messages|config|tests|docs)/[\w/.-]*\w)/?`", text))
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_decision_has_its_number_its_date_and_a_line_in_the_index() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| \[(.+?)\]\((\S+?)\) \| (\d{4}-\d\d-\d\d) \| (.+?) \|$", index, re.MULTILINE)
    pages = {}
    for path in DECISIONS.glob("[0-9]*.md"):
        head = re.match(
            r"# (\d+)\. (.+)\n\nDate: (\d{4}-\d\d-\d\d)(?:, changed [\d-]+)?\. Status: (.+)\.\n",
            path.read_text(encoding="utf-8"),
        )
        assert head is not None, f"{path.name} begins otherwise than a decision"
        pages[path.name] = head.groups()
    assert {name: (number, title, date, status) for number, title, name, date, status in rows} == pages
    assert [int(number) for number, *_ in rows] == list(range(1, len(pages) + 1))
    assert all(name.startswith(f"{int(number):04d}-") for number, _, name, *_ in rows)
    assert {path.name for path in DECISIONS.glob("*.md")} == {"README.md", *pages}


def test_the_files_on_a_drafts_way_are_there() -> None:
    way = _section("A draft's way, from HEAD to Slack")
    named = re.findall(r"`((?:prober|watchlist|notifier|runtime)/[\w/]+\.py)`", way)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / "actors" / path).exists()] == []


def test_every_table_stands_in_the_table_of_tables_with_its_owner() -> None:
    rows = dict(re.findall(r"^\| (?:`)?([\w ]+?)(?:`)? \| (.+?) \|$", _section("The tables"), re.MULTILINE))
    documented = {owner: set(re.findall(r"`(\w+)`", text)) for owner, text in rows.items() if owner != "schema"}
    delivery = _tables_of("runtime") | {"schema_migrations"}
    assert documented.pop("every schema") == delivery
    assert documented == {owner: _tables_of(owner) for owner in documented}
    assert set(documented) == {path.parts[1] for path in _migrations()} - {"runtime"}


def test_every_table_has_its_bound() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    section = text.split("\n## What grows, and what bounds it\n")[1].split("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (.+?) \|", section, re.MULTILINE) for name in re.findall(r"`([\w.]+)`", row)
    }
    delivery = _tables_of("runtime") | {"schema_migrations"}
    owners = {path.parts[1] for path in _migrations()} - {"runtime"}
    tables = {f"{owner}.{table}" for owner in owners for table in _tables_of(owner)} - {"index.papers"}
    assert {name for name in named if "." in name and not name.endswith(".log")} == tables
    assert delivery <= named


def _section(title: str) -> str:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def _migrations() -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in _tracked("actors/*.sql"))


def _tables_of(owner: str) -> set[str]:
    """The tables and views that are left when all of an owner's migrations have been applied."""
    tables: set[str] = set()
    for path in _migrations():
        if path.parts[1] != owner:
            continue
        for verb, name, new in re.findall(
            r"^(CREATE TABLE|CREATE VIEW|DROP TABLE|ALTER TABLE) (\w+)(?: RENAME TO (\w+))?",
            (ROOT / path).read_text(encoding="utf-8"),
            re.MULTILINE,
        ):
            if verb.startswith("CREATE"):
                tables.add(name)
            elif verb == "DROP TABLE":
                tables.discard(name)
            elif new:
                tables = (tables - {name}) | {new}
    return tables
