"""What can be an entry of a watchlist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.entries import (
    LONGEST_TEXT,
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    clean_name,
    paper_number,
    parse,
    refusal_of_user,
)


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
    assert parse(f"  {text} ") == ParsedEntry(kind=kind, key=key, text=text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is nothing to watch in that. "),
        ("   ", "There is nothing to watch in that. "),
        ("x" * 101, "An entry has at most 100 characters; this one has 101. "),
        ("²", "There is a sign in “²” that looks like a digit and is none. "),
        ("²300", "There is a sign in “²300” that looks like a digit and is none. "),
        ("P2300²", "There is a sign in “P2300²” that looks like a digit and is none. "),
        ("1½", "There is a sign in “1½” that looks like a digit and is none. "),
        ("x²", "There is a sign in “x²” that looks like a digit and is none. "),
        ("-5", "“-5” is no number of a paper or issue. "),
        ("½ ③", "There is a sign in “½ ③” that looks like a digit and is none. "),
        ("?!…", "There is no word and no number in “?!…”. "),
        ("\u0662\u0663\u0660\u0660", "“\u0662\u0663\u0660\u0660” is neither one number nor a name. "),
        ("kop\u0000pe", "There are invisible characters in that; "),
        ("kop\npe", "There are invisible characters in that; "),
        ("kop\u200bpe", "There are invisible characters in that; "),
        ("kop\ud800pe", "There are invisible characters in that; "),
        ("P", "All P papers at once cannot be watched. "),
        ("n", "All N papers at once cannot be watched. "),
        ("P23OO", "“P23OO” looks like a number, but is none that I know. "),
        ("X1234", "“X1234” looks like a number, but is none that I know. "),
        ("2300 2301", "“2300 2301” is neither one number nor a name. "),
        ("2.5", "“2.5” is neither one number nor a name. "),
        ("one two three four five six seven eight nine", "An author's name has at most 8 words. "),
        ("0", "“0” is no number of a paper or issue: they go from 1 to 99,999."),
        ("P0000", "“P0000” is no number of a paper or issue: they go from 1 to 99,999."),
        ("100000", "“100000” is no number of a paper or issue: they go from 1 to 99,999."),
        ("9" * 90, f"“{'9' * 90}” is no number of a paper or issue: they go from 1 to 99,999."),
    ],
)
def test_what_cannot_be_an_entry_is_refused_with_the_reason(text: str, reason: str) -> None:
    refusal = parse(text)
    assert isinstance(refusal, InvalidEntry)
    assert refusal.detail.startswith(reason)
    assert refusal.detail.endswith(".")


@given(st.text(max_size=LONGEST_TEXT + 5))
def test_any_text_is_an_entry_or_refused(text: str) -> None:
    parsed = parse(text)
    if isinstance(parsed, ParsedEntry):
        assert parsed.key
        assert parse(parsed.text) == parsed


@given(st.integers(1, 99_999))
def test_p_d_and_the_bare_number_are_one_entry(number: int) -> None:
    parsed_entries = [parse(f"{prefix}{number}") for prefix in ("", "P", "D", "p", "P0")]
    keys = {parsed.key for parsed in parsed_entries if isinstance(parsed, ParsedEntry)}
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
    assert refusal.detail == "A user's id has 1 to 64 printable characters and no blanks, as Slack's U012AB3CD."


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
    assert parse(text) == ParsedEntry(kind=kind, key=key, text=kept)
    assert parse(kept) == ParsedEntry(kind=kind, key=key, text=kept)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title:", "There is nothing to watch in that. "),
        ("title: !", "Of a title I can watch 1 to 8 words that stand together. "),
        ("title:a b c d e f g h i", "Of a title I can watch 1 to 8 words that stand together. "),
        ("audience:nobody", "“nobody” is no audience that I know: "),
        ("audience:LEWG, EWG", "“LEWG, EWG” is no audience that I know: "),
        ("author:2300", "“2300” is neither one number nor a name. "),
        ("title:\u200b", "There are invisible characters in that; "),
    ],
)
def test_what_is_not_such_an_entry_is_refused(text: str, reason: str) -> None:
    refused = parse(text)
    assert isinstance(refused, InvalidEntry)
    assert refused.detail.startswith(reason)
