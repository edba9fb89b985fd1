"""A release is made from the changelog: a version with a section of its own, newer than all before."""

from datetime import date
from pathlib import Path

import pytest

from deploy.changelog import NotReleasable, cut, faults, released, section, version_in, with_version

ROOT = Path(__file__).parents[3]
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.9.0 (2026-01-31)\n\n- Old.\n  More.\n\n## 1.8.0\n\nFirst.\n"
NOTHING_NEW = CHANGELOG.replace("- New.\n\n", "")
DAY = date(2026, 11, 30)


def test_a_section_is_what_stands_below_its_heading() -> None:
    assert section(CHANGELOG, "1.9.0") == "- Old.\n  More."
    assert section(CHANGELOG, "1.8.0") == "First."
    assert section(CHANGELOG, "1.7.0") == ""


def test_what_was_unreleased_becomes_the_versions() -> None:
    made = cut(CHANGELOG, "1.10.0", DAY)
    assert "## Unreleased\n\n## 1.10.0 (2026-11-30)\n\n- New.\n\n## 1.9.0" in made
    assert released(made) == ("1.10.0", "1.9.0", "1.8.0")
    assert faults(made, "1.10.0") == []


@pytest.mark.parametrize("version", ["1.9.0", "1.8.7", "0.10.0"])
def test_a_version_is_newer_than_all_before(version: str) -> None:
    with pytest.raises(NotReleasable, match="is not newer"):
        cut(CHANGELOG, version, DAY)


@pytest.mark.parametrize("version", ["1.10", "v1.10.0", "1.10.0.dev0", "1.10.0rc1", "01.10.0", ""])
def test_a_version_is_three_numbers(version: str) -> None:
    with pytest.raises(NotReleasable, match="three numbers"):
        cut(CHANGELOG, version, DAY)


def test_without_news_there_is_nothing_to_release() -> None:
    with pytest.raises(NotReleasable, match="nothing to release"):
        cut(NOTHING_NEW, "1.10.0", DAY)


@pytest.mark.parametrize(
    ("changelog", "version", "said"),
    [
        (NOTHING_NEW, "1.10.0", "no section 1.10.0"),
        (CHANGELOG, "1.9.0", "lines under Unreleased"),
        (NOTHING_NEW, "1.8.0", "not its newest"),
        (NOTHING_NEW, "1.9.0.dev0", "not newer than 1.9.0"),
        (NOTHING_NEW, "1.9", "three numbers"),
    ],
)
def test_what_a_release_lacks_is_said(changelog: str, version: str, said: str) -> None:
    assert any(said in fault for fault in faults(changelog, version))


def test_this_checkout_can_be_released() -> None:
    version = version_in((ROOT / "messages" / "about.py").read_text())
    assert faults((ROOT / "CHANGELOG.md").read_text(), version) == []


def test_the_version_is_written_where_the_program_reads_it() -> None:
    about = (ROOT / "messages" / "about.py").read_text()
    assert version_in(with_version(about, "3.0.0")) == "3.0.0"
    assert with_version(about, version_in(about)) == about
