"""When a check runs first, and when next. What varies between checks is taken from their keys, so that a restart
changes nothing."""

import hashlib

from actors.checks.model.standing import CheckStanding
from messages.check_definitions import CheckDefinition, CheckKind
from messages.checks import CheckState

JITTER = 0.02
"""The share of the interval by which a run comes earlier or later, so that checks do not stay in step."""

LONGEST_FIRST_SECONDS = 300.0
"""A check that runs once a day has a first result after this time at the latest."""


BUILT_IN_FIRST_SECONDS = 3.0
"""The same for what our own actors know."""


def first_delay(check: CheckDefinition) -> float:
    """Seconds until the first run: somewhere within the interval."""
    longest = BUILT_IN_FIRST_SECONDS if check.kind is CheckKind.BUILT_IN else LONGEST_FIRST_SECONDS
    return _share(check.key, 0) * min(check.interval, longest)


def next_delay(check: CheckDefinition, standing: CheckStanding, generation: int) -> float:
    """Seconds from when a run was due until the next one: sooner after a failure that does not count as an outage
    yet, and after a result that says nothing."""
    is_suspect = standing.is_offline or (standing.failed > 0 and standing.state is not CheckState.DOWN)
    usual = check.retry_interval if is_suspect else check.interval
    return usual * (1 + JITTER * (2 * _share(check.key, generation) - 1))


def _share(key: str, generation: int) -> float:
    """A number from 0 to 1."""
    digest = hashlib.blake2b(f"{generation} {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64
