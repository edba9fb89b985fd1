"""Which proxy counts for a URL, and what is said about it."""

import pytest

from actors.runtime.http.environment import NetworkEnvironment, UnusableProxy

URL = "https://wg21.link/index.json"


def way(variables: dict[str, str], url: str = URL) -> str:
    return NetworkEnvironment(variables).way_to(url)


def test_without_variables_requests_go_directly() -> None:
    assert way({}) == "directly"
    assert NetworkEnvironment({}).proxy_for(URL) is None


@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        ({"HTTPS_PROXY": "http://proxy:3128"}, URL, "through http://proxy:3128 (HTTPS_PROXY)"),
        ({"https_proxy": "http://proxy:3128"}, URL, "through http://proxy:3128 (https_proxy)"),
        ({"HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:2"}, URL, "through http://b:2 (https_proxy)"),
        ({"HTTPS_PROXY": "http://a:1", "https_proxy": ""}, URL, "directly"),
        ({"HTTPS_PROXY": "http://a:1"}, "http://wg21.link/", "directly"),
        ({"HTTP_PROXY": "http://a:1"}, "http://wg21.link/", "through http://a:1 (HTTP_PROXY)"),
        ({"HTTP_PROXY": "http://a:1"}, URL, "directly"),
        ({"HTTPS_PROXY": "http://a:1"}, "wss://wss.slack.com/link", "through http://a:1 (HTTPS_PROXY)"),
        ({"ALL_PROXY": "http://a:1"}, URL, "through http://a:1 (ALL_PROXY)"),
        ({"all_proxy": "https://a"}, "http://wg21.link/", "through https://a:443 (all_proxy)"),
        ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"}, URL, "through http://b:2 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "proxy.example:3128"}, URL, "through http://proxy.example:3128 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": " http://proxy "}, URL, "through http://proxy:80 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://[fd00::1]:3128"}, URL, "through http://[fd00::1]:3128 (HTTPS_PROXY)"),
    ],
)  # fmt: skip
def test_a_variable_names_the_proxy(variables: dict[str, str], url: str, expected: str) -> None:
    assert way(variables, url) == expected


@pytest.mark.parametrize(
    ("exceptions", "url", "direct"),
    [
        ("*", URL, True),
        ("wg21.link", URL, True),
        ("WG21.LINK", URL, True),
        (".wg21.link", URL, True),
        ("*.wg21.link", "https://x.wg21.link/", True),
        ("wg21.link", "https://x.wg21.link/", True),
        ("wg21.link", "https://xwg21.link/", False),
        ("a.example, wg21.link", URL, True),
        ("a.example wg21.link", URL, True),
        ("wg21.link:443", URL, True),
        ("wg21.link:8443", URL, False),
        ("wg21.link:8443", "https://wg21.link:8443/", True),
        ("wg21.link.", URL, True),
        ("", URL, False),
        (",,", URL, False),
        ("10.0.0.0/8", "https://10.1.2.3/", True),
        ("10.1.2.3", "https://10.1.2.3/", True),
        ("10.1.2.3:443", "https://10.1.2.3/", True),
        ("10.0.0.0/8", URL, False),
        ("fd00::/8", "https://[fd00::1]/", True),
        ("[fd00::1]", "https://[fd00::1]/", True),
        ("[fd00::1]:443", "https://[fd00::1]/", True),
        (".3", "https://10.1.2.3/", False),
        ("2.3", "https://10.1.2.3/", False),
    ],
)  # fmt: skip
def test_no_proxy_names_the_exceptions(exceptions: str, url: str, direct: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        expected = f"directly ({name})" if direct else "through http://p:1 (HTTPS_PROXY)"
        assert way({"HTTPS_PROXY": "http://p:1", name: exceptions}, url) == expected


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "LOCALHOST."]
)
def test_this_machine_is_never_reached_by_a_proxy(host: str) -> None:
    assert way({"ALL_PROXY": "http://p:1"}, f"http://{host}:8080/") == "directly"


def test_credentials_are_decoded_and_never_shown() -> None:
    network = NetworkEnvironment({"HTTPS_PROXY": "http://me:s3%40cret@proxy:3128"})
    proxy = network.proxy_for(URL)
    assert proxy is not None
    assert (proxy.url, proxy.user, proxy.password) == ("http://proxy:3128", "me", "s3@cret")
    assert "s3" not in f"{proxy!r}{network!r}{network.way_to(URL)}"


@pytest.mark.parametrize(
    "value",
    [
        "socks5://me:s3cret@p:1",
        "socks5h://p",
        "ftp://s3cret",
        "http://",
        "http://s3cret:x",
        "http://a b",
        "http://[s3cret",
        "http://s3cret:0",
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_without_its_value(value: str) -> None:
    with pytest.raises(UnusableProxy, match=r"ALL_PROXY: .*expected http://HOST:PORT") as raised:
        NetworkEnvironment({"ALL_PROXY": value}).proxy_for(URL)
    assert "s3cret" not in str(raised.value)


def test_a_proxy_that_is_not_needed_may_be_of_any_kind() -> None:
    variables = {"ALL_PROXY": "socks5://p:1", "HTTPS_PROXY": "http://q:2"}
    assert way(variables) == "through http://q:2 (HTTPS_PROXY)"
    assert way({"ALL_PROXY": "socks5://p:1", "NO_PROXY": "wg21.link"}) == "directly (NO_PROXY)"


def test_it_says_whose_certificates_are_trusted() -> None:
    assert NetworkEnvironment({}).certificates == "those that this system trusts"
    both = NetworkEnvironment({"SSL_CERT_FILE": "/a.pem", "SSL_CERT_DIR": "/certs"})
    assert both.certificates == "those of /a.pem (SSL_CERT_FILE) and those of /certs (SSL_CERT_DIR)"
