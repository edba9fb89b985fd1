"""Curves over time, and whether they are flat. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What was measured of one thing, at each look; `unit` of the values; `allowed` is how much it may grow over the
    second half and still be flat, None when it may grow as it likes (it holds the world, which grew)."""

    name: str
    unit: str
    values: tuple[float, ...]
    allowed: float | None


def growth(values: Sequence[float]) -> float:
    """How much a straight line through the second half of the values rises over it (least squares)."""
    half = list(values[len(values) // 2 :])
    count = len(half)
    if count < 2:
        return 0.0
    middle, mean = (count - 1) / 2, sum(half) / count
    slope = sum((place - middle) * (value - mean) for place, value in enumerate(half))
    return slope / sum((place - middle) ** 2 for place in range(count)) * (count - 1)


def is_flat(curve: Curve) -> bool:
    """Whether it grew no more than it may."""
    return curve.allowed is None or growth(curve.values) <= curve.allowed


def sparkline(values: Sequence[float], width: int = 48) -> str:
    """The values as a line of bars, from nothing to the largest."""
    most = max(values, default=0.0)
    places = [values[place * len(values) // width] for place in range(min(width, len(values)) if values else 0)]
    places = list(values) if len(values) <= width else places
    if most <= 0:
        return BARS[0] * len(places)
    return "".join(BARS[min(int(value / most * len(BARS)), len(BARS) - 1)] for value in places)


def lines(curves: Sequence[Curve]) -> list[str]:
    """A table: each curve with its first, middle and last value, its growth over the second half, and the verdict."""
    head = f"{'':<34} {'begin':>9} {'middle':>9} {'end':>9} {'2nd half':>9}  "
    return [head, *map(_line, curves)]


def verdict(curves: Sequence[Curve]) -> str:
    """The last line."""
    grown = [curve.name for curve in curves if not is_flat(curve)]
    return "FLAT: memory and tables are bounded" if not grown else f"NOT FLAT: {', '.join(grown)}"


def curves_of(
    looks: Sequence[Mapping[str, float]], unit: str, allowed: Mapping[str, float | None], otherwise: float | None
) -> list[Curve]:
    """Looks at many things as a curve for each; what is missing in a look (a process that was not there) is 0."""
    names = dict.fromkeys(name for look in looks for name in look)
    return [
        Curve(
            name=name,
            unit=unit,
            values=tuple(look.get(name, 0.0) for look in looks),
            allowed=allowed.get(name, otherwise),
        )
        for name in names
    ]


def _line(curve: Curve) -> str:
    values = curve.values
    shown = (values[0], values[len(values) // 2], values[-1], growth(values))
    numbers = " ".join(f"{value:>9,.1f}" for value in shown)
    said = "holds the world" if curve.allowed is None else ("flat" if is_flat(curve) else "GROWS")
    return f"{curve.name + ' ' + curve.unit:<34} {numbers}  {sparkline(values)} {said}"
