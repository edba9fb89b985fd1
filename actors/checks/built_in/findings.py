"""What snapshots of our own actors say about what Callboard depends on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from messages.activity import Reachability, UpstreamSite
from messages.built_in_checks import OPEN_STD, PAPERS, SLACK, WG21_LINK
from messages.checks import CheckVerdict
from messages.health import IndexSnapshot, NotifierSnapshot, ProberSnapshot, ReasonCode

PROBER = "prober"
"""Knows also whether our own network is away."""

ASKED: Mapping[str, str] = MappingProxyType({WG21_LINK: "index", OPEN_STD: "index", PAPERS: PROBER, SLACK: "notifier"})
"""Who knows about each, by name."""

NOT_ASKED_YET = "nothing has been asked since the start"

_VERDICTS: Mapping[Reachability, CheckVerdict] = MappingProxyType(
    {
        Reachability.REACHABLE: CheckVerdict.PASSED,
        Reachability.THROTTLED: CheckVerdict.WARNED,
        Reachability.BLOCKED: CheckVerdict.FAILED,
        Reachability.SUSPICIOUS: CheckVerdict.FAILED,
        Reachability.UNREACHABLE: CheckVerdict.FAILED,
    }
)

Snapshot = IndexSnapshot | ProberSnapshot | NotifierSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInFinding:
    """`verdict` None: nobody knows; `error` says why, or what is wrong."""

    verdict: CheckVerdict | None
    error: str = ""


def finding_of(name: str, snapshot: Snapshot) -> BuiltInFinding:
    """What a snapshot says about the check of this name."""
    match snapshot:
        case IndexSnapshot():
            sites = snapshot.activity.upstreams if snapshot.activity else ()
            return _of_site(next((site for site in sites if site.host == name), None))
        case ProberSnapshot():
            return _of_site(snapshot.activity.upstream if snapshot.activity else None)
        case NotifierSnapshot():
            return _of_slack(snapshot)


def without_network(finding: BuiltInFinding, prober: Snapshot | None) -> BuiltInFinding:
    """What a finding means when the prober has reached no host at all: our own network is away, and nobody knows how
    others are."""
    activity = prober.activity if isinstance(prober, ProberSnapshot) else None
    if finding.verdict is CheckVerdict.FAILED and activity is not None and activity.upstream.is_network_away:
        return BuiltInFinding(verdict=None, error=activity.upstream.detail)
    return finding


def _of_site(site: UpstreamSite | None) -> BuiltInFinding:
    if site is None or site.state is Reachability.UNKNOWN:
        return BuiltInFinding(verdict=None, error=NOT_ASKED_YET)
    verdict = _VERDICTS[site.state]
    if verdict is CheckVerdict.PASSED:
        return BuiltInFinding(verdict=verdict)
    return BuiltInFinding(verdict=verdict, error=site.detail or site.state.value)


def _of_slack(snapshot: NotifierSnapshot) -> BuiltInFinding:
    reasons = {reason.code: reason.text for reason in snapshot.status.reasons}
    for code, verdict in (
        (ReasonCode.SLACK_UNUSABLE, CheckVerdict.FAILED),
        (ReasonCode.SLACK_NOT_LISTENING, CheckVerdict.WARNED),
    ):
        if code in reasons:
            return BuiltInFinding(verdict=verdict, error=reasons[code].removeprefix("notifier: "))
    return BuiltInFinding(verdict=CheckVerdict.PASSED)
