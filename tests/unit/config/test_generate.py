"""What is generated from the declaration is what lies in the tree, and the schema agrees with the loader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.declaration import KEYS, RENAMED, SettingKey
from config.generate import ROOT, generated
from config.loader import load
from config.values import duration, parse

DEFAULT_YAML = ROOT / "config" / "default.yaml"
SCHEMA: dict[str, Any] = json.loads((ROOT / "config" / "schema.json").read_text(encoding="utf-8"))


def accepts(document: Any) -> bool:
    return bool(jsonschema.Draft7Validator(SCHEMA).is_valid(document))


def document_of(name: str, value: Any) -> dict[str, Any]:
    section, _, word = name.rpartition(".")
    return {section: {word: value}} if section else {word: value}


@pytest.mark.parametrize("file", generated(), ids=lambda file: file.name)
def test_the_tree_holds_what_is_generated(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == generated()[file], "run `make config-docs`"


def test_the_default_file_says_what_is_in_effect_without_it() -> None:
    assert load(DEFAULT_YAML, {}).settings == load(None, {}).settings
    document = yaml.safe_load(DEFAULT_YAML.read_text(encoding="utf-8"))
    assert {name.partition(".")[0] for name in KEYS} | {"checks"} == set(document)


def test_the_schema_is_a_schema_and_accepts_the_default_file() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert accepts(yaml.safe_load(DEFAULT_YAML.read_text(encoding="utf-8")))
    assert accepts(None)
    assert accepts({"slack": None})


@pytest.mark.parametrize("text", ["2s", " 1h30m", "1h 30m ", "1.5h", "1m 2.5s"])
def test_the_schema_accepts_durations_of_several_parts(text: str) -> None:
    assert duration(text) is not None
    assert accepts({"index": {"interval": text}})
    assert not accepts({"index": {"interval": f"{text} 3"}})


def test_the_schema_accepts_old_names() -> None:
    assert all(accepts(document_of(old, "3d")) for old in RENAMED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack.chanel", "x"),
        ("slack.bot_token", "xoxb-1"),
        ("health.port", "80"),
        ("health.port", 65536),
        ("index.interval", "30"),
        ("index.url", "ftp://x/y"),
        ("log.level", "LOUD"),
        ("prober.enabled", "yes"),
        ("database.url", "mysql://h/d"),
        ("slack", "x"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(name: str, value: Any) -> None:
    assert not accepts(document_of(name, value))


URLS = st.builds("{}://{}{}".format, st.sampled_from(["http", "HTTPS"]), st.from_regex(r"[a-z]{1,5}", fullmatch=True),
                 st.text(max_size=5))  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=8),
    st.integers(-1, 70_000),
    st.booleans(),
    st.sampled_from([choice for key in KEYS.values() for choice in key.choices]),
    st.builds("{}{}".format, st.integers(0, 99), st.sampled_from(["ms", "s", " m", "h ", "d", "w"])),
    URLS,
    st.sampled_from(["postgres://h/d", " postgresql://u:p@h/d ", "127.0.0.1", "::1", " localhost "]),
)


@given(st.sampled_from(list(KEYS.values())), VALUES)
def test_the_schema_accepts_every_value_that_the_loader_accepts(key: SettingKey, value: Any) -> None:
    try:
        parse(key, value)
    except ValueError:
        return
    assert accepts(document_of(key.name, value))
