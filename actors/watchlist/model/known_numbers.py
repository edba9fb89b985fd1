"""What is known of a number without asking the index. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestOfNumber:
    """The newest that is known of a number: a paper, an issue, or a draft; `revision` and `published` are None where
    there is none."""

    key: str
    id: str
    title: str
    revision: int | None
    published: date | None
