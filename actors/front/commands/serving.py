"""The commands that run the service, say how it is, and end it."""

import os
from datetime import UTC, datetime
from pathlib import Path

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest
from actors.front.commands.call import Call
from actors.front.commands.printing import output, terminal
from actors.front.commands.printing import status as status_lines
from actors.front.commands.running import watching
from config.network import check_network_of
from config.report import ConfigurationError
from config.showing import shown
from messages.check_definitions import CheckKind
from messages.reloading import ConfigOrigin, WatchedFiles


def start(call: Call) -> None:
    from actors.front.commands.running import start

    configuration = call.configuration_with_warnings()
    file = "" if call.arguments.config is None else os.path.abspath(call.arguments.config)
    start.run(configuration.settings, call.hints, call.say, origin_of(file, configuration.watched))


def origin_of(file: str, watched: WatchedFiles) -> ConfigOrigin | None:
    """Of which files settings were made; None if they cannot be read again: what this process calls /dev/stdin is
    something else for another one."""
    if any(path.startswith(("/dev/", "/proc/")) for path, _ in watched.files):
        return None
    return ConfigOrigin(file=file, watched=watched)


def demo(call: Call) -> None:
    from actors.front.commands.running import demo

    demo.run(call.hints, base=call.arguments.base, seconds=call.arguments.seconds)


def status(call: Call) -> int:
    request = ControlRequest(op="health")
    if call.arguments.check:
        return check(call, request)
    if call.arguments.watch:
        watching.watch(lambda: call.show(request, output.show_status), lambda why: say_away(call, why), call.say)
        return 0
    call.show(request, output.show_status)
    return 0


def say_away(call: Call, why: str) -> None:
    """That no service answers, for people or for programs."""
    if call.arguments.json:
        terminal.show_json({"status": "away", "reasons": [why]})
    else:
        call.say(f"{status_lines.AWAY}: {why}")


def check(call: Call, request: ControlRequest) -> int:
    """For cron and Nagios: one line, and 0 if all is well, 1 if it is not, 2 if nobody answers."""
    try:
        health = call.ask(request)
    except (ConfigurationError, RequestRefused, ServiceNotRunning) as error:
        say_away(call, str(error))
        return 2
    if call.arguments.json:
        terminal.show_json(health)
    else:
        call.say(status_lines.check_line(health, datetime.now(UTC)))
    return status_lines.exit_code(health)


def reload(call: Call) -> None:
    call.show(ControlRequest(op="reload"), output.show_reload)


def stop(call: Call) -> None:
    from actors.front.commands.running.stop import stop_service

    stop_service(call.data_dir)
    call.say("Callboard has stopped.")


def check_config(call: Call) -> None:
    file = Path(call.arguments.words[0]) if call.arguments.words else None
    configuration = call.configuration_with_warnings(file)
    call.say(shown(configuration, os.environ).removesuffix("\n"))
    pinged = [check.key for check in configuration.settings.checks if check.kind is CheckKind.PING]
    if pinged:
        from actors.checks.kinds.ping import ping_refusal  # it loads dnspython

        if refusal := ping_refusal():
            terminal.complain(f"warning: {', '.join(pinged[:5])}: {refusal}", call.hints)


def notify_test(call: Call) -> None:
    from actors.front.commands.tools import notify_test

    check_network_of(call.settings, os.environ)
    findings = []
    for finding in notify_test.checked(call.settings, "".join(call.arguments.words)):
        findings.append(finding)
        call.say(finding.line)
    checks = [finding for finding in findings if not finding.note]
    if missing := sum(bool(finding.missing) for finding in checks):
        raise RequestRefused(f"notify-test: {missing} of {len(checks)} checks failed; see the lines marked missing")
