"""Phrases that no native speaker would write, and that are not to come back."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PHRASES = (
    r"\b(?:everybody|anybody|somebody|one|users|those) whom\b",
    r"\banew\b",
    r"\b(?:for|to) who\b",
    r"\blies? there\b",
    r"\bat the most\b",
    r"\bso long as\b",
    r"\bof yours\b",
    r"\bbegun again\b",
    r"\bbegins? again\b",
    r"\bmore seldom\b",
    r"\bin vain\b",
    r"\btold of\b",
    r"\bthe own\b",
    r"\bis meant\?",
    r"\bthere is no such key\b",
    r"\blikeliest\b",
    r"\bhow it stands\b",
)
BANNED = re.compile("|".join(PHRASES), re.IGNORECASE)
EXEMPT = {"CHANGELOG.md", "tests/unit/test_wording.py", "tests/actors/notifier/test_notifier_migrations.py"}
"""These quote what older versions said."""


def _read() -> list[str]:
    patterns = ("*.md", "*.py", "*.yaml", "*.cfg", "*.toml", "Makefile")
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if name not in EXEMPT and (ROOT / name).exists()]


@pytest.mark.parametrize("name", ["README.md", "docs", "actors", "config", "messages", "tests"])
def test_banned_phrases_stay_away(name: str) -> None:
    found = [
        f"{file}:{number}: {line.strip()}"
        for file in _read()
        if file == name or file.startswith(f"{name}/")
        for number, line in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), start=1)
        if BANNED.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["Users whom Slack refuses", "it begins again", "x is meant?", "a file of yours"])
def test_a_banned_phrase_is_seen(text: str) -> None:
    assert BANNED.search(text)
