"""What is served over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from messages.settings.kinds import (
    MINUTE_SECONDS,
    AccessUrl,
    FolderUrl,
    HostList,
    ListenAddress,
    Port,
    Seconds,
    Secret,
    TakesEffect,
    without_secrets,
)


class HealthSettings(Struct, frozen=True, kw_only=True):
    """The HTTP server that says whether all is well."""

    host: Annotated[ListenAddress, Meta(description="The address it listens on."), TakesEffect.AFTER_RESTART] = (
        "127.0.0.1"
    )
    port: Annotated[Port, Meta(description="The port it listens on. 0: any free port."), TakesEffect.AFTER_RESTART] = (
        8765
    )
    heartbeat_url: Annotated[
        AccessUrl,
        Meta(
            description="A dead man's switch: a URL that is asked for with GET as long as every actor answers. What is"
            " behind it raises the alarm when that stops. Empty: none."
        ),
    ] = ""
    heartbeat_interval: Annotated[Seconds, Meta(description="How often heartbeat_url is asked for.")] = MINUTE_SECONDS
    builtin_checks: Annotated[
        bool,
        Meta(
            description="true: `callboard checks` also shows what Callboard depends on (wg21.link, open-std.org,"
            " isocpp.org, Slack, the database), without any request for it. false: only your own checks."
        ),
    ] = True

    __repr__ = without_secrets


class WebSettings(Struct, frozen=True, kw_only=True):
    """The page, the feed and the API, at the address of health."""

    public: Annotated[
        bool,
        Meta(
            description="true: the page and the feed show papers and drafts only, without hosts, errors, users or"
            " Slack, and need no token. false: they show everything."
        ),
    ] = False
    hosts: Annotated[
        HostList,
        Meta(
            description="Names under which the page may be asked for, separated by commas. Addresses and localhost work"
            " without; other names are refused, because a page of another site could lead them here."
        ),
    ] = ""
    token: Annotated[
        Secret,
        Meta(
            description="An access token for the API, and for the page and the feed unless they are public. Clients"
            " send it as `Authorization: Bearer`; browsers ask for it as a password. Empty: everybody may read."
        ),
    ] = ""
    requests_per_minute: Annotated[
        int, Meta(ge=1, le=1_000_000, description="How many requests one client may make in a minute.")
    ] = 600
    beside: Annotated[
        FolderUrl,
        Meta(description="A page to show beside the papers, in a frame: the demo shows its Slack. Empty: none."),
    ] = ""

    __repr__ = without_secrets
