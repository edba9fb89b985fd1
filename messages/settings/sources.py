"""Where papers are read about."""

from typing import Annotated

from msgspec import Meta, Struct

from messages.settings.kinds import HOUR_SECONDS, MINUTE_SECONDS, FileUrl, FolderUrl, Seconds, Secret, without_secrets

MOST_INDEX_BYTES = 1 << 30


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
    hold_for: Annotated[
        Seconds,
        Meta(
            description="A change that is not plausible is applied after a source has said it for this time, or after"
            " `callboard index accept`."
        ),
    ] = 12 * HOUR_SECONDS

    __repr__ = without_secrets


class OpenStdSettings(Struct, frozen=True, kw_only=True):
    """open-std.org's listings of papers: mailings, audiences and dispositions, days before wg21.link has the papers."""

    enabled: Annotated[bool, Meta(description="false: never send a request to open-std.org.")] = True
    url: Annotated[FolderUrl, Meta(description="The folder with the list of mailings and a folder for each year.")] = (
        "https://www.open-std.org/jtc1/sc22/wg21/docs/papers/"
    )
    interval: Annotated[
        Seconds,
        Meta(
            description="How often to fetch the list and this year's page. Requests are conditional. Limits are those"
            " of `index`."
        ),
    ] = 30 * MINUTE_SECONDS

    __repr__ = without_secrets


class PaperTrackerSettings(Struct, frozen=True, kw_only=True):
    """The committee's paper tracker on GitHub, whose labels say which groups a paper is with, and its state there."""

    enabled: Annotated[bool, Meta(description="true: ask GitHub for the groups and states of papers.")] = False
    url: Annotated[FileUrl, Meta(description="The issues, by GitHub's API.")] = (
        "https://api.github.com/repos/cplusplus/papers/issues"
    )
    interval: Annotated[
        Seconds,
        Meta(
            description="How often to ask: at most two conditional requests each time. GitHub allows 60 requests an"
            " hour without a token."
        ),
    ] = HOUR_SECONDS
    token: Annotated[
        Secret, Meta(description="A token of GitHub, which then allows 5,000 requests an hour. It needs no permission.")
    ] = ""

    __repr__ = without_secrets
