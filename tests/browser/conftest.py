"""A real browser, Debian's Chromium, and services to look at."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from actors.embedded_postgres.place import remove_sheltered
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.browser.looking import chromium
from tests.clusters import ALL, Cluster
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage


@pytest.fixture
def schemas() -> frozenset[str]:
    return ALL


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        yield client


@pytest.fixture
def serve(tmp_path: Path, cluster: Cluster, base: str, stage: StageClient) -> Iterator[Callable[..., Service]]:
    """`serve(web={...})`: a running service on the stage; `address(service)` is its page."""
    made: list[Service] = []

    def serving(**sections: Any) -> Service:
        hasty = {"min_revisit": "1s", "requests_per_hour": 1_500_000}
        usual: dict[str, Any] = {"prober": hasty, "web": {"requests_per_minute": 100_000}}
        service = on_stage(lambda **all: Service(tmp_path, cluster, **all), base, stage, **{**usual, **sections})
        made.append(service)
        service.start()
        return service

    yield serving
    for service in made:
        service.end()
        remove_sheltered(service.data_dir)


def address(service: Service) -> str:
    """Of the page, once it has something for each of its parts."""
    url = service.health_of_all()["actors"]["health"]["url"]
    assert isinstance(url, str)
    answers(f"{url}plots.json")
    return url


def answers(url: str) -> None:
    """Wait until the service answers there: while an actor that is busy has never said what is asked, it says so with
    a status of which a browser complains."""

    def has_answered() -> bool:
        return httpx.get(url, timeout=LIMIT, trust_env=False).status_code == httpx.codes.OK

    wait_for(has_answered, LIMIT)


@dataclass
class Viewer:
    """Opens pages, and keeps what the browser complained about."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def open(self, url: str, **options: Any) -> Page:
        """A page in a context of its own; `options` are the context's: viewport, color_scheme, …"""
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.closing.callback(context.close)
        context.set_default_timeout(LIMIT * 1000)
        page = context.new_page()
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.goto(url)
        return page


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    """Of one test; whatever the browser complained about makes it fail."""
    expect.set_options(timeout=LIMIT * 1000)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        viewer = Viewer(browser=browser)
        try:
            yield viewer
        finally:
            viewer.closing.close()
            browser.close()
    assert viewer.complaints == []
