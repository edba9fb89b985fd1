"""Expressions of cron, as people write them."""

from collections.abc import Collection
from datetime import UTC, datetime
from types import MappingProxyType

from config.check_nodes import WrongValue

NICKNAMES = MappingProxyType(
    {
        "@hourly": "0 * * * *",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *",
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
    }
)
"""Those of cron that say a time: cronsim knows none of them."""


def cron_expression(text: str, fields: Collection[int]) -> str:
    """The expression, with so many fields. Raises WrongValue, which says what is wrong with it."""
    from cronsim import CronSim, CronSimError  # most configurations have no times of cron

    written = " ".join(text.split())
    expression = NICKNAMES.get(written.lower(), written)
    if expression.startswith("@"):
        raise WrongValue(f"of names there are {', '.join(NICKNAMES)}")
    if (count := len(expression.split())) not in fields:
        raise WrongValue(f"it has {count} field{'s' if count != 1 else ''}, not minute, hour, day, month and weekday")
    try:
        CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise WrongValue(str(error).lower()) from None
    return expression
