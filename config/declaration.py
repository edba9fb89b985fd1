"""The keys that `messages.settings` declares, as the loader, the docs and the schema use them."""

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import fields

from messages.settings import SettingKind, Settings, TakesEffect

PREFIX = "CALLBOARD_"

CHECKS = "checks"
"""The one name at the top level that is neither a key nor a section: config/checks.py reads what is below it."""

WITHHELD = "withheld"
"""What actors get in place of checks: no file says it."""

RENAMED: MappingProxyType[str, str] = MappingProxyType(
    {
        "retention.parked": "retention.suspended",
        "retention.letters": "retention.dead_letters",
    }
)
"""Old name to new name. The old ones go on working, with a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingKey:
    """One key. `name` is `section.word`, or a word at the top level. `default` is what the actors get. A number is at
    least `least`, at most `most` and greater than `above`, where these are given; a choice is one of `choices`. If
    `secret` is given, the value is the path of a file that holds the secret of this name. `takes_effect`: when a change
    of it does, in a service that runs."""

    name: str
    kind: SettingKind
    default: Any
    description: str
    least: int | None = None
    above: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    secret: str = ""
    takes_effect: TakesEffect = TakesEffect.AT_ONCE

    @property
    def section(self) -> str:
        """The section's name; empty at the top level."""
        return self.name.rpartition(".")[0]

    @property
    def word(self) -> str:
        """The name within its section."""
        return self.name.rpartition(".")[2]


def variable_of(name: str) -> str:
    """The environment variable that sets a key: CALLBOARD_INDEX__URL for index.url."""
    return PREFIX + name.upper().replace(".", "__")


def _declared(struct: type[Struct], section: str = "") -> Iterator[SettingKey]:
    """The keys of a struct and of the sections in it, in order. After each secret comes the key of its file."""
    for field in fields(struct):
        name = f"{section}.{field.name}" if section else field.name
        if name in (CHECKS, WITHHELD):
            continue
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            yield from _declared(field.type, name)
            continue
        key = _key(name, field.type, field.default)
        yield key
        if key.kind is SettingKind.SECRET:
            yield SettingKey(
                name=f"{name}_file",
                kind=SettingKind.PATH,
                default="",
                description=f"The file that holds {name}, if the environment does not: {variable_of(name)} wins.",
                secret=name,
                takes_effect=key.takes_effect,
            )


def _key(name: str, hint: Any, default: Any) -> SettingKey:
    if typing.get_origin(hint) is not Annotated:
        raise TypeError(f"{name}: a key needs a description")
    base, *marks = typing.get_args(hint)
    metas = [mark for mark in marks if isinstance(mark, Meta)]
    kinds = [mark for mark in marks if isinstance(mark, SettingKind)]

    def said(attribute: str) -> Any:
        return next((value for meta in metas if (value := getattr(meta, attribute)) is not None), None)

    return SettingKey(
        name=name,
        kind=kinds[0] if kinds else _kind_of(base),
        default=default,
        description=said("description") or "",
        least=said("ge"),
        above=said("gt"),
        most=said("le"),
        choices=typing.get_args(base) if typing.get_origin(base) is Literal else (),
        takes_effect=next((mark for mark in marks if isinstance(mark, TakesEffect)), TakesEffect.AT_ONCE),
    )


def _kind_of(base: Any) -> SettingKind:
    if typing.get_origin(base) is Literal:
        return SettingKind.CHOICE
    return {str: SettingKind.TEXT, int: SettingKind.WHOLE_NUMBER, bool: SettingKind.SWITCH}[base]


DECLARED: MappingProxyType[str, SettingKey] = MappingProxyType({key.name: key for key in _declared(Settings)})
"""Every key by its name, in the order of default.yaml."""

SECRETS: MappingProxyType[str, SettingKey] = MappingProxyType(
    {name: key for name, key in DECLARED.items() if key.kind is SettingKind.SECRET}
)
"""Those that come only from the environment or from the file that the key with `_file` after their name points to."""

KEYS: MappingProxyType[str, SettingKey] = MappingProxyType(
    {name: key for name, key in DECLARED.items() if name not in SECRETS}
)
"""Those that a file may set."""

SECTIONS: MappingProxyType[str, str] = MappingProxyType(
    {
        field.name: (field.type.__doc__ or "").strip()
        for field in fields(Settings)
        if isinstance(field.type, type) and issubclass(field.type, Struct)
    }
)
"""Every section by its name, with its description."""
