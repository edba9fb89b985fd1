"""Reads a configuration file. Its YAML nodes are walked, so that a fault can name a line and nothing in it raises.

Faults never quote a line of the file, which could hold a secret.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from actors.runtime.os.redaction import is_plain_key
from config.declaration import KEYS, RENAMED, SECRETS, SECTIONS
from config.report import ConfigurationReport, Setting, misplaced_secret, unknown_key

_TAG = "tag:yaml.org,2002:"
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_LONGEST_QUOTED_CHARACTERS = 3
"""A single character in quotes. What is longer in a problem of PyYAML may come from the file."""

_LONGEST_KEY_CHARACTERS = 60
"""No key is longer."""


def read(file: Path, report: ConfigurationReport) -> dict[str, Setting]:
    """The keys that a file sets, by the names that it uses."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        report.faults.append(f"{file}: cannot be read: {error.strerror}")
        return {}
    except UnicodeDecodeError as error:
        report.faults.append(f"{file}: is not YAML: byte {error.start + 1} is not UTF-8")
        return {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        report.faults.append(f"{file}: is not YAML that Callboard reads: it is nested too deeply")
    except yaml.YAMLError as error:
        report.faults.append(f"{file}: is not YAML: {_problem(error, text)}")
    else:
        return _Document(file, text, report).settings(root)
    return {}


def _problem(error: yaml.YAMLError, text: str) -> str:
    """Line, column and problem, without anything of the file's text."""
    match error:
        case yaml.MarkedYAMLError(problem=problem, problem_mark=mark):
            said = _QUOTED.sub(_unless_long, problem or "unreadable")
            return f"line {mark.line + 1}, column {mark.column + 1}: {said}" if mark else said
        case yaml.reader.ReaderError(position=int(at)):
            return (
                f"line {text.count(chr(10), 0, at) + 1}: a character that YAML does not allow (U+{ord(text[at]):04X})"
            )
        case _:
            return "it cannot be read"


def _unless_long(match: re.Match[str]) -> str:
    quoted = match[0]
    return quoted if len(quoted) <= _LONGEST_QUOTED_CHARACTERS or quoted.startswith("'<") else "'…'"


class _Document:
    """One file while it is read."""

    def __init__(self, file: Path, text: str, report: ConfigurationReport) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._report = report
        self._found: dict[str, Setting] = {}

    def settings(self, root: yaml.Node | None) -> dict[str, Setting]:
        """What the file sets."""
        if root is None or _is_null(root):
            return {}
        if not isinstance(root, yaml.MappingNode):
            self._fault(f"expected keys with values, not {_said(root)}")
            return {}
        for name, node in self._pairs(root, ()):
            if name in SECTIONS:
                self._section(name, node)
            else:
                self._key(name, node, (*KEYS, *SECTIONS))
        return self._found

    def _section(self, section: str, node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            for word, value in self._pairs(node, ()):
                self._key(f"{section}.{word}", value, (*KEYS, *SECRETS))
        elif not _is_null(node):
            first = next(name for name in KEYS if name.startswith(f"{section}."))
            self._fault(f"{section}: expected keys below it, such as {first}")

    def _key(self, name: str, node: yaml.Node, known: tuple[str, ...]) -> None:
        if name in SECRETS:
            self._report.faults.append(misplaced_secret(str(self._file), name))
        elif name not in KEYS and name not in RENAMED:
            self._unknown(name, node, known)
        elif name in self._found:
            self._fault(f"{name}: given twice, again in line {_line(node)}")
        elif not isinstance(node, yaml.ScalarNode):
            self._fault(f"{name}: expected one value, not {_said(node)}")
        elif _is_null(node):
            self._fault(f"{name}: {self._why_empty(name, node)}")
        else:
            self._scalar(name, node)

    def _unknown(self, name: str, node: yaml.Node, known: tuple[str, ...]) -> None:
        """What stands where a key should may be anything, a secret too."""
        if all(map(is_plain_key, name.split("."))):
            self._report.faults.append(unknown_key(str(self._file), name, known))
        else:
            self._fault(f"line {_line(node)}: what stands before the colon is not a key")

    def _scalar(self, name: str, node: yaml.ScalarNode) -> None:
        try:
            value = _value(node)
        except (ValueError, LookupError, ArithmeticError):
            self._fault(f"{name}: the value in line {_line(node)} cannot be read; write plain or quoted text, no tag")
        else:
            self._found[name] = Setting(value=value, source=str(self._file), base=self._file.parent)

    def _why_empty(self, name: str, node: yaml.ScalarNode) -> str:
        mark = node.start_mark
        rest = self._lines[mark.line][mark.column :] if mark.line < len(self._lines) else ""
        word = name.rpartition(".")[2]
        if not node.value and rest.lstrip().startswith("#"):
            return (
                f"the value in line {_line(node)} is empty, because YAML takes what follows `#` for a comment; quote"
                f' it: {word}: "#..."'
            )
        return f'no value in line {_line(node)}; write {word}: "" for an empty one, or leave the key out'

    def _pairs(self, mapping: yaml.MappingNode, merging: tuple[yaml.Node, ...]) -> Iterator[tuple[str, yaml.Node]]:
        """Names and values. What is merged (`<<: *other`) gives way to what stands in the mapping itself."""
        names: set[str] = set()
        merged: list[yaml.Node] = []
        for key, value in mapping.value:
            if not isinstance(key, yaml.ScalarNode) or not _is_word(key.value):
                self._fault(f"line {_line(key)}: expected a plain word as key, not {_said(key)}")
            elif key.tag == f"{_TAG}merge":
                merged.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
            elif key.value in names:
                said = key.value if is_plain_key(key.value) else "what stands before the colon"
                self._fault(f"{said}: given twice, again in line {_line(key)}")
            else:
                names.add(key.value)
                yield key.value, value
        for other in merged:
            if not isinstance(other, yaml.MappingNode) or other in (mapping, *merging):
                self._fault(f"line {_line(other)}: `<<` expects a mapping other than its own")
                continue
            for name, value in self._pairs(other, (mapping, *merging)):
                if name not in names:
                    names.add(name)
                    yield name, value

    def _fault(self, said: str) -> None:
        self._report.faults.append(f"{self._file}: {said}")


def _value(node: yaml.ScalarNode) -> Any:
    """A Python value of a scalar: bool, int, float or text."""
    match node.tag.removeprefix(_TAG):
        case "bool" | "int" | "float":
            return yaml.constructor.SafeConstructor().construct_object(node)
        case "str" | "timestamp" | "value":
            return node.value
        case _:
            raise ValueError("a tag of another type")


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == f"{_TAG}null")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_word(text: str) -> bool:
    """Whether a text can be repeated as a key, on one line of a fault."""
    return text.isprintable() and len(text) <= _LONGEST_KEY_CHARACTERS


def _said(node: yaml.Node) -> str:
    match node:
        case yaml.ScalarNode(value=str(text)) if not _is_word(text):
            return "a long text or one of several lines"
        case yaml.SequenceNode():
            return "a list"
        case yaml.MappingNode():
            return "keys with values"
        case _:
            return "a single value"
