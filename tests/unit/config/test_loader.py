"""The configuration: what is right is taken; what is wrong is named with its source, key and what was expected."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.declaration import KEYS, SECRETS, SettingKey, variable_of
from config.loader import data_dir_of, load
from config.report import ConfigurationError
from config.showing import scalar, shown
from config.values import parse, written
from messages.settings import SettingKind, Settings
from tests.unit.config.builders import a_file, loaded, refused


def test_the_defaults_are_those_of_the_declaration() -> None:
    configuration = load(None, {})
    assert set(configuration.sources) == set(KEYS)
    assert configuration.warnings == ()
    assert configuration.settings == Settings(data_dir=configuration.settings.data_dir)


def test_a_file_only_needs_the_keys_that_change(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "index:\n  interval: 2s\n")
    assert settings.index.interval == 2.0
    assert settings.index.url == "https://wg21.link/index.json"


def test_the_time_zone_of_an_installation_is_a_place_however_it_is_written(tmp_path: Path) -> None:
    assert load(None, {}).settings.slack.timezone == "UTC"
    assert loaded(tmp_path, "slack: {timezone: Zuerich}").slack.timezone == "Europe/Zurich"
    assert load(None, {"CALLBOARD_SLACK__TIMEZONE": "new york"}).settings.slack.timezone == "America/New_York"


def test_a_section_without_keys_changes_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, "index:\n#  interval: 2s\n").index.interval == 600.0


def test_a_key_may_be_written_with_its_dot(tmp_path: Path) -> None:
    assert loaded(tmp_path, "index.interval: 2s").index.interval == 2.0


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    assert loaded(tmp_path, "health: {port: 1111}", {"CALLBOARD_HEALTH__PORT": "2222"}).health.port == 2222


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.name)
def test_every_default_is_the_same_from_a_file_and_from_the_environment(tmp_path: Path, key: SettingKey) -> None:
    text = scalar(written(key, key.default))
    nested = f"{key.section}:\n  {key.word}: {text}" if key.section else f"{key.word}: {text}"
    if key.kind is not SettingKind.PATH:  # whose meaning depends on where it stands
        assert loaded(tmp_path, nested) == load(None, {}).settings
        assert load(None, {variable_of(key.name): text.strip('"')}).settings == load(None, {}).settings
    assert parse(key, written(key, key.default)) == key.default


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("index:\n  urll: http://x/", "index.urll: unknown key; did you mean index.url?"),
        ("slack.chanel: x", "slack.chanel: unknown key; did you mean slack.channel?"),
        ("indx:\n  url: http://x/", "indx: unknown key; did you mean index?"),
        ("frobnicate: 1", "frobnicate: unknown key"),
        ("health: 3", "health: expected keys below it, such as health.host"),
        ("health: [1]", "health: expected keys below it, such as health.host"),
        ("health:\n  port: many", "health.port: expected a whole number from 0 to 65,535, not 'many'"),
        ("health:\n  port: '80'", "health.port: expected a whole number from 0 to 65,535, not '80'"),
        ("health:\n  port: [80]", "health.port: expected one value, not a list"),
        ("health:\n  port: {a: 80}", "health.port: expected one value, not keys with values"),
        ("health:\n  port: 1\n  port: 2", "port: given twice, again in line 3"),
        ("health:\n  port: 1\nhealth.port: 2", "health.port: given twice, again in line 3"),
        ("health:\n  host: 999.1.1.1", "health.host: expected an address to listen on, such as 127.0.0.1, not '999"),
        ("health:\n  host: ''", "health.host: expected an address to listen on"),
        ("health:\n  port: true", "health.port: expected a whole number from 0 to 65,535, not true"),
        ("health:\n  port: 65536", "health.port: expected a whole number"),
        ("health:\n  port: -1", "health.port: expected a whole number"),
        ("health:\n  port: 1.0", "health.port: expected a whole number from 0 to 65,535, not 1.0"),
        ("prober:\n  enabled: 1", "prober.enabled: expected true or false, not 1"),
        ("prober:\n  enabled: 'false'", "prober.enabled: expected true or false, not 'false'"),
        ("index:\n  interval: 30", "index.interval: expected a duration such as 500ms, 2s, 30m, 24h or 7d"),
        ("index:\n  interval: 0s", "longer than 0 and at most 3650 days, not '0s'"),
        ("index:\n  interval: 3651d", "longer than 0 and at most 3650 days, not '3651d'"),
        ("index:\n  url: ftp://x/y", "index.url: expected an http or https URL"),
        ("log:\n  level: LOUD", "log.level: expected DEBUG, INFO, WARNING or ERROR, not 'LOUD'"),
        ("slack:\n  channel: 12", "slack.channel: expected text, not 12; put it in quotes"),
        ("data_dir: 7", "data_dir: expected a path, not 7"),
        ("slack:\n  timezone: EST", "not 'EST'; did you mean America/New_York, America/Toronto or America/Panama?"),
        ("slack:\n  timezone: Europe/Berln", "slack.timezone: expected a time zone such as Europe/Berlin"),
        ("slack:\n  timezone: ''", "slack.timezone: expected a time zone such as Europe/Berlin"),
        ("slack:\n  timezone: 2", "slack.timezone: expected a time zone such as Europe/Berlin"),
        ("data_dir: ~nobody-here/data", "data_dir: the home directory in '~nobody-here/data' is not known"),
        ("system:\n  base: multiprocQueueBase", "system.base: 'multiprocQueueBase' is refused: it loses messages"),
        ("system:\n  base: fastBase", "system.base: 'fastBase' is refused"),
        ("slack:\n  bot_token: xoxb-1", "a secret does not belong in this file; set CALLBOARD_SLACK__BOT_TOKEN"),
        ("slack.bot_token: xoxb-1", "a secret does not belong in this file; set CALLBOARD_SLACK__BOT_TOKEN"),
        ("database:\n  url: mysql://u:secret@h/d", "database.url: expected nothing, or a URL postgresql://"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    error = refused(tmp_path, text)
    assert f"{tmp_path / 'mine.yaml'}: " in error
    assert said in error
    assert len(error.splitlines()) == 1


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    environment = {"CALLBOARD_LOG__LEVEL": "x", "CALLBOARD_SLACK__CHANEL": "y"}
    said = refused(tmp_path, "health: {port: x}\nbla: 1\nslack: {channel: }", environment)
    assert len(said.splitlines()) == 5


def test_faults_of_the_environment_are_said_although_the_file_cannot_be_read(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "a: [", {"CALLBOARD_LOG__LEVEL": "x"}).splitlines()) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml", {})


def test_the_token_comes_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-file\n")
    text = "slack:\n  bot_token_file: token"
    assert loaded(tmp_path, text).slack.bot_token == "xoxb-from-file"
    assert loaded(tmp_path, text, {"CALLBOARD_SLACK__BOT_TOKEN": "xoxb-env"}).slack.bot_token == "xoxb-env"
    assert loaded(tmp_path, text, {"CALLBOARD_SLACK__BOT_TOKEN": " "}).slack.bot_token == "xoxb-from-file"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"a" * 5000, "a secret has at most 4096 characters"),
    ],
)
def test_a_token_file_that_holds_no_token_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    error = refused(tmp_path, "slack:\n  bot_token_file: token")
    assert f"slack.bot_token_file: {tmp_path / 'token'}" in error
    assert said in error


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xef\xbb\xbfxoxb-from-file\r\n")
    assert loaded(tmp_path, "slack:\n  bot_token_file: token").slack.bot_token == "xoxb-from-file"


def test_a_password_with_a_space_in_a_wrong_address_is_not_shown(tmp_path: Path) -> None:
    said = refused(tmp_path, "index:\n  url: https://me:swordfish and chips@h/index.json?key=sea weed")
    assert "expected an http or https URL" in said
    assert not any(word in said for word in ("swordfish", "chips", "sea", "weed"))


@pytest.mark.parametrize("text", ["xoxb-1\nxapp-2", "xoxb-1 xapp-2", "xoxb-1\txapp-2", "xoxb-ä…"])
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_of_several_words_is_refused_and_not_repeated(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "token").write_text(f"{text}\n")
    from_file = refused(tmp_path, f"{name}_file: token")
    from_environment = refused(tmp_path, "", {variable_of(name): text})
    assert f"{name}_file: {tmp_path / 'token'}: a secret must be one word" in from_file
    assert f"environment {variable_of(name)}: {name}: a secret must be one word" in from_environment
    for said in (from_file, from_environment):
        assert "xoxb" not in said
        assert "xapp" not in said


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    assert loaded(tmp_path, "data_dir: mine").data_dir == str(tmp_path / "mine")
    assert loaded(tmp_path, "", {"CALLBOARD_DATA_DIR": "mine"}).data_dir == str(Path.cwd() / "mine")


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


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:pa@s3cret@h/x",
        "postgresql://u:s3cr%zzet@h/x",
        "mysql://s3cr",
        "postgresql://u:s3cr/et@h/x",
        "postgresql://u:12/s3cr@h/x",
        "postgresql://h:s3cr/x",
        "host=h password=s3cr",
    ],
)
def test_a_databases_address_that_is_none_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    said = refused(tmp_path, "", {"DATABASE_URL": url})
    assert "database.url: expected nothing, or a URL postgresql://user:password@host:port/name" in said
    assert "s3cr" not in said


def test_the_password_of_a_refused_address_is_not_repeated(tmp_path: Path) -> None:
    assert "s3cret" not in refused(tmp_path, "index: {url: 'ftp://me:s3cret@host/'}")


def test_an_old_name_still_works_and_a_warning_names_the_new_one(tmp_path: Path) -> None:
    file = a_file(tmp_path, "retention:\n  parked: 3d")
    configuration = load(file, {"CALLBOARD_RETENTION__LETTERS": "4d"})
    kept = configuration.settings.retention
    assert (kept.suspended, kept.dead_letters) == (3 * 86400.0, 4 * 86400.0)
    assert configuration.warnings == (
        f"{file}: retention.parked is now called retention.suspended; the old name still works for a while",
        "environment CALLBOARD_RETENTION__LETTERS: retention.letters is now called retention.dead_letters; the old name"
        " still works for a while",
    )


def test_a_wrong_value_of_an_old_name_is_refused(tmp_path: Path) -> None:
    assert "retention.suspended: expected a duration" in refused(tmp_path, "retention: {parked: 3}")


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("retention: {parked: 3d, suspended: 4d}", {}),
        ("retention: {suspended: 4d, parked: 3d}", {}),
        ("retention: {parked: 3d}", {"CALLBOARD_RETENTION__SUSPENDED": "4d"}),
        ("retention: {suspended: 3d}", {"CALLBOARD_RETENTION__PARKED": "4d"}),
    ],
)
def test_both_names_of_a_key_are_an_error(tmp_path: Path, text: str, environment: dict[str, str]) -> None:
    said = refused(tmp_path, text, environment)
    assert "retention.parked: retention.suspended is set too" in said
    assert len(said.splitlines()) == 1


def test_a_secret_that_is_too_short_to_be_struck_out_is_warned_of(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": "postgresql://u:short@h/x", "CALLBOARD_SLACK__BOT_TOKEN": "xoxb-long-enough"}
    assert load(None, environment).warnings == (
        "the password in database.url has fewer than 8 characters, so the log does not hide it",
    )


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_a_value_is_taken_or_refused_with_what_was_expected(value: object) -> None:
    for key in KEYS.values():
        parsed, refusal = parsed_or_refusal(key, value)
        assert refusal or parse(key, written(key, parsed)) == parsed


def parsed_or_refusal(key: SettingKey, value: object) -> tuple[object, str]:
    try:
        return parse(key, value), ""
    except ValueError as error:
        return None, str(error)


OF_A_KNOWN_SHAPE = {
    "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOHcBrzygy": "19874698323",
    "xapp-1-A0XYZ-1234-abcdef": "A0XYZ",
    "xoxe.xoxp-1-Mi0yLTQ2MTk": "Mi0yLTQ2MTk",
    "https://hooks.slack.com/services/T0000/B0000/XXXXsecretXXXX": "XXXX",
    "postgresql://me:hunter2@db.example.org/papers": "hunter2",
    "ftp://me:hunter2@example.org/index.json": "hunter2",
    "https://example.org/?token=hunter2 ": "hunter2",
    "Bearer a1b2c3d4e5f6": "a1b2c3",
}
"""Each with the part that must not be seen."""

OF_ANY_SHAPE = OF_A_KNOWN_SHAPE | {
    "8f742231b10e8888abcd99eeccc85a5f": "8f742231b1",
    "bXlzZWNyZXQ6cGFzc3dvcmQx/+==": "bXlzZWNyZXQ6",
}

TAKES_ANY_WORD = frozenset({SettingKind.TEXT, SettingKind.HOST, SettingKind.HOSTS, SettingKind.PATH})


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.name)
def test_a_secret_in_the_wrong_key_is_neither_in_an_error_nor_in_what_is_shown(tmp_path: Path, key: SettingKey) -> None:
    for secret, part in (OF_A_KNOWN_SHAPE if key.kind in TAKES_ANY_WORD and not key.secret else OF_ANY_SHAPE).items():
        text = f"{key.section}:\n  {key.word}: '{secret}'" if key.section else f"{key.word}: '{secret}'"
        for file, environment in ((a_file(tmp_path, text), {}), (None, {variable_of(key.name): secret})):
            try:
                said = shown(load(file, environment))
            except ConfigurationError as error:
                said = str(error)
            assert part not in said


@pytest.mark.parametrize("secret", OF_ANY_SHAPE)
@pytest.mark.parametrize(
    "line", ["'{}': 1", "slack:\n  '{}': 1", "? |\n  {}\n: 1", "'{0}': 1\n'{0}': 2", "bot_token {}: 1"]
)
def test_a_secret_where_a_key_should_stand_is_not_repeated(tmp_path: Path, line: str, secret: str) -> None:
    said = refused(tmp_path, line.format(secret))
    assert "line " in said
    assert OF_ANY_SHAPE[secret] not in said


@pytest.mark.parametrize("url", ["https://h/index.json?token=hunter2", "https://h/index.json?x=1&k=hunter2#hunter2"])
def test_the_parameters_of_an_address_are_neither_shown_nor_repeated(tmp_path: Path, url: str) -> None:
    assert "hunter2" not in shown(load(None, {"CALLBOARD_INDEX__URL": url}))
    assert "hunter2" not in refused(tmp_path, f"index: {{url: '{url} x'}}")


def test_a_token_in_place_of_a_files_name_is_not_shown_where_the_environment_has_another(tmp_path: Path) -> None:
    environment = {"CALLBOARD_SLACK__BOT_TOKEN": "xoxb-right", "CALLBOARD_SLACK__BOT_TOKEN_FILE": "a1b2c3d4e5f6a1b2"}
    assert "a1b2c3" not in shown(load(None, environment))


def test_a_secrets_file_that_is_missing_is_named_by_its_path(tmp_path: Path) -> None:
    said = refused(tmp_path, f"slack: {{bot_token_file: '{tmp_path}/b0t-t0ken'}}")
    assert f"slack.bot_token_file: {tmp_path}/b0t-t0ken cannot be read: No such file" in said


def test_where_the_environment_says_where_the_data_is_no_fault_in_the_file_hides_it(tmp_path: Path) -> None:
    """As under systemd: `callboard reload` and `callboard status` reach the service, which knows the fault."""
    file = a_file(tmp_path, "data_dir: [\n")
    with pytest.raises(ConfigurationError, match="is not YAML: line 2"):
        data_dir_of(file, {})
    assert data_dir_of(file, {"CALLBOARD_DATA_DIR": "/var/lib/callboard"}) == "/var/lib/callboard"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('slack: {channel: "a\\nb"}', "slack.channel: expected text, not 'a\\nb'; it has a line break or a character"),
        (
            'system: {place: "a\\u200bb"}',
            "system.place: expected text, not 'a\\u200bb'; it has a line break or a character",
        ),
        ('system: {place: "a\\tb"}', "system.place: expected text, not 'a\\tb'; it has a line break"),
        ('prober: {contact: "a\\u202eb"}', "prober.contact: expected text, not 'a\\u202eb'; it has"),
        (
            'health: {host: "\\e[31m"}',
            "health.host: expected an address to listen on, such as 127.0.0.1, not '\\x1b[31m'",
        ),
        ('index: {url: "http://\\u202e/x"}', "index.url: expected an http or https URL such as"),
        ('prober: {base_url: "http://a/\\e[2J/"}', "prober.base_url: expected an http or https URL such as"),
    ],
)
def test_a_text_with_what_nobody_sees_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_a_text_of_one_line_may_be_written_as_a_block(tmp_path: Path) -> None:
    assert loaded(tmp_path, "prober:\n  contact: |\n    ada@example.org\n").prober.contact == "ada@example.org"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("health: {port: 0777}", "health.port: expected a whole number from 0 to 65,535, not '0777'"),
        ("health: {port: 1:30}", "health.port: expected a whole number from 0 to 65,535, not '1:30'"),
        ("index: {interval: 1:30}", "index.interval: expected a duration such as 500ms, 2s, 30m, 24h or 7d"),
    ],
)
def test_a_number_counts_as_it_is_written_or_not_at_all(tmp_path: Path, text: str, said: str) -> None:
    error = refused(tmp_path, text)
    assert said in error
    assert "511" not in error
    assert "90" not in error


@pytest.mark.parametrize(("written", "meant"), [("0", 0), ("8_765", 8765), ("0x1F90", 8080), ("+80", 80)])
def test_other_forms_of_numbers_that_mean_one_thing_are_read(tmp_path: Path, written: str, meant: int) -> None:
    assert loaded(tmp_path, f"health: {{port: {written}}}").health.port == meant
