"""What a group, or all checks, have in common: keys in an entry without name and url."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.check_keys import CHECK_KEYS

OF_ONE_CHECK = frozenset({"name", "group", "url", "conditions"})
"""Keys that cannot be in common."""

COMMON_KEYS = tuple(name for name, key in CHECK_KEYS.items() if not key.kinds and name not in OF_ONE_CHECK)

ADDED_UP = ("maintenance", "depends_on")
"""Keys whose values are those of the check, of its group and of all together. Of others the nearest counts."""

TOLD = ("channel", "users")
"""Who is told: what the check says of it counts as a whole, or what its group says, or what is said for all."""


@dataclass(frozen=True, slots=True)
class CommonKeys:
    """The values that are said for groups, by the group's name, and under the empty name for all checks."""

    by_group: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def with_common(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a check, completed."""
        group = str(values.get("group", ""))
        layers = [values, *(self.by_group.get(name, {}) for name in dict.fromkeys((group, "")))]
        found: dict[str, Any] = {}
        for layer in reversed(layers):
            if any(name in layer for name in TOLD):
                found = {name: value for name, value in found.items() if name not in TOLD}
            found |= {name: value for name, value in layer.items() if name not in ADDED_UP}
        for name in ADDED_UP:
            if together := [each for layer in layers for each in layer.get(name, ())]:
                found[name] = tuple(dict.fromkeys(together))
        return found
