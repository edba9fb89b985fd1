"""`checks`: the states of checks, and trying those of a file without a service."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from actors.checks.judging.replay import replayed
from actors.checks.judging.wording import phases_text, seconds_text
from actors.checks.kinds.probes import CheckProbes
from actors.control.client import RequestRefused
from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.output.redaction import Redactor, secrets_of
from config.checks import read_checks
from config.gatus import checks_of_gatus
from config.import_review import reviewed
from config.nyxmon import checks_of_nyxmon, is_sqlite
from config.report import ConfigurationError, ConfigurationReport, Setting
from config.yaml_values import compose, problem_of
from messages.check_definitions import CheckDefinition, CheckKind
from messages.checks import CheckResult, CheckRun, PhaseTimes
from messages.settings import Settings

MARKS: Mapping[str, str] = MappingProxyType(
    {
        "up": "[green]up[/green]",
        "passed": "[green]passed[/green]",
        "warning": "[yellow]warning[/yellow]",
        "warned": "[yellow]warning[/yellow]",
        "down": "[red]down[/red]",
        "failed": "[red]failed[/red]",
        "unknown": "[dim]unknown[/dim]",
        "paused": "[dim]paused[/dim]",
    }
)
"""How states and verdicts look on a terminal."""

TRIED_AT_ONCE = 50

MOST_REPLAYED = 20_000
"""Results: the last two days of a check that runs each 10 s."""


def show_checks(console: Console, checks: Sequence[Mapping[str, Any]]) -> None:
    """All checks, by group and name."""
    table = Table("check", "status", "since (UTC)", "last run (UTC)", "took", "error", box=None, pad_edge=False)
    for check in checks:
        table.add_row(
            escape(_key(check)),
            MARKS[check["status"]],
            _minute(check["since"]),
            _minute(check["last_at"]),
            "" if check["duration"] is None else seconds_text(check["duration"]),
            escape(check["error"]),
        )
    console.print(table)


def show_check(console: Console, found: Mapping[str, Any]) -> None:
    """One check: its state, what must hold, and its last results."""
    check = found["check"]
    since = f" since {_minute(check['since'])} UTC" if check["since"] else ""
    console.print(f"{escape(_key(check))}: {MARKS[check['status']]}{since}", soft_wrap=True)
    beats = found["heartbeat"]
    rhythm = f"every {found['interval']:g} s" if beats is None else _rhythm(beats)
    console.print(f"  {escape(found['url'])}, {escape(rhythm)}", soft_wrap=True)
    if beats is not None:
        _show_heartbeat(console, beats)
    for condition in found["conditions"]:
        console.print(f"  {escape(condition)}", soft_wrap=True)
    table = Table("run (UTC)", "result", "took", "error", box=None, pad_edge=False)
    for result in found["history"]:
        table.add_row(
            result["at"][:19].replace("T", " "),
            MARKS[result["verdict"]],
            seconds_text(result["duration"]),
            escape(result["error"]),
        )
    if found["history"]:
        console.print(table)
    else:
        console.print("It has not run yet." if beats is None else "No run has ended yet.")
    console.print("badges, for whoever knows their addresses:")
    for badge in found["badges"]:
        console.print(f"  {escape(badge)}", soft_wrap=True)


def _rhythm(beats: Mapping[str, Any]) -> str:
    when = f"cron {beats['cron']} ({beats['timezone']})" if beats["cron"] else f"every {beats['period']:g} s"
    return f"a signal {when}, with a grace of {beats['grace']:g} s"


def _show_heartbeat(console: Console, beats: Mapping[str, Any]) -> None:
    facts = (
        (f"last signal: {beats['signal']}", beats["at"]),
        ("a run is under way since", beats["started_at"]),
        ("the next signal is expected", beats["expected_at"]),
        ("it is late", beats["late_at"]),
    )
    for what, at in facts:
        if at is not None:
            console.print(f"  {what} {at[:19].replace('T', ' ')} UTC")
    if beats["signal"] is None:
        console.print("  no signal yet")
    if beats["output"]:
        console.print(f"  output of {_minute(beats['output_at'])} UTC:")
        for line in beats["output"].splitlines():
            console.print(f"    {escape(line)}", soft_wrap=True, highlight=False)


def show_result(console: Console, result: Mapping[str, Any]) -> None:
    """What came of one run."""
    error = f": {escape(result['error'])}" if result["error"] else ""
    took = seconds_text(result["duration"])
    console.print(f"{escape(result['key'])}: {MARKS[result['verdict']]} in {took}{error}", soft_wrap=True)
    round_trip = result.get("round_trip")
    arrived = "" if round_trip is None else f"arrived after {seconds_text(round_trip)}"
    if times := "; ".join(filter(None, (phases_text(PhaseTimes(**result["phases"])), arrived))):
        console.print(f"  {times}", soft_wrap=True)


def show_paused(console: Console, check: Mapping[str, Any]) -> None:
    """How a check is now."""
    console.print(f"{escape(_key(check))}: {MARKS[check['status']]}", soft_wrap=True)


def show_replay(console: Console, found: Mapping[str, Any]) -> None:
    """What would have been told, oldest first."""
    for alert in found["alerts"]:
        console.print(
            f"{alert['at'][:19].replace('T', ' ')} UTC  {escape(alert['text'].splitlines()[0])}", soft_wrap=True
        )
    alerts, runs = len(found["alerts"]), found["results"]
    since = f" since {_minute(found['since'])} UTC" if found["since"] else ""
    thresholds = f"failure_threshold {found['failure_threshold']} and success_threshold {found['success_threshold']}"
    messages = "message" if alerts == 1 else "messages"
    console.print(
        f"{escape(found['check'])}: {alerts} {messages} in {runs:,} results{since}, with {thresholds}", soft_wrap=True
    )


def show_maintenance(console: Console, found: Mapping[str, Any]) -> None:
    """The windows that were begun by hand, and what is in maintenance now."""
    for window in found["windows"]:
        reason = f": {escape(window['reason'])}" if window["reason"] else ""
        console.print(
            f"{_scope(window['scope'])}: since {_minute(window['since'])} UTC, {_until(window['until'])}, by"
            f" {escape(window['by'])}{reason}",
            soft_wrap=True,
        )
    for check in found["checks"]:
        console.print(f"  {escape(check['key'])}: nobody is told, {_until(check['until'])}", soft_wrap=True)
    if not found["checks"]:
        console.print("No check is in maintenance.")


def _scope(scope: str) -> str:
    return "all checks" if not scope else f"group {escape(scope[:-1])}" if scope.endswith("/") else escape(scope)


def _until(until: str | None) -> str:
    return f"until {_minute(until)} UTC" if until else "until it is ended"


def check_named(checks: Sequence[CheckDefinition], name: str) -> CheckDefinition:
    """The check of this key, or of this unique name. Raises RequestRefused."""
    found = [check for check in checks if check.key == name] or [check for check in checks if check.name == name]
    if len(found) != 1:
        why = "several checks have this name: say the group too" if found else "the configuration has no such check"
        raise RequestRefused(f"checks: {name}: {why}")
    return found[0]


def replay(check: CheckDefinition, history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the thresholds of `check` would have told; `history` are its results as JSON, newest first."""
    results = msgspec.convert(list(reversed(history)), type=list[CheckResult])
    alerts = [
        {"at": each.at.isoformat(), "phase": each.alert.phase.value, "text": each.alert.text}
        for each in replayed(check, results)
    ]
    return {
        "check": check.key,
        "failure_threshold": check.failure_threshold,
        "success_threshold": check.success_threshold,
        "results": len(results),
        "since": results[0].at.isoformat() if results else None,
        "alerts": alerts,
    }


