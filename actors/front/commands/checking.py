"""`callboard checks`."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from actors.control.client import RequestRefused
from actors.control.protocol import LONGEST_MAINTENANCE_SECONDS, ControlRequest
from actors.front.commands.call import Call, account
from actors.front.commands.printing import terminal
from config.values import duration
from messages.built_in_checks import all_checks
from messages.checks import CheckVerdict


def checks(call: Call) -> None:
    from actors.front.commands.tools import checks

    match call.arguments.words:
        case () | ("list",):
            call.show(ControlRequest(op="checks"), checks.show_checks)
        case ("show", name):
            call.show(ControlRequest(op="checks", text=name), checks.show_check)
        case ("run", name):
            call.show(ControlRequest(op="check_run", text=name), checks.show_result)
        case ("pause", name):
            call.show(ControlRequest(op="check_pause", text=name), checks.show_paused)
        case ("resume", name):
            call.show(ControlRequest(op="check_resume", text=name), checks.show_paused)
        case ("maintenance",) | ("maintenance", "list"):
            call.show(ControlRequest(op="maintenance"), checks.show_maintenance)
        case ("maintenance", "begin", what, *rest):
            call.show(_beginning(what, rest), checks.show_maintenance)
        case ("maintenance", "end", what):
            call.show(ControlRequest(op="maintenance_end", text=what), checks.show_maintenance)
        case ("replay", *rest) if len(rest) <= 2:
            replay_checks(call, rest)
        case ("import", file):
            call.say(checks.import_checks(Path(file)))
        case ("try", file):
            try_checks(call, Path(file))
        case words:
            raise AssertionError(words)  # the grammar lets nothing else pass


def _beginning(what: str, rest: Sequence[str]) -> ControlRequest:
    """Of `maintenance begin WHAT [DURATION] [REASON]`."""
    seconds = duration(rest[0]) if rest else None
    if rest and (seconds is None or not 0 < seconds <= LONGEST_MAINTENANCE_SECONDS):
        raise RequestRefused(f"checks: expected a duration such as 30m or 2h after {what}, not {rest[0]!r}")
    return ControlRequest(op="maintenance_begin", text=what, seconds=seconds, by=account(), reason=" ".join(rest[1:]))


def replay_checks(call: Call, words: Sequence[str]) -> None:
    """Of one check or of all, as the configuration has them or as another file would."""
    from actors.front.commands.tools import checks

    is_file = bool(words) and (len(words) == 2 or Path(words[-1]).is_file())
    known = checks.checks_in(Path(words[-1])) if is_file else all_checks(call.settings)
    names = words[:-1] if is_file else words
    chosen = [checks.check_named(known, name) for name in names] or list(known)
    replays = []
    for check in chosen:
        request = ControlRequest(op="checks", text=check.key, limit=checks.MOST_REPLAYED)
        replays.append(checks.replay(check, call.ask(request)["history"]))
    if call.arguments.json:
        terminal.show_json(replays[0] if names else replays)
        return
    for replay in replays:
        terminal.show(replay, checks.show_replay, call.hints)


def try_checks(call: Call, file: Path) -> None:
    from actors.front.commands.tools import checks

    results = checks.try_file(file, os.environ)
    values = msgspec.to_builtins(results)
    if call.arguments.json:
        terminal.show_json(values)
    else:
        for value in values:
            terminal.show(value, checks.show_result, call.hints)
    if failed := sum(result.verdict is CheckVerdict.FAILED for result in results):
        raise RequestRefused(f"checks: {failed} of {len(results)} failed")
