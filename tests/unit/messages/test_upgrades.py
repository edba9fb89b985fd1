"""Durable events as older versions wrote them."""

import json
from typing import Any

import pytest

from actors.runtime.delivery.encoding import CODEC
from messages.commands import Delivery, DigestTimes, Preferences, PreferencesChanged, QuietHours

EVERY_DAY = tuple(range(7))


@pytest.mark.parametrize(
    ("old", "delivery", "digest", "quiet"),
    [
        ({"delivery": "daily"}, Delivery.DIGEST, DigestTimes(days=EVERY_DAY, minutes=(540,)), ()),
        ({"delivery": "weekly", "weekday": 4}, Delivery.DIGEST, DigestTimes(days=(4,), minutes=(540,)), ()),
        (
            {"delivery": "immediate", "quiet_from": 1320, "quiet_to": 420},
            Delivery.IMMEDIATE,
            DigestTimes(days=(0,), minutes=(540,)),
            (QuietHours(days=EVERY_DAY, begin=1320, end=420),),
        ),
        (
            {"delivery": "daily", "quiet_from": 1320, "quiet_to": 0},
            Delivery.DIGEST,
            DigestTimes(days=EVERY_DAY, minutes=(540,)),
            (QuietHours(days=EVERY_DAY, begin=1320, end=1440),),
        ),
    ],
)
def test_preferences_of_version_1_keep_their_meaning(
    old: dict[str, Any], delivery: Delivery, digest: DigestTimes, quiet: tuple[QuietHours, ...]
) -> None:
    known = {"user": "U1", "at_minute": 540, "weekday": 0, "zone": "UTC", "quiet_from": None, "quiet_to": None}
    event = CODEC.decode("PreferencesChanged", 1, json.dumps({"preferences": {**known, **old}}))
    preferences = Preferences(user="U1", delivery=delivery, digest=(digest,), zone="UTC", quiet=quiet)
    assert event == PreferencesChanged(preferences=preferences)
