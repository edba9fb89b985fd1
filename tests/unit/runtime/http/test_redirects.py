"""Where a redirect may lead, and which addresses are of the public internet."""

import pytest

from actors.runtime.http.addresses import is_public
from actors.runtime.http.redirects import RedirectRefused, RedirectRule

INDEX = "https://wg21.link/index.json"


@pytest.mark.parametrize(
    ("origin", "location", "target"),
    [
        (INDEX, "/v2/index.json", "https://wg21.link/v2/index.json"),
        (INDEX, "other.json?a=b#c", "https://wg21.link/other.json?a=b"),
        (INDEX, "https://WG21.link./x", "https://wg21.link/x"),
        (INDEX, "https://wg21.link:443/x", "https://wg21.link/x"),
        (INDEX, "https://www.wg21.link/x", "https://www.wg21.link/x"),
        (INDEX, "//wg21.link/x", "https://wg21.link/x"),
        (INDEX, "https://wg21.link", "https://wg21.link/"),
        (INDEX, "/déjà", "https://wg21.link/d%C3%A9j%C3%A0"),
        (INDEX, "/a%20b", "https://wg21.link/a%20b"),
        ("http://wg21.link/i", "https://wg21.link/i", "https://wg21.link/i"),
        ("https://www.isocpp.org/i", "https://isocpp.org/i", "https://isocpp.org/i"),
        ("http://127.0.0.1:8080/i", "http://127.0.0.1:8080/j", "http://127.0.0.1:8080/j"),
        ("http://[::1]:8080/i", "/j", "http://[::1]:8080/j"),
        ("https://me:pw@wg21.link/i", "/j", "https://me:pw@wg21.link/j"),
        ("https://me:pw@wg21.link/i", "https://www.wg21.link/j", "https://www.wg21.link/j"),
    ],
)
def test_a_redirect_within_the_site_is_followed(origin: str, location: str, target: str) -> None:
    assert RedirectRule(origin).target(origin, location) == target


@pytest.mark.parametrize(
    ("origin", "location", "why"),
    [
        (INDEX, "https://example.org/x?token=s3cret", "to example.org, which is another site"),
        (INDEX, "https://cdn.wg21.link/x", "another site"),
        (INDEX, "https://wg21.link:8443/x", "to wg21.link:8443, which is another site"),
        (INDEX, "http://wg21.link/x", "from https to http"),
        (INDEX, "https://me:s3cret@wg21.link/x", "credentials"),
        (INDEX, "https://me@wg21.link/x", "credentials"),
        (INDEX, "//@wg21.link/x", "credentials"),
        (INDEX, "https://wg21.link\\@example.org/", "credentials"),
        (INDEX, "ftp://wg21.link/x", "neither http nor https"),
        (INDEX, "file:///etc/passwd", "neither http nor https"),
        (INDEX, "javascript:s3cret", "neither http nor https"),
        (INDEX, "data:,s3cret", "neither http nor https"),
        (INDEX, "http://[nonsense", "no URL"),
        (INDEX, "https://wg21.link:99999/", "no URL"),
        (INDEX, "https://wg21.link%2eevil/", "no URL"),
        (INDEX, f"https://{'a' * 5000}.example/", "no URL"),
        (INDEX, f"/{'a' * 10_000}", "to a URL of 10001 characters"),
        (INDEX, "https://127.0.0.1/x", "another site"),
        (INDEX, "https://2130706433/x", "another site"),
        (INDEX, "https://0x7f000001/x", "another site"),
        (INDEX, "https://[::ffff:127.0.0.1]/x", "another site"),
        ("http://127.0.0.1:8080/i", "http://127.0.0.1:5432/", "another site"),
        ("http://127.0.0.1:8080/i", "http://localhost:8080/", "another site"),
        ("http://127.0.0.1:8080/i", "https://127.0.0.1/", "another site"),
    ],
)
def test_any_other_redirect_is_refused_with_a_sentence(origin: str, location: str, why: str) -> None:
    with pytest.raises(RedirectRefused, match=why) as refused:
        RedirectRule(origin).target(origin, location)
    assert "s3cret" not in str(refused.value)


def test_a_host_that_the_configuration_names_may_be_redirected_to() -> None:
    rule = RedirectRule(INDEX, ("cdn.example", "files.example:8443", "[2606:4700::1]"))
    assert rule.target(INDEX, "https://cdn.example/x") == "https://cdn.example/x"
    assert rule.target(INDEX, "https://files.example:8443/x") == "https://files.example:8443/x"
    assert rule.target(INDEX, "https://[2606:4700::1]/x") == "https://[2606:4700::1]/x"
    assert rule.target("https://cdn.example/x", "https://wg21.link/y") == "https://wg21.link/y"
    for elsewhere in ("https://cdn.example:8443/", "https://files.example/", "https://a.cdn.example/"):
        with pytest.raises(RedirectRefused, match=r"not in network\.redirect_hosts"):
            rule.target(INDEX, elsewhere)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::", "no address", "",
    ],
)  # fmt: skip
def test_a_special_address_is_not(address: str) -> None:
    assert not is_public(address)
