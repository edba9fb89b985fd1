"""Every command of users, given by an operator to a service on the stage, on both bases."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actors.control.client import RequestRefused
from actors.control.protocol import ControlRequest
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.e2e.service import Service, is_unanswered, wait_for
from tests.e2e.staged import on_stage


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober={"min_revisit": "60s"})
    made.start()
    return made


Say = Callable[..., "subprocess.CompletedProcess[str]"]


def say(service: Service, *words: str) -> "subprocess.CompletedProcess[str]":
    """What is refused proposes commands for the shell: here as they are in Slack."""
    done = service.answered("watch", "--user", "U1", *words)
    typed = re.compile(r"`[^`]* watch --user U1 ([^`]*) --config [^`]*`")
    return subprocess.CompletedProcess(words, done.returncode, done.stdout, typed.sub(r"\1", done.stderr))


def say_over_the_socket(service: Service, *words: str) -> "subprocess.CompletedProcess[str]":
    """The same without a process for each command."""

    def answered() -> "subprocess.CompletedProcess[str] | None":
        try:
            answer = service.ask(ControlRequest(op="command", user="U1", text=" ".join(words)))
        except RequestRefused as refused:
            said = str(refused)
            return None if is_unanswered(said) else subprocess.CompletedProcess(words, 1, "", said)
        return subprocess.CompletedProcess(words, 0, answer["text"], "")

    done: subprocess.CompletedProcess[str] = wait_for(answered)
    return done


@pytest.mark.long
@pytest.mark.slow
def test_an_operator_has_every_command(service: Service) -> None:
    has_every_command(service, say)
    exported = json.loads(say(service, "export", "--json").stdout)
    imported = service.answered("watch", "--user", "U2", "import", exported["text"])
    assert imported.stdout == "6 entries added.\n"
    assert "U1" not in service.answered("watch", "--user", "U2", "list").stdout
    assert "Traceback" not in service.said()


def test_an_operator_has_every_command_over_the_socket_that_the_command_line_uses(service: Service) -> None:
    has_every_command(service, say_over_the_socket)
    exported = say(service, "export").stdout
    assert service.answered("watch", "--user", "U2", "import", exported).stdout == "6 entries added.\n"
    answers_whatever_is_asked(service)
    assert "Traceback" not in service.said()


def answers_whatever_is_asked(service: Service) -> None:
    """An import as long as it may be, a control character in each field, and a request that is too long."""
    for lines in ("x\n" * 99_990, "\0\n" * 99_990, "Köppe, P2300\n" * 14_000):
        answer = say_over_the_socket(service, "import\n" + lines)
        said = answer.stdout + answer.stderr
        assert "skipped because there are too many" in said or "what to import" in said
    ops: tuple[Any, ...] = ("undelivered_retry", "undelivered_discard", "probing_on", "probe", "explain", "command")
    for op in ops:
        for field in ("user", "by", "text") if op != "command" else ("user", "by"):
            values: dict[str, Any] = {field: "notifier/1\0x"}
            with pytest.raises(RequestRefused, match=f"`{field}` has a control character"):
                service.ask(ControlRequest(op=op, **values))
    with pytest.raises(RequestRefused, match="up to 2,097,152 bytes"):
        service.ask(ControlRequest(op="command", user="U1", text="x" * 3_000_000))


def has_every_command(service: Service, say: Say) -> None:
    wait_for(lambda: has_papers(service, say))
    for words, expected in (
        ("watch Niebler, P2300 LWG4000 title:reflection", "You're now watching Niebler: 13 papers in the last year"),
        ("watch audience:LEWG", "0 papers in the last year, counting papers whose audience is known."),
        ("watch! Kope", "Did you mean Köppe? To switch, type "),
        ("replace Kope with Köppe", "You're now watching Köppe instead of Kope: "),
        ("watch! Xyzzy", "You're now watching Xyzzy: 0 papers so far."),
        ("unwatch Xyzzy", "You're no longer watching Xyzzy."),
        ("watching", "You're watching 6 entries:"),
        ("mute P2300 2w", "P2300 is muted until 20"),
        ("why P2300", "I haven't sent you anything about P2300.\nIt matches “P2300” on your list."),
        ("unmute P2300", "P2300 is no longer muted."),
        ("paper P2300", "• P2300R10 (https://wg21.link/P2300R10), 2024-06-28, paper (https://www.open-std.org/"),
        ("recent", "No papers or drafts yet."),
        ("status", "6,918 papers in the index"),
        ("uptime", "has been running for "),
        ("add Eric Niebler, P1", "You're now watching P1 — "),
        ("remove P1, Eric Niebler", "You're no longer watching Eric Niebler."),
        ("list", "You're watching 6 entries:"),
        ("version", "This is Callboard "),
        ("help all", "• digest daily 09:00 Europe/Berlin: one message a day instead of immediate notices"),
        ("settings", "Notices are sent immediately."),
        ("export", "watch Niebler, LWG4000, P2300, title:reflection, audience:LEWG, Köppe"),
    ):
        done = say(service, *words.split())
        assert done.returncode == 0, (words, done.stderr)
        assert expected in done.stdout, words
    for words, expected in (
        ("wach Niebler", "Did you mean watch Niebler?"),
        ("forget me", "To go ahead, type forget me yes."),
        ("add Köppe", "You're already watching Köppe."),
        ("remove Stroustrup", "You aren't watching “Stroustrup”."),
        ("watch reflection", "• watch title:reflection: 49 papers in the last year"),
        ("watch the", "“the” alone doesn't say what to watch."),
        ("watch ²", "looks like a digit but isn't one"),
        ("digest daily 25:00", "“25:00” isn't a time of day"),
        ("digest daily 09:00 Europe/Berln", "Did you mean Europe/Berlin"),
    ):
        done = say(service, *words.split())
        assert (done.returncode, done.stdout) == (1, ""), words
        assert expected in done.stderr, words


def test_what_the_shell_keeps_together_is_one_entry(service: Service) -> None:
    wait_for(lambda: has_papers(service, say_over_the_socket))
    done = say(service, "watch", "Thomas Köppe", "Eric Niebler", "title:static reflection")
    assert all(
        f"You're now watching {entry}" in done.stdout for entry in ("Thomas Köppe", "Eric Niebler", "title:static refl")
    )
    assert say(service, "add", "P1").returncode == 0
    assert json.loads(say(service, "list", "--json").stdout)["text"].count("•") == 4


def has_papers(service: Service, say: Say) -> bool:
    """Whether the watchlist has the last year's papers, and all names."""
    preview = say(service, "watch", "title:reflection").stdout
    say(service, "unwatch", "title:reflection")
    unknown = say(service, "watch", "Qwertz")
    return "in the last year" in preview and "hasn't loaded" not in unknown.stdout + unknown.stderr


