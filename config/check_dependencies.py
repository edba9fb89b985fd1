"""What checks depend on: names are found, and circles refused. Pure."""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from config.check_nodes import WrongValue


def resolved(
    names: Sequence[str], own: str, group: str, keys: Sequence[str], own_names: Sequence[str] = ()
) -> tuple[str, ...]:
    """The keys (`group/name`, or a name) of what a check of key `own` depends on; `keys` are all there are. A name
    alone is first looked for in the check's own `group`. What a group says for all its checks may name one of them:
    that one does not depend on itself, unless it says so in `own_names`. Raises WrongValue."""
    found = [(name, _key(name, group, keys)) for name in names]
    return tuple(dict.fromkeys(key for name, key in found if key != own or name in own_names))


def _key(name: str, group: str, keys: Sequence[str]) -> str:
    if group and f"{group}/{name}" in keys:
        return f"{group}/{name}"
    if name in keys:
        return name
    found = [key for key in keys if key.rpartition("/")[2] == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongValue(f"several checks are called {name}: write the group too, as in {found[0]}")
    near = difflib.get_close_matches(name, [*keys, *(key.rpartition("/")[2] for key in keys)], n=1, cutoff=0.5)
    raise WrongValue(f"there is no check {name}" + (f"; did you mean {near[0]}?" if near else ""))


def circles(depends_on: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle of checks that depend on each other, once: its keys in order, beginning with the one that comes first
    in the configuration."""
    done: set[str] = set()
    for start in depends_on:
        path: list[str] = []
        pending = [iter((start,))]
        while pending:
            key = next(pending[-1], None)
            if key is None:
                pending.pop()
                if path:
                    done.add(path.pop())
            elif key in path:
                yield tuple(path[path.index(key) :])
            elif key not in done:
                path.append(key)
                pending.append(iter(depends_on.get(key, ())))
