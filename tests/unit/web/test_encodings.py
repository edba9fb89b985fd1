"""What a client takes packed."""

import pytest

from actors.web.query.encodings import takes_gzip


@pytest.mark.parametrize(
    ("header", "is_taken"),
    [
        ("gzip", True), ("GZIP, deflate, br", True), ("br;q=1.0, gzip;q=0.5", True), ("x-gzip", True), ("*", True),
        ("gzip ; q=0.001", True), ("", False), ("deflate", False), ("identity", False), ("gzip;q=0", False),
        ("gzip; q=0.0, *", False), ("*;q=0", False), ("gzip;q=x", False), (",,;", False),
    ],
)  # fmt: skip
def test_gzip_is_taken_where_it_is_asked_for(header: str, is_taken: bool) -> None:
    assert takes_gzip(header) is is_taken
