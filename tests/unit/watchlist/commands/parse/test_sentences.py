"""Whole sentences mean commands; what they may not be is tested in test_parser.py."""

import pytest

from actors.watchlist.commands.parse.sentences import MAX_SENTENCE_LENGTH, as_command
from actors.watchlist.commands.parse.verbs import VERB_OF, nearly
from actors.watchlist.model.user_state import Changes
from tests.builders import a_paper
from tests.commanding_builders import a_mute, a_user, said, say, some_papers

SYNONYMS = frozenset(
    {"commands", "preferences", "health", "entries", "watches", "watchlist", "news", "latest", "list", "zone", "tz",
     "timezone", "digest", "digests", "quiet", "hello", "hi", "muted"}
)  # fmt: skip
"""Words that are sentences as well; they mean the same."""


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("Hello, I would like to be notified about P2300", "watch P2300"),
        ("please notify me about P2300", "watch P2300"),
        ("notify me when there is a new paper by Niebler", "watch paper by Niebler"),
        ("Can you tell me when Niebler publishes something?", "watch Niebler"),
        ("keep me posted on P2300", "watch P2300"),
        ("send me updates on P2300", "watch P2300"),
        ("sign me up for P2300", "watch P2300"),
        ("I want to hear about P2300", "watch P2300"),
        ("put P2300 on my list", "watch P2300"),
        ("unsubscribe me from P2300", "unwatch P2300"),
        ("watchP2300", "watch P2300"),
        ("remove P2300 from the watchlist", "unwatch P2300"),
        ("stop notifying me about P2300", "unwatch P2300"),
        ("don't watch P2300 anymore", "unwatch P2300"),
        ("I'm not interested in P2300 anymore", "unwatch P2300"),
        ("stop sending me messages", "stop"),
        ("stop spamming me", "stop"),
        ("what am I watching?", "watching"),
        ("show me my watchlist", "watching"),
        ("what's muted?", "mutes"),
        ("my settings", "settings"),
        ("what's new?", "recent"),
        ("show drafts", "drafts"),
        ("what is P2300?", "paper P2300"),
        ("tell me about P2300", "paper P2300"),
        ("latest revision of D2300", "paper D2300"),
        ("why did you send me P2300?", "why P2300"),
        ("why did I get this", "why"),
        ("papers by Niebler", "search Niebler"),
        ("I want a daily digest at 9am", "digest daily at 9am"),
        ("once a week", "digest week"),
        ("turn digest off", "digest off"),
        ("turn off notifications", "pause"),
        ("change my time zone to Berlin", "timezone Berlin"),
        ("my timezone is Berlin", "timezone Berlin"),
        ("do not disturb 22:00-07:00", "quiet 22:00-07:00"),
        ("quiet between 22:00 and 07:00", "quiet 22:00-07:00"),
        ("change Kope to Köppe", "replace Kope with Köppe"),
        ("delete my data", "forget me"),
        ("shut up", "stop"),
        ("don't send me everything", "stop"),
        ("I'm not interested in all papers", "stop"),
        ("never watch all", "stop"),
        ("no more notifications", "stop"),
        ("no more emails", "stop"),
        ("delete list", "stop"),
        ("reset my list", "stop"),
        ("don't tell me about P2300 until Monday", "mute P2300 until Monday"),
        ("stop notifying me about P2300 for a week", "mute P2300 for a week"),
        ("no more P2300 for today", "mute P2300 for today"),
        ("how can I unsubscribe", "help unsubscribe"),
        ("I don't want P2300 any more", "unwatch P2300"),
        ("I no longer want to hear about P2300", "unwatch P2300"),
        ("I don't want any more notices", "stop"),
        ("I don't want to be notified about P2300", "unwatch P2300"),
        ("I don't want this", "stop"),
        ("no more", "stop"),
        ("stop watching", "stop"),
        ("stop for now", "pause"),
        ("pause notices for now", "pause"),
        ("Good morning!", "help"),
        ("how do I watch a paper?", "help watch"),
        ("how do I get rid of this?", "help all"),
        ("are you there?", "status"),
        ("well done", "thanks"),
        ("no thanks", "cancel"),
        ("no notifications until Monday", "pause until Monday"),
        ("I'm on vacation for 2 weeks", "pause for 2 weeks"),
        ("clear my list", "unwatch all"),
        ("show all revisions of P2300", "paper P2300 all"),
        ("P2300 all", "paper P2300 all"),
        ("has P2300 been updated?", "paper P2300"),
        ("who are the authors of LWG4000?", "paper LWG4000"),
        ("cancel my digest", "digest off"),
        ("no more daily digest", "digest off"),
        ("stop the digest", "digest off"),
        ("disable quiet hours", "quiet off"),
        ("remove all my mutes", "unmute all"),
        ("remove the mute on P2300", "unmute P2300"),
        ("reset my settings", "settings"),
        ("turn on digest", "digest"),
        ("enable the daily digest", "digest daily"),
        ("enable notifications", "resume"),
        ("cancel P2300", "unwatch P2300"),
        ("cancel my subscription to P2300", "unwatch P2300"),
        ("cancel all my subscriptions", "stop"),
        ("send me one message a day at 9", "digest every day at 9"),
        ("every Friday at 5pm", "digest every Friday at 5pm"),
        ("notify me immediately", "digest off"),
        ("switch to weekly digests", "digest weekly"),
        ("send me a digest", "digest"),
        ("don't notify me on weekends", "quiet on weekends"),
        ("never send me anything on Saturdays and Sundays", "quiet on Saturdays and Sundays"),
        ("no notifications between 10pm and 7am", "quiet between 10pm and 7am"),
        ("don't disturb me between 22:00 and 07:00", "quiet between 22:00 and 07:00"),
        ("mute on weekends", "quiet on weekends"),
        ("mute at night", "quiet at night"),
        ("please be quiet at weekends", "quiet at weekends"),
        ("no notifications tonight", "pause tonight"),
        ("no notifications", "stop"),
        ("what did I miss last week?", "recent"),
        ("when is my next digest?", "settings"),
        ("set tz=Europe/Berlin", "tz Europe/Berlin"),
        ("I'd love updates on P2300", "watch P2300"),
        ("keep me in the loop about P2300", "watch P2300"),
        ("notify me", "watch"),
        ("no longer interested in P2300", "unwatch P2300"),
        ("I don't need P2300 anymore", "unwatch P2300"),
        ("do I have quiet hours?", "settings"),
        ("any updates on P2300?", "paper P2300"),
        ("anything new on P2300", "paper P2300"),
        ("any news about reflection", "search reflection"),
        ("is there a paper about contracts?", "search contracts"),
        ("which papers are about contracts?", "search contracts"),
        ("what papers did Doumler write?", "search Doumler"),
        ("what has Barry Revzin published", "search Barry Revzin"),
        ("look for contracts", "search contracts"),
        ("show me 5 recent papers", "recent 5"),
        ("can you send me P2300?", "paper P2300"),
        ("summarize P2300", "paper P2300"),
        ("paper P2300 history", "paper P2300 all"),
        ("what version are you?", "version"),
        ("how long have you been running?", "uptime"),
        ("what does mute do?", "help mute"),
        ("what is a digest?", "help digest"),
    ],
)
def test_a_sentence_means_a_command(sentence: str, command: str) -> None:
    assert as_command(sentence) == command


