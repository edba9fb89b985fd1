"""Loads the configuration: defaults, a user's file, the environment; checked as a whole before anything starts."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import fields

from actors.runtime.output.redaction import SHORTEST_SECRET_CHARACTERS, short_secrets, without_opaque, without_shapes
from config import environment, files, places
from config.checks import read_checks
from config.declaration import CHECKS, KEYS, RENAMED, SECRETS, WITHHELD
from config.report import ConfigurationError, ConfigurationReport, Setting
from config.values import LONGEST_SECRET_CHARACTERS, parse, written
from messages.check_definitions import WithheldChecks
from messages.reloading import WatchedFiles
from messages.settings import SettingKind, Settings

S = TypeVar("S", bound=Struct)

DEFAULT = "default"
"""The source of a value that nobody set."""

_ORDINARY_NAME = re.compile(r"[a-z][a-z._-]{0,15}")

_HOME = Path(__file__).parent
"""A relative default is relative to default.yaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings; the raw value and source of each key of a file and of each secret that is set; the parsed values;
    what the operator should know; and the files that were read."""

    settings: Settings
    sources: Mapping[str, Setting]
    values: Mapping[str, Any]
    warnings: tuple[str, ...]
    watched: WatchedFiles


def load(file: Path | None, variables: Mapping[str, str]) -> Configuration:
    """The effective configuration of a file, if there is one, and of the environment's variables. Raises
    ConfigurationError with every fault that was found."""
    report = ConfigurationReport()
    given = [files.read(file, report)] if file is not None else []
    given.append(environment.read(variables, report))
    sources = _by_new_names(given, report)
    values = {name: _parsed(name, sources[name], report) for name in KEYS}
    values["data_dir"] = values["data_dir"] or places.data_dir(variables, report)
    secrets = {name: _secret(name, sources, values, report) for name in SECRETS}
    checks = read_checks(sources[CHECKS], report) if CHECKS in sources else ()
    if report.faults:
        raise ConfigurationError("\n".join(map(without_shapes, report.faults)), report.watched)
    settings = _built(Settings, values | secrets | {CHECKS: checks, WITHHELD: WithheldChecks()})
    report.warnings.extend(
        f"{secret} has fewer than {SHORTEST_SECRET_CHARACTERS} characters, so the log does not hide it"
        for secret in short_secrets(settings)
    )
    warnings = tuple(map(without_shapes, report.warnings))
    return Configuration(settings=settings, sources=sources, values=values, warnings=warnings, watched=report.watched)


def data_dir_of(file: Path | None, variables: Mapping[str, str]) -> str:
    """The data directory alone, by which a command finds the running service: other faults in the file do not keep it
    from that. Raises ConfigurationError where the file cannot say where the data is."""
    report = ConfigurationReport()
    given = [files.read(file, report)] if file is not None else []
    told = environment.read(variables, ConfigurationReport())
    if file is not None and not given[0] and report.faults and "data_dir" not in told:
        raise ConfigurationError("\n".join(map(without_shapes, report.faults)), report.watched)
    report.faults.clear()
    given.append(told)
    value = _parsed("data_dir", _by_new_names(given, ConfigurationReport())["data_dir"], report)
    found = value or places.data_dir(variables, report)
    if report.faults:
        raise ConfigurationError("\n".join(map(without_shapes, report.faults)), report.watched)
    return str(found)


def _by_new_names(given: list[dict[str, Setting]], report: ConfigurationReport) -> dict[str, Setting]:
    """One setting for each key: the last of those given, or the default. Old names become new ones."""
    found = {name: Setting(value=written(key, key.default), source=DEFAULT, base=_HOME) for name, key in KEYS.items()}
    told = {name: setting for settings in given for name, setting in settings.items()}
    for name, setting in told.items():
        new = RENAMED.get(name)
        if new is not None and new in told:
            report.faults.append(
                f"{setting.source}: {name}: {new} is set too ({told[new].source}); {name} is its old name, remove it"
            )
        elif new is not None:
            report.warnings.append(
                f"{setting.source}: {name} is now called {new}; the old name still works for a while"
            )
        found[new or name] = setting
    return found


def _parsed(name: str, setting: Setting, report: ConfigurationReport) -> Any:
    key = KEYS[name]
    try:
        value = parse(key, setting.value)
        return _absolute(value, setting.base) if key.kind is SettingKind.PATH and value else value
    except ValueError as error:
        report.faults.append(f"{setting.source}: {name}: {error}{setting.at}")
        return None


def _absolute(path: str, base: Path) -> str:
    try:
        absolute = os.path.abspath(base / Path(path).expanduser())
        os.fsencode(absolute)
    except RuntimeError:
        raise ValueError(f"the home directory in {without_opaque(path)!r} is not known") from None
    except UnicodeEncodeError as error:
        letter = f"U+{ord(error.object[error.start]):04X}"  # no terminal of this locale shows it either
        raise ValueError(
            f"the locale's encoding, {error.encoding}, has no {letter}, which is in the path; set LC_ALL=C.UTF-8"
        ) from None
    return absolute


def _secret(name: str, sources: Mapping[str, Setting], values: Mapping[str, Any], report: ConfigurationReport) -> str:
    if (given := sources.get(name)) is not None:
        return _one_word(str(given.value).strip(), f"{given.source}: {name}", report)
    named = f"{name}_file"
    if not (path := values[named]):
        return ""
    where = f"{sources[named].source}: {named}: {_place(path, sources[named].value)}"
    try:
        secret = report.read(Path(path)).strip()
    except OSError as error:
        report.faults.append(f"{where} cannot be read: {error.strerror}{sources[named].at}")
        return ""
    except UnicodeDecodeError:
        report.faults.append(f"{where} is not UTF-8{sources[named].at}")
        return ""
    if not secret:
        report.faults.append(f"{where} is empty{sources[named].at}")
    return _one_word(secret, where, report)


def _place(path: str, written: Any) -> str:
    """What to say of the file that is to hold a secret. Somebody may have written the secret in place of its name: a
    name that leads to nothing is shown only if it is a path to a directory that is there, or an ordinary word."""
    name, folder = str(written).strip(), os.path.dirname(path)
    is_path = "/" in name and folder != "/" and os.path.isdir(folder)
    is_named = os.path.lexists(path) or is_path or _ORDINARY_NAME.fullmatch(name) is not None
    return without_shapes(path) if is_named else "the file that it names"


def _one_word(secret: str, where: str, report: ConfigurationReport) -> str:
    """A secret goes into a header. What would break one is refused here, without repeating it."""
    if re.fullmatch(r"[!-~]*", secret) is None:
        report.faults.append(f"{where}: a secret must be one word of ASCII characters, without spaces or line breaks")
    elif len(secret) > LONGEST_SECRET_CHARACTERS:
        report.faults.append(f"{where}: a secret has at most {LONGEST_SECRET_CHARACTERS} characters")
    return secret


def _built(struct: type[S], values: Mapping[str, Any], section: str = "") -> S:
    """A struct of the declaration, and the sections in it, from values by name."""
    made = {}
    for field in fields(struct):
        name = f"{section}.{field.name}" if section else field.name
        made[field.name] = values[name] if name in values else _built(field.type, values, name)
    return struct(**made)
