"""The checks of the configuration, and what follows from them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from messages.check_definitions import CheckDefinition, CheckKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """`checks` by key; `limits`: seconds after which a run of each counts as stuck; `dependents`: the keys of those
    that depend on each, as far as there are any."""

    checks: Mapping[str, CheckDefinition]
    limits: Mapping[str, float]
    dependents: Mapping[str, tuple[str, ...]]

    def named(self, text: str) -> CheckDefinition | str:
        """The check of this key or of this unique name; or why there is none."""
        if text in self.checks:
            return self.checks[text]
        found = [check for check in self.checks.values() if check.name == text]
        if len(found) == 1:
            return found[0]
        if found:
            return f"several checks are called {text}: say the group too, as in {found[0].key}"
        return f"there is no check {text}: `callboard checks list` shows all"

    def scope(self, text: str) -> tuple[str, str]:
        """The scope of a maintenance window for what operators name: a check, a group, or `all`; and why there is none,
        empty if there is one."""
        if text == "all":
            return "", ""
        check = self.named(text)
        if isinstance(check, CheckDefinition):
            return check.key, ""
        group = text.removesuffix("/")
        if any(each.group == group for each in self.checks.values()):
            return f"{group}/", ""
        return "", f"there is no check or group {text}: `callboard checks list` shows all"

    def with_dependents(self, keys: Iterable[str]) -> list[str]:
        """These, and those that depend on one of them, each once."""
        found = dict.fromkeys(keys)
        return list(dict.fromkeys([*found, *(each for key in found for each in self.dependents.get(key, ()))]))


def roster_of(checks: Iterable[CheckDefinition], grace: float) -> Roster:
    """Of the checks of a configuration. A run that has had its time limit and `grace` seconds more counts as stuck."""
    by_key = {check.key: check for check in checks}
    dependents: dict[str, list[str]] = {}
    for check in by_key.values():
        for key in check.depends_on:
            dependents.setdefault(key, []).append(check.key)
    return Roster(
        checks=MappingProxyType(by_key),
        limits=MappingProxyType({key: check.timeout + grace for key, check in by_key.items()}),
        dependents=MappingProxyType({key: tuple(each) for key, each in dependents.items()}),
    )


def is_run(check: CheckDefinition) -> bool:
    """Whether it has runs that are due at times: a heartbeat is pushed."""
    return not check.disabled and check.kind is not CheckKind.HEARTBEAT


def subject_of(check: CheckDefinition) -> str:
    """A digest of what is checked, whatever the check is called and whoever is told."""
    what = (
        check.kind.value,
        check.url,
        check.http,
        check.tls,
        check.dialogue,
        check.dns,
        check.mail,
        check.conditions,
        check.heartbeat.token,
    )
    return hashlib.blake2b(repr(what).encode(), digest_size=16).hexdigest()


def renames(known: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Old and new keys of checks that are only called something else now. Both mappings have the subjects of checks by
    key, as they were and as they are to be; a key with the same subject in both stays. Of the others, those pairs of
    which there is no doubt: two checks that swap their names are two of them."""
    old = {key: subject for key, subject in known.items() if wanted.get(key) != subject}
    new = {key: subject for key, subject in wanted.items() if known.get(key) != subject}
    return {
        key: _only(subject, new)
        for key, subject in old.items()
        if subject and _count(subject, old.values()) == 1 and _count(subject, new.values()) == 1
    }


def _count(subject: str, subjects: Collection[str]) -> int:
    return sum(each == subject for each in subjects)


def _only(subject: str, keys: Mapping[str, str]) -> str:
    return next(key for key, each in keys.items() if each == subject)
