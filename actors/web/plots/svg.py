"""Plots as SVG, for a file that needs no script. Pure."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

from actors.web.model.phrases import duration
from actors.web.plots.series import Budget, Delays, Detections

WIDTH, HEIGHT = 760, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 30

FOUND, PUBLISHED = "var(--found)", "var(--published)"
TINTS = (FOUND, PUBLISHED, "var(--warn)", "var(--muted)", "var(--bad)")


def detections_svg(data: Detections) -> str:
    """Bars by day: drafts found, and drafts that became papers."""
    most = max((*data.found, *data.published, 1))
    axis = _Axis(0.0, float(most))
    width = _slot(len(data.days))
    marks = []
    for place, (found, published) in enumerate(zip(data.found, data.published, strict=True)):
        x = _x(place, len(data.days))
        marks.append(_bar(x, width * 0.4, axis.y(0), axis.y(found), FOUND, f"{_date(data.days[place])}: {found} found"))
        about = f"{_date(data.days[place])}: {published} became papers"
        marks.append(_bar(x + width * 0.42, width * 0.4, axis.y(0), axis.y(published), PUBLISHED, about))
    legend = {"found": FOUND, "became papers": PUBLISHED}
    ticks = [(axis.y(value), f"{value:,}") for value in _whole_ticks(most)]
    return _svg("Drafts found, and drafts that became papers, by day", ticks, data.days, marks, legend)


def delays_svg(data: Delays, first: int, last: int) -> str:
    """One dot a draft, on a logarithmic scale: from upload to seen, and from seen to told. `first` and `last` are the
    ends of the time, in seconds since the epoch."""
    known = [value for value in (*data.to_see, *data.to_tell) if value is not None]
    low, high = math.log10(1.0), math.log10(max((*known, 3600.0)) * 1.3)
    axis = _Axis(low, high)
    span = max(last - first, 1)
    marks = []
    for at, id, see, tell in zip(data.seen, data.ids, data.to_see, data.to_tell, strict=True):
        x = LEFT + (at - first) / span * (WIDTH - LEFT - RIGHT)
        for value, colour, what in ((see, FOUND, "from upload to seen"), (tell, PUBLISHED, "from seen to told")):
            if value is not None:
                y = axis.y(math.log10(max(value, 1.0)))
                marks.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">'
                    f"{_title(f'{id}: {duration(value)} {what}')}</circle>"
                )
    steps = [seconds for seconds in (1, 10, 60, 600, 3600, 36_000, 86_400, 864_000) if math.log10(seconds) <= high]
    ticks = [(axis.y(math.log10(seconds)), duration(seconds) if seconds >= 10 else "1 s") for seconds in steps]
    legend = {"from upload to seen": FOUND, "from seen to told": PUBLISHED}
    return _svg("How long drafts waited", ticks, (first, last), marks, legend)


def budget_svg(data: Budget) -> str:
    """Stacked bars by kind; the line is the budget."""
    kinds = {kind: counts for kind, counts in data.kinds.items() if any(counts)}
    sums = [sum(counts) for counts in zip(*kinds.values(), strict=True)] if kinds else []
    most = max((*sums, data.allowed))
    axis = _Axis(0.0, float(most))
    count, width = len(data.begins), _slot(len(data.begins))
    marks = []
    for place in range(count):
        tops = list(accumulate((counts[place] for counts in kinds.values()), initial=0))
        for tint, (kind, counts) in enumerate(kinds.items()):
            about = f"{_date(data.begins[place])}: {counts[place]:,} {kind}"
            marks.append(
                _bar(_x(place, count), width * 0.85, axis.y(tops[tint]), axis.y(tops[tint + 1]), TINTS[tint], about)
            )
    y = axis.y(data.allowed)
    marks.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="budget"/>')
    legend = {kind: TINTS[tint] for tint, kind in enumerate(kinds)}
    ticks = [(axis.y(value), f"{value:,}") for value in _whole_ticks(most)]
    return _svg("Requests by kind; the line is the budget", ticks, data.begins, marks, legend)


class _Axis:
    """From values to places, upwards."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, max(high, low + 1e-9)

    def y(self, value: float) -> float:
        """The place of a value."""
        return TOP + (1 - (value - self._low) / (self._high - self._low)) * (HEIGHT - TOP - BOTTOM)


def _svg(
    title: str,
    ticks: Sequence[tuple[float, str]],
    times: Sequence[int],
    marks: Sequence[str],
    legend: Mapping[str, str],
) -> str:
    lines = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>'
        for y, label in ticks
    )
    shown = [times[round(place * (len(times) - 1) / 4)] for place in range(5)] if len(times) > 4 else list(times)
    places = [round(place * (len(times) - 1) / 4) for place in range(5)] if len(times) > 4 else range(len(times))
    dates = "".join(
        f'<text x="{_x(place, len(times)) if place + 1 < len(times) or not place else WIDTH - RIGHT:.1f}"'
        f' y="{HEIGHT - 10}" text-anchor="{_anchor(place, len(times))}">{_date(at)}</text>'
        for place, at in zip(places, shown, strict=True)
    )
    named = " ".join(
        f'<span><i class="key k{TINTS.index(colour)}"></i>{escape(name)}</span>' for name, colour in legend.items()
    )
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label={quoteattr(title)}>'
        f'{lines}{dates}{"".join(marks)}</svg><p class="legend">{named}</p></figure>'
    )


def _anchor(place: int, count: int) -> str:
    """So that the first and the last label stay within the picture."""
    return "start" if place == 0 else "end" if place + 1 == count else "middle"


def _bar(x: float, width: float, bottom: float, top: float, colour: str, about: str) -> str:
    if bottom - top < 0.05:
        return ""
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{max(width, 0.5):.1f}" height="{bottom - top:.1f}" fill="{colour}">'
        f"{_title(about)}</rect>"
    )


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>"


def _x(place: int, count: int) -> float:
    return LEFT + place * _slot(count)


def _slot(count: int) -> float:
    return (WIDTH - LEFT - RIGHT) / max(count, 1)


def _whole_ticks(most: int) -> Sequence[int]:
    """About four round numbers from 0 to `most`."""
    step = 10 ** math.floor(math.log10(max(most, 1)))
    for factor in (0.25, 0.5, 1.0):
        if most / (step * factor) <= 5:
            step = max(1, int(step * factor))
            break
    return range(0, most + 1, max(int(step), 1))


def _date(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
