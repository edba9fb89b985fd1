"""Rows of outboxes and dead letters: whatever version wrote them, they are read, or it is said why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from actors.runtime.delivery.encoding import CODEC, Codec, UnreadableEvent
from messages.delivery import Tombstone
from messages.registry import DURABLE, UPGRADES


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Version 3 of a kind that there is in this test only: once it was a `name`, then it had a `place`."""

    names: tuple[str, ...]
    place: str
    at: datetime


def with_place(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Version 1 to 2."""
    return {**payload, "place": "nowhere"}


def with_names(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Version 2 to 3."""
    return {"names": [payload["name"]], "place": payload["place"], "at": "2025-01-02T03:04:05Z"}


KINDS = {("Sighting", 3): Sighting}
CODEC_3 = Codec(KINDS, {("Sighting", 1): with_place, ("Sighting", 2): with_names})
AT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_what_is_written_is_of_the_newest_version_and_is_read_again() -> None:
    event = Sighting(names=("a", "b"), place="here", at=AT)
    kind, version, payload = CODEC_3.encode(event)
    assert (kind, version) == ("Sighting", 3)
    assert CODEC_3.decode(kind, version, payload) == event


@pytest.mark.parametrize(
    ("version", "payload", "place"),
    [(1, '{"name": "a"}', "nowhere"), (2, '{"name": "a", "place": "there"}', "there")],
)
def test_a_row_of_an_older_version_is_understood_after_an_upgrade(version: int, payload: str, place: str) -> None:
    assert CODEC_3.decode("Sighting", version, payload) == Sighting(names=("a",), place=place, at=AT)


@pytest.mark.parametrize(
    ("kind", "version", "payload", "why"),
    [
        ("Sighting", 4, "{}", "Sighting version 4 is not known to this version of Callboard"),
        ("Vision", 1, "{}", "Vision version 1 is not known to this version of Callboard"),
        ("Sighting", 0, "{}", "Sighting version 0 is no longer known to this version of Callboard"),
        ("Sighting", 3, "[]", "Sighting version 3 cannot be read: ValidationError: Expected `object`, got `array`"),
        ("Sighting", 3, "{", "Sighting version 3 cannot be read: DecodeError: "),
        ("Sighting", 2, '{"place": "there"}', "Sighting version 2 cannot be read: KeyError: 'name'"),
        ("Sighting", 1, "7", "Sighting version 1 cannot be read: TypeError: "),
        ("Sighting", 2, '{"name": 7, "place": "x"}', "Sighting version 2 cannot be read: ValidationError: "),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, version: int, payload: str, why: str) -> None:
    with pytest.raises(UnreadableEvent) as caught:
        CODEC_3.decode(kind, version, payload)
    assert str(caught.value).startswith(why)


def test_every_version_that_was_ever_written_has_its_way_to_the_newest() -> None:
    ways = {(kind, version) for kind, newest in DURABLE for version in range(1, newest)}
    assert set(UPGRADES) == ways
    assert len({kind for kind, _ in DURABLE}) == len(DURABLE)


@pytest.mark.parametrize(("kind", "version"), DURABLE)
def test_every_kind_is_written_under_its_name_and_newest_version(kind: str, version: int) -> None:
    with pytest.raises(UnreadableEvent):
        CODEC.decode(kind, version + 1, "{}")


def test_a_row_under_a_former_name_of_its_kind_is_read() -> None:
    assert CODEC.decode("Void", 1, "{}") == Tombstone()
    assert CODEC.encode(Tombstone())[0] == "Tombstone"
