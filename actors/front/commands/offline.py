"""The commands that need no running service: they read or print files, or the database itself."""

from pathlib import Path

from actors.control.client import RequestRefused
from actors.front.commands.call import Call
from actors.front.commands.printing import terminal


def replay(call: Call) -> None:
    from actors.front.commands.tools import replay

    replay.run(replay.request_of(call.arguments))


def read(call: Call) -> None:
    from actors.front.commands.tools import read

    failed = 0
    for found in read.read_files(call.arguments.words):
        failed += read.is_unread(found)
        if call.arguments.json:
            terminal.show_json_line(found)
        else:
            call.say(read.paragraph(found))
    if failed:
        raise RequestRefused(f"read: {failed} of {len(call.arguments.words)} files could not be read")


def backup(call: Call) -> None:
    from actors.front.commands.tools import database

    database.save(call.settings, Path(call.arguments.words[0]), call.say)


def restore(call: Call) -> None:
    from actors.front.commands.tools import database

    database.load(call.settings, Path(call.arguments.words[0]), call.say, replace=call.arguments.replace)


def migrate(call: Call) -> None:
    from actors.front.commands.tools import database

    database.bring_up_to_date(call.settings, call.say)


def psql(call: Call) -> None:
    from actors.front.commands.tools import database

    if code := database.shell(call.settings, "".join(call.arguments.words)):
        raise SystemExit(code)


def manifest(call: Call) -> None:
    from actors.front.commands.tools import setting_up

    terminal.print_file(setting_up.manifest())


def defaults(call: Call) -> None:
    from config.generate import every_key

    terminal.print_file(every_key())


def unit(call: Call) -> None:
    from actors.front.commands.tools import setting_up

    terminal.print_file(setting_up.unit(call.arguments.config))
    for doubt in setting_up.doubts_about_the_unit(call.arguments.config):
        terminal.complain(f"warning: {doubt}", call.hints)
