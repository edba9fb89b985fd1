"""The parts of the page."""

import pytest

from actors.web.server.parts import number_in


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("2300", 2300),
        (" P2300 ", 2300),
        ("d0042r1", 42),
        ("0", None),
        ("ranges", None),
        ("26 things", None),
        ("", None),
    ],
)
def test_a_search_for_a_number_leads_to_all_that_is_known_of_it(words: str, number: int | None) -> None:
    assert number_in(words) == number
