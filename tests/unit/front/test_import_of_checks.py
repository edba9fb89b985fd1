"""What is said of a file that holds no checks of another monitor."""

from pathlib import Path

import pytest

from actors.front.commands.tools.checks import import_checks
from config.report import ConfigurationError


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[" * 5000 + b"]" * 5000, "is not a configuration of gatus: it is nested too deeply"),
        (b"endpoints: \xff", "is not a configuration of gatus: byte 12 is not UTF-8"),
        (b"", "is not a configuration of gatus: there are no endpoints in it"),
        (b'endpoints: "swordfish', "line 1, column 22: found unexpected end of stream"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "gatus.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        import_checks(file)
    assert said in str(refused.value)
    assert "swordfish" not in str(refused.value)