@pytest.mark.parametrize(
    "sentence",
    ["don't notify me about P2300 on weekends", "never tell me about P2300 before 9am",
     "don't tell me about anything but P2300", "don't notify me about everything except P2300",
     "remove everything except P2300 from my list", "stop all but P2300", "unwatch all except P2300",
     "stop sending me everything", "don't send me everything", "delete list", "unwatch P2300 until Monday",
     "stop watching P2300 for a week", "remove P2300 2w", "unwatch all for today", "I don't want to miss P2300",
     "I don't want you to drop P2300", "unwatch P2300 until 25:00"],
)  # fmt: skip
def test_what_is_wanted_less_is_not_removed(sentence: str) -> None:
    assert not say(sentence, a_user("P2300", "author:Niebler")).changes.remove


@pytest.mark.parametrize(
    ("question", "answer"),
    [("do I watch Niebler?", "You're watching"), ("do you follow Barry Revzin", "You're watching"),
     ("did I unwatch P2300?", "You're watching"), ("am I subscribed to P2300?", "You're watching"),
     ("is P2300 on my list?", "You're watching"), ("how many papers am I watching?", "You're watching"),
     ("is P2300 muted?", "Muted:"), ("did I mute P2300?", "Muted:"), ("did you mute Niebler", "Muted:")],
)  # fmt: skip
def test_a_question_about_the_list_changes_nothing(question: str, answer: str) -> None:
    asked = say(question, a_user("P2300", mutes=(a_mute("P2300"),)))
    assert (asked.changes, said(asked).startswith(answer)) == (Changes(), True)


