"""Short ways to load a configuration."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.loader import load
from config.report import ConfigurationError
from messages.settings import Settings


def a_file(folder: Path, text: str) -> Path:
    """A user's configuration file."""
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file with this text."""
    return load(a_file(folder, text), environment or {}).settings


def refused(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> str:
    """What is said of a configuration that is wrong."""
    with pytest.raises(ConfigurationError) as caught:
        load(a_file(folder, text), environment or {})
    return str(caught.value)
