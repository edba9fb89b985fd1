"""What the catalog keeps of drafts."""

from dataclasses import replace
from datetime import date

from actors.prober.model.catalog import Catalog
from messages.drafts import FrontMatter
from tests.prober_builders import a_draft


def test_drafts_are_kept_without_the_text_of_their_front_matter() -> None:
    matter = FrontMatter(
        title="A title", authors=("Jane Doe",), audience=(), date=date(2025, 1, 2), text="word " * 1000
    )
    catalog = Catalog()
    catalog.learn_drafts([replace(a_draft(), front_matter=matter)])
    (draft,) = catalog.drafts.values()
    assert draft.front_matter == replace(matter, text="")
