"""Of the tests themselves: what one of them needs of another is in a builder or a helper, not in a test module."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_module_imports_from_a_test_module() -> None:
    importing = re.compile(r"^\s*(?:from|import) tests(?:\.\w+)*\.test_\w+", re.MULTILINE)
    found = [str(path.relative_to(TESTS)) for path in TESTS.rglob("*.py") if importing.search(path.read_text())]
    assert found == []
