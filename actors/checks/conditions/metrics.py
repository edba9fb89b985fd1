"""Values of a JSON document as conditions: where they stand, and how they compare."""

from actors.checks.conditions.terms import Comparison

MetricValue = str | int | float | bool | None

_ORDERED = frozenset({Comparison.BELOW, Comparison.AT_MOST, Comparison.ABOVE, Comparison.AT_LEAST})


class MetricRefused(ValueError):
    """What is wrong with a value or an operator."""


def metric_condition(path: str, sign: str, value: MetricValue) -> str:
    """`[BODY].load[0] < 4`, for `$.load[0]` or `load[0]`, `<` and 4. Raises MetricRefused. Nobody looks at the path."""
    try:
        comparison = Comparison(sign)
    except ValueError:
        raise MetricRefused(f"op: expected {' '.join(each.value for each in Comparison)}") from None
    if comparison in _ORDERED and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise MetricRefused(f"value: {sign} compares numbers")
    where = path.removeprefix("$")
    if where and where[0] not in ".[":
        where = f".{where}"
    return f"[BODY]{where} {sign} {_written(value)}"


def _written(value: MetricValue) -> str:
    match value:
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return f"{value}"
