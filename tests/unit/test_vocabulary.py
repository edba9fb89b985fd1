"""One word, one thing: no class name stands twice in the project."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("actors", "config", "messages")


def test_no_class_name_stands_twice() -> None:
    places = defaultdict(list)
    for file in (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(), str(file))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(file.relative_to(ROOT)))
    assert places, "there are classes"
    repeated = {name: files for name, files in places.items() if len(files) > 1}
    assert repeated == {}
