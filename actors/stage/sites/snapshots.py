"""The index at the dates whose snapshots are in `data/`."""

from pathlib import Path

from actors.stage.world.state import pack

DATA = Path(__file__).parents[1] / "data"
DAYS = ("2025-05-29", "2025-11-12", "2025-12-04")


def snapshot(day: str) -> Path:
    """The index of one of `DAYS`, gzipped."""
    return DATA / f"{day}.json.gz"


def read_packed(path: Path) -> bytes:
    """The bytes of an index file, gzipped if they were not."""
    body = path.read_bytes()
    return body if path.suffix == ".gz" else pack(body)
