"""The configuration: what is right is taken, what is wrong is named with file, key and what would be right."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import values
from config.keys import KEYS
from config.loader import DEFAULT_FILE, ConfigurationError, load
from config.showing import shown


def a_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return path


def refused(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(a_file(tmp_path, text), environment or {})
    return str(caught.value)


def test_the_defaults_are_right_and_complete() -> None:
    configuration = load(None, {})
    assert set(configuration.sources) == set(KEYS)
    assert configuration.settings.index.interval == 600.0
    assert configuration.settings.prober.requests_per_hour == 4000
    assert Path(configuration.settings.data_dir).is_absolute()


def test_a_file_of_the_user_need_name_only_what_differs(tmp_path: Path) -> None:
    settings = load(a_file(tmp_path, "index:\n  interval: 2s\n"), {}).settings
    assert settings.index.interval == 2.0
    assert settings.index.url == "https://wg21.link/index.json"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = a_file(tmp_path, "health: {port: 1111}")
    assert load(file, {"CALLBOARD_HEALTH__PORT": "2222"}).settings.health.port == 2222


def test_the_environment_can_say_true_and_false(tmp_path: Path) -> None:
    file = a_file(tmp_path, "prober: {enabled: true}")
    assert load(file, {"CALLBOARD_PROBER__ENABLED": "False"}).settings.prober.enabled is False
    said = refused(tmp_path, "", {"CALLBOARD_PROBER__ENABLED": "0"})
    assert "prober.enabled: true or false is expected, not '0'" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("index:\n  urll: http://x/", "index.urll: there is no such key; index.url is meant?"),
        ("indx:\n  url: http://x/", "indx: there is no such key"),
        ("health: 3", "health: keys are expected below it, such as health.host"),
        ("health:\n  port: many", "health.port: a whole number from 0 to 65,535 is expected, not 'many'"),
        ("health:\n  port: '80'", "health.port: a whole number from 0 to 65,535 is expected, not '80'"),
        ("health:\n  port: 1\n  port: 2", "port stands there twice"),
        ("health:\n  host: 999.1.1.1", "health.host: '999.1.1.1' does not appear to be an IPv4 or IPv6 address"),
        ("health:\n  port: true", "health.port: a whole number from 0 to 65,535 is expected, not True"),
        ("health:\n  port: 65536", "health.port: a whole number"),
        ("prober:\n  enabled: 1", "prober.enabled: true or false is expected, not 1"),
        ("prober:\n  enabled: 'false'", "prober.enabled: true or false is expected, not 'false'"),
        ("index:\n  interval: 30", "index.interval: a duration is expected, a number with its unit"),
        ("index:\n  interval: 0s", "index.interval: a duration is expected that is longer than nothing"),
        ("index:\n  url: ftp://x/y", "index.url: an http or https URL is expected"),
        ("log:\n  level: LOUD", "log.level: one of DEBUG, INFO, WARNING, ERROR is expected, not 'LOUD'"),
        ("system:\n  base: multiprocQueueBase", "system.base: 'multiprocQueueBase' is refused: it loses messages"),
        ("system:\n  base: fastBase", "system.base: 'fastBase' is refused"),
        ("slack:\n  bot_token: xoxb-1", "a secret does not belong in this file: set CALLBOARD_SLACK__BOT_TOKEN"),
        ("database:\n  url: mysql://u:secret@h/d", "database.url: nothing, or a URL postgresql://"),
        ("- a\n- b", "keys with values are expected, not a list"),
        ("a: [", "is not YAML"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    error = refused(tmp_path, text)
    assert said in error
    assert str(tmp_path / "mine.yaml") in error


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "health: {port: x}\nlog: {level: x}\nbla: 1").splitlines()) == 3


def test_an_unknown_key_of_the_environment_is_refused(tmp_path: Path) -> None:
    assert "CALLBOARD_PROBER__SPEED (prober.speed): there is no such key" in refused(
        tmp_path, "", {"CALLBOARD_PROBER__SPEED": "9"}
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml", {})


def test_the_password_of_a_refused_database_url_is_not_repeated(tmp_path: Path) -> None:
    assert "secret" not in refused(tmp_path, "database:\n  url: mysql://u:secret@h/d")


def test_the_token_comes_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-file\n")
    file = a_file(tmp_path, "slack:\n  bot_token_file: token")
    assert load(file, {}).settings.slack.bot_token == "xoxb-from-file"
    assert load(file, {"CALLBOARD_SLACK__BOT_TOKEN": "xoxb-env"}).settings.slack.bot_token == "xoxb-env"


def test_a_token_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "slack.bot_token_file" in refused(tmp_path, "slack:\n  bot_token_file: nowhere")


@pytest.mark.parametrize("text", ["xoxb-1\nxapp-2", "xoxb-1 xapp-2", "xoxb-1\txapp-2", "xoxb-ä…"])
@pytest.mark.parametrize("key", ["bot_token", "app_token", "signing_secret"])
def test_a_secret_of_several_words_is_refused_and_not_repeated(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "token").write_text(f"{text}\n")
    from_file = refused(tmp_path, f"slack:\n  {key}_file: token")
    from_environment = refused(tmp_path, "", {f"CALLBOARD_SLACK__{key.upper()}": text})
    assert f"slack.{key}_file: {tmp_path / 'token'}: a secret is one word" in from_file
    assert f"environment CALLBOARD_SLACK__{key.upper()}: slack.{key}: a secret is one word" in from_environment
    for said in (from_file, from_environment):
        assert "xoxb" not in said
        assert "xapp" not in said


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    assert load(a_file(tmp_path, "data_dir: mine"), {}).settings.data_dir == str(tmp_path / "mine")


@pytest.mark.parametrize("slash", ["", "/"])
def test_urls_may_end_with_a_slash_or_not(slash: str) -> None:
    environment = {
        "CALLBOARD_INDEX__URL": f"http://127.0.0.1:1/index.json{slash}",
        "CALLBOARD_PROBER__BASE_URL": f"http://127.0.0.1:1/files/papers{slash}",
        "CALLBOARD_SLACK__API_URL": f"http://127.0.0.1:1/api{slash}",
    }
    settings = load(None, environment).settings
    assert settings.index.url == "http://127.0.0.1:1/index.json"
    assert settings.prober.base_url == "http://127.0.0.1:1/files/papers/"
    assert settings.slack.api_url == "http://127.0.0.1:1/api/"


def test_what_is_shown_has_no_secrets_and_can_be_read_again(tmp_path: Path) -> None:
    environment = {
        "CALLBOARD_SLACK__BOT_TOKEN": "xoxb-very-secret",
        "DATABASE_URL": "postgresql://u:passw0rd@localhost/db",
        "CALLBOARD_INDEX__INTERVAL": "2s",
    }
    configuration = load(None, environment)
    text = shown(configuration)
    assert "xoxb-very-secret" not in text
    assert "passw0rd" not in text
    assert "environment CALLBOARD_INDEX__INTERVAL" in text
    assert "xoxb-very-secret" not in repr(configuration.settings)
    assert "passw0rd" not in repr(configuration.settings)
    again = load(a_file(tmp_path, text), {}).settings
    assert again.index == configuration.settings.index
    assert again.data_dir == configuration.settings.data_dir


def test_every_key_of_the_default_file_is_explained() -> None:
    assert set(yaml.safe_load(DEFAULT_FILE.read_text())) == {key.partition(".")[0] for key in KEYS}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2s", 2.0), ("30m", 1800.0), ("24h", 86400.0), ("7d", 604800.0), ("250ms", 0.25), ("1.5h", 5400.0)],
)
def test_durations(text: str, seconds: float) -> None:
    assert values.duration(text) == seconds


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.integers())))
def test_a_parser_takes_a_value_or_says_what_would_be_right(value: object) -> None:
    said = [said_of(parse, value) for parse in KEYS.values()]
    assert all(text is None or text for text in said)


def said_of(parse: values.Parser, value: object) -> str | None:
    try:
        parse(value)
    except ValueError as error:
        return str(error)
    return None


def test_a_section_without_keys_changes_nothing(tmp_path: Path) -> None:
    assert load(a_file(tmp_path, "index:\n#  interval: 2s\n"), {}).settings.index.interval == 600.0


def test_what_is_shown_of_the_environment_is_what_it_means() -> None:
    text = shown(load(None, {"CALLBOARD_HEALTH__PORT": "070", "CALLBOARD_SLACK__CHANNEL": "123"}))
    document = yaml.safe_load(text)
    assert (document["health"]["port"], document["slack"]["channel"]) == (70, "123")


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "s3cret" not in shown(load(None, {"CALLBOARD_INDEX__URL": "http://me:s3cret@127.0.0.1/index.json"}))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@h:5432/x",
        "postgresql://h/db?user=u&password=s3cret",
        "postgresql://u:a%40s3cret@h/x",
    ],
)
def test_a_databases_password_is_not_shown(url: str) -> None:
    text = shown(load(None, {"DATABASE_URL": url}))
    assert "s3cret" not in text
    assert yaml.safe_load(text)["database"]["url"].startswith("postgresql://u:***@h")


@pytest.mark.parametrize("url", ["postgresql://u:pa@s3cret@h/x", "postgresql://u:s3cr%zzet@h/x", "mysql://s3cr"])
def test_a_databases_address_that_is_none_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    said = refused(tmp_path, "", {"DATABASE_URL": url})
    assert "database.url: nothing, or a URL postgresql://user:password@host:port/name is expected" in said
    assert "s3cr" not in said


def test_what_begins_like_a_variable_of_ours_and_is_none_is_refused(tmp_path: Path) -> None:
    assert "CALLBOARD_SLACK_BOT_TOKEN" in refused(tmp_path, "", {"CALLBOARD_SLACK_BOT_TOKEN": "xoxb-1"})
