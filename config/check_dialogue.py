"""How the dialogue of a connection is read: what is expected, what is sent, and where TLS begins."""

from collections.abc import Sequence

import yaml

from actors.checks.conditions.patterns import PatternRefused, linear_pattern
from config.check_nodes import WrongValue, either, parts_of, plain, read_each
from config.yaml_values import said_of, scalar_value
from messages.check_definitions import DialogueStep

KEYS = ("expect", "send", "starttls")


def read_dialogue(node: yaml.Node) -> tuple[DialogueStep, ...]:
    """A list of steps. Raises WrongValue."""
    if not isinstance(node, yaml.SequenceNode):
        raise WrongValue(f"expected a list of steps: {', '.join(KEYS)}, not {said_of(node)}")
    return read_each(node.value, _step)


def refuse_tls_elsewhere(scheme: str, dialogue: Sequence[DialogueStep]) -> None:
    """TLS begins once. Raises WrongValue."""
    times = sum(step.starttls for step in dialogue)
    if scheme == "starttls" and not times:
        raise WrongValue("starttls: the dialogue must say where TLS begins, by a step `starttls: true`")
    if times > 1:
        raise WrongValue("dialogue: TLS can begin once; remove all but one `starttls: true`")
    if scheme == "tls" and times:
        raise WrongValue("dialogue: with tls:// TLS begins at once; remove `starttls: true`, or write starttls://")


def _step(node: yaml.Node) -> DialogueStep:
    if not isinstance(node, yaml.MappingNode):
        raise WrongValue(f"expected {either(KEYS)} with a value, not {said_of(node)}")
    form = f"expected {either(KEYS)} with a value"
    parts = parts_of(node, KEYS, form)
    if not parts:
        raise WrongValue(form)
    expect, send = (plain(parts[name]) if name in parts else "" for name in ("expect", "send"))
    try:
        linear_pattern(expect)
    except PatternRefused as error:
        raise WrongValue(f"expect: not a regular expression: {error}") from None
    return DialogueStep(expect=expect, send=send, starttls="starttls" in parts and _switch(parts["starttls"]))


def _switch(node: yaml.Node) -> bool:
    value = scalar_value(node) if isinstance(node, yaml.ScalarNode) else None
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise WrongValue("starttls: expected true or false", node)
    return value in (True, "true")
