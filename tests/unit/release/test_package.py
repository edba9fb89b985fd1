"""The wheel has every file that the program reads: what is in a package and tracked is among the package's data."""

import configparser
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")


def tracked(*folders: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def packages() -> list[str]:
    return [name for name in SETTINGS["options.packages.find"]["include"].split() if not name.endswith(".*")]


def is_installed(path: Path, patterns: list[str]) -> bool:
    """Setuptools takes the patterns relative to each package."""
    packages = [folder for folder in path.parents if (ROOT / folder / "__init__.py").exists()]
    return (path.suffix == ".py" and path.parent in packages) or any(
        path.match(pattern)
        for folder in packages[:1]
        for pattern in patterns
        if len(path.relative_to(folder).parts) == len(Path(pattern).parts)
    )


def test_every_file_in_a_package_is_installed() -> None:
    patterns = [pattern.strip() for pattern in SETTINGS["options.package_data"]["*"].split(",")]
    assert [path for path in tracked(*packages()) if not is_installed(path, patterns)] == []
    assert is_installed(Path("config/default.yaml"), patterns)
    assert not is_installed(Path("config/no_package/default.yaml"), patterns)
    assert not is_installed(Path("config/default.exe"), patterns)


def test_the_sdist_has_what_its_documents_link_to() -> None:
    given = (ROOT / "MANIFEST.in").read_text().split()
    assert {"CHANGELOG.md", "CONTRIBUTING.md", "docs", "deploy"} <= set(given)
