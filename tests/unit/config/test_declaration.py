"""The declaration of the settings: complete, within its own limits, and without secrets in its repr."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from config import values
from config.declaration import DECLARED, KEYS, RENAMED, SECRETS, SECTIONS, SettingKey, variable_of
from messages.settings import HIDDEN_KINDS, Settings


@pytest.mark.parametrize("key", DECLARED.values(), ids=lambda key: key.name)
def test_every_key_is_described_in_a_sentence(key: SettingKey) -> None:
    assert key.description.endswith(".")
    assert key.description == " ".join(key.description.split())


def test_every_section_is_described() -> None:
    assert list(SECTIONS) == [field.name for field in msgspec.structs.fields(Settings)][1:-2]
    assert all(about.endswith(".") and "\n" not in about for about in SECTIONS.values())


def test_every_secret_has_a_key_for_its_file() -> None:
    assert {key.secret: name for name, key in KEYS.items() if key.secret} == {name: f"{name}_file" for name in SECRETS}


def test_no_two_keys_have_variables_that_differ_by_underscores_alone() -> None:
    variables = [variable_of(name).replace("__", "_") for name in (*DECLARED, *RENAMED)]
    assert len(set(variables)) == len(variables)


def test_old_names_lead_to_new_ones() -> None:
    assert all(old not in DECLARED and new in KEYS for old, new in RENAMED.items())


def test_the_defaults_are_within_the_declared_limits() -> None:
    assert msgspec.convert(msgspec.to_builtins(Settings()), Settings) == Settings()


def test_no_repr_holds_a_secret() -> None:
    hidden = [key.name for key in DECLARED.values() if key.kind in HIDDEN_KINDS]
    assert {"slack.bot_token", "slack.app_token", "slack.signing_secret", "database.url", "index.url"} <= set(hidden)
    settings = Settings()
    for name in hidden:
        section, _, word = name.partition(".")
        changed = structs.replace(getattr(settings, section), **{word: "https://u:s3cret@h/?s3cret"})
        settings = structs.replace(settings, **{section: changed})
    assert "s3cret" not in repr(settings)
    assert "channel=''" in repr(settings)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2s", 2.0),
        ("30m", 1800.0),
        ("24h", 86400.0),
        ("7d", 604800.0),
        ("250ms", 0.25),
        ("1.5h", 5400.0),
        ("2w", 1209600),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert values.duration(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"), [(600.0, "10m"), (5400.0, "90m"), (86400.0, "1d"), (0.25, "250ms"), (7 * 86400.0, "7d")]
)
def test_durations_are_written_in_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert values.duration_text(seconds) == text


@given(st.integers(1, 10_000), st.sampled_from(["ms", "s", "m", "h", "d", "w"]))
def test_a_duration_is_the_same_when_it_is_written_again(number: int, unit: str) -> None:
    seconds = values.duration(f"{number}{unit}")
    assert seconds is not None
    assert values.duration(values.duration_text(seconds)) == seconds
