"""The commands. Exit codes: 0 done; 1 refused or failed, with a sentence on stderr; 2 not a command line of ours;
3 no service is running; 130 ended by Ctrl-C before it was done.

A command imports for itself what no other needs and what takes long: most of them are over in half a second, and the
service loads neither the stage nor the replay.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.front.commands import asking, checking, offline, serving
from actors.front.commands.call import Call
from actors.front.commands.parsing.arguments import Arguments, parse
from actors.front.commands.printing import terminal
from actors.front.commands.printing.command_output import OutputFailed
from actors.front.commands.printing.hints import Hints, program_typed
from actors.front.commands.running import interrupts
from actors.runtime.output import streams
from config.report import ConfigurationError
from messages.about import VERSION

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
        else:
            interrupts.let_in()
        code = _run(arguments, program)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = interrupts.INTERRUPTED
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
    call = Call(arguments=arguments, hints=Hints(program=program, config=arguments.config))
    try:
        return COMMANDS[arguments.command](call) or 0
    except (ConfigurationError, RequestRefused) as error:
        terminal.complain(str(error), call.hints)
        return 1
    except ServiceNotRunning as error:
        terminal.complain(str(error), call.hints)
        return 3


COMMANDS: Mapping[str, Callable[[Call], int | None]] = MappingProxyType(
    {
        "start": serving.start,
        "demo": serving.demo,
        "manifest": offline.manifest,
        "defaults": offline.defaults,
        "unit": offline.unit,
        "status": serving.status,
        "drafts": asking.drafts,
        "report": asking.report,
        "paper": asking.paper,
        "index": asking.index,
        "recent": asking.recent,
        "trace": asking.trace,
        "watch": asking.watch,
        "undelivered": asking.undelivered,
        "ack": asking.ack,
        "checks": checking.checks,
        "probing": asking.probing,
        "probe": asking.probe,
        "read": offline.read,
        "replay": offline.replay,
        "notify-test": serving.notify_test,
        "stop": serving.stop,
        "reload": serving.reload,
        "backup": offline.backup,
        "restore": offline.restore,
        "migrate": offline.migrate,
        "psql": offline.psql,
        "check-config": serving.check_config,
    }
)
