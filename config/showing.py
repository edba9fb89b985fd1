"""The effective configuration for people: YAML, each value with its source, secrets hidden."""

import json
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

from actors.runtime.output.redaction import HIDDEN, without_access, without_shapes
from config.declaration import KEYS, SECRETS
from config.loader import DEFAULT, Configuration
from config.network import network_lines
from config.values import duration_text
from messages.check_definitions import CheckDefinition, CheckKind
from messages.settings import SettingKind

NO_VARIABLES: MappingProxyType[str, str] = MappingProxyType({})

WITHOUT = MappingProxyType(
    {
        "mail.password": "no login at the mail server",
        "webhook.url": "no notices to a webhook",
        "webhook.secret": "requests to the webhook are not signed",
        "mattermost.url": "no notices on Mattermost",
        "matrix.token": "no notices in Matrix rooms",
        "paper_tracker.token": "GitHub allows 60 requests an hour",
        "slack.bot_token": "notices go to the console",
        "slack.app_token": "no commands by Socket Mode",
        "slack.signing_secret": "no commands by HTTP",
        "slack.refresh_token": "the bot's token is not renewed",
        "slack.client_secret": "the bot's token is not renewed",
        "web.token": "everybody who reaches the page may read it",
    }
)
"""What it means that a secret is not set."""


def shown(configuration: Configuration, variables: Mapping[str, str] = NO_VARIABLES) -> str:
    """YAML text that the loader would read again, except for the secrets; and what the environment's variables mean for
    the network."""
    lines = (*_lines(configuration), *(f"# {line}" for line in network_lines(configuration.settings, variables)))
    return "\n".join(lines) + "\n"


def scalar(value: Any) -> str:
    """A value as YAML has it on one line; text in double quotes where it needs quotes."""
    text = yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n").removesuffix("\n...")
    return json.dumps(value, ensure_ascii=False) if text.startswith("'") else text


def _lines(configuration: Configuration) -> Iterator[str]:
    section = ""
    for name, key in KEYS.items():
        if key.section != section:
            yield f"{key.section}:"
            section = key.section
        indent = "  " if key.section else ""
        yield f"{indent}{key.word}: {scalar(_effective(configuration, name))}{_source(configuration, name)}"
    yield from _checks(configuration)
    for name in SECRETS:
        yield f"# {name}: {_about_secret(configuration, name)}"


def _checks(configuration: Configuration) -> Iterator[str]:
    """The checks, as comments: what the file says of them has many defaults."""
    for check in configuration.settings.checks:
        state = "disabled" if check.disabled else _rhythm(check)
        yield f"# check {check.key}: {without_access(check.url, HIDDEN)}, {state}"


def _rhythm(check: CheckDefinition) -> str:
    if check.kind is not CheckKind.HEARTBEAT:
        return f"every {duration_text(check.interval)}"
    beats = check.heartbeat
    when = f"at {beats.cron} ({beats.timezone})" if beats.cron else f"every {duration_text(beats.period)}"
    return f"a signal {when}, with a grace of {duration_text(beats.grace)}"


def _effective(configuration: Configuration, name: str) -> Any:
    value = configuration.values[name]
    match KEYS[name].kind:
        case SettingKind.DATABASE_URL:
            return _database(value)
        case SettingKind.ACCESS_URL:
            return value and f"{urlsplit(value).scheme}://{urlsplit(value).hostname}/{HIDDEN}"
        case SettingKind.FILE_URL | SettingKind.FOLDER_URL:
            return without_access(value, HIDDEN)
        case SettingKind.DURATION:
            return configuration.sources[name].value
        case SettingKind.PATH if KEYS[name].secret and not os.path.isfile(value):
            return value and HIDDEN  # nobody has read it, so it may be the secret itself
        case SettingKind.TEXT | SettingKind.HOST | SettingKind.HOSTS | SettingKind.PATH:
            return without_shapes(value)
        case _:
            return value


def _database(url: str) -> str:
    """A database's address without its secrets, put together again from its parts."""
    if not url:
        return ""
    from psycopg2.extensions import parse_dsn  # it takes long to load, and few commands have such an address

    parts = parse_dsn(url)
    secret = f":{HIDDEN}" if "password" in parts else ""
    user = f"{quote(parts['user'])}{secret}@" if "user" in parts else ""
    port = f":{parts['port']}" if "port" in parts else ""
    host = quote(parts.get("host", ""), safe=":[]")
    return f"postgresql://{user}{host}{port}/{quote(parts.get('dbname', ''))}"


def _source(configuration: Configuration, name: str) -> str:
    source = configuration.sources[name].source
    return "" if source == DEFAULT else f"  # {source}"


def _about_secret(configuration: Configuration, name: str) -> str:
    if (given := configuration.sources.get(name)) is not None:
        return f"(set, hidden)  # {given.source}"
    if path := configuration.values[f"{name}_file"]:
        return f"(set, hidden)  # {path}"
    return f"(not set: {WITHOUT[name]})"
