"""Recipients that Slack refuses: when each is tried again, and whether that is their trouble or Slack's. Pure.

A recipient that is refused alone is tried again after one minute, then after one, two, four and so on, up to a day:
each wait is as long as the suspension has lasted. People who write are tried at once, and their waits start over.

If several recipients are refused within a short time, Slack is in trouble rather than they; if it accepts nobody in
between, two are enough. They are tried again within a minute, and when one of them is accepted, all are tried at once.
While nobody is accepted, all others wait as in an outage. After an hour (for several, a day in which Slack accepts
nobody) the trouble is theirs after all.
"""

import bisect
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from actors.notifier.model.outgoing import HAS_LEFT, SuspendedRecipient
from messages.health import HealthReason, ReasonCode, iso

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(days=1)

SEVERAL_RECIPIENTS = 3
ALL_RECIPIENTS = 2
SHORT_TIME = timedelta(minutes=10)
"""So many recipients that are refused within this time are refused together; fewer, if nobody else is accepted."""

SLACKS_TROUBLE = timedelta(hours=1)
SLACKS_LONGEST_TROUBLE = timedelta(days=1)
"""How long that counts as Slack's trouble, and how long if they are several and Slack accepts nobody else."""


DEPARTED = f"{HAS_LEFT}: the person's account was deactivated"
"""Why somebody is suspended who has left. However many leave at once, that is no trouble of Slack's."""


class RefusalScope(Enum):
    """Whom Slack refuses. ONE: this recipient, whose own trouble it is. SEVERAL: some recipients, but not all. ALL: it
    has accepted nothing since."""

    ONE = "one"
    SEVERAL = "several"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRefusal:
    """A recipient was refused: the scope; the seconds that it has lasted; whether the recipient was heard from during
    the attempt."""

    scope: RefusalScope = RefusalScope.ONE
    lasted: float = 0.0
    is_heard: bool = False


def refusal(
    recipient: str,
    suspended: Mapping[str, SuspendedRecipient],
    accepted_at: datetime | None,
    at: datetime,
    tried_at: datetime | None = None,
) -> RecipientRefusal:
    """What it means that `recipient` is refused now, in an attempt that began at `tried_at`. Slack last accepted a
    message at `accepted_at`, None if that is not known."""
    known = suspended.get(recipient) or SuspendedRecipient(since=at, reason="", wait=0.0)
    everybody = {**_refused(suspended), recipient: known}
    heard_at = known.heard_at
    return RecipientRefusal(
        scope=_scope(known.since, sorted(each.since for each in everybody.values()), accepted_at, at),
        lasted=(at - max(known.since, heard_at or known.since)).total_seconds(),
        is_heard=heard_at is not None and tried_at is not None and heard_at > tried_at,
    )


def seconds_to_retry(refused: RecipientRefusal) -> float:
    """When a recipient that is refused alone is tried again."""
    return min(max(refused.lasted, FIRST_RETRY.total_seconds()), LONGEST_RETRY.total_seconds())


def refused_together(recipient: str, suspended: Mapping[str, SuspendedRecipient]) -> frozenset[str]:
    """The suspended recipients that were refused within a short time of this one, if they are several."""
    refused = _refused(suspended)
    if recipient not in refused:
        return frozenset()
    since = refused[recipient].since
    together = {name for name, each in refused.items() if abs(each.since - since) <= SHORT_TIME}
    return frozenset(together) if len(together) >= SEVERAL_RECIPIENTS else frozenset()


def lasts(suspended: Mapping[str, SuspendedRecipient], since: datetime, at: datetime) -> bool:
    """Whether it is still Slack's trouble that it has accepted nobody since then."""
    refused = sum(each.since >= since - SHORT_TIME for each in _refused(suspended).values())
    return at - since <= (SLACKS_LONGEST_TROUBLE if refused >= SEVERAL_RECIPIENTS else SLACKS_TROUBLE)


def of_slack(
    suspended: Mapping[str, SuspendedRecipient], accepted_at: datetime | None, at: datetime
) -> Mapping[str, SuspendedRecipient]:
    """Those whose suspension counts as Slack's trouble."""
    refused = _refused(suspended)
    times = sorted(each.since for each in refused.values())
    return {
        name: each
        for name, each in refused.items()
        if _scope(each.since, times, accepted_at, at) is not RefusalScope.ONE
    }


def reasons(
    suspended: Mapping[str, SuspendedRecipient], accepted_at: datetime | None, at: datetime
) -> tuple[HealthReason, ...]:
    """Why the notifier is degraded. That Slack does not reach one recipient is no reason, because people leave; it is
    one if they are several, or have written since."""
    if troubled := of_slack(suspended, accepted_at, at):
        what = f"has refused {len(troubled)} recipients"
        after = "; this counts as trouble at Slack: they are tried again every minute"
    elif troubled := {name: each for name, each in _refused(suspended).items() if _is_refused_again(each)}:
        what = f"refuses messages to {len(troubled)} {'person' if len(troubled) == 1 else 'people'} who wrote to us,"
        after = ""
    else:
        return ()
    since = min(each.since for each in troubled.values())
    text = f"notifier: Slack {what} since {since:%Y-%m-%d %H:%M} UTC ({why(troubled)}){after}"
    fields = (("count", str(len(troubled))), ("since", iso(since)), ("why", why(troubled)))
    return (HealthReason(code=ReasonCode.RECIPIENTS_REFUSED, subject="slack", text=text, fields=fields),)


def why(suspended: Mapping[str, SuspendedRecipient]) -> str:
    """The error codes, the most frequent first: `2 channel_not_found, 1 user_disabled`."""
    counted = Counter(each.reason.partition(":")[0] for each in suspended.values())
    return ", ".join(
        f"{count} {error}" for error, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    )


def _refused(suspended: Mapping[str, SuspendedRecipient]) -> Mapping[str, SuspendedRecipient]:
    """Those that Slack has refused: all but the people who have left."""
    return {name: each for name, each in suspended.items() if not each.has_left}


def _scope(since: datetime, times: list[datetime], accepted_at: datetime | None, at: datetime) -> RefusalScope:
    """`times` are when each suspended recipient was refused first, in order."""
    first = bisect.bisect_left(times, since - SHORT_TIME)
    after = bisect.bisect_right(times, since + SHORT_TIME)
    accepts_nobody = accepted_at is None or accepted_at < times[first]
    are_several = after - first >= SEVERAL_RECIPIENTS
    if after - first < (ALL_RECIPIENTS if accepts_nobody else SEVERAL_RECIPIENTS):
        return RefusalScope.ONE
    if at - since > (SLACKS_LONGEST_TROUBLE if accepts_nobody and are_several else SLACKS_TROUBLE):
        return RefusalScope.ONE
    return RefusalScope.ALL if accepts_nobody else RefusalScope.SEVERAL


def _is_refused_again(recipient: SuspendedRecipient) -> bool:
    """Whether an attempt has failed since the recipient was last heard from."""
    heard_at, tried_at = recipient.heard_at, recipient.tried_at
    return heard_at is not None and tried_at is not None and tried_at > heard_at
