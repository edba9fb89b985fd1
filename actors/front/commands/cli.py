"""The commands. Exit codes: 0 done; 1 refused or failed, with a sentence on stderr; 2 not a command line of ours;
3 no service runs there.

A command imports for itself what no other needs and what takes long: most of them are over in half a second.
"""

import getpass
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from rich.console import Console

from actors.control.client import RequestRefused, ServiceNotRunning, ask
from actors.control.protocol import ControlRequest
from actors.embedded_postgres.server import PostgresFailed
from actors.front.commands import output, probe_output
from actors.front.commands.arguments import Arguments, as_said, parse
from actors.front.commands.stop import stop_service
from actors.front.instance.lock import AlreadyRunning, DataDirectoryRefused
from actors.front.run.service import ServiceFailed, run_service
from actors.replay.loading import ReplayRefused
from actors.runtime.failures import SystemRefused
from config.loader import Configuration, load
from config.report import ConfigurationError
from config.showing import shown
from messages.about import VERSION
from messages.lifecycle import ServiceStarted
from messages.settings import Settings

FAILURES = (
    AlreadyRunning,
    ConfigurationError,
    DataDirectoryRefused,
    PostgresFailed,
    RequestRefused,
    ReplayRefused,
    ServiceFailed,
    SystemRefused,
)
"""What is said in a sentence, without a trace."""


LONGEST_IMPORT = 200_000
"""Characters of a list that is imported: as many as the watchlist reads of a command."""

WIDE = 1000
"""Columns of what is no terminal: nothing is wrapped."""

SERVING = frozenset({"start", "demo"})
"""Commands that run a service, which lets the signals in as soon as it can end in order."""


def main() -> None:
    """Run the command of this process's command line, and end the process with its exit code. At once: a library's
    thread that still waits for a name server would keep it for as long as that takes."""
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(argv: Sequence[str]) -> int:
    """Run a command; its exit code."""
    arguments = parse(argv, VERSION)
    if arguments.command not in SERVING:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    try:
        COMMANDS[arguments.command](arguments)
    except FAILURES as error:
        print(f"callboard: {error}", file=sys.stderr)
        return 1
    except ServiceNotRunning as error:
        print(f"callboard: {error}", file=sys.stderr)
        return 3
    return 0


def _start(arguments: Arguments) -> None:
    settings = _with_warnings(_configuration(arguments.config)).settings
    run_service(settings, lambda service: print(_banner(settings, service), flush=True))


def _banner(settings: Settings, service: ServiceStarted) -> str:
    notices = f"Slack, {settings.slack.api_url}" if settings.slack.bot_token else "this console (no Slack token is set)"
    role = f", as a standby: {service.leader} leads" if service.leader else ""
    return "\n".join(
        (
            f"Callboard {VERSION} is running on {settings.system.base}{role}.",
            f"  health    {service.health_url}health",
            f"  data      {settings.data_dir}",
            f"  notices   to {notices}",
            "  next      python run.py status    python run.py watch --user ME watch Niebler    (Ctrl-C stops)",
        )
    )


def _demo(arguments: Arguments) -> None:
    from actors.front.commands import demo

    demo.run(base=arguments.base, seconds=arguments.seconds)


def _status(arguments: Arguments) -> None:
    health = _ask(arguments, ControlRequest(op="health"))
    _print(arguments, health, lambda console: output.show_status(console, health))


def _drafts(arguments: Arguments) -> None:
    drafts = _ask(arguments, ControlRequest(op="drafts", limit=arguments.limit))
    _print(arguments, drafts, lambda console: output.show_drafts(console, drafts))


def _recent(arguments: Arguments) -> None:
    items = _ask(arguments, ControlRequest(op="recent", limit=arguments.limit))
    _print(arguments, items, lambda console: output.show_recent(console, items))


def _watch(arguments: Arguments) -> None:
    user = arguments.user
    if user is None:
        raise RequestRefused("watch: --user ID says whose entries: run.py watch --user U024BE7LH watch Niebler")
    said = _with_what_is_piped(as_said(arguments.words))
    answer = _ask(arguments, ControlRequest(op="command", user=user, text=said, by=_operator()))
    _print(arguments, answer, lambda console: output.show_answer(console, answer))


def _with_what_is_piped(said: str) -> str:
    """`import` alone takes its lines from the standard input, when that is a file or a pipe."""
    if said.strip().lower() != "import" or sys.stdin.isatty():
        return said
    piped = sys.stdin.buffer.read(4 * LONGEST_IMPORT + 1)
    if len(piped) > 4 * LONGEST_IMPORT or len(lines := _decoded(piped)) > LONGEST_IMPORT:
        raise RequestRefused(
            f"import: a list has at most {LONGEST_IMPORT:,} characters: nothing was done; give it in parts"
        )
    return f"{said}\n{lines}"


