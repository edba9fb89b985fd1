"""What can be an entry of a watchlist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.entries import LONGEST_TEXT, NoEntry, Wish, clean_name, paper_number, parse, refusal_of_user
from messages.watching import EntryKind, RefusalReason


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("koppe", EntryKind.AUTHOR, "koppe"),
        ("Thomas Köppe", EntryKind.AUTHOR, "thomas koppe"),
        ("li", EntryKind.AUTHOR, "li"),
        ("Waffl3x", EntryKind.AUTHOR, "waffl3x"),
        ("2300", EntryKind.NUMBER, "P2300"),
        ("P2300", EntryKind.NUMBER, "P2300"),
        ("p2300", EntryKind.NUMBER, "P2300"),
        ("D2300R1", EntryKind.NUMBER, "P2300"),
        ("#2300", EntryKind.NUMBER, "P2300"),
        ("P0019", EntryKind.NUMBER, "P19"),
        ("N4950", EntryKind.NUMBER, "N4950"),
        ("CWG3022", EntryKind.NUMBER, "CWG3022"),
        ("LWG 4000", EntryKind.NUMBER, "LWG4000"),
        ("lwg-4000", EntryKind.NUMBER, "LWG4000"),
        ("EDIT7", EntryKind.NUMBER, "EDIT7"),
        ("CWG", EntryKind.KIND, "CWG"),
        ("edit", EntryKind.KIND, "EDIT"),
        ("99999", EntryKind.NUMBER, "P99999"),
    ],
)
def test_an_author_a_number_or_a_kind_is_an_entry(text: str, kind: EntryKind, key: str) -> None:
    assert parse(f"  {text} ") == Wish(kind=kind, key=key, text=text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", RefusalReason.EMPTY),
        ("   ", RefusalReason.EMPTY),
        ("x" * 101, RefusalReason.TOO_LONG),
        ("²", RefusalReason.NOT_AN_ENTRY),
        ("²300", RefusalReason.NOT_AN_ENTRY),
        ("P2300²", RefusalReason.NOT_AN_ENTRY),
        ("1½", RefusalReason.NOT_AN_ENTRY),
        ("x²", RefusalReason.NOT_AN_ENTRY),
        ("-5", RefusalReason.NOT_AN_ENTRY),
        ("½ ③", RefusalReason.NOT_AN_ENTRY),
        ("?!…", RefusalReason.NOT_AN_ENTRY),
        ("\u0662\u0663\u0660\u0660", RefusalReason.NOT_AN_ENTRY),
        ("kop\u0000pe", RefusalReason.NOT_AN_ENTRY),
        ("kop\npe", RefusalReason.NOT_AN_ENTRY),
        ("kop\u200bpe", RefusalReason.NOT_AN_ENTRY),
        ("kop\ud800pe", RefusalReason.NOT_AN_ENTRY),
        ("P", RefusalReason.NOT_AN_ENTRY),
        ("n", RefusalReason.NOT_AN_ENTRY),
        ("P23OO", RefusalReason.NOT_AN_ENTRY),
        ("X1234", RefusalReason.NOT_AN_ENTRY),
        ("2300 2301", RefusalReason.NOT_AN_ENTRY),
        ("2.5", RefusalReason.NOT_AN_ENTRY),
        ("one two three four five six seven eight nine", RefusalReason.NOT_AN_ENTRY),
        ("0", RefusalReason.NUMBER_OUT_OF_RANGE),
        ("P0000", RefusalReason.NUMBER_OUT_OF_RANGE),
        ("100000", RefusalReason.NUMBER_OUT_OF_RANGE),
        ("9" * 90, RefusalReason.NUMBER_OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_an_entry_is_refused_with_the_reason(text: str, reason: RefusalReason) -> None:
    refusal = parse(text)
    assert isinstance(refusal, NoEntry)
    assert refusal.reason is reason
    assert refusal.detail.endswith(".")


@given(st.text(max_size=LONGEST_TEXT + 5))
def test_any_text_is_an_entry_or_refused(text: str) -> None:
    wish = parse(text)
    if isinstance(wish, Wish):
        assert wish.key
        assert parse(wish.text) == wish


@given(st.integers(1, 99_999))
def test_p_d_and_the_bare_number_are_one_entry(number: int) -> None:
    wishes = [parse(f"{prefix}{number}") for prefix in ("", "P", "D", "p", "P0")]
    keys = {wish.key for wish in wishes if isinstance(wish, Wish)}
    assert keys == {f"P{number}"}
    assert paper_number(EntryKind.NUMBER, keys.pop()) == number


def test_only_papers_have_a_paper_number() -> None:
    assert paper_number(EntryKind.NUMBER, "N4950") is None
    assert paper_number(EntryKind.NUMBER, "CWG3022") is None
    assert paper_number(EntryKind.KIND, "CWG") is None
    assert paper_number(EntryKind.AUTHOR, "petersen") is None


@pytest.mark.parametrize("user", ["", "x" * 65, "two words", "tab\t", "\ud800", "nul\0"])
def test_a_user_that_is_no_id_is_refused(user: str) -> None:
    refusal = refusal_of_user(user)
    assert refusal is not None
    assert refusal.reason is RefusalReason.BAD_USER


@pytest.mark.parametrize("user", ["U012AB3CD", "köppe", "x" * 64])
def test_a_user_id_is_taken(user: str) -> None:
    assert refusal_of_user(user) is None


def test_who_gave_a_command_is_cleaned_and_not_refused() -> None:
    assert clean_name("operator\n\ud800 root") == "operator root"
    assert len(clean_name("x" * 1000)) == 64


@pytest.mark.parametrize(
    ("text", "kind", "key", "kept"),
    [
        ("title:Reflection", EntryKind.TITLE, "reflection", "title:Reflection"),
        ("Title : static reflection", EntryKind.TITLE, "static reflection", "title:static reflection"),
        ("title:2300", EntryKind.TITLE, "2300", "title:2300"),
        ("title:0", EntryKind.TITLE, "0", "title:0"),
        ("audience:lewg", EntryKind.AUDIENCE, "LEWG", "audience:LEWG"),
        ("audience: Library Evolution", EntryKind.AUDIENCE, "LEWG", "audience:LEWG"),
        ("audience:SG 16", EntryKind.AUDIENCE, "SG16", "audience:SG16"),
        ("author:Köppe", EntryKind.AUTHOR, "koppe", "Köppe"),
        ("author:LWG", EntryKind.AUTHOR, "lwg", "author:LWG"),
    ],
)
def test_what_an_entry_is_for_can_stand_before_it(text: str, kind: EntryKind, key: str, kept: str) -> None:
    assert parse(text) == Wish(kind=kind, key=key, text=kept)
    assert parse(kept) == Wish(kind=kind, key=key, text=kept)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title:", RefusalReason.EMPTY),
        ("title: !", RefusalReason.NOT_AN_ENTRY),
        ("title:a b c d e f g h i", RefusalReason.NOT_AN_ENTRY),
        ("audience:nobody", RefusalReason.NOT_AN_ENTRY),
        ("audience:LEWG, EWG", RefusalReason.NOT_AN_ENTRY),
        ("author:2300", RefusalReason.NOT_AN_ENTRY),
        ("title:\u200b", RefusalReason.NOT_AN_ENTRY),
    ],
)
def test_what_is_not_such_an_entry_is_refused(text: str, reason: RefusalReason) -> None:
    refused = parse(text)
    assert isinstance(refused, NoEntry)
    assert refused.reason is reason
