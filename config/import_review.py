"""What an import brings is read as a configuration would be: what that refuses is left out, and said."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from config.checks import read_checks
from config.imported import ImportedChecks
from config.report import ConfigurationReport, Setting

ANY_SECRET = "0123456789abcdef"
"""What stands in the files that the checks name, which need not be there yet."""

_WHOLE = frozenset({"name", "url", "method", "body", "query_type", "dialogue", "from", "to", "period"})
_NEEDED = _WHOLE | {"checks"}
"""Without what these say, the check would be another one."""


def reviewed(imported: ImportedChecks) -> ImportedChecks:
    """Without what the configuration would refuse."""
    with TemporaryDirectory() as folder:
        secret = Path(folder, "secret")
        secret.write_text(ANY_SECRET, encoding="utf-8")
        return _Review(str(secret)).of(imported)


class _Review:
    """`file` stands for all that are named."""

    def __init__(self, file: str) -> None:
        self._file = file

    def of(self, imported: ImportedChecks) -> ImportedChecks:
        kept: list[dict[str, Any]] = []
        notes: list[str] = []
        for check in imported.checks:
            label = f"{check['name']}: " if "name" in check else ""
            left, refused = self._accepted(check)
            notes += [f"{label}{why}" for why in refused]
            if left is not None:
                kept.append(left)
        return ImportedChecks(checks=tuple(kept), notes=(*imported.notes, *notes))

    def _accepted(self, check: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
        """What can be kept of a check, if anything; and why the rest cannot."""
        left = dict(check)
        notes: list[str] = []
        while (fault := self._fault_of(left)) is not None:
            key, _, why = fault.partition(": ")
            good, bad = self._sorted_out(left, key) if key in left and key not in _WHOLE else (None, [])
            if key not in left or (key in _NEEDED and not good):
                return None, [*notes, f"not taken over: {fault}"]
            notes += [f"{key}: not taken over: {each}" for each in bad or [why]]
            left = {name: value for name, value in left.items() if name != key} | ({key: good} if good else {})
            if not left:
                return None, notes
        return left, notes

    def _sorted_out(self, check: Mapping[str, Any], key: str) -> tuple[Any, list[str]]:
        """Of a key with several parts, those that are good; and what is wrong with the others."""
        parts, others = check[key], {name: value for name, value in check.items() if name != key}
        if isinstance(parts, list):
            return self._divided((each, {**others, key: [each]}) for each in parts)
        if isinstance(parts, dict):
            pairs, bad = self._divided((pair, {**others, key: dict([pair])}) for pair in parts.items())
            return dict(pairs), bad
        return None, []

    def _divided(self, tried: Iterable[tuple[Any, dict[str, Any]]]) -> tuple[list[Any], list[str]]:
        good, bad = [], []
        for part, check in tried:
            if (fault := self._fault_of(check)) is None:
                good.append(part)
            else:
                bad.append(fault.partition(": ")[2])
        return good, bad

    def _fault_of(self, check: Mapping[str, Any]) -> str | None:
        """What the configuration says of a check; None if it takes it."""
        tried = {name: self._file if name.endswith("_file") else value for name, value in check.items()}
        if "name" in check:
            tried |= {"name": "x"} | ({"group": "x"} if "group" in check else {})
        report = ConfigurationReport()
        node = yaml.compose(yaml.safe_dump([tried], allow_unicode=True), Loader=yaml.SafeLoader)
        read_checks(Setting(value=node, source="", base=Path()), report)
        if not report.faults:
            return None
        said = report.faults[0].partition(": ")[2].partition(": ")[2]
        return said.removeprefix("checks: ").removeprefix("x: ")
