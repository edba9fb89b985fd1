"""Reads the configuration: defaults, a user's file, the environment; checked as a whole before anything starts."""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config.keys import KEYS, PATHS, SECRETS
from messages.settings import (
    DatabaseSettings,
    HealthSettings,
    IndexSettings,
    LogSettings,
    ProberSettings,
    RetentionSettings,
    Settings,
    SlackSettings,
    SystemSettings,
)

DEFAULT_FILE = Path(__file__).with_name("default.yaml")
PREFIX = "CALLBOARD_"


class ConfigurationError(Exception):
    """What is wrong in the configuration, one line each: where, which key, what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A raw value and where it comes from (`base` is the folder of its file)."""

    value: Any
    source: str
    base: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings, and for each key its raw value and source, for showing."""

    settings: Settings
    sources: Mapping[str, Setting]


class _StrictLoader(yaml.SafeLoader):
    """A key that stands twice is an error: one of the two values would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping, or a ConstructorError."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load(file: Path | None, environment: Mapping[str, str]) -> Configuration:
    """The effective configuration. Raises ConfigurationError with every fault that was found."""
    faults: list[str] = []
    defaults = dict(_flatten(DEFAULT_FILE, faults))
    found = dict(defaults)
    if file is not None:
        found.update(_flatten(file, faults))
    found.update(_from_environment(environment, defaults, faults))
    values = {key: _parsed(key, setting, faults) for key, setting in found.items() if key in KEYS}
    secrets = {key: _secret(key, found, values, faults) for key in SECRETS}
    if faults:
        raise ConfigurationError("\n".join(faults))
    return Configuration(settings=_settings(values, secrets), sources=found)


def _flatten(file: Path, faults: list[str]) -> Iterator[tuple[str, Setting]]:
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), _StrictLoader)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is not YAML: {' '.join(str(error).split())}") from error
    if document is None:
        return
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}: keys with values are expected, not a {type(document).__name__}")
    for name, value in document.items():
        if name in KEYS:
            yield name, Setting(value=value, source=str(file), base=file.parent)
        elif not any(key.startswith(f"{name}.") for key in KEYS):
            faults.append(_unknown(str(file), str(name)))
        elif value is None:
            continue
        elif not isinstance(value, dict):
            faults.append(f"{file}: {name}: keys are expected below it, such as {_below(name)}")
        else:
            yield from _section(file, name, value, faults)


def _section(file: Path, name: str, section: Mapping[Any, Any], faults: list[str]) -> Iterator[tuple[str, Setting]]:
    for word, value in section.items():
        key = f"{name}.{word}"
        if key in KEYS:
            yield key, Setting(value=value, source=str(file), base=file.parent)
        elif key in SECRETS:
            faults.append(
                f"{file}: {key}: a secret does not belong in this file: set {_variable(key)} in the environment, or"
                f" name a file that holds it in {key}_file"
            )
        else:
            faults.append(_unknown(str(file), key))


def _from_environment(
    environment: Mapping[str, str], defaults: Mapping[str, Setting], faults: list[str]
) -> Iterator[tuple[str, Setting]]:
    here = Path.cwd()
    if url := environment.get("DATABASE_URL"):
        yield "database.url", Setting(value=url, source="environment DATABASE_URL", base=here)
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        key = variable.removeprefix(PREFIX).lower().replace("__", ".")
        if key in SECRETS and not value.strip():
            continue
        if key in KEYS or key in SECRETS:
            typed = _like(defaults[key].value, value) if key in defaults else value
            yield key, Setting(value=typed, source=f"environment {variable}", base=here)
        else:
            faults.append(_unknown("environment", f"{variable} ({key})", key))


def _like(default: Any, text: str) -> str | int:
    """A text of the environment as a value of the default's type, for numbers and for true and false."""
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    return _number(text) if isinstance(default, int) else text


def _number(text: str) -> str | int:
    """A whole number; what is none stays text, to be refused with what it is."""
    return int(text) if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text) else text


def _parsed(key: str, setting: Setting, faults: list[str]) -> Any:
    try:
        value = KEYS[key](setting.value)
    except ValueError as error:
        shown = "" if key == "database.url" else f", not {setting.value!r}"
        faults.append(f"{setting.source}: {key}: {error}{shown}")
        return None
    if key in PATHS and value:
        value = os.path.abspath(setting.base / Path(value).expanduser())
    return value


def _secret(key: str, found: Mapping[str, Setting], values: Mapping[str, Any], faults: list[str]) -> str:
    if key in found:
        return _one_word(str(found[key].value).strip(), f"{found[key].source}: {key}", faults)
    named = f"{key}_file"
    name = values.get(named)
    if not name:
        return ""
    try:
        secret = Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{found[named].source}: {named}: {name} cannot be read: {error}")
        return ""
    if not secret:
        faults.append(f"{found[named].source}: {named}: {name} is empty")
    return _one_word(secret, f"{found[named].source}: {named}: {name}", faults)


def _one_word(secret: str, where: str, faults: list[str]) -> str:
    """A secret goes into a header: what would break one is refused here, without repeating it."""
    if re.fullmatch(r"[!-~]*", secret) is None:
        faults.append(f"{where}: a secret is one word without blanks, line breaks and letters beyond ASCII")
    return secret


def _settings(values: Mapping[str, Any], secrets: Mapping[str, str]) -> Settings:
    def section(name: str) -> dict[str, Any]:
        prefix = f"{name}."
        return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}

    slack = section("slack")
    for key, secret in secrets.items():
        name = key.removeprefix("slack.")
        slack[name] = secret
        del slack[f"{name}_file"]
    return Settings(
        data_dir=values["data_dir"],
        system=SystemSettings(**section("system")),
        database=DatabaseSettings(**section("database")),
        index=IndexSettings(**section("index")),
        prober=ProberSettings(**section("prober")),
        slack=SlackSettings(**slack),
        health=HealthSettings(**section("health")),
        retention=RetentionSettings(**section("retention")),
        log=LogSettings(**section("log")),
    )


def _unknown(where: str, shown: str, key: str | None = None) -> str:
    near = difflib.get_close_matches(key or shown, [*KEYS, *SECRETS], n=1, cutoff=0.5)
    return f"{where}: {shown}: there is no such key" + (f"; {near[0]} is meant?" if near else "")


def _below(name: str) -> str:
    return next(key for key in KEYS if key.startswith(f"{name}."))


def _variable(key: str) -> str:
    return PREFIX + key.upper().replace(".", "__")