def _decoded(piped: bytes) -> str:
    try:
        return piped.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestRefused(
            f"import: the list is not UTF-8 ({error}): nothing was done; convert it, for instance with"
            " `iconv -f latin1 -t utf-8`"
        ) from error


def _dead_letters(arguments: Arguments) -> None:
    match arguments.words:
        case () | ("list",):
            listing = _ask(arguments, ControlRequest(op="letters", limit=arguments.limit))
            _print(arguments, listing, lambda console: output.show_dead_letters(console, listing))
        case ("retry", id):
            _settle(arguments, ControlRequest(op="letter_retry", text=id))
        case ("discard", id):
            _settle(arguments, ControlRequest(op="letter_discard", text=id))
        case _:
            raise RequestRefused(
                f"letters: list, retry ID or discard ID is expected, not {' '.join(arguments.words)!r}"
            )


def _settle(arguments: Arguments, request: ControlRequest) -> None:
    settled = _ask(arguments, request)
    _print(arguments, settled, lambda console: console.print(settled["detail"], markup=False))


def _probing(arguments: Arguments) -> None:
    wanted = "".join(arguments.words)
    match wanted:
        case "":
            request = ControlRequest(op="probing")
        case "on":
            request = ControlRequest(op="probing_on", by=_operator())
        case "off":
            request = ControlRequest(op="probing_off", by=_operator())
        case _:
            raise RequestRefused(f"probing: on, off or nothing is expected, not {wanted!r}")
    switch = _ask(arguments, request)
    _print(arguments, switch, lambda console: output.show_probing(console, switch))


def _probe(arguments: Arguments) -> None:
    (text,) = arguments.words
    if arguments.explain:
        known = _ask(arguments, ControlRequest(op="explain", text=text))
        _print(arguments, known, lambda console: probe_output.show_number(console, known))
    else:
        asked = _ask(arguments, ControlRequest(op="probe", text=text))
        _print(arguments, asked, lambda console: probe_output.show_answers(console, asked))


def _replay(arguments: Arguments) -> None:
    from actors.front.commands import replay

    assert arguments.index is not None
    assert arguments.first is not None
    assert arguments.last is not None
    request = replay.ReplayRequest(
        index=arguments.index,
        first=arguments.first,
        last=arguments.last,
        strategies=arguments.strategies,
        share=arguments.share,
        seed=arguments.seed,
        json=arguments.json,
        plot=arguments.plot,
    )
    replay.run(request)


def _notify_test(arguments: Arguments) -> None:
    from actors.front.commands import notify_test

    slack = _configuration(arguments.config).settings.slack
    findings = []
    for finding in notify_test.check(slack, arguments.words[0] if arguments.words else ""):
        findings.append(finding)
        print(f"missing  {finding.what}: {finding.missing}" if finding.missing else f"ok       {finding.what}")
    if missing := sum(bool(finding.missing) for finding in findings):
        raise RequestRefused(
            "notify-test: one thing is missing" if missing == 1 else f"notify-test: {missing} are missing"
        )


def _stop(arguments: Arguments) -> None:
    stop_service(_configuration(arguments.config).settings.data_dir)
    print("stopped")


def _check_config(arguments: Arguments) -> None:
    file = Path(arguments.words[0]) if arguments.words else arguments.config
    print(shown(_with_warnings(_configuration(file))), end="")


COMMANDS: Mapping[str, Callable[[Arguments], None]] = MappingProxyType(
    {
        "start": _start,
        "demo": _demo,
        "status": _status,
        "drafts": _drafts,
        "recent": _recent,
        "watch": _watch,
        "letters": _dead_letters,
        "probing": _probing,
        "probe": _probe,
        "replay": _replay,
        "notify-test": _notify_test,
        "stop": _stop,
        "check-config": _check_config,
    }
)


def _configuration(file: Path | None) -> Configuration:
    return load(file, os.environ)


def _with_warnings(configuration: Configuration) -> Configuration:
    """The configuration, after its warnings were printed to stderr."""
    for warning in configuration.warnings:
        print(f"callboard: warning: {warning}", file=sys.stderr)
    return configuration


def _ask(arguments: Arguments, request: ControlRequest) -> Any:
    return ask(_configuration(arguments.config).settings.data_dir, request)


def _print(arguments: Arguments, value: Any, people: Callable[[Console], None]) -> None:
    if arguments.json:
        print(msgspec.json.format(msgspec.json.encode(value)).decode())
    else:
        people(Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDE))


def _operator() -> str:
    try:
        return f"operator {getpass.getuser()}"
    except (KeyError, OSError):
        return f"operator {os.getuid()}"
