"""Who may ask."""

import base64

import pytest

from actors.web.server.admission import (
    MOST_CLIENTS_COUNTED,
    RequestLimiter,
    known_hosts,
    refused_browser,
    refused_host,
    refused_origin,
    refused_token,
)

KNOWN = frozenset({"callboard.example.org"})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8765",
        "127.0.0.1",
        "localhost",
        "LOCALHOST:1",
        "[::1]:8765",
        "192.168.7.7:80",
        "Callboard.example.org",
    ],
)
def test_addresses_localhost_and_configured_names_are_let_in(host: str) -> None:
    assert refused_host(host, KNOWN) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1:http", "a@127.0.0.1", "x/y"],
)
def test_other_names_are_refused_for_they_may_be_led_here(host: str) -> None:
    refusal = refused_host(host, KNOWN)
    assert refusal is not None
    assert refusal.status == 403


@pytest.mark.parametrize(
    "configured", ["papers.example:8443", "Papers.Example", "papers.example.", "papers.example.:1"]
)
@pytest.mark.parametrize("host", ["papers.example", "papers.example:8443", "PAPERS.example.", "papers.example:9999"])
def test_a_name_counts_whatever_port_or_dot_is_after_it(configured: str, host: str) -> None:
    assert refused_host(host, known_hosts([configured])) is None


def test_what_is_no_name_lets_nobody_in() -> None:
    assert known_hosts(["", "::1", "x/y", "a:port"]) == frozenset()


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"User-Agent": "Prometheus/3.0", "Accept-Encoding": "gzip"}, True),
        ({}, True),
        ({"Accept-Language": "en"}, False),
        ({"Accept-Language": ""}, False),
        ({"Sec-Fetch-Mode": "cors"}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"Origin": "http://callboard-1:8765"}, False),
        ({"Referer": "http://callboard-1:8765/"}, False),
    ],
)
def test_monitors_may_ask_under_any_name_and_browsers_may_not(headers: dict[str, str], is_let_in: bool) -> None:
    unknown = {"Host": "callboard-1:8765", **headers}
    assert (refused_browser(unknown, KNOWN) is None) is is_let_in
    known = {**headers, "Host": "callboard.example.org", "Origin": "http://callboard.example.org"}
    assert refused_browser(known, KNOWN) is None
    assert refused_browser({**known, "Origin": "https://evil.example"}, KNOWN) is not None


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({}, True),
        ({"Origin": "http://127.0.0.1:8765"}, True),
        ({"Origin": "http://127.0.0.1:9999"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": "http://127.0.0.1:8765\udcff"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, True),
    ],
)
def test_scripts_of_other_sites_are_not_answered_but_links_lead_here(headers: dict[str, str], is_let_in: bool) -> None:
    assert (refused_origin(headers, "127.0.0.1:8765") is None) is is_let_in


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize("given", ["Bearer secret", "bearer  secret", _basic("anybody:secret"), _basic(":secret")])
def test_the_token_is_taken_as_bearer_or_as_a_password(given: str) -> None:
    assert refused_token({"Authorization": given}, "secret") is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "secret",
        "Bearer wrong",
        "Basic !!!",
        _basic("secret"),
        "Digest secret",
        "Bearer ü",
        "Bearer \udcff",
        "Basic é",
        "Basic \udcff",
        f"Basic {base64.b64encode(bytes([255, 58, 255])).decode()}",
    ],
)
def test_without_the_token_nothing_is_answered(given: str) -> None:
    refusal = refused_token({"Authorization": given}, "secret")
    assert refusal is not None
    assert refusal.status == 401
    assert "secret" not in refusal.detail
    assert refused_token({}, "") is None


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    limiter = RequestLimiter(60)
    assert [limiter.refused("a", 100.0) for _ in range(60)] == [None] * 60
    refusal = limiter.refused("a", 100.0)
    assert refusal is not None
    assert (refusal.status, dict(refusal.headers)) == (429, {"Retry-After": "1"})
    assert limiter.refused("b", 100.0) is None
    assert limiter.refused("a", 101.5) is None
    assert limiter.refused("a", 101.5) is not None


def test_so_many_clients_are_counted_and_no_more() -> None:
    limiter = RequestLimiter(1)
    for client in range(MOST_CLIENTS_COUNTED + 5):
        limiter.refused(str(client), 1.0)
    assert len(limiter._left) == MOST_CLIENTS_COUNTED