def test_a_digest_that_is_turned_on_ends_no_mute() -> None:
    for sentence in ("turn on digest", "turn on my daily digests", "enable quiet hours"):
        assert not say(sentence, a_user(mutes=(a_mute("P2300"),))).changes.unmute


def test_one_weekend_is_not_every_weekend() -> None:
    assert say("mute all over the weekend").changes.mute
    assert as_command("mute all this weekend") == "mute all this weekend"


@pytest.mark.parametrize("word", ["how", "use", "please", "start", "reset", "switch", "report", "anything"])
def test_an_ordinary_word_is_no_misspelled_command(word: str) -> None:
    assert nearly(word) is None
    assert "Did you mean" not in said(say(f"{word} often things go"))


@pytest.mark.parametrize(
    "typed",
    ["actually watch P2301", "no, watch P2301", "sorry, watch P2301", "oops, watch P2301", "wait, watch P2301",
     "correction: watch P2301"],
)  # fmt: skip
def test_a_correction_before_a_command_is_no_part_of_it(typed: str) -> None:
    assert [entry.key for entry in say(typed).changes.add] == ["P2301"]
    assert not say("no watch P2301").changes.add


def test_thanks_after_a_word_of_agreement_are_thanks() -> None:
    for typed in ("okay thanks", "OK, thank you!", "got it, thanks"):
        assert said(say(typed)) == "You're welcome!"
    assert said(say("no thanks")) == "OK, nothing was changed."


def test_what_is_looked_for_after_recent_is_searched() -> None:
    papers = some_papers(a_paper(2300, 10), a_paper(2900, 14, title="Contracts for C++"))
    for typed in ("recent contracts", "latest contracts papers", "find me papers on contracts"):
        assert "P2900R14: Contracts for C++" in said(say(typed, papers=papers))
    for typed in ("recent papers", "latest 5 papers", "news this week"):
        assert say(typed, papers=papers).question is not None


def test_help_finds_the_command_in_what_is_asked() -> None:
    for typed in ("help on mute", "help with mute", "help me mute things", "help mute"):
        assert said(say(typed)).startswith("• mute P2300 2w")


def test_a_year_is_no_paper() -> None:
    for sentence in ("what papers were published in 2024", "when is the 2025 meeting", "version 300", "latest 100"):
        assert not as_command(sentence).startswith("paper ")
    assert as_command("when was 2300 published") == "paper 2300"


@pytest.mark.parametrize(
    "text",
    [*sorted(VERB_OF.keys() - SYNONYMS), "watch P2300", "P2300", "digest once a day", "digest on weekends at 10:30",
     "quiet off", "mute P2300 2w", "recent 30", "search notify me about things", "replace Kope with Köppe",
     "watch title:how do I watch", "forget me yes", "import\nwatch P2300", "title:what's new", "show P2300",
     "x" * (MAX_SENTENCE_LENGTH + 1)],
)  # fmt: skip
def test_a_command_stays_as_it_is(text: str) -> None:
    assert as_command(text) == text


def test_a_word_that_belongs_to_a_question_is_answered_with_how_to_answer_it() -> None:
    for text in ("yes", "OK", "go ahead!"):
        assert said(say(text)).startswith("If I asked you something, press a button below my question")
        assert not say(text, a_user("P2300")).changes.forget
    assert "press the button below my last answer" in said(say("undo that")).lower()


def test_a_mention_is_no_name() -> None:
    for text in ("watch <@U024BE7LH>", "<@U0BOT> watch <@U024BE7LH|eric>", "unwatch <@W024BE7LH>"):
        assert said(say(text)).startswith("A mention doesn't tell me the name that papers have.")
    assert said(say("<@U0BOT> watch")).startswith("Tell me what to watch")


def test_a_group_is_described_with_the_way_to_watch_it() -> None:
    for typed in ("what is SG16?", "who is SG16", "what does SG16 do?", "help sg-16", "explain SG16"):
        assert said(say(typed)) == (
            "SG16 is the study group on Unicode and text.\nFor papers addressed to it, type watch audience:SG16."
        )
    assert said(say("what is Core?")).startswith("CWG is the Core Working Group")
    assert said(say("what is LEWG")).startswith("LEWG is the Library Evolution Working Group")
    assert said(say("what is SG99?")).startswith("• watch Niebler")
    for typed in ("what groups are there?", "which groups can I watch?", "help groups"):
        assert "• SG21: contracts" in said(say(typed))
    assert "• watching: " in said(say("help all"))
    assert said(say("watch new SG16 papers")).startswith("You're now watching audience:SG16")
