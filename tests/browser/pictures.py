"""`make pictures`: the page, as the README and docs/page.md show it, on a stage where drafts appear."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

from actors.embedded_postgres.place import remove_sheltered
from actors.runtime.engine.bases import SIMPLE
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.documents import Document
from tests.browser.looking import chromium
from tests.e2e.people import INDEX
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage

FOLDER = Path(__file__).parents[2] / "docs" / "img"

DRAFTS = (
    ("D3870R1", "Renaming std::nontype to std::tag", ("Andrei Zissu", "Ville Voutilainen"), ("LEWG",), 190),
    ("D2996R14", "Reflection for C++26", ("Wyatt Childers", "Peter Dimov", "Barry Revzin"), ("EWG", "LEWG"), 95),
    ("D3885R0", "A view of error handling in coroutines", ("Lewis Baker",), ("SG1", "LEWG"), 47),
    ("D3411R6", "any_view", ("Hui Xie", "Louis Dionne", "S. Levent Yilmaz"), ("SG9", "LEWG"), 12),
    ("D3889R0", "Contracts on function pointers", ("Lisa Lippincott",), ("SG21", "EWG"), 4),
)
"""Id, title, authors, audience, and how many minutes ago it was uploaded."""

RUNS = 30
"""The bars of a check: no more are shown."""

VIEWS = (
    ("page", {"viewport": {"width": 1280, "height": 1100}, "color_scheme": "light"}),
    ("page-dark", {"viewport": {"width": 1280, "height": 1100}, "color_scheme": "dark"}),
    ("page-phone", {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2}),
)


CHECKS = ("index", "newest draft", "chat server", "build server")
"""By their names; the last one is down."""


def checks_of(stage: StageClient) -> list[dict[str, object]]:
    """As a configuration has them."""
    sites = (stage.index_url, f"{stage.papers_url}{DRAFTS[0][0]}.html", f"{stage.url}/", "tcp://127.0.0.1:9")
    groups = ("papers", "papers", "chat", "machines")
    return [
        {"name": name, "group": group, "url": url, "interval": "1s", "failure_threshold": 2}
        for name, group, url in zip(CHECKS, groups, sites, strict=True)
    ]


def play(stage: StageClient) -> None:
    """Let the drafts appear, one after the other."""
    for id, title, authors, audience, minutes in DRAFTS:
        draft = Document(
            id=id,
            title=title,
            authors=authors,
            audience=audience,
            date=date(2025, 11, 20),
            text="This paper says what it changes, and why that is worth it.",
        )
        modified = datetime.now(UTC) - timedelta(minutes=minutes)
        stage.put_paper(f"{id}.html", draft, last_modified=modified)


def take_checks(url: str) -> None:
    """Write the picture of the checks, when each has run often enough and one is down."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        page.set_default_timeout(LIMIT * 1000)
        page.goto(url)
        section = page.locator("section[aria-labelledby='checks-title']")
        section.locator("li.down", has_text=CHECKS[-1]).wait_for()
        for check in CHECKS:
            section.locator("li", has_text=check).locator(f"svg[aria-label^='The last {RUNS} runs']").wait_for()
        section.screenshot(path=str(FOLDER / "page-checks.png"))
        browser.close()


def take(url: str) -> None:
    """Write the pictures."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for name, options in VIEWS:
            context = browser.new_context(**options)
            context.set_default_timeout(LIMIT * 1000)
            page = context.new_page()
            page.goto(url)
            page.locator("#plot-detections canvas").wait_for()
            page.locator("article.draft .steps li:nth-child(3) i").nth(len(DRAFTS) - 1).wait_for()
            page.wait_for_timeout(1500)  # the plots are drawn and the parts have come once more
            page.screenshot(path=str(FOLDER / f"{name}.png"))
            context.close()
        browser.close()


def main() -> None:
    """Play it, and take the pictures."""
    hasty = {"min_revisit": "1s", "requests_per_hour": 1_000_000, "contact": "papers@example.org"}
    with running_stage(INDEX) as stage, tempfile.TemporaryDirectory() as directory:
        service = on_stage(partial(Service, Path(directory)), SIMPLE, stage, prober=hasty)
        try:
            service.start()
            play(stage)
            wait_for(lambda: {id for id, *_ in DRAFTS} <= set(service.command("drafts").stdout.split()), 5 * LIMIT)
            url = wait_for(lambda: service.health()["actors"]["health"]["url"], LIMIT)
            take(url)
            known = yaml.safe_load(service.file.read_text())
            service.file.write_text(yaml.safe_dump({**known, "checks": checks_of(stage)}))
            assert service.command("reload").returncode == 0
            take_checks(url)
        finally:
            service.end()
            remove_sheltered(service.data_dir)


if __name__ == "__main__":
    main()
