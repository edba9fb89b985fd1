"""The commands. Exit codes: 0 done; 1 refused or failed, with a sentence on stderr; 2 not a command line of ours;
3 no service is running.

A command imports for itself what no other needs and what takes long: most of them are over in half a second, and the
service loads neither the stage nor the replay.
"""

import contextlib
import getpass
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console

from actors.control.client import RequestRefused, ServiceNotRunning, ask
from actors.control.protocol import ControlRequest
from actors.front.commands import output, probe_output, terminal
from actors.front.commands.arguments import Arguments, as_said, parse
from actors.front.commands.command_output import OutputFailed
from actors.front.commands.hints import Hints, program_typed
from actors.front.commands.piped import with_what_is_piped
from actors.front.commands.slack_ids import doubt_about
from actors.runtime.os import streams
from config.loader import Configuration, load
from config.network import check_network_of
from config.report import ConfigurationError
from config.showing import shown
from messages.about import VERSION
from messages.settings import Settings

SERVING = frozenset({"start", "demo"})
"""Commands that run a service, which lets the signals in as soon as it can end in order."""


def main() -> None:
    """Run the command of this process's command line, and end the process with its exit code. At once: a library's
    thread that still waits for a name server would keep it for as long as that takes."""
    terminal.prepare()
    program = program_typed()
    try:
        arguments = parse(sys.argv[1:], VERSION, program)
        if arguments.command in SERVING:
            streams.serve()
        code = _run(arguments, program)
        sys.stdout.flush()
    except OutputFailed as error:
        if not error.is_reader_gone:
            terminal.complain(str(error), Hints(program=program, config=None))
        code = 1
    except SystemExit as leaving:  # argparse and rich: what they had to say is said
        code = leaving.code if isinstance(leaving.code, int) else 1
        with contextlib.suppress(OutputFailed):
            sys.stdout.flush()
    streams.drain()
    os._exit(code)


def run(argv: Sequence[str]) -> int:
    """Run a command; its exit code."""
    program = program_typed()
    return _run(parse(argv, VERSION, program), program)


def _run(arguments: Arguments, program: str) -> int:
    if arguments.command not in SERVING:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    call = _Call(arguments=arguments, hints=Hints(program=program, config=arguments.config))
    try:
        COMMANDS[arguments.command](call)
    except (ConfigurationError, RequestRefused) as error:
        terminal.complain(str(error), call.hints)
        return 1
    except ServiceNotRunning as error:
        terminal.complain(str(error), call.hints)
        return 3
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One command as it was typed, and what the commands do with it alike."""

    arguments: Arguments
    hints: Hints

    def configuration(self, file: Path | None = None) -> Configuration:
        """The configuration of `file`, or of the file that was named."""
        return load(file or self.arguments.config, os.environ)

    def configuration_with_warnings(self, file: Path | None = None) -> Configuration:
        """The configuration, after its warnings were printed; with variables for the network that can be used."""
        configuration = self.configuration(file)
        check_network_of(configuration.settings, os.environ)
        for warning in configuration.warnings:
            terminal.complain(f"warning: {warning}", self.hints)
        return configuration

    @property
    def settings(self) -> Settings:
        """What is in effect."""
        return self.configuration().settings

    def ask(self, request: ControlRequest) -> Any:
        """The running service's answer."""
        return ask(self.settings.data_dir, request)

    def show(self, request: ControlRequest, draw: Callable[[Console, Any], None]) -> None:
        """The running service's answer, for people or as JSON."""
        value = self.ask(request)
        if self.arguments.json:
            terminal.show_json(value)
        else:
            terminal.show(value, draw, self.hints)

    def say(self, text: str) -> None:
        """Print it."""
        terminal.say(text, self.hints)


def _start(call: _Call) -> None:
    from actors.front.commands import start

    start.run(call.configuration_with_warnings().settings, call.hints, call.say)


def _demo(call: _Call) -> None:
    from actors.front.commands import demo

    demo.run(call.hints, base=call.arguments.base, seconds=call.arguments.seconds)


def _status(call: _Call) -> None:
    call.show(ControlRequest(op="health"), output.show_status)


def _drafts(call: _Call) -> None:
    call.show(ControlRequest(op="drafts", limit=call.arguments.limit), output.show_drafts)