def try_file(path: Path, variables: Mapping[str, str]) -> list[CheckResult]:
    """The results of the checks in a file: a configuration, or a list of checks. Nothing is stored, and nobody is told.
    Heartbeats are left out: they are pushed. Raises ConfigurationError."""
    checks = [check for check in checks_in(path) if check.kind is not CheckKind.HEARTBEAT]
    redactor = Redactor(secrets_of(Settings(checks=tuple(checks))))

    def failed(what: str, error: BaseException) -> None:
        raise error

    async def run_all() -> list[CheckResult]:
        probes = CheckProbes(NetworkEnvironment(dict(variables)), failed, redactor.redact)
        room = asyncio.Semaphore(TRIED_AT_ONCE)

        async def one(check: CheckDefinition) -> CheckResult:
            async with room:
                return await probes.result(CheckRun(generation=0, check=check))

        try:
            return list(await asyncio.gather(*map(one, checks)))
        finally:
            await probes.close()

    return asyncio.run(run_all())


def import_checks(path: Path) -> str:
    """The checks of another monitor as a list of ours, in YAML; what was not taken over stands above them. The file is
    a configuration of gatus, or NyxMon's database. Raises ConfigurationError."""
    whose = "a configuration of gatus"
    try:
        if is_sqlite(path):
            whose = "NyxMon's database"
            imported = checks_of_nyxmon(path)
        else:
            imported = checks_of_gatus(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: is neither YAML nor a database of SQLite: {problem_of(error)}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: is not {whose}: byte {error.start + 1} is not UTF-8") from None
    except RecursionError:
        raise ConfigurationError(f"{path}: is not {whose}: it is nested too deeply") from None
    except ValueError as error:
        raise ConfigurationError(f"{path}: is not {whose}: {error}") from None
    imported = reviewed(imported)
    notes = "".join(f"# {' '.join(note.split())}\n" for note in imported.notes)
    return notes + yaml.safe_dump(list(imported.checks), sort_keys=False, allow_unicode=True, width=1000).rstrip("\n")


def checks_in(path: Path) -> tuple[CheckDefinition, ...]:
    """The checks of a configuration, or of a file with a list of them. Raises ConfigurationError."""
    report = ConfigurationReport()
    checks: tuple[CheckDefinition, ...] = ()
    composed = compose(path, report)
    if composed is not None and composed.root is not None:
        checks = read_checks(Setting(value=_list_in(composed.root), source=str(path), base=path.parent), report)
    if report.faults:
        raise ConfigurationError("\n".join(report.faults))
    if not checks:
        raise ConfigurationError(f"{path}: there are no checks in it")
    return checks


def _list_in(root: Any) -> Any:
    """The list of a file: what stands below `checks:`, or the file itself."""
    pairs = root.value if root.id == "mapping" else []
    return next((value for key, value in pairs if key.value == "checks"), root)


def _key(check: Mapping[str, Any]) -> str:
    return f"{check['group']}/{check['name']}" if check["group"] else str(check["name"])


def _minute(at: str | None) -> str:
    return "" if at is None else at[:16].replace("T", " ")
