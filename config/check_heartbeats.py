"""When the signals of a heartbeat are expected, from its keys."""

import re
from collections.abc import Mapping
from typing import Any

from config.check_nodes import WrongValue
from config.cron import cron_expression
from messages.check_definitions import HeartbeatOptions

DAY_SECONDS = 86_400.0
HOUR_SECONDS = 3600.0
LONGEST_PERIOD_SECONDS = 366 * DAY_SECONDS

_INSTEAD = (("interval", "period"), ("retry_interval", "grace"), ("timeout", "grace"))
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")


def token_of(text: str) -> str:
    """A token that others send to us, in an address. Raises WrongValue, which does not repeat it."""
    if _TOKEN.fullmatch(text) is None:
        raise WrongValue(
            "expected at least 16 letters, digits or - . _ ~ that nobody can guess: `openssl rand -hex 16` prints some"
        )
    return text


def cron_of(text: str) -> str:
    """An expression of cron, also one that begins with the second. Raises WrongValue."""
    try:
        return cron_expression(text, (5, 6))
    except WrongValue as error:
        raise WrongValue(f"expected a cron expression such as 0 3 * * *: {error}") from None


def zone_of(text: str) -> str:
    """The name of a time zone. Raises WrongValue."""
    from actors.runtime.timezones import known  # they read the names of all zones, and most checks have none
    from actors.runtime.timezones.naming import UnknownZone, either, zone_named

    try:
        return zone_named(text, known.names())
    except UnknownZone as error:
        hint = f"; did you mean {either(error.choices)}?" if error.choices else ""
        raise WrongValue(f"expected a time zone such as Europe/Berlin{hint}") from None


def without_rhythm(values: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a group says of how often and how long its checks run, if the check itself does not say it too."""
    others = {name for name, _ in _INSTEAD if name not in own}
    return {name: value for name, value in values.items() if name not in others}


def heartbeat_options(values: Mapping[str, Any]) -> HeartbeatOptions:
    """Raises WrongValue."""
    for name, instead in _INSTEAD:
        if name in values:
            raise WrongValue(f"{name} does not go with heartbeat; did you mean {instead}?")
    if ("token" in values) == ("token_file" in values):
        raise WrongValue("expected token_file, or token: what a job sends to be let in")
    if "cron" in values and "period" in values:
        raise WrongValue("period and cron exclude each other")
    if "timezone" in values and "cron" not in values:
        raise WrongValue("timezone goes with cron, which is missing")
    period, cron = values.get("period", DAY_SECONDS), values.get("cron", "")
    if not 1.0 <= period <= LONGEST_PERIOD_SECONDS:
        raise WrongValue("period: expected a duration from 1s to 366d")
    grace = values.get("grace", HOUR_SECONDS if cron else min(period, HOUR_SECONDS))
    if grace > LONGEST_PERIOD_SECONDS:
        raise WrongValue("grace: expected a duration of at most 366d")
    return HeartbeatOptions(
        token=values.get("token") or token_of(values["token_file"]),
        period=period,
        grace=grace,
        cron=cron,
        timezone=values.get("timezone", "UTC"),
    )
