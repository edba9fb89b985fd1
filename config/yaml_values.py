"""YAML as its nodes: a file read so that nothing in it raises, and what a node holds."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.cyaml import CSafeLoader

from config.report import ConfigurationReport

YAML_TAG = "tag:yaml.org,2002:"

_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_UNQUOTED = re.compile(r"\s*(?:- )*(?:\w[\w -]*: )?(?:len\(|has\()?\[[A-Z_]+\]")
_LONGEST_QUOTED_CHARACTERS = 3
"""A single character in quotes. What is longer in a problem of PyYAML may come from the file."""

_LONGEST_KEY_CHARACTERS = 60
"""No key is longer."""


_OLD_INTEGER = re.compile(r"[-+]?(?:0[0-9_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")
"""What YAML 1.1 takes for an octal number or one to the base of 60, as `0777` and `1:30`: nobody means 511 and 90."""

_SPACES = frozenset({"Zs", "Cf"})
"""Categories of what looks like a blank or like nothing at all."""

LONG_CHARACTERS = 100_000
"""From this length on a text is read by libyaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedFile:
    """The text of a file, and its root; None if there is nothing in it."""

    text: str
    root: yaml.Node | None


def compose(file: Path, report: ConfigurationReport) -> ComposedFile | None:
    """A file of YAML; None after a fault."""
    try:
        text = report.read(file)
    except OSError as error:
        report.faults.append(f"{file}: cannot be read: {error.strerror}")
        return None
    except UnicodeDecodeError as error:
        report.faults.append(f"{file}: is not YAML: byte {error.start + 1} is not UTF-8")
        return None
    try:
        return ComposedFile(text=text, root=_root(text))
    except RecursionError:
        report.faults.append(f"{file}: is not YAML that Callboard reads: it is nested too deeply")
    except yaml.YAMLError as error:
        report.faults.append(f"{file}: is not YAML: {problem_of(error, text)}")
    return None


class _FastLoader(Composer, CSafeLoader):
    """Parses in C and composes in Python: libyaml's own composer overflows the stack on a file that is nested too
    deeply, where this one raises RecursionError."""

    def __init__(self, text: str) -> None:
        CSafeLoader.__init__(self, text)
        Composer.__init__(self)


def _root(text: str) -> yaml.Node | None:
    """The root of a text. libyaml is ten times as fast; where it finds a fault, PyYAML says it better, and where a
    value is missing, PyYAML's mark is behind the key, libyaml's before what comes next."""
    if len(text) < LONG_CHARACTERS:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    loader = _FastLoader(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    finally:
        loader.dispose()
    return root


def problem_of(error: yaml.YAMLError, text: str = "") -> str:
    """Line, column and problem, without anything of the file's text."""
    match error:
        case yaml.MarkedYAMLError(problem=problem, problem_mark=mark):
            said = _QUOTED.sub(_unless_long, problem or "unreadable")
            return f"line {mark.line + 1}, column {mark.column + 1}: {said}{_hint(text, mark.line)}" if mark else said
        case yaml.reader.ReaderError(position=int(at), character=character):
            line = f"line {text.count(chr(10), 0, at) + 1}: " if text else ""
            code = ord(character) if isinstance(character, str) else character
            return f"{line}a character that YAML does not allow (U+{code:04X})"
        case _:
            return "it cannot be read"


def _hint(text: str, line: int) -> str:
    """What to do where a condition stands without quotation marks, which YAML takes for a list."""
    found = text.splitlines()[line : line + 1]
    return "; quote what begins with [" if found and _UNQUOTED.match(found[0]) else ""


def _unless_long(match: re.Match[str]) -> str:
    quoted = match[0]
    return (
        quoted if len(quoted) <= _LONGEST_QUOTED_CHARACTERS or quoted == r"'\t'" or quoted.startswith("'<") else "'…'"
    )


def scalar_value(node: yaml.ScalarNode) -> Any:
    """A Python value of a scalar: bool, int, float or text."""
    match node.tag.removeprefix(YAML_TAG):
        case "int" | "float" if _OLD_INTEGER.fullmatch(node.value):
            return node.value
        case "bool" | "int" | "float":
            return yaml.constructor.SafeConstructor().construct_object(node)
        case "str" | "timestamp" | "value":
            return node.value
        case _:
            raise ValueError("a tag of another type")


def is_null(node: yaml.Node) -> bool:
    return bool(node.tag == f"{YAML_TAG}null")


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def is_word(text: str) -> bool:
    """Whether a text can be repeated as a key, on one line of a fault."""
    return text.isprintable() and len(text) <= _LONGEST_KEY_CHARACTERS


def said_of(node: yaml.Node) -> str:
    match node:
        case yaml.ScalarNode(value=str(text)) if (odd := _odd_space(text)) and len(text) <= _LONGEST_KEY_CHARACTERS:
            return f"a text with U+{ord(odd):04X} in it; where that indents a line or stands for a blank, type a blank"
        case yaml.ScalarNode(value=str(text)) if not is_word(text):
            return "a long text or one of several lines"
        case yaml.SequenceNode():
            return "a list"
        case yaml.MappingNode():
            return "keys with values"
        case _:
            return "a single value"


def _odd_space(text: str) -> str:
    """The first character that looks like a blank or like nothing, and that YAML takes for a letter; empty if there is
    none. They come with what is copied from a page."""
    return next((each for each in text if each != " " and unicodedata.category(each) in _SPACES), "")
