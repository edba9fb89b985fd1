"""The page in a real browser: what it shows, live, by keyboard, on a phone, in the dark, and without a complaint."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from actors.runtime.engine.bases import TCP
from actors.stage.server.client import StageClient
from actors.stage.sites.documents import Document
from tests.browser.conftest import Viewer, address, answers
from tests.browser.looking import barriers
from tests.e2e.service import LIMIT, Service, named, wait_for

EVIL = Document(
    id="D0007R1",
    title="<script>document.title = 'evil'</script> & ranges",
    authors=("Ada <b>Lovelace</b>",),
    audience=("LEWG",),
    date=date(2025, 3, 4),
    text="It says <img src=x onerror=alert(1)>.",
)


@pytest.mark.slow
def test_drafts_appear_by_themselves_can_be_searched_and_are_text(
    serve: Callable[..., Service], stage: StageClient, viewer: Viewer
) -> None:
    url = address(serve())
    page = viewer.open(url)
    expect(page.locator("#papers li")).to_have_count(20)
    expect(page.locator("#drafts")).to_contain_text("No draft has been found yet.")
    stage.put_paper("D0007R1.html", EVIL)
    stage.put_draft("D0009R1.pdf")
    card = page.locator("#D0007R1")
    expect(card).to_contain_text("<script>document.title = 'evil'</script> & ranges")
    expect(card).to_contain_text("Ada <b>Lovelace</b>")
    expect(card.locator(".steps li").nth(2)).to_contain_text("after")  # told, in how long
    expect(page.locator("#timeline")).to_contain_text("draft found")
    expect(page).to_have_title("Callboard")
    expect(page.locator("#plot-detections canvas")).to_be_visible()

    expect(page.locator("article.draft")).to_have_count(2)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className").startswith("draft")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("RANGES")
    expect(page.locator("article.draft")).to_have_count(1)
    expect(page.locator("#papers")).to_contain_text("No paper matches")
    assert page.url.endswith("/?q=RANGES")
    page.locator("#q").fill("")
    expect(page.locator("article.draft")).to_have_count(2)

    answers(f"{url}numbers/7")
    page.locator("#D0007R1 h3 a").click()
    expect(page.locator("main")).to_contain_text("When it is asked for next, and why")
    expect(page.locator("main")).to_contain_text("P0007R0")
    expect(page.locator("main")).to_contain_text("D0007R2")


@pytest.mark.slow
def test_everybody_can_read_it(serve: Callable[..., Service], stage: StageClient, viewer: Viewer) -> None:
    service = serve()
    url = address(service)
    stage.put_paper("D0007R1.html", EVIL)
    wait_for(lambda: "D0007R1" in service.command("drafts").stdout, LIMIT)
    for scheme, size in (("light", (1280, 900)), ("dark", (1280, 900)), ("light", (360, 740))):
        page = viewer.open(url, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
        expect(page.locator("#D0007R1")).to_be_visible()
        expect(page.locator("#plot-delays canvas")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert list(barriers(page)) == []
    answers(f"{url}numbers/7")
    page = viewer.open(f"{url}numbers/7")
    assert list(barriers(page)) == []
    page.emulate_media(media="print")
    plain = viewer.open(url, java_script_enabled=False)
    expect(plain.locator("#D0007R1")).to_contain_text("Ada <b>Lovelace</b>")
    expect(plain.locator("#papers li")).to_have_count(20)


@pytest.mark.bases(TCP)
@pytest.mark.parametrize("base", [TCP])
def test_an_actor_that_is_killed_is_shown_red(base: str, serve: Callable[..., Service], viewer: Viewer) -> None:
    service = serve()
    page = viewer.open(address(service))
    notifier = page.locator("#status li", has_text="notifier")
    expect(notifier).to_have_class("well")
    (process,) = named(service.actor_processes(), "notifier")
    process.kill()
    expect(notifier).to_contain_text("restarted")
    expect(notifier.locator(".dot")).to_have_css("background-color", "rgb(192, 38, 45)")
    (process,) = wait_for(lambda: list(named(service.actor_processes(), "prober")), LIMIT)
    process.suspend()
    try:
        expect(page.locator("#status")).to_contain_text("prober does not answer.")
        expect(page.locator("#status li.silent")).to_contain_text("last heard")
        expect(page.locator("#papers li")).to_have_count(20)
    finally:
        process.resume()
    expect(page.locator("#status li.silent")).to_have_count(0)


def test_a_public_page_shows_papers_and_drafts_only(
    serve: Callable[..., Service], stage: StageClient, viewer: Viewer
) -> None:
    service = serve(web={"public": True})
    stage.put_draft("D0009R1.pdf")
    page = viewer.open(address(service))
    expect(page.locator("#D0009R1")).to_be_visible()
    expect(page.locator("#papers li")).to_have_count(20)
    text = page.locator("body").inner_text()
    for hidden in ("notifier", "prober", "Told", "health", "Requests", "problem"):
        assert hidden not in text
    assert list(barriers(page)) == []


@pytest.mark.long
def test_checks_are_seen_go_down_by_themselves_and_everybody_can_read_them(
    serve: Callable[..., Service], stage: StageClient, viewer: Viewer
) -> None:
    checks = [
        {"name": "index", "group": "wg21", "url": stage.index_url, "interval": "1s"},
        {"name": "closed", "url": "tcp://127.0.0.1:9", "interval": "1s", "failure_threshold": 4},
    ]
    url = address(serve(checks=checks))
    page = viewer.open(url)
    closed = page.locator("#checks li", has_text="closed")
    expect(closed).to_contain_text("down")
    expect(closed.locator("svg")).to_have_attribute("aria-label", re.compile("failed"))
    expect(page.locator("#checks li", has_text="index")).to_contain_text(" ms")
    expect(page.locator("#checks")).to_contain_text("1 down")
    expect(page.locator("#timeline")).to_contain_text("closed")
    answers(f"{url}checks/closed")
    for scheme, size in (("light", (1280, 900)), ("dark", (1280, 900)), ("dark", (360, 740))):
        seen = viewer.open(url, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
        expect(seen.locator("#checks .down")).to_be_visible()
        assert seen.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert list(barriers(seen)) == []
        seen.goto(f"{url}checks/closed")
        expect(seen.locator("main")).to_contain_text("uptime, 24h")
        assert seen.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert list(barriers(seen)) == []
