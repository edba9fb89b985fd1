"""What the book of checks does in one transaction is bounded."""

from datetime import timedelta

from actors.checks.book import MOST_TOLD, CheckBook
from actors.checks.model.standing import CheckOutage, CheckStanding
from actors.checks.roster import roster_of
from actors.checks.silencing import Silencing
from messages.check_definitions import Severity
from messages.checks import CheckAlert, CheckState
from tests.check_builders import NOON, a_check


def test_only_so_many_are_told_in_one_transaction() -> None:
    alerts: list[CheckAlert] = []
    book = CheckBook(lambda: NOON + timedelta(minutes=1), alerts.append)
    keys = [f"c{number}" for number in range(3 * MOST_TOLD)]
    book.silencing = Silencing(roster=roster_of([a_check(key) for key in keys], 1.0), windows={})
    outage = CheckOutage(id="o", severity=Severity.CRITICAL, since=NOON)
    book.standings = {key: CheckStanding(key=key, state=CheckState.DOWN, since=NOON, outage=outage) for key in keys}
    news, _ = book.due()
    assert [each.standing.key for each in news] == keys[:MOST_TOLD]
