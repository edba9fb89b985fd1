"""The search for drafts."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from messages.settings.kinds import DAY_SECONDS, MINUTE_SECONDS, FolderUrl, Seconds, without_secrets


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
    title_wait: Annotated[
        Seconds,
        Meta(
            description="A new draft waits this long for its file to be fetched and read. Then it is announced without"
            " title and authors; they follow when they are known."
        ),
    ] = 6.0
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
            " Without one, a tenth of requests_per_hour and of peak_requests_per_hour is used."
        ),
    ] = ""

    __repr__ = without_secrets
