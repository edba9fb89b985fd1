"""Make a release: `make release` builds what is checked out and tries it; `make release VERSION=1.2.0` makes it 1.2.0.

The sdist and the wheel are built from the tracked files alone, checked by twine, and installed into a new environment,
where the demo has to show a notice, started in an empty directory. Nothing is uploaded, committed or tagged.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.changelog import (
    DEVELOPMENT,
    FINAL,
    UNRELEASED,
    NotReleasable,
    cut,
    faults,
    numbers,
    section,
    version_in,
    with_version,
)

ROOT = Path(__file__).parents[1]
ABOUT, CHANGELOG, DIST = ROOT / "messages" / "about.py", ROOT / "CHANGELOG.md", ROOT / "dist"

NOTICE_LIMIT = 180.0
"""Seconds within which the installed demo has shown its first notice, on a busy machine too."""

END_LIMIT = 60.0
DRAFT_APPEARS, FIRST_NOTICE = "appears in the papers folder", "  Slack #papers"


def main() -> None:
    """The command line of `make release`."""
    parser = argparse.ArgumentParser(prog="make release", description="Build a release, and try it.")
    parser.add_argument("version", nargs="?", default="", help="make what is unreleased this version")
    wanted = parser.parse_args().version
    try:
        with _as_version(wanted):
            version = version_in(ABOUT.read_text())
            _check(version, is_new=bool(wanted))
            files = _built(version)
            _tried(files[-1], version)
            print(_what_next(version, files, is_new=bool(wanted)))
    except (NotReleasable, subprocess.CalledProcessError) as error:
        sys.exit(f"make release: {error}")


@contextmanager
def _as_version(wanted: str) -> Iterator[None]:
    """With `wanted`, the version and the changelog are those of a release from now on; as before if it fails."""
    if not wanted:
        yield
        return
    if _git("status", "--porcelain"):
        raise NotReleasable("there are changes that are not committed; commit them first")
    about, changelog = ABOUT.read_text(), CHANGELOG.read_text()
    CHANGELOG.write_text(cut(changelog, wanted, datetime.now(UTC).date()))
    ABOUT.write_text(with_version(about, wanted))
    try:
        yield
    except BaseException:
        ABOUT.write_text(about)
        CHANGELOG.write_text(changelog)
        raise


def _check(version: str, *, is_new: bool) -> None:
    found = faults(CHANGELOG.read_text(), version)
    if FINAL.fullmatch(version):
        tagged = _git("tag", "--list", f"v{version}")
        if tagged and (is_new or _git("rev-parse", f"v{version}^{{commit}}") != _git("rev-parse", "HEAD")):
            found.append(f"the tag v{version} is on another commit: releases are never changed")
        if not is_new and _git("status", "--porcelain"):
            found.append("there are changes that are not committed")
    if found:
        raise NotReleasable("\n  ".join((f"{version} cannot be released:", *found)))


def _built(version: str) -> tuple[Path, Path]:
    """The sdist and the wheel, checked by twine; the release's notes lie beside them."""
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="callboard-release-") as name:
        source = Path(name)
        for tracked in _git("ls-files").splitlines():
            (source / tracked).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / tracked, source / tracked)
        stamp = {"SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct")}
        _run([sys.executable, "-m", "build", "--outdir", str(DIST), "."], cwd=source, more=stamp)
    files = (DIST / f"callboard-{version}.tar.gz", DIST / f"callboard-{version}-py3-none-any.whl")
    _run([sys.executable, "-m", "twine", "--no-color", "check", "--strict", *map(str, files)])
    notes = section(CHANGELOG.read_text(), UNRELEASED if DEVELOPMENT.fullmatch(version) else version)
    (DIST / "notes.md").write_text(f"{notes}\n")
    return files


def _tried(wheel: Path, version: str) -> None:
    """Install the wheel into a new environment, and run the demo from an empty directory until it shows a notice."""
    with tempfile.TemporaryDirectory(prefix="callboard-release-") as name:
        home, empty = Path(name) / "home", Path(name) / "empty"
        home.mkdir()
        empty.mkdir()
        environment = Path(name) / "environment"
        _run([sys.executable, "-m", "venv", str(environment)])
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        locks = ROOT / "deploy" / "locks"
        _run([*pip, "--require-hashes", "--requirement", str(locks / "build.txt")])
        locked = ["--no-build-isolation", "--require-hashes", "--requirement", str(locks / "service.txt")]
        _run([*pip, *locked])
        _run([*pip, "--no-deps", str(wheel)])
        program = environment / "bin" / "callboard"
        said = subprocess.run([program, "--version"], cwd=empty, capture_output=True, text=True, check=True).stdout
        if said.strip() != f"Callboard {version}":
            raise NotReleasable(f"the installed program says it is {said.strip()!r}")
        _demo_shows_a_notice(program, home, empty)
        if left := [path.name for path in (*empty.iterdir(), *home.iterdir())]:
            raise NotReleasable(f"the demo left {', '.join(left)} where it was started, or at home")


def _demo_shows_a_notice(program: Path, home: Path, empty: Path) -> None:
    print(f"+ callboard demo, in {empty}", flush=True)
    clean = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    with (home.parent / "output").open("w+b") as output:
        demo = subprocess.Popen([program, "demo"], cwd=empty, env=clean, stdout=output, stderr=output)
        try:
            _await_notice(demo, Path(output.name))
        finally:
            code = _ended(demo)
        said = Path(output.name).read_text(errors="replace")
    if code != 0:
        raise NotReleasable(f"the installed demo ended with {code}:\n{said}")
    print(said)


def _await_notice(demo: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + NOTICE_LIMIT
    while FIRST_NOTICE not in (said := output.read_text(errors="replace")).partition(DRAFT_APPEARS)[2]:
        if demo.poll() is not None or time.monotonic() > deadline:
            raise NotReleasable(f"the installed demo showed no notice; it said:\n{said}")
        time.sleep(0.2)


def _ended(demo: subprocess.Popen[bytes]) -> int:
    """Its exit code after Ctrl-C."""
    demo.send_signal(signal.SIGINT)
    try:
        return demo.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        demo.kill()
        return demo.wait()


def _what_next(version: str, files: Sequence[Path], *, is_new: bool) -> str:
    made = " and ".join(str(path.relative_to(ROOT)) for path in files)
    if DEVELOPMENT.fullmatch(version):
        release = version.removesuffix(".dev0")
        return f"{made} work. {version} is a development version: `make release VERSION={release}` makes a release."
    upload = f"  twine upload {' '.join(str(path.relative_to(ROOT)) for path in files)}"
    tag = f"  git tag --annotate v{version} --file dist/notes.md --cleanup=verbatim"
    commit = [f"  git commit --all --message 'Version {version}'"] if is_new else []
    first, second, _ = numbers(version)
    after = f"Then set VERSION in messages/about.py to {first}.{second + 1}.0.dev0, and keep a dump: CONTRIBUTING.md."
    tagging = [] if _git("tag", "--list", f"v{version}") else [tag]
    return "\n".join(
        (f"{made} work. What is left to do:", *commit, *tagging, "  git push --follow-tags", upload, after)
    )


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _run(command: Sequence[str], cwd: Path = ROOT, more: dict[str, str] | None = None) -> None:
    print("+", *(Path(command[0]).name, *command[1:]), flush=True)
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(more or {})},
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        raise NotReleasable(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout}")


if __name__ == "__main__":
    main()
