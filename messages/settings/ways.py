"""Other ways to be told."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from messages.settings.kinds import FolderUrl, Port, Seconds, Secret, without_secrets


class MailSettings(Struct, frozen=True, kw_only=True):
    """Notices by mail, to users whose id is an address such as `mail:ada@example.org`."""

    host: Annotated[str, Meta(description="The SMTP server that takes our mail. Empty: no mail is sent.")] = ""
    port: Annotated[Port, Meta(description="Its port.")] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(
            description="starttls: TLS after the greeting (port 587). tls: TLS from the first byte (port 465). none:"
            " only for a server on this machine."
        ),
    ] = "starttls"
    user: Annotated[str, Meta(description="The name to log in with. Empty: no login.")] = ""
    password: Annotated[Secret, Meta(description="The password that goes with it.")] = ""
    sender: Annotated[
        str, Meta(description="The address that mail comes from; `Papers <papers@example.org>` names the sender too.")
    ] = "callboard@localhost"
    timeout: Annotated[Seconds, Meta(description="Time limit for handing over one mail.")] = 30.0

    __repr__ = without_secrets


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """Notices as signed requests to an address of your own, for users whose id is `webhook:NAME`."""

    url: Annotated[
        Secret, Meta(description="Where they are posted: a secret, because such URLs often hold one. Empty: nowhere.")
    ] = ""
    secret: Annotated[Secret, Meta(description="The key that requests are signed with. Empty: they are not.")] = ""
    timeout: Annotated[Seconds, Meta(description="Time limit for one request.")] = 15.0

    __repr__ = without_secrets


class MattermostSettings(Struct, frozen=True, kw_only=True):
    """Notices on Mattermost, for users whose id is `mattermost:CHANNEL` or `mattermost:@NAME`."""

    url: Annotated[
        Secret, Meta(description="The URL of an incoming webhook, which is a secret. Empty: nothing is sent.")
    ] = ""
    timeout: Annotated[Seconds, Meta(description="Time limit for one request.")] = 15.0

    __repr__ = without_secrets


class MatrixSettings(Struct, frozen=True, kw_only=True):
    """Notices in Matrix rooms, for users whose id is `matrix:!ROOM:SERVER`."""

    url: Annotated[FolderUrl, Meta(description="The homeserver. Empty: nothing is sent.")] = ""
    token: Annotated[Secret, Meta(description="The access token of the account that writes.")] = ""
    timeout: Annotated[Seconds, Meta(description="Time limit for one request.")] = 15.0

    __repr__ = without_secrets
