"""`callboard notify-test` against a scripted Slack."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from actors.front.commands.cli import run
from actors.notifier.slack.scopes import EVENTS, SCOPES
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.slack_server import TOKEN, SlackServer


class Shell:
    """The command, its configuration, and what it printed."""

    def __init__(self, slack: SlackServer, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.slack, self._file, self._capsys = slack, file, capsys
        self.configure()

    def configure(self, **keys: object) -> None:
        """`slack.…`"""
        known = {"api_url": self.slack.url, "channel": "C1", "timeout": "60s"}
        self._file.write_text(yaml.safe_dump({"data_dir": str(self._file.parent), "slack": known | keys}))

    def run(self, *words: str) -> tuple[int, list[str], str]:
        """Exit code, lines, the sentence on stderr."""
        code = run(["notify-test", *words, "--config", str(self._file)])
        said = self._capsys.readouterr()
        return code, said.out.splitlines(), said.err


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setenv("CALLBOARD_SLACK__BOT_TOKEN", TOKEN)
    monkeypatch.setenv("CALLBOARD_SLACK__APP_TOKEN", "xapp-1")
    with SlackServer() as slack:
        slack.scopes = ",".join(SCOPES)
        yield Shell(slack, tmp_path / "callboard.yaml", capsys)


def test_when_all_is_well_it_says_so_and_one_message_is_posted(shell: Shell) -> None:
    code, lines, sentence = shell.run()
    assert (code, sentence) == (0, "")
    assert lines == [
        "ok       bot token: belongs to callboard in the workspace Test",
        f"ok       scopes: all {len(SCOPES)}",
        "ok       commands: by Socket Mode; try /callboard help",
        "ok       channel: posted a message to C1",
        "note     events: Slack does not say which ones it sends; in the app's settings, under Event Subscriptions,"
        f" they should be {', '.join(EVENTS)}",
        "note     features: Slack does not say which ones are on; in the app's settings, the Home tab should be on"
        " under App Home, the message shortcut callboard-watch-papers under Interactivity & Shortcuts, and wg21.link"
        " under Event Subscriptions, App unfurl domains",
    ]
    assert [message["channel"] for message in shell.slack.messages] == ["C1"]


def test_an_expired_token_is_renewed_by_the_service(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_SLACK__REFRESH_TOKEN", "xoxe-1-0")
    shell.slack.script("auth.test", answers.refuse("token_expired"))
    code, lines, _ = shell.run()
    assert code == 1
    assert lines[0].endswith("; the service renews it when it runs, and uses that")
    assert shell.slack.calls == ["auth.test"]


def test_it_posts_where_it_is_told_to(shell: Shell) -> None:
    assert shell.run("U7")[0] == 0
    assert [message["channel"] for message in shell.slack.messages] == ["DU7"]


def test_missing_scopes_are_named_with_what_they_are_for(shell: Shell) -> None:
    shell.slack.scopes = "chat:write,im:write"
    code, lines, sentence = shell.run()
    assert code == 1
    assert lines[1].startswith(
        "missing  scopes: in the app's settings in Slack, under OAuth & Permissions, add im:history ("
    )
    assert "commands (for the command /callboard)" in lines[1]
    assert sentence == "callboard: notify-test: 1 of 4 checks failed; see the lines marked missing\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("not_in_channel", "the app is not a member of C1: type /invite @callboard there"),
        ("channel_not_found", "Slack has no C1, or the app cannot see it"),
        ("is_archived", "Slack refused the message to C1: is_archived: the channel is archived"),
    ],
)
def test_a_channel_that_takes_no_message_is_explained(shell: Shell, error: str, said: str) -> None:
    shell.slack.script("chat.postMessage", answers.refuse(error))
    code, lines, _ = shell.run()
    assert (code, lines[3].startswith(f"missing  channel: {said}")) == (1, True)


def test_a_token_that_is_refused_ends_the_check(shell: Shell) -> None:
    shell.slack.script("auth.test", answers.refuse("invalid_auth"))
    code, lines, _ = shell.run()
    assert (code, lines) == (1, ["missing  bot token: invalid_auth: the token is not valid: set a new slack.bot_token"])


def test_a_slack_that_cannot_be_reached_is_no_trace(shell: Shell) -> None:
    shell.configure(api_url="http://127.0.0.1:9/api/")
    code, lines, _ = shell.run()
    assert code == 1
    assert lines[0].startswith("missing  bot token: Slack cannot be reached (")


@pytest.mark.parametrize(("method", "line"), [("auth.test", 0), ("apps.connections.open", 2), ("chat.postMessage", 3)])
def test_a_pause_that_slack_asks_for_is_said_in_words_and_kept(shell: Shell, method: str, line: int) -> None:
    shell.slack.script(method, answers.limit(60))
    code, lines, _ = shell.run()
    assert (code, shell.slack.calls.count(method)) == (1, 1)
    assert "Slack asked for a pause of 60 s: try again after that" in lines[line]


def test_what_is_not_set_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBOARD_SLACK__APP_TOKEN")
    shell.configure(channel="")
    code, lines, sentence = shell.run()
    assert (code, sentence) == (1, "callboard: notify-test: 2 of 4 checks failed; see the lines marked missing\n")
    assert "slack.app_token is not set, so users cannot send commands" in lines[2]
    assert "slack.channel is not set" in lines[3]
    shell.configure(events="http")
    assert "slack.signing_secret is not set" in shell.run()[1][2]
    monkeypatch.delenv("CALLBOARD_SLACK__BOT_TOKEN")
    code, lines, _ = shell.run()
    assert (code, len(lines), "slack.bot_token is not set" in lines[0]) == (1, 1, True)
