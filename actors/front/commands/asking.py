"""The commands that ask the running service, or tell it something."""

from typing import Any

from rich.console import Console

from actors.control.client import CommandRefused, RequestRefused
from actors.control.protocol import ControlRequest
from actors.front.commands.call import Call, operator
from actors.front.commands.parsing.arguments import as_said
from actors.front.commands.parsing.piped import with_what_is_piped
from actors.front.commands.parsing.slack_ids import doubt_about
from actors.front.commands.printing import output, probe_output, terminal, trace_output
from actors.front.commands.printing.shell_hints import in_a_shell


def drafts(call: Call) -> None:
    call.show(ControlRequest(op="drafts", limit=call.arguments.limit), output.show_drafts)


def report(call: Call) -> None:
    document = call.ask(ControlRequest(op="report", text=f"{call.arguments.since:.0f}"))
    path = call.arguments.output
    try:
        path.write_text(document, encoding="utf-8")
    except OSError as error:
        raise RequestRefused(f"{path} cannot be written: {error.strerror}") from error
    call.say(f"wrote {path}: open it in a browser")


def recent(call: Call) -> None:
    call.show(ControlRequest(op="recent", limit=call.arguments.limit), output.show_recent)


def trace(call: Call) -> None:
    call.show(ControlRequest(op="trace", limit=call.arguments.limit), trace_output.show_trace)


def watch(call: Call) -> int:
    text = with_what_is_piped(as_said(call.arguments.words))
    user = call.arguments.user or ""
    if doubt := doubt_about(user):
        terminal.complain(f"warning: {doubt}", call.hints)
    request = ControlRequest(op="command", user=user, text=text, by=operator())

    def draw(console: Console, answer: Any) -> None:
        output.show_answer(console, in_a_shell(answer, user, call.hints))

    try:
        call.show(request, draw)
    except CommandRefused as refused:
        terminal.complain_of(refused.answer, draw, call.hints)
        return 1
    return 0


def undelivered(call: Call) -> None:
    match call.arguments.words:
        case () | ("list",):
            request = ControlRequest(op="undelivered", limit=call.arguments.limit)
            call.show(request, output.show_undelivered)
        case ("retry", id):
            call.show(ControlRequest(op="undelivered_retry", text=id), output.show_detail)
        case ("discard", id):
            call.show(ControlRequest(op="undelivered_discard", text=id), output.show_detail)
        case words:
            raise AssertionError(words)  # the grammar lets nothing else pass


def ack(call: Call) -> None:
    if call.arguments.words in ((), ("list",)):
        call.show(ControlRequest(op="problems"), output.show_problems)
    else:
        request = ControlRequest(op="acknowledge", text=" ".join(call.arguments.words), by=operator())
        call.show(request, output.show_detail)


def probing(call: Call) -> None:
    wanted = "".join(call.arguments.words)
    match wanted:
        case "":
            request = ControlRequest(op="probing")
        case "on":
            request = ControlRequest(op="probing_on", by=operator())
        case "off":
            request = ControlRequest(op="probing_off", by=operator())
        case _:
            raise AssertionError(wanted)  # the grammar lets nothing else pass
    call.show(request, output.show_probing)


def probe(call: Call) -> None:
    (text,) = call.arguments.words
    if call.arguments.explain:
        call.show(ControlRequest(op="explain", text=text), probe_output.show_number)
    else:
        call.show(ControlRequest(op="probe", text=text), probe_output.show_answers)


def paper(call: Call) -> None:
    (text,) = call.arguments.words
    draw = output.show_sources if call.arguments.sources else output.show_paper
    call.show(ControlRequest(op="paper", text=text), draw)


def index(call: Call) -> None:
    match call.arguments.words:
        case () | ("held",):
            call.show(ControlRequest(op="held"), output.show_held)
        case ("accept",):
            call.show(ControlRequest(op="accept"), output.show_accepted)
        case ("accept", source):
            call.show(ControlRequest(op="accept", text=source), output.show_accepted)
        case ("diff", old, new):
            from actors.front.commands.tools import index_diff

            compared = index_diff.compared((old, new), call.ask)
            if call.arguments.json:
                terminal.show_json(index_diff.document_of(compared))
                return
            for line in index_diff.lines_of(compared):
                call.say(line)
        case words:
            raise AssertionError(words)  # the grammar lets nothing else pass
