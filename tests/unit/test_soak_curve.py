"""Whether a curve is flat: the soak's verdict must be able to say no."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.soak.curve import Curve, curves_of, growth, is_flat, lines, sparkline, verdict


def a_curve(*values: float, allowed: float | None = 3.0) -> Curve:
    return Curve(name="notifier", unit="MB", values=values, allowed=allowed)


def test_what_fills_up_in_the_first_half_and_then_stays_is_flat() -> None:
    curve = a_curve(*range(50), *[50.0] * 50)
    assert is_flat(curve)
    assert verdict([curve]) == "FLAT: memory and tables are bounded"


def test_a_leak_under_noise_is_not_flat() -> None:
    noise = random.Random(1)
    leak = a_curve(*(30 + place * 0.1 + noise.uniform(-1, 1) for place in range(120)))
    assert not is_flat(leak)
    assert verdict([a_curve(1.0, 1.0), leak]) == "NOT FLAT: notifier"


def test_noise_alone_is_flat() -> None:
    noise = random.Random(1)
    assert is_flat(a_curve(*(30 + noise.uniform(-1, 1) for _ in range(120))))


def test_what_holds_the_world_may_grow_with_it() -> None:
    assert is_flat(a_curve(*range(100), allowed=None))


@given(st.floats(-100, 100), st.floats(-10, 10), st.integers(4, 200))
def test_a_straight_line_grows_by_what_it_rises(begin: float, slope: float, count: int) -> None:
    values = [begin + slope * place for place in range(count)]
    assert abs(growth(values) - (values[-1] - values[count // 2])) < 1e-6


def test_looks_become_curves_and_lines() -> None:
    curves = curves_of([{"a": 1.0}, {"a": 2.0, "b": 5.0}], "rows", {"a": None}, 1.0)
    assert [(curve.name, curve.values, curve.allowed) for curve in curves] == [
        ("a", (1.0, 2.0), None),
        ("b", (0.0, 5.0), 1.0),
    ]
    assert lines(curves)[1].split() == ["a", "rows", "1.0", "2.0", "2.0", "0.0", "▅█", "holds", "the", "world"]


def test_a_sparkline_reaches_from_nothing_to_the_largest() -> None:
    assert sparkline([0, 4, 8]) == "▁▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert len(sparkline(list(range(1000)), width=10)) == 10
