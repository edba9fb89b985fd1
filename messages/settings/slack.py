"""Slack."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from messages.settings.kinds import (
    MINUTE_SECONDS,
    FolderUrl,
    ListenAddress,
    Port,
    Seconds,
    Secret,
    TakesEffect,
    TimeZone,
    without_secrets,
)


class SlackSettings(Struct, frozen=True, kw_only=True):
    """Notices and commands on Slack."""

    bot_token: Annotated[
        Secret, Meta(description="The bot's token (xoxb-...). Without it, notices go to the console.")
    ] = ""
    refresh_token: Annotated[
        Secret,
        Meta(
            description="For an app with token rotation: the refresh token (xoxe-...) that came with bot_token."
            " Callboard renews the token before it expires, and keeps the newest in its tables. It needs client_id and"
            " client_secret."
        ),
    ] = ""
    client_id: Annotated[str, Meta(description="The app's client ID, for token rotation.")] = ""
    client_secret: Annotated[Secret, Meta(description="The app's client secret, for token rotation.")] = ""
    events: Annotated[
        Literal["socket", "http"],
        Meta(
            description="How users' commands arrive. socket: by Socket Mode, which needs app_token but no public"
            " address. http: as requests to https://YOUR-HOST/slack/events, which your proxy passes on to events_host"
            " and events_port; it needs signing_secret. Without its secret, Callboard sends notices but does not"
            " listen."
        ),
        TakesEffect.AFTER_RESTART,
    ] = "socket"
    app_token: Annotated[Secret, Meta(description="The app-level token (xapp-...) for Socket Mode.")] = ""
    signing_secret: Annotated[Secret, Meta(description="The signing secret for `events: http`.")] = ""
    events_host: Annotated[
        ListenAddress, Meta(description="The address that `events: http` listens on."), TakesEffect.AFTER_RESTART
    ] = "127.0.0.1"
    events_port: Annotated[
        Port,
        Meta(description="The port that `events: http` listens on. 0: any free port."),
        TakesEffect.AFTER_RESTART,
    ] = 8766
    api_url: Annotated[FolderUrl, Meta(description="Slack's Web API.")] = "https://slack.com/api/"
    channel: Annotated[
        str,
        Meta(
            description="The channel for new drafts and for drafts that became papers: an id, or a #name in quotes."
            " Empty: none."
        ),
    ] = ""
    unfurl: Annotated[
        bool,
        Meta(
            description="true: under a message with an address of wg21.link, Callboard shows which paper it is. false:"
            " it shows nothing."
        ),
    ] = True
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

    __repr__ = without_secrets
