"""How tests and pictures look at pages."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

AXE = Path(__file__).parent / "vendored" / "axe.min.js"


def chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium without a window. Raises FileNotFoundError where it is not installed."""
    program = shutil.which("chromium")
    if program is None:
        raise FileNotFoundError("chromium is not installed: apt-get install chromium")
    return playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])


def barriers(page: Page) -> Iterable[str]:
    """What axe-core finds that keeps people from using the page."""
    # The policy of the page lets no script in from outside: axe is evaluated, as a debugger would.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['target']}: {node['failureSummary']}"
