"""What the page does about its stream, in a real browser; nothing is served but what the test says."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from actors.web.page import assets
from actors.web.page.rendering import PageRenderer
from actors.web.query.parameters import MAX_TEXT
from actors.web.server.parts import PARTS
from tests.browser.looking import chromium
from tests.e2e.service import LIMIT

ADDRESS = "http://callboard.example/"


@pytest.fixture
def page() -> Iterator[Page]:
    """One whose stream is answered by nobody yet, and whose clock the test turns."""
    html = PageRenderer().render(
        "page.html",
        parts=dict.fromkeys(PARTS, "as it was"),
        words="",
        longest=MAX_TEXT,
        version="1",
        is_public=False,
        beside="",
        has_checks=True,
    )
    files = assets.load()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.startswith("static/"):
            asset = files[path.removeprefix("static/")]
            route.fulfill(body=asset.content, content_type=asset.kind)
        elif path.startswith("parts/"):
            route.fulfill(body="as it is", content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404)

    expect.set_options(timeout=LIMIT * 1000)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        made = browser.new_page()
        made.clock.install()
        made.route("**/*", answer)
        yield made
        browser.close()


def test_a_page_that_gets_no_stream_says_so_and_asks_by_itself(page: Page) -> None:
    page.route("**/live", lambda route: route.fulfill(status=503, content_type="application/problem+json", body="{}"))
    page.goto(ADDRESS)
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#papers")).to_have_text("as it was")
    page.clock.fast_forward(31_000)
    expect(page.locator("#papers")).to_have_text("as it is")


def test_a_page_whose_stream_is_silent_says_so_and_asks_by_itself(page: Page) -> None:
    page.route("**/live", lambda route: None)
    page.goto(ADDRESS)
    expect(page.locator("#papers")).to_have_text("as it was")
    page.clock.fast_forward(41_000)
    expect(page.locator("#connection")).to_be_visible()
    page.clock.fast_forward(31_000)
    expect(page.locator("#papers")).to_have_text("as it is")
