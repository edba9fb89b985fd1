"""Names that papers spell otherwise than people do."""

import pytest

from actors.watchlist.model.author_names import AuthorNames

AUTHORS = ("Arthur O'Dwyer", "Jonathan Müller", "Jörg Schönhäußer", "Bo-Young Kim", "Gašper Ažman", "Matthias Kretz")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ODwyer", ("O'Dwyer",)),
        ("Mueller", ("Müller",)),
        ("Jonathan Mueller", ("Jonathan Müller",)),
        ("Mueller Jonathan", ("Jonathan Müller",)),
        ("Mueller, Jonathan", ("Jonathan Müller",)),
        ("J. Mueller", ("Jonathan Müller",)),
        ("J Schoenhaeusser", ("Jörg Schönhäußer",)),
        ("Kretz Mathias", ("Matthias Kretz",)),
        ("X. Mueller", ()),
        ("Mueller Xylophone", ()),
        ("J. M.", ()),
    ],
)
def test_a_slip_is_mended_in_any_order_and_with_initials(text: str, meant: tuple[str, ...]) -> None:
    assert AuthorNames(AUTHORS, is_loaded=True).nearest(text) == meant
