"""All checks at a glance, from how they stand and from their last runs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actors.checks.model.standing import CheckStanding, summary
from messages.check_definitions import CheckDefinition
from messages.check_reading import MOST_SINGLE_CHECKS, RECENT_RUNS, CheckCard, CheckGroup
from messages.checks import CheckResult, CheckState, CheckSummary, PhaseTimes

OTHER = "other"
"""The group that stands for those behind the first MOST_SINGLE_CHECKS."""

MOST_PAGE_BYTES = 400_000
"""Of the texts in one page of checks: a message must stay below 1 MB."""

WELL = frozenset({CheckState.UP, CheckState.PAUSED, CheckState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRuns:
    """What is remembered of a check's runs: of the last one, and a letter and the milliseconds of some before it."""

    phases: PhaseTimes | None = None
    http_status: int | None = None
    letters: str = ""
    ms: tuple[int, ...] = ()

    def with_result(self, result: CheckResult, *, with_bars: bool) -> "LastRuns":
        """After one more run."""
        bars = (result.verdict.value[:1], milliseconds(result.duration)) if with_bars else ("", 0)
        return LastRuns(
            phases=result.phases,
            http_status=result.status,
            letters=(self.letters + bars[0])[-RECENT_RUNS:] if with_bars else "",
            ms=(*self.ms[1 - RECENT_RUNS :], bars[1]) if with_bars else (),
        )


NO_RUNS = LastRuns()


def milliseconds(seconds: float) -> int:
    """Rounded."""
    return round(seconds * 1000)


def card(check: CheckDefinition, standing: CheckStanding, runs: LastRuns, url: str) -> CheckCard:
    """A check as readers see it; `url` without what gives access."""
    return CheckCard(
        summary=summary(standing, check.name, check.group, disabled=check.disabled),
        kind=check.kind,
        url=url,
        succeeded=None if standing.last_at is None else standing.failed == 0,
        certificate_until=standing.certificate_until,
        phases=runs.phases,
        http_status=runs.http_status,
        recent=runs.letters,
        recent_ms=runs.ms,
    )


def groups(cards: Iterable[CheckCard]) -> tuple[CheckGroup, ...]:
    """The groups of these checks, by name."""
    by_name: dict[str, list[CheckCard]] = {}
    for each in cards:
        by_name.setdefault(each.summary.group, []).append(each)
    names = sorted(by_name)
    shown = names if len(names) <= MOST_SINGLE_CHECKS else names[: MOST_SINGLE_CHECKS - 1]
    found = [_group(name, by_name[name]) for name in shown]
    if rest := [each for name in names[len(shown) :] for each in by_name[name]]:
        found.append(_group(OTHER, rest))
    return tuple(found)


def _group(name: str, cards: Iterable[CheckCard]) -> CheckGroup:
    counts = dict.fromkeys(CheckState, 0)
    succeeded: bool | None = None
    durations, ends = [], []
    for each in cards:
        state = each.summary.status
        counts[state] += 1
        if state is CheckState.PAUSED or each.succeeded is None:
            continue
        succeeded = each.succeeded and succeeded is not False
        durations.append(each.summary.duration or 0.0)
        if each.certificate_until is not None:
            ends.append(each.certificate_until)
    return CheckGroup(
        name=name,
        states=tuple((state, count) for state, count in counts.items() if count),
        succeeded=succeeded,
        duration=max(durations, default=None),
        certificate_until=min(ends, default=None),
    )


def shown_singly(cards: Sequence[CheckCard]) -> tuple[CheckCard, ...]:
    """All of them; of too many, the first ones that are not well."""
    if len(cards) <= MOST_SINGLE_CHECKS:
        return tuple(cards)
    troubled = [each for each in cards if each.summary.status not in WELL]
    return tuple(sorted(troubled, key=lambda each: each.summary.status is not CheckState.DOWN)[:MOST_SINGLE_CHECKS])


def page(
    checks: Iterable[CheckSummary], limit: int, group: str | None = None, state: CheckState | None = None
) -> tuple[tuple[CheckSummary, ...], bool]:
    """The first `limit` of those that are wished, fewer if their texts are long; and whether there are more."""
    chosen: list[CheckSummary] = []
    left = MOST_PAGE_BYTES
    for each in checks:
        if (group is not None and each.group != group) or (state is not None and each.status is not state):
            continue
        left -= len(each.error.encode()) + len(each.name.encode()) + len(each.group.encode())
        if len(chosen) == limit or (left < 0 and chosen):
            return tuple(chosen), True
        chosen.append(each)
    return tuple(chosen), False
