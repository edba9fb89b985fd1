"""Which licences dependencies may have: the JSON of pip-licenses on standard input, a verdict as exit code.

Callboard is under the Apache License, so nothing under the GPL or AGPL comes with it. The LGPL is fine for what is only
imported.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping

_FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Public Domain|Unlicense|Zlib|HPND"
    r"|PostgreSQL|LGPL|Lesser General Public|CC0)\b",
    re.IGNORECASE,
)
_BINDING = re.compile(r"(?<![a-z])a?gpl(?!\w*lesser)|(?<!lesser )general public licen[cs]e|affero", re.IGNORECASE)


def refused(packages: Iterable[Mapping[str, str]]) -> list[str]:
    """A line for each package whose licence binds us, or is not known. Of several licences to choose from, one will
    do."""
    return [
        f"{package['Name']} {package['Version']}: {package['License']}"
        for package in packages
        if not any(_is_free(choice) for choice in re.split(r"\bOR\b|;", package["License"]))
    ]


def _is_free(licence: str) -> bool:
    return all(_FREE.search(part) and not _BINDING.search(part) for part in re.split(r"\bAND\b", licence))


def main() -> None:
    """Exit with 1 and a line for each that is refused."""
    packages = json.load(sys.stdin)
    if lines := refused(packages):
        sys.exit("\n".join(("These licences are refused, or not known to deploy/licences.py:", *lines)))
    print(f"{len(packages)} packages, all under licences that Callboard can be given away with")


if __name__ == "__main__":
    main()
