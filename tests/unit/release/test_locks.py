"""The locks: everything that setup.cfg asks for, in the version of constraints.txt, with hashes, and nothing from
elsewhere. After a change of a dependency, `make lock` writes them."""

import configparser
import re
from pathlib import Path

import pytest

from deploy.licences import refused
from deploy.lock import LOCKS, SOURCES

ROOT = Path(__file__).parents[3]
SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    lines = (LOCKS / name).read_text().splitlines()
    return {
        plain(found[1]): found[2] for line in lines if (found := re.match(r"([\w.-]+)(?:\[.*\])?==([\w.+!-]+)", line))
    }


def asked(text: str) -> set[str]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {plain(re.split(r"[\s<>=!;\[]", line)[0]) for line in lines if line}


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().split()
    return {plain(line.partition("==")[0]): line.partition("==")[2] for line in lines}


SERVICE = asked(SETTINGS["options"]["install_requires"])


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("service.txt", SERVICE),
        ("dev.txt", SERVICE | asked(SETTINGS["options.extras_require"]["dev"])),
        ("build.txt", asked((LOCKS / "build.in").read_text())),
        ("release.txt", asked((LOCKS / "release.in").read_text())),
    ],
)
def test_a_lock_has_all_that_is_asked_for(name: str, needed: set[str]) -> None:
    assert needed - locked(name).keys() == set(), "run `make lock`"


@pytest.mark.parametrize("name", ["service.txt", "dev.txt"])
def test_a_lock_has_the_versions_that_were_tested(name: str) -> None:
    versions = pinned()
    assert {
        package: (version, versions.get(package))
        for package, version in locked(name).items()
        if versions.get(package) != version
    } == {}, "run `make lock`, and add to constraints.txt what is new"


@pytest.mark.parametrize("name", SOURCES)
def test_every_file_of_a_lock_has_its_hash_and_no_address(name: str) -> None:
    text = (LOCKS / name).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.partition("\n")[2].strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("licence", "is_refused"),
    [
        ("MIT License", False),
        ("Apache-2.0", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("LGPL with exceptions", False),
        ("MPL-2.0 AND MIT", False),
        ("MIT OR GPL-2.0-only", False),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("GNU Affero General Public License v3", True),
        ("MIT AND GPL-2.0-only", True),
        ("UNKNOWN", True),
        ("Other/Proprietary License", True),
    ],
)
def test_a_licence_that_binds_us_or_is_unknown_is_refused(licence: str, is_refused: bool) -> None:
    assert refused([{"Name": "x", "Version": "1", "License": licence}]) == (["x 1: " + licence] if is_refused else [])
