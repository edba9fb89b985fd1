"""The effective configuration for people: YAML, each value with its source, secrets hidden."""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import yaml
from psycopg2.extensions import parse_dsn

from config.keys import KEYS, SECRETS
from config.loader import DEFAULT_FILE, Configuration

HIDDEN = "(set, hidden)"

WITHOUT = MappingProxyType(
    {
        "slack.bot_token": "(not set: notices go to the console)",
        "slack.app_token": "(not set: no commands by Socket Mode)",
        "slack.signing_secret": "(not set: no commands by HTTP)",
    }
)


def shown(configuration: Configuration) -> str:
    """YAML text that a loader of Callboard would read again, but for the secrets."""
    return "\n".join(_lines(configuration)) + "\n"


def _lines(configuration: Configuration) -> Iterator[str]:
    section = ""
    for key in KEYS:
        name, _, word = key.rpartition(".")
        if name and name != section:
            yield f"{name}:"
            section = name
        value = _effective(configuration, key)
        indent = "  " if name else ""
        yield f"{indent}{word or name}: {_scalar(value)}{_source(configuration, key)}"
    slack = configuration.settings.slack
    for key in SECRETS:
        is_set = bool(getattr(slack, key.removeprefix("slack.")))
        yield f"# {key}: {HIDDEN if is_set else WITHOUT[key]}"


def _effective(configuration: Configuration, key: str) -> Any:
    value = configuration.sources[key].value
    if key == "data_dir":
        return configuration.settings.data_dir
    if key == "database.url":
        return _database(KEYS[key](value))
    if key.endswith(("_url", ".url")):
        return re.sub(r"(://[^:/@]*):[^/@]*@", r"\1:***@", KEYS[key](value))
    return value


def _database(url: str) -> str:
    """A database's address without its secrets: built anew from what it says."""
    if not url:
        return ""
    parts = parse_dsn(url)
    secret = ":***" if "password" in parts else ""
    user = f"{quote(parts['user'])}{secret}@" if "user" in parts else ""
    port = f":{parts['port']}" if "port" in parts else ""
    host = quote(parts.get("host", ""), safe=":[]")
    return f"postgresql://{user}{host}{port}/{quote(parts.get('dbname', ''))}"


def _scalar(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n").removesuffix("\n...")


def _source(configuration: Configuration, key: str) -> str:
    source = configuration.sources[key].source
    return "" if source == str(DEFAULT_FILE) else f"  # {source}"
