"""What the page shows of checks: rows with bars, and one check with what happened. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote

from msgspec import Struct

from actors.web.model.check_views import CheckHistoryView, HourView
from actors.web.model.phrases import brief, percent
from messages.check_reading import CheckBoardReply, CheckCard, CheckGroup
from messages.checks import CheckState

MOST_ROWS = 200
"""With more checks than this, the page shows groups, and the checks that are not well."""

TROUBLED = frozenset({CheckState.DOWN, CheckState.WARNING})

BAR_STEP, BAR_HEIGHT = 4, 16
LEAST_BAR = 3

CHART_WIDTH, CHART_HEIGHT = 720, 120

NAMES: Mapping[str, str] = MappingProxyType({"p": "well", "w": "with a warning", "f": "failed"})


class Bars(Struct, frozen=True, kw_only=True):
    """The last runs as SVG: a path for each verdict, in a box of `width` by BAR_HEIGHT; `label` says it in words."""

    width: int
    height: int
    passed: str
    warned: str
    failed: str
    label: str


class CheckRow(Struct, frozen=True, kw_only=True):
    """A check on the page; what the public is not shown is empty. `certificate` in words."""

    name: str
    path: str
    status: str
    since: datetime | None
    bars: Bars | None
    duration: float | None
    certificate: str
    error: str


class GroupRows(Struct, frozen=True, kw_only=True):
    """A group: `counts` in words (`2 up, 1 down`), and its checks, or those of them that are not well."""

    name: str
    counts: str
    rows: tuple[CheckRow, ...]


class BoardView(Struct, frozen=True, kw_only=True):
    """All checks on the page. `headline` in a sentence; `is_cut`: not all checks are shown."""

    state: str
    headline: str
    groups: tuple[GroupRows, ...]
    is_cut: bool


class CheckChart(Struct, frozen=True, kw_only=True):
    """Response times by the hour, as SVG: the mean as a line, and a mark for each hour in which runs failed. `label`
    says it in words."""

    width: int
    height: int
    line: str
    failed: str
    label: str


class CheckPageView(Struct, frozen=True, kw_only=True):
    """The page about a check. `badges`: addresses, empty on a public page."""

    view: CheckHistoryView
    key: str
    certificate: str
    uptimes: tuple[tuple[str, str], ...]
    chart: CheckChart | None
    badges: tuple[str, ...]


def board_view(board: CheckBoardReply, now: datetime, *, is_public: bool) -> BoardView:
    """The part of the page about checks."""
    is_cut = not board.is_whole or len(board.cards) > MOST_ROWS
    shown = [card for card in board.cards if not is_cut or card.summary.status in TROUBLED][:MOST_ROWS]
    by_group: dict[str, list[CheckRow]] = {}
    for card in shown:
        by_group.setdefault(card.summary.group, []).append(_row(card, now, is_public))
    groups = tuple(
        GroupRows(name=group.name, counts=_counts(group), rows=tuple(by_group.get(group.name, ())))
        for group in board.groups[:MOST_ROWS]
    )
    totals = dict.fromkeys(CheckState, 0)
    for group in board.groups:
        for state, count in group.states:
            totals[state] += count
    down, warned = totals[CheckState.DOWN], totals[CheckState.WARNING]
    return BoardView(
        state="silent" if down else "degraded" if warned else "well",
        headline=_headline(board.total, down, warned),
        groups=groups,
        is_cut=is_cut,
    )


def check_page(view: CheckHistoryView, token: str, now: datetime) -> CheckPageView:
    """The page about one check; `token` of its badges, empty where they are not shown."""
    return CheckPageView(
        view=view,
        key=f"{view.group}/{view.name}" if view.group else view.name,
        certificate=certificate_words(view.certificate_until, now),
        uptimes=tuple((window, "–" if share is None else percent(share)) for window, share in view.uptimes.items()),
        chart=chart(view.hours),
        badges=tuple(f"/badges/{token}/{name}.svg" for name in ("status", "uptime", "latency", "certificate"))
        if token
        else (),
    )


def certificate_words(until: datetime | None, now: datetime) -> str:
    """`61 days`, `expired`; empty if there is none."""
    if until is None:
        return ""
    days = (until - now).total_seconds() / 86_400
    if days <= 0:
        return "expired"
    return "1 day" if int(days) == 1 else f"{int(days)} days"


def bars(letters: str, ms: Sequence[int]) -> Bars | None:
    """The last runs, oldest on the left: the longer one took, the higher its bar; one that failed is as high as can
    be."""
    if not letters:
        return None
    longest = max((took for letter, took in zip(letters, ms, strict=True) if letter != "f"), default=0) or 1
    paths = dict.fromkeys(NAMES, "")
    for place, (letter, took) in enumerate(zip(letters, ms, strict=True)):
        height = BAR_HEIGHT if letter == "f" else max(LEAST_BAR, round(BAR_HEIGHT * 0.8 * took / longest))
        paths[letter] += f"M{place * BAR_STEP + 1.5:g} {BAR_HEIGHT}v-{height}"
    counts = [f"{letters.count(letter)} {name}" for letter, name in NAMES.items() if letter in letters]
    runs = "The last run" if len(letters) == 1 else f"The last {len(letters)} runs"
    return Bars(
        width=len(letters) * BAR_STEP,
        height=BAR_HEIGHT,
        passed=paths["p"],
        warned=paths["w"],
        failed=paths["f"],
        label=f"{runs}: {', '.join(counts)}",
    )


def chart(hours: Sequence[HourView]) -> CheckChart | None:
    """Of hours, oldest first; None for fewer than two."""
    if len(hours) < 2:
        return None
    first, last = hours[0].hour.timestamp(), hours[-1].hour.timestamp()
    slowest = max(each.mean for each in hours) or 1.0
    line, failed = [], ""
    for each in hours:
        x = round((each.hour.timestamp() - first) / (last - first) * (CHART_WIDTH - 4) + 2, 1)
        line.append(f"{x:g},{round(CHART_HEIGHT - 8 - each.mean / slowest * (CHART_HEIGHT - 16), 1):g}")
        if each.failed:
            failed += f"M{x:g} {CHART_HEIGHT}v-{max(4, round(CHART_HEIGHT * each.failed / each.runs))}"
    bad = sum(1 for each in hours if each.failed)
    label = f"Mean response time by the hour, up to {brief(slowest)}; runs failed in {bad} of {len(hours)} hours"
    return CheckChart(width=CHART_WIDTH, height=CHART_HEIGHT, line=" ".join(line), failed=failed, label=label)


def _row(card: CheckCard, now: datetime, is_public: bool) -> CheckRow:
    check = card.summary
    return CheckRow(
        name=check.name,
        path=f"/checks/{quote(check.key, safe='')}",
        status=check.status.value,
        since=check.since,
        bars=None if is_public else bars(card.recent, card.recent_ms),
        duration=None if is_public else check.duration,
        certificate="" if is_public else certificate_words(card.certificate_until, now),
        error="" if is_public or check.status not in TROUBLED else check.error,
    )


def _counts(group: CheckGroup) -> str:
    return ", ".join(f"{count:,} {state.value}" for state, count in group.states)


def _headline(total: int, down: int, warned: int) -> str:
    checks = "1 check" if total == 1 else f"{total:,} checks"
    troubles: Iterable[str] = filter(
        None, (f"{down:,} down" if down else "", f"{warned:,} with a warning" if warned else "")
    )
    return f"{checks}, {' and '.join(troubles) or 'nothing is down'}."
