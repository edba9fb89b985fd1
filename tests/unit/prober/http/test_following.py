"""Which redirects lead to the same file."""

import pytest

from actors.prober.http.following import is_same_file

FILE = "http://isocpp.org/files/papers/D1234R1.pdf"


@pytest.mark.parametrize("target", ["https://www.isocpp.org/papers/D1234R1.pdf", "https://cdn.example/D1234R1.pdf"])
def test_the_same_name_anywhere_is_the_same_file(target: str) -> None:
    assert is_same_file(FILE, target)


@pytest.mark.parametrize("path", ["/", "/files/papers/D1234R2.pdf", "/404.html", "/s?q=/D1234R1.pdf", "/D1234R1.pdf?x"])
def test_another_name_or_a_query_is_not(path: str) -> None:
    assert not is_same_file(FILE, f"http://isocpp.org{path}")
