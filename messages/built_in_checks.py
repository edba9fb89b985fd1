"""The checks that Callboard brings along: of what it depends on itself. Nothing is requested for them: their results
are what its own actors know."""

from messages.check_definitions import CheckDefinition, CheckKind
from messages.health import IndexSnapshot, NotifierSnapshot, ProberSnapshot
from messages.settings import Settings

GROUP = "callboard"

WG21_LINK = "wg21.link"
OPEN_STD = "open-std.org"
PAPERS = "isocpp.org"
SLACK = "slack"
DATABASE = "database"

BUILT_IN_KEYS = tuple(f"{GROUP}/{name}" for name in (WG21_LINK, OPEN_STD, PAPERS, SLACK, DATABASE))

INTERVAL_SECONDS = 30.0
RETRY_SECONDS = 5.0
TIMEOUT_SECONDS = 10.0


def all_checks(settings: Settings) -> tuple[CheckDefinition, ...]:
    """The checks of a configuration, and those that Callboard brings along."""
    return (*settings.checks, *built_in_checks(settings)) if settings.health.builtin_checks else settings.checks


def has_any_checks(settings: Settings) -> bool:
    """Whether there are checks, whoever has them."""
    return settings.has_checks or settings.health.builtin_checks


def built_in_checks(settings: Settings) -> tuple[CheckDefinition, ...]:
    """Those of a service with these settings. What it does not use is not checked. Operators hear of trouble with these
    from health, and are not told twice."""
    return (
        _check(WG21_LINK, settings.index.url),
        _check(OPEN_STD, settings.open_std.url, disabled=not settings.open_std.enabled),
        _check(PAPERS, settings.prober.base_url, disabled=not settings.prober.enabled),
        _check(SLACK, settings.slack.api_url, disabled=not settings.slack.bot_token),
        _check(DATABASE, "postgresql:"),
    )


def _check(name: str, url: str, *, disabled: bool = False) -> CheckDefinition:
    return CheckDefinition(
        name=name,
        group=GROUP,
        kind=CheckKind.BUILT_IN,
        url=url,
        interval=INTERVAL_SECONDS,
        retry_interval=RETRY_SECONDS,
        timeout=TIMEOUT_SECONDS,
        conditions=(),
        failure_threshold=1,
        success_threshold=1,
        remind_every=0.0,
        disabled=disabled,
        silent=True,
    )


BUILT_IN_REPLIES = frozenset({IndexSnapshot, ProberSnapshot, NotifierSnapshot})
"""Of the actors that know."""
