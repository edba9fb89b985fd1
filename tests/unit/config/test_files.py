"""A configuration file: whatever stands in it, a sentence is the worst that comes of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import files
from config.loader import load
from config.report import ConfigurationError, ConfigurationReport
from tests.unit.config.builders import a_file, loaded, refused


def test_a_hash_without_quotes_is_named_with_its_line(tmp_path: Path) -> None:
    said = refused(tmp_path, "log:\n  level: INFO\nslack:\n  channel: #papers\n  ops_channel: ''\n")
    assert said == (
        f"{tmp_path / 'mine.yaml'}: slack.channel: the value in line 4 is empty, because YAML takes what follows `#`"
        ' for a comment; quote it: channel: "#..."'
    )


@pytest.mark.parametrize("text", ["slack.channel: #papers", "data_dir: #here", "slack: {channel: #papers\n}"])
def test_a_hash_is_seen_wherever_a_key_stands(tmp_path: Path, text: str) -> None:
    assert "quote it: " in refused(tmp_path, text)


@pytest.mark.parametrize("text", ["slack:\n  channel:\n", "slack:\n  channel: ~", "slack:\n  channel: null # none"])
def test_a_key_without_a_value_is_told_how_to_write_an_empty_one(tmp_path: Path, text: str) -> None:
    said = refused(tmp_path, text)
    assert 'slack.channel: no value in line 2; write channel: "" for an empty one' in said


def test_a_hash_in_quotes_is_a_channel(tmp_path: Path) -> None:
    assert loaded(tmp_path, "slack:\n  channel: '#papers' # of the readers").slack.channel == "#papers"


def test_a_date_is_text(tmp_path: Path) -> None:
    assert loaded(tmp_path, "prober:\n  contact: 2025-13-45").prober.contact == "2025-13-45"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n- b", "expected keys with values, not a list"),
        ("word", "expected keys with values, not a single value"),
        ("? [a, b]\n: 1", "line 1: expected a plain word as key, not a list"),
        ("? {a: b}\n: 1", "line 1: expected a plain word as key, not keys with values"),
        ("slack:\n  ? [a]\n  : 1", "line 2: expected a plain word as key, not a list"),
        ("slack: {? [a, b] : 1}", "line 1: expected a plain word as key, not a list"),
        ("? ? a\n  : b\n: 1", "line 1: expected a plain word as key, not keys with values"),
        ("? &a [b]\n: *a\n", "line 1: expected a plain word as key, not a list"),
        ("? |\n  a\n  b\n: 1", "line 1: expected a plain word as key, not a long text or one of several lines"),
        ('slack:\n  "a\\nb": 1', "line 2: expected a plain word as key, not a long text or one of several lines"),
        ('"a\\e[2Jb": 1', "line 1: expected a plain word as key, not a long text or one of several lines"),
        (f"{'a' * 99}: 1", "line 1: expected a plain word as key, not a long text or one of several lines"),
        ("health:\n\u00a0\u00a0port: 1", "line 2: expected a plain word as key, not a text with U+00A0 in it"),
        ("\u200bhealth: {port: 1}", "line 1: expected a plain word as key, not a text with U+200B in it"),
        ("1: 2", "1: unknown key"),
        ("null: 2", "null: unknown key"),
        ("slack: &s {channel: *s}", "slack.channel: expected one value, not keys with values"),
        ("slack: &s\n  <<: *s", "line 1: `<<` expects a mapping other than its own"),
        ("slack:\n  <<: 3", "line 2: `<<` expects a mapping other than its own"),
        ("health:\n  port: !!int many", "health.port: the value in line 2 cannot be read"),
        ("health:\n  port: !!bool maybe", "health.port: the value in line 2 cannot be read"),
        ("health:\n  port: !!python/object:os.system ls", "health.port: the value in line 2 cannot be read"),
        ("health:\n  port: !mine 1", "health.port: the value in line 2 cannot be read"),
        (f"health:\n  port: {'9' * 5000}", "health.port: the value in line 2 cannot be read"),
        ("a: [", "is not YAML: line 1, column 5: "),
        ("a: b: c", "is not YAML: line 1, column 5: mapping values are not allowed here"),
        ("a: 'b", "is not YAML: line 1, column 6: found unexpected end of stream"),
        ("a: b\n---\na: b", "is not YAML: line 2, column 1: but found another document"),
        ("a: 1\nb: \x00", "is not YAML: line 2: a character that YAML does not allow (U+0000)"),
        ("[" * 5000, "it is nested too deeply"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    error = refused(tmp_path, text)
    assert said in error
    assert len(error.splitlines()) == 1


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"slack:\n  channel: re\xe9\n")
    with pytest.raises(ConfigurationError, match=r"mine\.yaml: is not YAML: byte 21 is not UTF-8"):
        load(file, {})


@pytest.mark.parametrize(
    "text",
    [
        "slack:\n  bot_token: *xoxb-s3cret\n",
        "slack:\n  bot_token: &xoxb-s3cret a\n  app_token: &xoxb-s3cret b\n",
        "slack:\n  bot_token: !xoxb-s3cret!a b\n",
        "slack:\n  bot_token: 'xoxb-s3cret\n",
        'slack:\n  bot_token: "xoxb-s3cret\\q"\n',
        "slack:\n  bot_token: xoxb-s3cret: b\n",
        "database:\n  url: @postgresql://u:s3cret@h/d\n",
        "database:\n  url: postgresql://u:s3cret@h/d\n url: x\n",
    ],
)
def test_what_yaml_says_of_an_error_repeats_nothing_of_the_file(tmp_path: Path, text: str) -> None:
    said = refused(tmp_path, text)
    assert "s3cret" not in said
    assert "xoxb" not in said


def test_anchors_and_merges_work(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "index: &i\n  timeout: &t 5s\nprober:\n  hold_for: *t\n  <<: *i\n  confirm_after: 1s\n")
    assert (settings.prober.hold_for, settings.prober.timeout, settings.prober.confirm_after) == (5.0, 5.0, 1.0)


def test_a_key_wins_over_a_merged_one(tmp_path: Path) -> None:
    assert loaded(tmp_path, "index: &i {timeout: 5s}\nprober: {<<: [*i], timeout: 6s}").prober.timeout == 6.0


YAML_TEXT = st.lists(
    st.sampled_from(
        ["slack", "channel", ":", ": ", "\n", "\n  ", "#", "- ", "? ", "[", "]", "{", "}", "&a ", "*a", "<<", "!!int ",
         "!!timestamp ", "!x ", "'", '"', "|", ">", "---\n", "%TAG ! x\n", "1", "1:2", "null", "~", "\t", ",", "=", "é"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@given(st.one_of(YAML_TEXT, st.text(max_size=50)))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = a_file(tmp_path_factory.getbasetemp(), text)
    report = ConfigurationReport()
    files.read(file, report)
    assert all(fault.startswith(f"{file}: ") for fault in report.faults)
