"""The changelog and the version, as text: what a release is made from. Pure."""

import re
from datetime import date

UNRELEASED = "Unreleased"
FINAL = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
DEVELOPMENT = re.compile(rf"{FINAL.pattern}\.dev0")
_HEADING = re.compile(r"^## (\S+)(?: \(\d{4}-\d\d-\d\d\))?$", re.MULTILINE)
_VERSION = re.compile(r'^VERSION = "(.*)"$', re.MULTILINE)


class NotReleasable(Exception):
    """A release cannot be made; the text says why, and what to do."""


def section(changelog: str, version: str) -> str:
    """The lines below the heading of this version, without empty ones around them; empty if there is no heading."""
    for heading in _HEADING.finditer(changelog):
        if heading[1] == version:
            after = _HEADING.search(changelog, heading.end())
            return changelog[heading.end() : after.start() if after else len(changelog)].strip()
    return ""


def released(changelog: str) -> tuple[str, ...]:
    """The versions that it has, newest first."""
    return tuple(heading[1] for heading in _HEADING.finditer(changelog) if heading[1] != UNRELEASED)


def cut(changelog: str, version: str, day: date) -> str:
    """The changelog with what was unreleased under this version and day. Raises NotReleasable."""
    if not FINAL.fullmatch(version):
        raise NotReleasable(f"a version is three numbers such as 1.2.0, not {version!r}")
    if not section(changelog, UNRELEASED):
        raise NotReleasable(f"CHANGELOG.md has nothing under {UNRELEASED}: there is nothing to release")
    if newer := [other for other in released(changelog) if numbers(other) >= numbers(version)]:
        raise NotReleasable(f"CHANGELOG.md has {newer[0]} already: {version} is not newer")
    return changelog.replace(f"## {UNRELEASED}\n", f"## {UNRELEASED}\n\n## {version} ({day.isoformat()})\n", 1)


def faults(changelog: str, version: str) -> list[str]:
    """What a release of `version` lacks in its changelog; a development version needs nothing but a newer number."""
    if DEVELOPMENT.fullmatch(version):
        newest = released(changelog)[0]
        is_newer = numbers(version.removesuffix(".dev0")) > numbers(newest)
        return [] if is_newer else [f"{version} is not newer than {newest}, which CHANGELOG.md has"]
    if not FINAL.fullmatch(version):
        return [f"messages/about.py: a version is three numbers such as 1.2.0, or 1.2.0.dev0, not {version!r}"]
    if not section(changelog, version):
        return [f"CHANGELOG.md has no section {version}"]
    found = [] if released(changelog)[0] == version else [f"CHANGELOG.md: {version} is not its newest version"]
    if section(changelog, UNRELEASED):
        found.append(f"CHANGELOG.md has lines under {UNRELEASED}, which {version} would have without saying so")
    return found


def numbers(version: str) -> tuple[int, ...]:
    """For comparing."""
    return tuple(int(part) for part in version.split("."))


def version_in(about: str) -> str:
    """The version that messages/about.py says."""
    if (found := _VERSION.search(about)) is None:
        raise NotReleasable("messages/about.py has no line VERSION")
    return found[1]


def with_version(about: str, version: str) -> str:
    """messages/about.py with another version."""
    return _VERSION.sub(f'VERSION = "{version}"', about)
