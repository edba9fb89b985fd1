"""Values of a JSON document, as a check has them: path, op, value, severity."""

from collections.abc import Mapping

import yaml

from actors.checks.conditions.grammar import ConditionRefused, parse_condition
from actors.checks.conditions.metrics import MetricRefused, metric_condition
from actors.checks.conditions.terms import Placeholder
from config.check_nodes import WrongValue, either, parts_of, plain, read_each
from config.yaml_values import is_null, said_of, scalar_value
from messages.check_definitions import RequiredCondition, Severity

KEYS = ("path", "op", "value", "severity")

_FORM = "expected path, op and value, and severity if it is not critical"


def read_metrics(node: yaml.Node) -> tuple[RequiredCondition, ...]:
    """The conditions that a list of values states. Raises WrongValue."""
    if not isinstance(node, yaml.SequenceNode):
        raise WrongValue(f"expected a list of values: {either(KEYS)}, not {said_of(node)}")
    return read_each(node.value, _metric)


def severity_in(parts: Mapping[str, yaml.Node]) -> Severity:
    """What it means that a condition does not hold. Raises WrongValue."""
    try:
        return Severity(plain(parts["severity"])) if "severity" in parts else Severity.CRITICAL
    except ValueError:
        raise WrongValue("severity: expected critical or warning") from None


def _metric(node: yaml.Node) -> RequiredCondition:
    if not isinstance(node, yaml.MappingNode):
        raise WrongValue(f"expected {either(KEYS)} with a value, not {said_of(node)}")
    parts = parts_of(node, KEYS, _FORM)
    if not {"path", "op", "value"} <= set(parts):
        raise WrongValue(_FORM)
    if not isinstance(parts["value"], yaml.ScalarNode):
        raise WrongValue(f"value: expected a number, a text, true, false or null, not {said_of(parts['value'])}")
    path = plain(parts["path"]).strip()
    value = None if is_null(parts["value"]) else scalar_value(parts["value"])
    try:
        sign = plain(parts["op"]).strip()
        condition = parse_condition(metric_condition(path, sign, value))
        if condition.comparison.value != sign or not isinstance(condition.left, Placeholder):
            raise WrongValue(f"path: {path!r}: expected a JSON path and nothing else")
        return RequiredCondition(text=condition.text, severity=severity_in(parts))
    except MetricRefused as error:
        raise WrongValue(str(error)) from None
    except ConditionRefused as error:
        raise WrongValue(f"path: {path!r}: {str(error).partition(': ')[2]}") from None
