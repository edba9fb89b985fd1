"""Conditions that can never hold, or always do: they are refused, with the place."""

import pytest

from actors.checks.conditions.grammar import ConditionRefused, parse_condition


@pytest.mark.parametrize(
    ("condition", "column", "words"),
    [
        ("[STATUS] == 2xx", 13, "expected a number such as 200"),
        ('[STATUS] == "200"', 13, "without quotation marks"),
        ("[STATUS] < 300ms", 12, "expected a number such as 200"),
        ("[STATUS] == any(200, ok)", 13, "expected a number such as 200"),
        ("ok == [STATUS]", 1, "expected a number such as 200"),
        ("[STATUS] == 200 && [CONNECTED] == true", 13, "expected one condition"),
        ("[BODY].a == x or has([BODY].b)", 13, "expected one condition"),
        ("[RESPONSE_TIME] < 500 ms", 19, "expected a duration such as 500ms"),
        ("[CERTIFICATE_EXPIRATION] > 1 week", 28, "expected a duration"),
        ("[CONNECTED] == True", 16, "expected == true or == false"),
        ("[CONNECTED] > 0", 15, "expected == true or == false"),
        ("has([BODY].a) == yes", 18, "expected == true or == false"),
        ("len([BODY].a) == many", 18, "expected a number such as 3"),
        ("[PACKET_LOSS] < 50%", 17, "expected a number such as 50"),
        ("[BODY].time > 2026-01-01", 15, "> compares numbers and durations"),
        ("[TLS_VERSION] >= 1.2", 18, "is a text, and goes with == and !="),
        ("[TLS_VERSION] == 1.3", 18, "expected TLSv1.2 or TLSv1.3"),
        ("[DNS_RCODE] == noerror", 16, "did you mean NOERROR?"),
        ("[IP] == 2001:DB8::1", 9, "did you mean 2001:db8::1?"),
        ("[IP] == localhost", 9, "expected an IP address"),
        ("[CERTIFICATE_FINGERPRINT] == AB:CD", 30, "without colons"),
        ("[STATUS] == 2000", 13, "a whole number from 100 to 999: this never holds"),
        ("[STATUS] == any(200, 20)", 13, "this never holds"),
        ("[STATUS] == 200.5", 13, "this never holds"),
        ("[STATUS] < 100", 12, "this never holds"),
        ("100 > [STATUS]", 1, "this never holds"),
        ("[STATUS] > 999", 12, "this never holds"),
        ("[PACKET_LOSS] < 0", 17, "a number from 0 to 100: this never holds"),
        ("[PACKET_LOSS] > 100", 17, "this never holds"),
        ("[RESPONSE_TIME] < 0", 19, "of at least 0: this never holds"),
        ("len([BODY].a) < 0", 17, "a length is a whole number of at least 0: this never holds"),
        ("len([BODY].a) == 1.5", 18, "this never holds"),
        ("[DNS_SERIAL] >= 20260101001", 17, "this never holds"),
        ("[CERTIFICATE_EXPIRATION] > 14", 28, "14 alone is milliseconds; write a unit, such as 14d"),
        ("30 >= [MESSAGE_AGE]", 1, "30 alone is milliseconds"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused(condition: str, column: int, words: str) -> None:
    with pytest.raises(ConditionRefused) as refused:
        parse_condition(condition)
    assert (refused.value.column, words in str(refused.value)) == (column, True), str(refused.value)


@pytest.mark.parametrize(
    "condition",
    [
        "[STATUS] == pat(2??)",
        "[STATUS] != 0",
        "len([BODY].a) != -1",
        "[STATUS] < 3e2",
        "[RESPONSE_TIME] < [BODY].limit",
        "[BODY].a == Salt and Pepper",
        '[BODY].a == "x && [BODY].b"',
        "[BODY].a > 1h30m",
        "[IP] == any(192.0.2.1, pat(10.*), ::1)",
        "[TLS_VERSION] != TLSv1.1",
        "[DNS_RCODE] == any(NOERROR, NXDOMAIN, RCODE3841)",
        "[STATUS] == 999",
        "100 <= [STATUS]",
        "[PACKET_LOSS] <= 0",
        "[PACKET_LOSS] == 100",
        "[PACKET_LOSS] < 0.5",
        "len([BODY].a) > 0.5",
        "[CERTIFICATE_EXPIRATION] > 0",
        "[CERTIFICATE_EXPIRATION] > 1209600000",
        "[CERTIFICATE_EXPIRATION] > 500ms",
        "[ROUND_TRIP] < 30",
    ],
)
def test_a_condition_that_can_hold_is_not_refused(condition: str) -> None:
    parse_condition(condition)
