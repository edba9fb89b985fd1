"""The one declaration of every configuration key: name, type, limits, default and description.

`config/` checks files and the environment against it, and generates default.yaml, the JSON schema and the tables of the
docs from it. The actors receive `Settings` in `Begin`. Durations are seconds; URLs of folders end with a slash.
"""

from enum import Enum
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import fields

MINUTE_SECONDS = 60.0
HOUR_SECONDS = 60 * MINUTE_SECONDS
DAY_SECONDS = 24 * HOUR_SECONDS
LONGEST_DURATION_SECONDS = 10 * 365 * DAY_SECONDS

MOST_INDEX_BYTES = 1 << 30


class SettingKind(Enum):
    """How a value is written and what it means, where its Python type does not say so."""

    TEXT = "text"
    WHOLE_NUMBER = "whole number"
    SWITCH = "true or false"
    CHOICE = "choice"
    DURATION = "duration"
    FILE_URL = "URL of a file"
    FOLDER_URL = "URL of a folder"
    DATABASE_URL = "URL of a database"
    HOST = "address to listen on"
    HOSTS = "hosts"
    PATH = "path"
    TIME_ZONE = "time zone"
    SECRET = "secret"


HIDDEN_KINDS = frozenset({SettingKind.SECRET, SettingKind.DATABASE_URL, SettingKind.FILE_URL, SettingKind.FOLDER_URL})
"""Values of these kinds are, or may hold, a secret: they are in no repr."""

Seconds = Annotated[float, SettingKind.DURATION, Meta(gt=0, le=LONGEST_DURATION_SECONDS)]
FileUrl = Annotated[str, SettingKind.FILE_URL]
FolderUrl = Annotated[str, SettingKind.FOLDER_URL]
DatabaseUrl = Annotated[str, SettingKind.DATABASE_URL]
ListenAddress = Annotated[str, SettingKind.HOST]
HostList = Annotated[str, SettingKind.HOSTS]
Port = Annotated[int, Meta(ge=0, le=65_535)]
FilePath = Annotated[str, SettingKind.PATH]
TimeZone = Annotated[str, SettingKind.TIME_ZONE]
Secret = Annotated[str, SettingKind.SECRET]
"""A secret is never read from a configuration file: only from the environment, or from the file that the key with
`_file` after its name points to. The loader adds that key."""


def hosts_in(text: HostList) -> tuple[str, ...]:
    """The hosts of a list, some with a port."""
    return tuple(host for host in text.lower().split(", ") if host)


def _without_secrets(section: Struct) -> str:
    """A section's repr. Fields of HIDDEN_KINDS are left out."""
    shown = (
        f"{field.name}={getattr(section, field.name)!r}"
        for field in fields(section)
        if HIDDEN_KINDS.isdisjoint(getattr(field.type, "__metadata__", ()))
    )
    return f"{type(section).__name__}({', '.join(shown)})"


