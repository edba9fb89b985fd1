"""The typed configuration, as the actors get it. Durations are seconds; URLs end with a slash where they are folders.

`config/` reads and checks it from YAML and environment; the actors receive it in `Begin`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSettings:
    """`base` is the Thespian base; `admin_port` the TCP port of its admin on loopback, 0: any free one. After
    `hang_limit` without a sign an actor counts as hung. One that ends more than `restart_limit` times within
    `restart_window` ends the service."""

    base: str
    admin_port: int
    hang_limit: float
    restart_limit: int
    restart_window: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """`url` empty: the embedded server. It may hold a password and is never shown."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """`url` of index.json; `interval` between fetches; `timeout` for a whole exchange; `max_bytes` of a body."""

    url: str
    interval: float
    timeout: float
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProberSettings:
    """See config/default.yaml for each key's meaning."""

    base_url: str
    requests_per_hour: int
    concurrency: int
    alert_modified_within: float
    min_revisit: float
    timeout: float
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """`bot_token` empty: notices go to the console. `events` is `socket`, with `app_token`, or `http`, with
    `signing_secret`, served at `events_host` and `events_port` (0: any free one); without its secret nobody is listened
    to. What is wrong for `ops_after` is told to operators; `ops_summary` is `none` or `weekly`. `quiet_period` is how
    long an ambiguous post may still land."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    events: str
    events_host: str
    events_port: int
    api_url: str
    channel: str
    ops_channel: str
    ops_after: float
    ops_summary: str
    timeout: float
    quiet_period: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """Where the HTTP server listens; port 0: any free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long things are kept that are no longer needed: `sent` messages; messages that wait for a `parked` recipient;
    dead `letters` and messages; old `versions` of index entries. `interval` between two looks."""

    interval: float
    sent: float
    parked: float
    letters: float
    versions: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """`level` is a name of the logging module: DEBUG, INFO, WARNING, ERROR."""

    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it. `data_dir` is absolute."""

    data_dir: str
    system: SystemSettings
    database: DatabaseSettings
    index: IndexSettings
    prober: ProberSettings
    slack: SlackSettings
    health: HealthSettings
    retention: RetentionSettings
    log: LogSettings
