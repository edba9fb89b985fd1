"""Every message there is: frozen, hashable and picklable all the way down, with a name of its own."""

import dataclasses
import importlib
import pickle
import pkgutil
import types
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import messages
from messages.registry import DURABLE, KIND_OF

SCALARS = (str, int, float, bool, bytes, datetime, date, type(None))
OPAQUE = {("Deliver", "event"), ("Introduce", "addresses"), ("LoopOpened", "address")}
"""Fields that may hold anything: an event of the registry, and Thespian's addresses, which have no hash."""


def all_modules() -> Iterator[types.ModuleType]:
    for found in pkgutil.walk_packages(messages.__path__, "messages."):
        yield importlib.import_module(found.name)


def all_messages() -> list[type[Any]]:
    found: set[Any] = {
        value
        for module in all_modules()
        for value in vars(module).values()
        if isinstance(value, type) and is_message(value) and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda cls: cls.__name__)


def is_message(hint: Any) -> bool:
    """A dataclass; or a msgspec Struct, as the settings are."""
    return isinstance(hint, type) and (dataclasses.is_dataclass(hint) or is_struct(hint))


def is_struct(cls: type[Any]) -> bool:
    return issubclass(cls, msgspec.Struct)


def is_frozen(cls: type[Any]) -> bool:
    return bool(cls.__struct_config__.frozen if is_struct(cls) else cls.__dataclass_params__.frozen)


def field_names(cls: type[Any]) -> list[str]:
    fields: tuple[Any, ...] = msgspec.structs.fields(cls) if is_struct(cls) else dataclasses.fields(cls)
    return [field.name for field in fields]


def text() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type hint as it may stand in a message."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(argument) for argument in arguments])
    if origin is tuple and arguments[-1:] == (Ellipsis,):
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values_of, arguments))
    if origin is frozenset:
        return st.frozensets(values_of(arguments[0]), max_size=3)
    if is_message(hint):
        return instances(hint)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    known = {
        str: text(),
        int: st.integers(-(2**53), 2**53),
        float: st.floats(allow_nan=False, allow_infinity=False),
        datetime: st.datetimes(timezones=st.just(UTC)),
        date: st.dates(),
    }
    return known[hint] if hint in known else st.from_type(hint)


def instances(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    fields = {
        name: st.just(()) if (cls.__name__, name) in OPAQUE else values_of(hints[name]) for name in field_names(cls)
    }
    return st.builds(cls, **fields)


def immutable(hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType, tuple, frozenset):
        return all(argument is Ellipsis or immutable(argument) for argument in arguments)
    if is_message(hint):
        return is_frozen(hint)
    if origin is typing.Literal:
        return all(isinstance(argument, SCALARS) for argument in arguments)
    return hint in SCALARS or (isinstance(hint, type) and issubclass(hint, Enum))


def test_there_are_messages() -> None:
    assert len(all_messages()) > 50


def test_names_are_unique_in_the_whole_project() -> None:
    names = [cls.__name__ for cls in all_messages()]
    assert sorted(set(names)) == names


@pytest.mark.parametrize("cls", all_messages(), ids=lambda cls: cls.__name__)
def test_a_message_is_frozen_slotted_documented_and_without_a_base(cls: type[Any]) -> None:
    assert is_frozen(cls)
    assert "__slots__" in vars(cls)
    assert cls.__doc__
    assert not cls.__doc__.startswith(f"{cls.__name__}(")
    assert cls.__mro__[1:] == ((*msgspec.Struct.__mro__,) if is_struct(cls) else (object,))


@pytest.mark.parametrize("cls", all_messages(), ids=lambda cls: cls.__name__)
def test_a_message_is_immutable_all_the_way_down(cls: type[Any]) -> None:
    hints = typing.get_type_hints(cls)
    mutable = [name for name, hint in hints.items() if (cls.__name__, name) not in OPAQUE and not immutable(hint)]
    assert mutable == []


@pytest.mark.parametrize("cls", all_messages(), ids=lambda cls: cls.__name__)
def test_a_message_survives_pickling_and_has_a_hash(cls: type[Any]) -> None:
    @settings(max_examples=10, deadline=None)
    @given(instances(cls))
    def check(message: Any) -> None:
        copy = pickle.loads(pickle.dumps(message))
        assert copy == message
        assert hash(copy) == hash(message)
        for name in field_names(cls):
            with pytest.raises(AttributeError if is_struct(cls) else dataclasses.FrozenInstanceError):
                setattr(message, name, 1)

    check()


@pytest.mark.parametrize("cls", DURABLE.values(), ids=lambda cls: cls.__name__)
def test_a_durable_event_survives_its_outbox_row(cls: type[Any]) -> None:
    @settings(max_examples=20, deadline=None)
    @given(instances(cls))
    def check(event: Any) -> None:
        assert msgspec.json.decode(msgspec.json.encode(event), type=cls) == event

    check()


def test_every_durable_event_has_one_kind_and_version() -> None:
    assert len(KIND_OF) == len(DURABLE)
    assert all(kind == cls.__name__ and version >= 1 for (kind, version), cls in DURABLE.items())
