"""What tests leave outside their temporary directories, and how it goes."""

import shutil
from pathlib import Path


def remove_database(data_dir: Path) -> None:
    """Remove the data of an embedded server that was given a place outside its data directory (as root)."""
    place = data_dir / "postgres"
    if place.is_symlink():
        shutil.rmtree(place.resolve())
        place.unlink()
