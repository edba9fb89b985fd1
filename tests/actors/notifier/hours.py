"""Hours that users of the notifier's tests choose."""

from datetime import UTC, datetime, timedelta

from messages.commands import Delivery, DigestTimes, Preferences, PreferencesChanged, QuietHours

EVERY_DAY = tuple(range(7))


def way(
    user: str = "U1",
    delivery: Delivery = Delivery.DIGEST,
    at_minute: int = 0,
    zone: str = "UTC",
    quiet: tuple[QuietHours, ...] = (),
) -> PreferencesChanged:
    digest = (DigestTimes(days=EVERY_DAY, minutes=(at_minute,)),)
    preferences = Preferences(user=user, delivery=delivery, digest=digest, zone=zone, quiet=quiet)
    return PreferencesChanged(preferences=preferences)


def quiet_for_an_hour() -> tuple[QuietHours, ...]:
    end = an_hour_from_now()
    return (QuietHours(days=EVERY_DAY, begin=(end - 120) % 1440, end=end or 1440),)


def an_hour_from_now() -> int:
    at = datetime.now(UTC) + timedelta(hours=1)
    return at.hour * 60 + at.minute