def _recent(call: _Call) -> None:
    call.show(ControlRequest(op="recent", limit=call.arguments.limit), output.show_recent)


def _watch(call: _Call) -> None:
    text = with_what_is_piped(as_said(call.arguments.words))
    user = call.arguments.user or ""
    if doubt := doubt_about(user):
        terminal.complain(f"warning: {doubt}", call.hints)
    request = ControlRequest(op="command", user=user, text=text, by=_operator())
    call.show(request, output.show_answer)


def _undelivered(call: _Call) -> None:
    match call.arguments.words:
        case () | ("list",):
            request = ControlRequest(op="undelivered", limit=call.arguments.limit)
            call.show(request, output.show_undelivered)
        case ("retry", id):
            call.show(ControlRequest(op="undelivered_retry", text=id), output.show_detail)
        case ("discard", id):
            call.show(ControlRequest(op="undelivered_discard", text=id), output.show_detail)
        case words:
            raise RequestRefused(f"undelivered takes list, retry ID or discard ID, not {' '.join(words)!r}")


def _ack(call: _Call) -> None:
    if call.arguments.words in ((), ("list",)):
        call.show(ControlRequest(op="problems"), output.show_problems)
    else:
        request = ControlRequest(op="acknowledge", text=" ".join(call.arguments.words), by=_operator())
        call.show(request, output.show_detail)


def _probing(call: _Call) -> None:
    wanted = "".join(call.arguments.words)
    match wanted:
        case "":
            request = ControlRequest(op="probing")
        case "on":
            request = ControlRequest(op="probing_on", by=_operator())
        case "off":
            request = ControlRequest(op="probing_off", by=_operator())
        case _:
            raise RequestRefused(f"probing takes on, off or nothing, not {wanted!r}")
    call.show(request, output.show_probing)


def _probe(call: _Call) -> None:
    (text,) = call.arguments.words
    if call.arguments.explain:
        call.show(ControlRequest(op="explain", text=text), probe_output.show_number)
    else:
        call.show(ControlRequest(op="probe", text=text), probe_output.show_answers)


def _replay(call: _Call) -> None:
    from actors.front.commands import replay

    replay.run(replay.request_of(call.arguments))


def _read(call: _Call) -> None:
    from actors.front.commands import read

    failed = 0
    for found in read.read_files(call.arguments.words):
        failed += read.is_unread(found)
        if call.arguments.json:
            terminal.show_json_line(found)
        else:
            call.say(read.paragraph(found))
    if failed:
        raise RequestRefused(f"read: {failed} of {len(call.arguments.words)} files could not be read")


def _notify_test(call: _Call) -> None:
    from actors.front.commands import notify_test

    check_network_of(call.settings, os.environ)
    findings = []
    for finding in notify_test.check(call.settings.slack, "".join(call.arguments.words)):
        findings.append(finding)
        call.say(f"missing  {finding.what}: {finding.missing}" if finding.missing else f"ok       {finding.what}")
    if missing := sum(bool(finding.missing) for finding in findings):
        raise RequestRefused(f"notify-test: {missing} of {len(findings)} checks failed; see the lines marked missing")


def _stop(call: _Call) -> None:
    from actors.front.commands.stop import stop_service

    stop_service(call.settings.data_dir)
    call.say("Callboard has stopped.")


def _check_config(call: _Call) -> None:
    file = Path(call.arguments.words[0]) if call.arguments.words else None
    call.say(shown(call.configuration_with_warnings(file), os.environ).removesuffix("\n"))


COMMANDS: Mapping[str, Callable[[_Call], None]] = MappingProxyType(
    {
        "start": _start,
        "demo": _demo,
        "status": _status,
        "drafts": _drafts,
        "recent": _recent,
        "watch": _watch,
        "undelivered": _undelivered,
        "ack": _ack,
        "probing": _probing,
        "probe": _probe,
        "read": _read,
        "replay": _replay,
        "notify-test": _notify_test,
        "stop": _stop,
        "check-config": _check_config,
    }
)


def _operator() -> str:
    try:
        return f"operator {getpass.getuser()}"
    except (KeyError, OSError):
        return f"operator {os.getuid()}"
