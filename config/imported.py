"""What an import brings: checks as a configuration has them, and what could not be taken over."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LONGEST_NAME_CHARACTERS = 100

STARTTLS_OF_SMTP: tuple[tuple[tuple[str, Any], ...], ...] = (
    (("expect", "^220 "), ("send", "EHLO callboard")),
    (("expect", "^250 "), ("send", "STARTTLS")),
    (("expect", "^220 "), ("starttls", True)),
)
"""How TLS begins with a mail server: after the greeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedChecks:
    """Checks as the configuration has them; and a sentence for each thing that was not taken over."""

    checks: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


class UniqueNames:
    """Gives each check a name that no other of its group has."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def unique(self, group: str, name: str, between: str = " ") -> str:
        """The name, or one with a number behind `between`."""
        chosen, number = name, 1
        while (group, chosen) in self._taken:
            number += 1
            ending = f"{between}{number}"
            chosen = f"{name[: LONGEST_NAME_CHARACTERS - len(ending)].rstrip()}{ending}"
        self._taken.add((group, chosen))
        return chosen


class FileNames:
    """Gives each check a file of its own for what it keeps secret."""

    def __init__(self, ending: str) -> None:
        self._ending = ending
        self._unique = UniqueNames()

    def of(self, *words: str) -> str:
        """Such as `infra-backup.token`, of a group and a name."""
        plain = (re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words)
        stem = "-".join(filter(None, plain)) or "check"
        return f"{self._unique.unique('', stem, '-')}.{self._ending}"


def plain_name(text: Any) -> str:
    """A name as ours are."""
    kept = "".join(letter if letter.isprintable() and letter != "/" else "-" for letter in str(text or ""))
    return kept.strip()[:LONGEST_NAME_CHARACTERS].strip()


def without_login(url: str) -> str:
    """A URL without user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url
