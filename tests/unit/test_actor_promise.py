"""What actors promise: nothing is shared but messages. No module or class keeps anything that can change."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import struct
import types
import typing
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date, timedelta, timezone
from enum import Enum
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("actors", "config", "messages")

UNCHANGING = (
    type(None), bool, int, float, complex, str, bytes, range, Enum, re.Pattern, date, timedelta, timezone, PurePath,
    struct.Struct, msgspec.json.Decoder, msgspec.json.Encoder, type, ModuleType, types.FunctionType,
    types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType, types.GenericAlias, types.UnionType,
    typing.TypeVar, typing.ParamSpec, property, classmethod, staticmethod, ContextVar,
)  # fmt: skip
"""Types whose values nobody changes. What a ContextVar holds belongs to one task."""

KNOWN = frozenset(
    {
        "actors.runtime.engine.forks.FORK_HOOKS",
        "actors.runtime.delivery.encoding.CODEC",
        "actors.checks.conditions.paths._PATHS",
    }
)
"""FORK_HOOKS: a hook of os.fork belongs to the process and cannot be taken away. CODEC: tables that are only read; so
are those of _PATHS, the reader of JSON paths."""


def modules() -> Iterator[ModuleType]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield importlib.import_module(found.name)


def assigned(module: ModuleType) -> Iterator[str]:
    """The names that a module's own statements give a value."""
    assert module.__file__ is not None
    for node in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (name.id for target in targets if target for name in ast.walk(target) if isinstance(name, ast.Name))


def kept(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What a module, and each of its classes, keeps."""
    for name in assigned(module):
        if name != "__all__" and hasattr(module, name):
            yield f"{module.__name__}.{name}", getattr(module, name)
    for cls in vars(module).values():
        if inspect.isclass(cls) and cls.__module__ == module.__name__ and not issubclass(cls, Enum):
            for name, value in vars(cls).items():
                if not name.startswith(("__", "_abc_", "_is_protocol", "_fields_")):
                    yield f"{module.__name__}.{cls.__name__}.{name}", value


def can_change(value: Any) -> bool:
    if isinstance(value, tuple | frozenset):
        return any(can_change(each) for each in value)
    if isinstance(value, types.MappingProxyType):
        return any(can_change(each) for pair in value.items() for each in pair)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        frozen = type(value).__dataclass_params__.frozen  # type: ignore[attr-defined]
        return not frozen or any(can_change(getattr(value, field.name)) for field in dataclasses.fields(value))
    special = type(value).__module__ in ("typing", "functools") or inspect.isdatadescriptor(value)
    return not (isinstance(value, UNCHANGING) or special)


def test_no_module_and_no_class_keeps_what_can_change() -> None:
    found = {name: type(value).__name__ for module in modules() for name, value in kept(module) if can_change(value)}
    assert {name: kind for name, kind in found.items() if name not in KNOWN} == {}
    assert found.keys() == KNOWN


def test_no_function_assigns_to_its_module() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    nodes = [(file, node) for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    assert [str(file) for file, node in nodes if isinstance(node, ast.Global)] == []


@dataclasses.dataclass
class Changing:
    number: int = 0


@dataclasses.dataclass(frozen=True)
class Frozen:
    inside: Any


@pytest.mark.parametrize(
    "value", [[], {}, set(), bytearray(), Changing(), Frozen([]), ([],), types.MappingProxyType({"a": []}), object()]
)
def test_what_can_change_is_found(value: Any) -> None:
    assert can_change(value)


@pytest.mark.parametrize("value", ["a", (1, ("b",)), frozenset({1}), Frozen((1, 2)), types.MappingProxyType({"a": 1})])
def test_what_cannot_change_is_allowed(value: Any) -> None:
    assert not can_change(value)
