"""How the service runs: its processes, its database, its requests, what it keeps and what it logs."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from messages.settings.kinds import (
    DAY_SECONDS,
    HOUR_SECONDS,
    MINUTE_SECONDS,
    DatabaseUrl,
    HostList,
    Port,
    Seconds,
    TakesEffect,
    without_secrets,
)


class SystemSettings(Struct, frozen=True, kw_only=True):
    """The actor system, and what happens when an actor fails."""

    base: Annotated[
        Literal["simpleSystemBase", "multiprocTCPBase"],
        Meta(description="simpleSystemBase: one process. multiprocTCPBase: a process per actor."),
        TakesEffect.AFTER_RESTART,
    ] = "simpleSystemBase"
    admin_port: Annotated[
        Port,
        Meta(description="Loopback TCP port of the actor system's admin (multiprocTCPBase only). 0: any free port."),
        TakesEffect.AFTER_RESTART,
    ] = 0
    hang_limit: Annotated[
        Seconds,
        Meta(
            description="An actor that gives no sign of life for this long is killed and restarted. With"
            " simpleSystemBase, the service ends with a trace instead. A call to the database may take 5s, so anything"
            " under 15s is only for tests."
        ),
        TakesEffect.AFTER_RESTART,
    ] = MINUTE_SECONDS
    restart_limit: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000,
            description="An actor that ends is restarted. If one ends more often than this within restart_window, the"
            " service ends.",
        ),
        TakesEffect.AFTER_RESTART,
    ] = 20
    restart_window: Annotated[
        Seconds, Meta(description="The time within which restart_limit counts."), TakesEffect.AFTER_RESTART
    ] = 10 * MINUTE_SECONDS
    place: Annotated[
        str,
        Meta(
            description="The name of the place where this instance is: it runs the checks whose `places` name it, also"
            " as a standby. Empty: none."
        ),
        TakesEffect.AFTER_RESTART,
    ] = ""


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Where everything is stored."""

    url: Annotated[
        DatabaseUrl,
        Meta(
            description="Empty: start an embedded PostgreSQL in data_dir. Otherwise a URL:"
            " postgresql://user:password@host/name. The environment variable DATABASE_URL works too. A URL with a"
            " password belongs in the environment."
        ),
        TakesEffect.AFTER_RESTART,
    ] = ""

    __repr__ = without_secrets


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
