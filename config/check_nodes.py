"""What the readers of checks share: the text of a node, its parts, and what is wrong with one."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import yaml

from config.yaml_values import is_null, said_of

Read = TypeVar("Read")


class WrongValue(ValueError):
    """What is wrong with a value; `node` is where, if that is a part of it."""

    def __init__(self, said: str, node: yaml.Node | None = None) -> None:
        super().__init__(said)
        self.node = node


def plain(node: yaml.Node) -> str:
    """A text as it was written, also where YAML would take it for a number or a switch."""
    if not isinstance(node, yaml.ScalarNode) or is_null(node):
        raise WrongValue(f"expected text, not {'nothing' if is_null(node) else said_of(node)}")
    return str(node.value)


def either(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def read_each(nodes: Iterable[yaml.Node], read: Callable[[yaml.Node], Read]) -> tuple[Read, ...]:
    """The parts of a list. Raises WrongValue, which says where."""
    return tuple(_read_at(node, read) for node in nodes)


def _read_at(node: yaml.Node, read: Callable[[yaml.Node], Read]) -> Read:
    try:
        return read(node)
    except WrongValue as error:
        raise WrongValue(str(error), error.node or node) from None


def parts_of(node: yaml.MappingNode, keys: Sequence[str], otherwise: str) -> dict[str, yaml.Node]:
    """What stands behind each key. `otherwise` is said of a key that is like none. Raises WrongValue."""
    parts: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = plain(key)
        if name not in keys:
            near = difflib.get_close_matches(name, keys, n=1, cutoff=0.5)
            said = f"{name}: unknown key" if name.isidentifier() else "not a key"
            raise WrongValue(said + (f"; did you mean {near[0]}?" if near else f"; {otherwise}"), key)
        if name in parts:
            raise WrongValue(f"{name}: given twice", key)
        parts[name] = value
    return parts