def test_a_short_list_is_imported_from_a_pipe(service: Service) -> None:
    done = service.answered("watch", "--user", "U1", "import", piped="watch Niebler\nwatch Köppe\nmute P7\n")
    assert done.stdout == "2 entries added, 1 setting applied.\n", done.stderr


@pytest.mark.long
@pytest.mark.slow
def test_a_list_is_imported_from_a_pipe(service: Service) -> None:
    done = service.answered("watch", "--user", "U1", "import", piped="watch Niebler\nwatch Köppe\nmute P7\n")
    assert done.stdout == "2 entries added, 1 setting applied.\n", done.stderr
    titles = ("watch title:" + f"{number:05} {'abcdefghijk ' * 6}".ljust(94, "z") for number in range(1000))
    done = service.answered("watch", "--user", "U2", "import", piped="\n".join(titles))
    assert done.stdout == "1,000 entries added.\n", done.stderr
    exported = service.answered("watch", "--user", "U2", "export").stdout
    done = service.answered("watch", "--user", "U3", "import", piped=exported)
    assert (len(exported) > 100_000, done.stdout) == (True, "1,000 entries added.\n"), done.stderr
    done = service.answered("watch", "--user", "U3", "import", piped=exported * 2)
    assert (done.returncode, "at most 200,000 characters" in done.stderr) == (1, True)
    done = service.answered("watch", "--user", "U4", "import", piped="K\udcf6ppe\n")
    assert (done.returncode, "import: the list is not UTF-8" in done.stderr) == (1, True)
    done = service.answered("watch", "--user", "U4", "import", piped="\ufeffwatch Köppe\r\nwatch Niebler\r\n")
    assert done.stdout == "2 entries added.\n", done.stderr
