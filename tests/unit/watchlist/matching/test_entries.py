"""What can be an entry of a watchlist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.entries import (
    MAX_TEXT_LENGTH,
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
        ("x" * 101, "An entry can have up to 100 characters; this one has 101. "),
        ("²", "“²” contains a character that looks like a digit but isn't one. "),
        ("²300", "“²300” contains a character that looks like a digit but isn't one. "),
        ("P2300²", "“P2300²” contains a character that looks like a digit but isn't one. "),
        ("1½", "“1½” contains a character that looks like a digit but isn't one. "),
        ("x²", "“x²” contains a character that looks like a digit but isn't one. "),
        ("-5", "“-5” isn't a paper or issue number. "),
        ("½ ③", "“½ ③” contains a character that looks like a digit but isn't one. "),
        ("?!…", "“?!…” contains no letters or digits. "),
        ("\u0662\u0663\u0660\u0660", "“\u0662\u0663\u0660\u0660” is neither a single number nor a name. "),
        ("kop\u0000pe", "That contains invisible characters. "),
        ("kop\npe", "That contains invisible characters. "),
        ("kop\u200bpe", "That contains invisible characters. "),
        ("kop\ud800pe", "That contains invisible characters. "),
        ("P", "You can't watch all P papers at once. "),
        ("n", "You can't watch all N papers at once. "),
        ("P23OO", "“P23OO” looks like a number, but not one that I recognize. "),
        ("X1234", "“X1234” looks like a number, but not one that I recognize. "),
        ("2300 2301", "“2300 2301” is neither a single number nor a name. "),
        ("2.5", "“2.5” is neither a single number nor a name. "),
        ("one two three four five six seven eight nine", "An author's name can have up to 8 words. "),
        ("0", "“0” isn't a paper or issue number: they run from 1 to 99,999."),
        ("P0000", "“P0000” isn't a paper or issue number: they run from 1 to 99,999."),
        ("100000", "“100000” isn't a paper or issue number: they run from 1 to 99,999."),
        ("9" * 90, f"“{'9' * 90}” isn't a paper or issue number: they run from 1 to 99,999."),
    ],
)
def test_what_cannot_be_an_entry_is_refused_with_the_reason(text: str, reason: str) -> None:
    refusal = parse(text)
    assert isinstance(refusal, InvalidEntry)
    assert refusal.detail.startswith(reason)
    assert refusal.detail.endswith(".")


@given(st.text(max_size=MAX_TEXT_LENGTH + 5))
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
    assert refusal.detail == "A user ID is 1 to 64 printable characters without spaces, like Slack's U012AB3CD."


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
        ("title:", "After title: I need words of a title, like title:reflection."),
        ("title: !", "A title entry takes 1 to 8 consecutive words of a title. "),
        ("title:a b c d e f g h i", "A title entry takes 1 to 8 consecutive words of a title. "),
        ("audience:nobody", "I don't know the audience “nobody”. "),
        ("audience:LEWG, EWG", "I don't know the audience “LEWG, EWG”. "),
        ("author:2300", "“2300” is neither a single number nor a name. "),
        ("title:\u200b", "That contains invisible characters. "),
    ],
)
def test_what_is_not_such_an_entry_is_refused(text: str, reason: str) -> None:
    refused = parse(text)
    assert isinstance(refused, InvalidEntry)
    assert refused.detail.startswith(reason)
