"""The numbers of migrations say in which order they are applied."""

from pathlib import Path

import pytest

ACTORS = Path(__file__).parents[4] / "actors"


@pytest.mark.parametrize("folder", sorted(ACTORS.rglob("migrations")), ids=lambda folder: folder.parents[1].name)
def test_every_migration_of_a_room_has_a_number_of_its_own_without_a_gap(folder: Path) -> None:
    numbers = sorted(int(file.name[:4]) for file in folder.glob("*.sql"))
    assert numbers == list(range(1, len(numbers) + 1))
