"""The LeaseActor by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from actors.lease.actor import LeaseActor
from actors.runtime.database.connection import Database
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.lease import LeaseTaken
from tests.actors.harness import Harness
from tests.builders import settings
from tests.sql import rows

KEEP = """
CREATE TABLE lease.kept (number serial, at timestamptz DEFAULT clock_timestamp(), lasts double precision);
CREATE FUNCTION lease.keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lease.kept (lasts) VALUES (extract(epoch FROM NEW.expires_at - NEW.renewed_at));
    RETURN NULL;
END $$;
CREATE TRIGGER keep AFTER UPDATE ON lease.leadership FOR EACH ROW EXECUTE FUNCTION lease.keep();
"""


@pytest.mark.bases(SIMPLE, TCP)
def test_a_lease_lasts_until_the_actors_have_begun_and_then_as_long_as_it_takes_to_renew_it(
    make_harness: Callable[..., Harness], database: str
) -> None:
    tables = Database(database, "lease")
    tables.migrate({"lease": "actors.lease.migrations"})
    tables.close()
    rows(database, KEEP)
    harness = make_harness(settings({"DATABASE_URL": "postgresql:///shared"}), database)
    harness.begin(LeaseActor, "lease")
    harness.expect(LeaseTaken)
    kept: list[tuple[Any, ...]] = []
    while len(kept) < 2:
        harness.driver.listen(0.1)
        kept = rows(database, "SELECT lasts, at FROM lease.kept ORDER BY number")
    (at_first, taken), (later, renewed), *_ = kept
    assert (round(at_first), round(later)) == (20, 5)
    assert renewed - taken > timedelta(seconds=0.9)
