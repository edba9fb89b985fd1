"""What differs between the settings that are in effect and those that were loaded, by the names of keys: never a value.
Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from messages.check_definitions import CheckDefinition
from messages.settings import Settings, TakesEffect

S = TypeVar("S", bound=Struct)

CHECKS = frozenset({"checks", "withheld"})

MOST_NAMED = 5
"""So many checks are named; of more, the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`changed`: keys that take effect while the service runs. `after_restart`: keys that do not. The checks by their
    keys: `added`, `removed`, and `altered` ones."""

    changed: tuple[str, ...] = ()
    after_restart: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()

    @property
    def takes_effect(self) -> bool:
        """Whether something changes in the service that runs."""
        return bool(self.changed or self.added or self.removed or self.altered)


def difference(running: Settings, loaded: Settings) -> Difference:
    """Of the settings that are in effect, and those of the files."""
    names = [name for name, before, after in _pairs(running, loaded) if before != after]
    restart = frozenset(_after_restart(Settings))
    before, after = _by_key(running.checks), _by_key(loaded.checks)
    return Difference(
        changed=tuple(name for name in names if name not in restart),
        after_restart=tuple(name for name in names if name in restart),
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        altered=tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key])),
    )


def effective(running: Settings, loaded: Settings) -> Settings:
    """What was loaded, but for what needs a restart: that stays as it is."""
    return _effective(running, loaded)


def in_words(found: Difference) -> str:
    """What changes at once; empty for nothing."""
    parts = [", ".join(found.changed)] if found.changed else []
    for word, keys in (("added", found.added), ("changed", found.altered), ("removed", found.removed)):
        if keys:
            named = ", ".join(keys) if len(keys) <= MOST_NAMED else f"{', '.join(keys[:MOST_NAMED])}, …"
            parts.append(f"{len(keys)} {'check' if len(keys) == 1 else 'checks'} {word} ({named})")
    return "; ".join(parts)


def restart_in_words(names: tuple[str, ...]) -> str:
    """What waits for a restart."""
    return f"{', '.join(names)} {'takes' if len(names) == 1 else 'take'} effect after a restart of the service"


def _pairs(running: Struct, loaded: Struct, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    for field in fields(running):
        name, before, after = f"{prefix}{field.name}", getattr(running, field.name), getattr(loaded, field.name)
        if isinstance(before, Struct):
            yield from _pairs(before, after, f"{name}.")
        elif name not in CHECKS:
            yield name, before, after


def _after_restart(struct: type[Struct], prefix: str = "") -> Iterator[str]:
    for field in fields(struct):
        name = f"{prefix}{field.name}"
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            yield from _after_restart(field.type, f"{name}.")
        elif TakesEffect.AFTER_RESTART in getattr(field.type, "__metadata__", ()):
            yield name


def _effective(running: S, loaded: S) -> S:
    kept: dict[str, Any] = {}
    restart = frozenset(_after_restart(type(running)))
    for field in fields(running):
        before, after = getattr(running, field.name), getattr(loaded, field.name)
        if isinstance(before, Struct):
            kept[field.name] = _effective(before, after)
        elif field.name in restart:
            kept[field.name] = before
    return msgspec.structs.replace(loaded, **kept)


def _by_key(checks: tuple[CheckDefinition, ...]) -> dict[str, CheckDefinition]:
    return {check.key: check for check in checks}
