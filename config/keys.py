"""Every key of the configuration, with its parser. The order is that of default.yaml."""

import ipaddress
from types import MappingProxyType

from actors.runtime.os.system import refusal_of_base
from config.values import Parser, boolean, database_url, duration, folder_url, one_of, text, url, whole


def _base(value: object) -> str:
    if refusal := refusal_of_base(str(value)):
        raise ValueError(refusal)
    return str(value)


def _host(value: object) -> str:
    host = text(value)
    if not host or any(character.isspace() for character in host) or "/" in host:
        raise ValueError("an address to listen on is expected, such as 127.0.0.1")
    if set(host) <= set("0123456789.") or ":" in host:
        ipaddress.ip_address(host)  # its ValueError says what is wrong
    return host


def _path(value: object) -> str:
    path = text(value)
    if not path or "\0" in path:
        raise ValueError("a path is expected")
    return path


KEYS: MappingProxyType[str, Parser] = MappingProxyType(
    {
        "data_dir": _path,
        "system.base": _base,
        "system.admin_port": whole(0, 65535),
        "system.hang_limit": duration,
        "system.restart_limit": whole(0, 10_000),
        "system.restart_window": duration,
        "database.url": database_url,
        "index.url": url,
        "index.interval": duration,
        "index.timeout": duration,
        "index.max_bytes": whole(1024, 1 << 30),
        "prober.enabled": boolean,
        "prober.base_url": folder_url,
        "prober.strategy": one_of("learnt", "two-frequency"),
        "prober.requests_per_hour": whole(1, 100_000_000),
        "prober.concurrency": whole(1, 256),
        "prober.alert_modified_within": duration,
        "prober.min_revisit": duration,
        "prober.confirm_after": duration,
        "prober.plausible_drafts": whole(1, 100_000),
        "prober.hold_for": duration,
        "prober.timeout": duration,
        "prober.contact": text,
        "slack.bot_token_file": text,
        "slack.events": one_of("socket", "http"),
        "slack.app_token_file": text,
        "slack.signing_secret_file": text,
        "slack.events_host": _host,
        "slack.events_port": whole(0, 65535),
        "slack.api_url": folder_url,
        "slack.channel": text,
        "slack.ops_channel": text,
        "slack.ops_after": duration,
        "slack.ops_summary": one_of("none", "weekly"),
        "slack.timeout": duration,
        "slack.quiet_period": duration,
        "health.host": _host,
        "health.port": whole(0, 65535),
        "retention.interval": duration,
        "retention.sent": duration,
        "retention.parked": duration,
        "retention.letters": duration,
        "retention.versions": duration,
        "log.level": one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    }
)

SECRETS = ("slack.bot_token", "slack.app_token", "slack.signing_secret")
"""Only from the environment, or from the file that the key with `_file` behind it names."""

PATHS = frozenset({"data_dir", *(f"{secret}_file" for secret in SECRETS)})
"""Keys whose relative values are relative to the file they stand in."""