class SystemSettings(Struct, frozen=True, kw_only=True):
    """The actor system, and what happens when an actor fails."""

    base: Annotated[
        Literal["simpleSystemBase", "multiprocTCPBase"],
        Meta(description="simpleSystemBase: one process. multiprocTCPBase: a process per actor."),
    ] = "simpleSystemBase"
    admin_port: Annotated[
        Port,
        Meta(description="Loopback TCP port of the actor system's admin (multiprocTCPBase only). 0: any free port."),
    ] = 0
    hang_limit: Annotated[
        Seconds,
        Meta(
            description="An actor that gives no sign of life for this long is killed and restarted. With"
            " simpleSystemBase, the service ends with a trace instead. A call to the database may take 5s, so anything"
            " under 15s is only for tests."
        ),
    ] = MINUTE_SECONDS
    restart_limit: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000,
            description="An actor that ends is restarted. If one ends more often than this within restart_window, the"
            " service ends.",
        ),
    ] = 20
    restart_window: Annotated[Seconds, Meta(description="The time within which restart_limit counts.")] = (
        10 * MINUTE_SECONDS
    )


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Where everything is stored."""

    url: Annotated[
        DatabaseUrl,
        Meta(
            description="Empty: start an embedded PostgreSQL in data_dir. Otherwise a URL:"
            " postgresql://user:password@host/name. The environment variable DATABASE_URL works too. A URL with a"
            " password belongs in the environment."
        ),
    ] = ""

    __repr__ = _without_secrets


class IndexSettings(Struct, frozen=True, kw_only=True):
    """The paper index of wg21.link."""

    url: Annotated[FileUrl, Meta(description="The index, a JSON file.")] = "https://wg21.link/index.json"
    interval: Annotated[
        Seconds,
        Meta(description="How often to fetch it. Requests are conditional: an unchanged index costs one short answer."),
    ] = 10 * MINUTE_SECONDS
    timeout: Annotated[Seconds, Meta(description="Time limit for a whole exchange, body included.")] = MINUTE_SECONDS
    max_bytes: Annotated[
        int,
        Meta(ge=1024, le=MOST_INDEX_BYTES, description="A body larger than this is refused. The default is 64 MiB."),
    ] = 64 << 20

    __repr__ = _without_secrets


class ProberSettings(Struct, frozen=True, kw_only=True):
    """The search for drafts that no index lists yet."""

    enabled: Annotated[
        bool,
        Meta(
            description="false: never send a request to the papers' host. `callboard probing off` stops requests while"
            " the service runs."
        ),
    ] = True
    base_url: Annotated[FolderUrl, Meta(description="The folder where drafts appear.")] = (
        "https://isocpp.org/files/papers/"
    )
    strategy: Annotated[
        Literal["learnt", "two-frequency"],
        Meta(
            description="How to spend the budget. learnt: ask for each number as often as the index's history says is"
            " worthwhile. two-frequency: ask for hot numbers often and for cold ones rarely."
        ),
    ] = "learnt"
    requests_per_hour: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000_000,
            description="The budget: HEAD requests per hour, on average over four weeks. two-frequency spends it"
            " evenly; learnt spends between 0.4 and 2.5 times as much, depending on how many drafts are expected.",
        ),
    ] = 4000
    peak_requests_per_hour: Annotated[
        int,
        Meta(
            ge=0,
            le=100_000_000,
            description="The most requests per hour while many drafts are expected. 0: 2.5 times requests_per_hour. The"
            " same as requests_per_hour: the budget is spent evenly.",
        ),
    ] = 0
    concurrency: Annotated[int, Meta(ge=1, le=256, description="How many requests may run at the same time.")] = 8
    alert_modified_within: Annotated[
        Seconds,
        Meta(
            description="A draft is announced if the server says it was modified within this time, or does not say."
            " Older drafts are recorded without a notice."
        ),
    ] = DAY_SECONDS
    min_revisit: Annotated[
        Seconds,
        Meta(
            description="two-frequency asks for hot names this often, and for cold names every 48 times as long."
            " learnt asks the most likely names every 5 minutes, or every `min_revisit` if that is shorter."
        ),
    ] = 30 * MINUTE_SECONDS
    confirm_after: Annotated[
        Seconds, Meta(description="A new file is checked again after this time, before it is believed.")
    ] = 2.0
    plausible_drafts: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            description="If more new drafts than this appear within ten minutes, they are held and checked again after"
            " hold_for.",
        ),
    ] = 40
    hold_for: Annotated[
        Seconds, Meta(description="How long too many new drafts are held before they are checked again.")
    ] = 15 * MINUTE_SECONDS
    timeout: Annotated[Seconds, Meta(description="Time limit for a whole exchange.")] = 15.0
    contact: Annotated[
        str,
        Meta(
            description="An email address or URL to put into the User-Agent, so that the site's owners can reach you."
        ),
    ] = ""

    __repr__ = _without_secrets


class SlackSettings(Struct, frozen=True, kw_only=True):
    """Notices and commands on Slack."""

    bot_token: Annotated[
        Secret, Meta(description="The bot's token (xoxb-...). Without it, notices go to the console.")
    ] = ""
    events: Annotated[
        Literal["socket", "http"],
        Meta(
            description="How users' commands arrive. socket: by Socket Mode, which needs app_token but no public"
            " address. http: as requests to https://YOUR-HOST/slack/events, which your proxy passes on to events_host"
            " and events_port; it needs signing_secret. Without its secret, Callboard sends notices but does not"
            " listen."
        ),
    ] = "socket"
    app_token: Annotated[Secret, Meta(description="The app-level token (xapp-...) for Socket Mode.")] = ""
    signing_secret: Annotated[Secret, Meta(description="The signing secret for `events: http`.")] = ""
    events_host: Annotated[ListenAddress, Meta(description="The address that `events: http` listens on.")] = "127.0.0.1"
    events_port: Annotated[Port, Meta(description="The port that `events: http` listens on. 0: any free port.")] = 8766
    api_url: Annotated[FolderUrl, Meta(description="Slack's Web API.")] = "https://slack.com/api/"
    channel: Annotated[
        str,
        Meta(
            description="The channel for new drafts and for drafts that became papers: an id, or a #name in quotes."
            " Empty: none."
        ),
    ] = ""
    ops_channel: Annotated[str, Meta(description="The channel for operators. Empty: problems are only logged.")] = ""
    ops_after: Annotated[
        Seconds,
        Meta(
            description="Operators hear of a problem after it has lasted this long, and that it is resolved after all"
            " has been well for as long. They hear at once of dead letters, restarts, held drafts and upstreams that"
            " give wrong answers."
        ),
    ] = 5 * MINUTE_SECONDS
    ops_start: Annotated[
        bool,
        Meta(description="true: operators get a line whenever Callboard starts or takes over. false: they get none."),
    ] = False
    ops_summary: Annotated[
        Literal["none", "weekly"],
        Meta(description="weekly: operators get a summary of the week on Mondays at 09:00 UTC. none: no summary."),
    ] = "none"
    timezone: Annotated[
        TimeZone,
        Meta(
            description="The time zone of users who have not set their own: of their digests, their quiet hours, and"
            " the times in answers. A city's zone, or UTC."
        ),
    ] = "UTC"
    timeout: Annotated[Seconds, Meta(description="Time limit for one call.")] = 10.0
    quiet_period: Annotated[
        Seconds,
        Meta(
            description="How long a call without a clear answer may still take effect. After that, Callboard asks Slack"
            " whether it did."
        ),
    ] = 15.0

    __repr__ = _without_secrets


class NetworkSettings(Struct, frozen=True, kw_only=True):
    """Requests to other hosts. Proxies and certificates are set by environment variables (docs/operations.md)."""

    redirect_hosts: Annotated[
        HostList,
        Meta(
            description="Hosts that the index and the papers' host may redirect to, separated by commas; with a port if"
            " it is not the usual one: `files.example.org, example.net:8443`. Redirects within one site are always"
            " followed, redirects to all other hosts never."
        ),
    ] = ""


class HealthSettings(Struct, frozen=True, kw_only=True):
    """The HTTP server that says whether all is well."""

    host: Annotated[ListenAddress, Meta(description="The address it listens on.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="The port it listens on. 0: any free port.")] = 8765


class RetentionSettings(Struct, frozen=True, kw_only=True):
    """How long to keep what is no longer needed, by the database's clock. What is still needed stays, however old."""

    interval: Annotated[Seconds, Meta(description="How often to look for what is too old.")] = HOUR_SECONDS
    sent: Annotated[Seconds, Meta(description="Messages that were sent.")] = 90 * DAY_SECONDS
    suspended: Annotated[
        Seconds,
        Meta(
            description="Messages for a suspended recipient: one that Slack cannot reach, because a user has left, a"
            " channel is archived, or the app is not invited."
        ),
    ] = 30 * DAY_SECONDS
    dead_letters: Annotated[Seconds, Meta(description="Dead letters, and messages that Slack never accepted.")] = (
        365 * DAY_SECONDS
    )
    versions: Annotated[
        Seconds,
        Meta(description="Earlier versions of index entries. The first and the two newest of each entry always stay."),
    ] = 365 * DAY_SECONDS


class LogSettings(Struct, frozen=True, kw_only=True):
    """The log, on stderr."""

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Meta(description="Less important records are not written."),
    ] = "INFO"


class Settings(Struct, frozen=True, kw_only=True):
    """All of it. The loader makes `data_dir` absolute."""

    data_dir: Annotated[
        FilePath,
        Meta(
            description="Where the embedded database, the lock, the control socket and the logs live. Only the owner"
            " can read it. Empty: `/var/lib/callboard/data` for root; for others `callboard` in `$XDG_STATE_HOME`, or"
            " in `~/.local/state` if that is not set."
        ),
    ] = ""
    system: SystemSettings = SystemSettings()
    database: DatabaseSettings = DatabaseSettings()
    index: IndexSettings = IndexSettings()
    prober: ProberSettings = ProberSettings()
    slack: SlackSettings = SlackSettings()
    network: NetworkSettings = NetworkSettings()
    health: HealthSettings = HealthSettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()
