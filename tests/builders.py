"""Short ways to make the values that tests are about."""

from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from config.loader import load
from messages.papers import Paper, PaperKind
from messages.settings import Settings

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


def a_paper(number: int = 2300, revision: int | None = 10, kind: PaperKind = PaperKind.P, **fields: Any) -> Paper:
    """`P2300R10`, unless said otherwise."""
    digits = f"{number:04d}" if kind in (PaperKind.P, PaperKind.D) else str(number)
    name = f"{kind.value}{digits}" + (
        "" if revision is None or kind not in (PaperKind.P, PaperKind.D) else f"R{revision}"
    )
    known: dict[str, Any] = {
        "id": name,
        "kind": kind,
        "number": number,
        "revision": revision,
        "title": "`std::execution`",
        "authors": ("Eric Niebler", "Thomas Köppe"),
        "date": date(2024, 6, 28),
        "status": "",
        "url": f"https://wg21.link/{name.lower()}",
    }
    return Paper(**{**known, **fields})


def settings(environment: dict[str, str] | None = None, **sections: Any) -> Settings:
    """The default settings with changes: `settings(index={"interval": 1.0})`. Nothing in them is a real site, and
    there are only the checks that a test adds."""
    nowhere = {
        "CALLBOARD_INDEX__URL": "http://127.0.0.1:9/index.json",
        "CALLBOARD_OPEN_STD__ENABLED": "false",
        "CALLBOARD_PROBER__BASE_URL": "http://127.0.0.1:9/files/papers/",
        "CALLBOARD_PROBER__CONTACT": "tests@callboard.invalid",
        "CALLBOARD_SLACK__API_URL": "http://127.0.0.1:9/api/",
        "CALLBOARD_HEALTH__PORT": "0",
        "CALLBOARD_HEALTH__BUILTIN_CHECKS": "false",
    }
    made = load(None, nowhere | (environment or {})).settings
    changes = {
        name: replace(getattr(made, name), **fields) if isinstance(fields, dict) else fields
        for name, fields in sections.items()
    }
    return replace(made, **changes)
