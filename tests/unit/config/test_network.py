"""What check-config says of proxies and certificates, and what it refuses."""

from pathlib import Path

import pytest

from config.loader import load
from config.network import check_network_of, network_lines
from config.report import ConfigurationError
from config.showing import shown
from messages.settings import hosts_in
from tests.unit.config.builders import a_file

TOKEN = {"CALLBOARD_SLACK__BOT_TOKEN": "xoxb-very-secret-token"}


def lines_of(variables: dict[str, str]) -> list[str]:
    return list(network_lines(load(None, variables).settings, variables))


def test_it_is_said_for_each_url_how_it_is_reached() -> None:
    variables = TOKEN | {
        "https_proxy": "http://me:s3cret@proxy.example:3128",
        "NO_PROXY": "isocpp.org",
        "SSL_CERT_FILE": "/etc/corp.pem",
    }
    assert lines_of(variables) == [
        "index.url: through http://proxy.example:3128 (https_proxy)",
        "open_std.url: through http://proxy.example:3128 (https_proxy)",
        "prober.base_url: directly (NO_PROXY)",
        "slack.api_url: through http://proxy.example:3128 (https_proxy)",
        "certificates: those of /etc/corp.pem (SSL_CERT_FILE)",
    ]
    text = shown(load(None, variables), variables)
    assert "# index.url: through http://proxy.example:3128 (https_proxy)\n" in text
    assert "s3cret" not in text


def test_only_what_is_requested_is_named() -> None:
    variables = {"CALLBOARD_PROBER__ENABLED": "false", "ALL_PROXY": "proxy:1"}
    assert lines_of(variables) == [
        "index.url: through http://proxy:1 (ALL_PROXY)",
        "open_std.url: through http://proxy:1 (ALL_PROXY)",
        "certificates: those that this system trusts",
    ]


def test_a_proxy_that_cannot_be_used_is_refused_once_and_without_its_value() -> None:
    variables = {"ALL_PROXY": "socks5://me:s3cret@proxy:1080"}
    with pytest.raises(
        ConfigurationError, match=r"environment: ALL_PROXY: SOCKS.*it is needed for index\.url"
    ) as error:
        check_network_of(load(None, variables).settings, variables)
    assert "s3cret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_proxy_that_is_not_needed_is_not_refused() -> None:
    variables = {"ALL_PROXY": "socks5://proxy:1080", "HTTPS_PROXY": "http://proxy:3128"}
    check_network_of(load(None, variables).settings, variables)


def test_certificates_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    variables = {"SSL_CERT_FILE": str(tmp_path / "none.pem")}
    with pytest.raises(ConfigurationError, match=r"environment: SSL_CERT_FILE: .*none\.pem cannot be read"):
        check_network_of(load(None, variables).settings, variables)


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("''", ()),
        ("cdn.example", ("cdn.example",)),
        ("'CDN.example,  files.example:8443'", ("cdn.example", "files.example:8443")),
        ("'127.0.0.1:8080,[::1]:80,'", ("127.0.0.1:8080", "[::1]:80")),
    ],
)
def test_hosts_are_separated_by_commas(tmp_path: Path, written: str, hosts: tuple[str, ...]) -> None:
    settings = load(a_file(tmp_path, f"network: {{redirect_hosts: {written}}}"), {}).settings
    assert hosts_in(settings.network.redirect_hosts) == hosts


@pytest.mark.parametrize("written", ["'https://cdn.example/'", "'*.example'", "5", "'a.example:0'", "'a:x'", "a b"])
def test_what_is_no_host_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigurationError, match=r"network\.redirect_hosts: expected names of hosts"):
        load(a_file(tmp_path, f"network: {{redirect_hosts: {written}}}"), {})
