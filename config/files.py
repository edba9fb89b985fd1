"""Reads a configuration file. Its YAML nodes are walked, so that a fault can name a line and nothing in it raises.

Faults never quote a line of the file, which could hold a secret.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from actors.runtime.output.redaction import is_plain_key
from config.declaration import CHECKS, KEYS, RENAMED, SECRETS, SECTIONS
from config.report import ConfigurationReport, Setting, at_line, misplaced_secret, unknown_key
from config.yaml_values import YAML_TAG, compose, is_null, is_word, line_of, said_of, scalar_value


def read(file: Path, report: ConfigurationReport) -> dict[str, Setting]:
    """The keys that a file sets, by the names that it uses. The value of CHECKS is a YAML node."""
    composed = compose(file, report)
    return {} if composed is None else _Document(file, composed.text, report).settings(composed.root)


class _Document:
    """One file while it is read."""

    def __init__(self, file: Path, text: str, report: ConfigurationReport) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._report = report
        self._found: dict[str, Setting] = {}

    def settings(self, root: yaml.Node | None) -> dict[str, Setting]:
        """What the file sets."""
        if root is None or is_null(root):
            return {}
        if not isinstance(root, yaml.MappingNode):
            self._fault(f"expected keys with values, not {said_of(root)}")
            return {}
        for name, node in self._pairs(root, ()):
            if name == CHECKS:
                self._found[name] = self._setting(node, node)
            elif name in SECTIONS:
                self._section(name, node)
            else:
                self._key(name, node, (*KEYS, *SECTIONS, CHECKS))
        return self._found

    def _section(self, section: str, node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            for word, value in self._pairs(node, ()):
                self._key(f"{section}.{word}", value, (*KEYS, *SECRETS))
        elif not is_null(node):
            first = next(name for name in KEYS if name.startswith(f"{section}."))
            self._fault(f"{section}: expected keys below it, such as {first}{at_line(line_of(node))}")

    def _key(self, name: str, node: yaml.Node, known: tuple[str, ...]) -> None:
        if name in SECRETS:
            self._report.faults.append(misplaced_secret(str(self._file), name, line_of(node)))
        elif name not in KEYS and name not in RENAMED:
            self._unknown(name, node, known)
        elif name in self._found:
            self._fault(f"{name}: given twice, again in line {line_of(node)}")
        elif not isinstance(node, yaml.ScalarNode):
            self._fault(f"{name}: expected one value, not {said_of(node)}{at_line(line_of(node))}")
        elif is_null(node):
            self._fault(f"{name}: {self._why_empty(name, node)}")
        else:
            self._scalar(name, node)

    def _unknown(self, name: str, node: yaml.Node, known: tuple[str, ...]) -> None:
        """What stands where a key should may be anything, a secret too."""
        if all(map(is_plain_key, name.split("."))):
            self._report.faults.append(unknown_key(str(self._file), name, known, line_of(node)))
        else:
            self._fault(f"line {line_of(node)}: what stands before the colon is not a key")

    def _scalar(self, name: str, node: yaml.ScalarNode) -> None:
        try:
            value = scalar_value(node)
        except (ValueError, LookupError, ArithmeticError):
            self._fault(f"{name}: the value in line {line_of(node)} cannot be read; write plain or quoted text, no tag")
        else:
            self._found[name] = self._setting(value, node)

    def _setting(self, value: Any, node: yaml.Node) -> Setting:
        return Setting(value=value, source=str(self._file), base=self._file.parent, line=line_of(node))

    def _why_empty(self, name: str, node: yaml.ScalarNode) -> str:
        mark = node.start_mark
        rest = self._lines[mark.line][mark.column :] if mark.line < len(self._lines) else ""
        word = name.rpartition(".")[2]
        if not node.value and rest.lstrip().startswith("#"):
            return (
                f"the value in line {line_of(node)} is empty, because YAML takes what follows `#` for a comment; quote"
                f' it: {word}: "#..."'
            )
        return f'no value in line {line_of(node)}; write {word}: "" for an empty one, or leave the key out'

    def _pairs(self, mapping: yaml.MappingNode, merging: tuple[yaml.Node, ...]) -> Iterator[tuple[str, yaml.Node]]:
        """Names and values. What is merged (`<<: *other`) gives way to what stands in the mapping itself."""
        names: set[str] = set()
        merged: list[yaml.Node] = []
        for key, value in mapping.value:
            if not isinstance(key, yaml.ScalarNode) or not is_word(key.value):
                self._fault(f"line {line_of(key)}: expected a plain word as key, not {said_of(key)}")
            elif key.tag == f"{YAML_TAG}merge":
                merged.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
            elif key.value in names:
                said = key.value if is_plain_key(key.value) else "what stands before the colon"
                self._fault(f"{said}: given twice, again in line {line_of(key)}")
            else:
                names.add(key.value)
                yield key.value, value
        for other in merged:
            if not isinstance(other, yaml.MappingNode) or other in (mapping, *merging):
                self._fault(f"line {line_of(other)}: `<<` expects a mapping other than its own")
                continue
            for name, value in self._pairs(other, (mapping, *merging)):
                if name not in names:
                    names.add(name)
                    yield name, value

    def _fault(self, said: str) -> None:
        self._report.faults.append(f"{self._file}: {said}")
