"""Which channel a command is about."""

import pytest

from actors.watchlist.commands.parse.addressing import ChannelOrder, channel_order
from actors.watchlist.model.user_state import Changes
from tests.commanding_builders import a_user, said, say


@pytest.mark.parametrize(
    ("text", "channel", "command"),
    [
        ("subscribe <#C123|sg16> audience:SG16", "C123", "watch audience:SG16"),
        ("subscribe <#C123|> audience:SG16", "C123", "watch audience:SG16"),
        ("subscribe <#C123> audience:SG16", "C123", "watch audience:SG16"),
        ("subscribe #sg16 audience:SG16", "#sg16", "watch audience:SG16"),
        ("Subscribe #sg16: audience:SG16, P2300", "#sg16", "watch audience:SG16, P2300"),
        ("subscribe #grün-16 to LWG", "#grün-16", "watch LWG"),
        ("subscribe C024BE91L audience:SG16", "C024BE91L", "watch audience:SG16"),
        ("subscribe audience:SG16 in #sg16", "#sg16", "watch audience:SG16"),
        ("subscribe title:contracts, P2300 for <#C1|x>.", "C1", "watch title:contracts, P2300"),
        ("/callboard subscribe! #sg16 everything", "#sg16", "watch! everything"),
        ("please subscribe #sg16 P2300", "#sg16", "watch P2300"),
        ("unsubscribe #sg16 from P2300", "#sg16", "unwatch P2300"),
        ("unsubscribe #sg16 all", "#sg16", "unwatch all"),
        ("subscriptions #sg16", "#sg16", "watching"),
        ("subscriptions in #sg16", "#sg16", "watching"),
        ("subscribe #sg16", "#sg16", "watch"),
        ("digest #sg16 weekly Monday 09:00", "#sg16", "digest weekly Monday 09:00"),
        ("quiet #sg16 22:00-07:00", "#sg16", "quiet 22:00-07:00"),
        ("timezone #sg16 Europe/Berlin", "#sg16", "timezone Europe/Berlin"),
        ("mute #sg16 P2300 2w", "#sg16", "mute P2300 2w"),
        ("settings #sg16", "#sg16", "settings"),
        ("watch #sg16 P2300", "#sg16", "watch P2300"),
        ("remove P2300 from <#C024BE91L|sg16>", "C024BE91L", "remove P2300"),
        ("remove P2300 from #sg16.", "#sg16", "remove P2300"),
        ("watch P2300, LWG for the channel #sg16", "#sg16", "watch P2300, LWG"),
        ("add P2300 to #sg16", "#sg16", "add P2300"),
        ("mute P2300 in #sg16", "#sg16", "mute P2300"),
        ("mute all in <#C024BE91L|sg16> for a week", "C024BE91L", "mute all for a week"),
        ("digest weekly for #sg16", "#sg16", "digest weekly"),
        ("tell #sg16 about P2300", "#sg16", "notify me about P2300"),
        ("Please notify <#C1|x> when P2300 changes", "C1", "notify me when P2300 changes"),
        ("forget #sg16", "#sg16", "forget me"),
        ("forget #sg16 yes", "#sg16", "forget me yes"),
        ("import #sg16\nwatch P2300\nquiet 22:00-07:00", "#sg16", "import watch P2300\nquiet 22:00-07:00"),
    ],
)
def test_a_channel_is_named_in_any_of_slacks_ways(text: str, channel: str, command: str) -> None:
    assert channel_order(text, "") == ChannelOrder(channel=channel, text=command)
    assert channel_order(text, "C9ELSEWHERE") == ChannelOrder(channel=channel, text=command)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("subscribe audience:SG16", "watch audience:SG16"),
        ("subscribe here audience:SG16", "watch audience:SG16"),
        ("subscribe #2300", "watch #2300"),
        ("unsubscribe P2300", "unwatch P2300"),
        ("subscriptions", "watching"),
        ("quiet here 22:00-07:00", "quiet 22:00-07:00"),
        ("digest this channel daily 09:00", "digest daily 09:00"),
    ],
)
def test_in_a_channel_its_name_may_be_left_out(text: str, command: str) -> None:
    assert channel_order(text, "C024BE91L") == ChannelOrder(channel="C024BE91L", text=command)


@pytest.mark.parametrize(
    "text",
    [
        "watch P2300",
        "watch #2300 P2301",
        "watch #P2300, LWG",
        "watch CWG3022, P2300",
        "watch <#C1|sg16>",
        "unwatch #sg16",
        "watch papers on #contracts",
        "remove P2301 from #2300",
        "import\nwatch P2300 in #sg16",
        "tell me about P2300",
        "tell #2300 about it",
        "quiet here 22:00-07:00",
        "subscribe Niebler",
        "unsubscribe P2300",
        "paper #sg16",
        "status",
        "help subscribe",
        "",
        "#sg16",
        "hello #sg16 P2300",
        "import\nwatch P2300",
    ],
)
def test_what_names_no_channel_is_about_its_user(text: str) -> None:
    assert channel_order(text, "") is None


def test_outside_of_channels_subscriptions_must_name_one() -> None:
    assert channel_order("subscriptions", "") == ChannelOrder(channel="", text="watching")


def test_a_person_may_subscribe_themselves_in_a_channel() -> None:
    for text in ("subscribe me to P2300", "Subscribe me for P2300", "unsubscribe me from P2300"):
        assert channel_order(text, "C024BE91L") is None
    assert channel_order("subscribe to P2300", "C1") == ChannelOrder(channel="C1", text="watch to P2300")


def test_a_long_text_is_read_in_no_time() -> None:
    for text in (f"subscribe {' ' * 100_000}", f"subscribe #sg16 {'in ' * 60_000}", "subscribe " + "#" * 200_000,
                 "watch " + "#a and " * 30_000, "watch in #a" + ", and " * 30_000 + "#b #c" * 30_000):  # fmt: skip
        channel_order(text, "")


@pytest.mark.parametrize(
    ("text", "channel", "command"),
    [
        ("unsubscribe from #sg16", "#sg16", "unwatch"),
        ("post new SG16 papers in #sg16", "#sg16", "watch new SG16 papers"),
        ("please send all SG16 papers to <#C1|sg16>", "C1", "watch all SG16 papers"),
        ("send a weekly digest to #sg16 on Monday at 9", "#sg16", "send me a weekly digest on Monday at 9"),
        ("send #sg16 a weekly digest on Monday at 9", "#sg16", "send me a weekly digest on Monday at 9"),
        ("weekly digest for #sg16 on Monday", "#sg16", "send me weekly digest on Monday"),
        ("what is #sg16 watching?", "#sg16", "watching"),
        ("what does #sg16 watch?", "#sg16", "watching"),
        ("show the subscriptions of #sg16", "#sg16", "watching"),
        ("what's watched in #sg16?", "#sg16", "watching"),
        ("stop posting in #sg16", "#sg16", "stop"),
        ("stop notifying #sg16", "#sg16", "stop"),
        ("don't post in #sg16 at night", "#sg16", "no notifications at night"),
        ("no messages in #sg16 on weekends", "#sg16", "no notifications on weekends"),
        ("no messages in #sg16 about P2300", "#sg16", "don't notify me about P2300"),
    ],
)
def test_a_sentence_is_about_the_channel_that_it_names(text: str, channel: str, command: str) -> None:
    assert channel_order(text, "") == ChannelOrder(channel=channel, text=command)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("watch P2301 here", "watch P2301"),
        ("unwatch P2300 here", "unwatch P2300"),
        ("remove P2300 from this channel", "remove P2300"),
        ("mute all here.", "mute all"),
        ("watch P2301 here please", "watch P2301"),
        ("watch P2301 here, please", "watch P2301"),
        ("watch P2301 here. Thanks!", "watch P2301"),
        ("mute P2301 here for a week", "mute P2301 for a week"),
        ("mute P2301 in this channel until Friday, please", "mute P2301 until Friday"),
        ("daily digest here at 9", "send me daily digest at 9"),
        ("send a daily digest to this channel", "send me a daily digest"),
        ("what is watched here?", "watching"),
        ("stop notifying this channel", "stop"),
    ],
)
def test_here_at_the_end_is_the_channel_in_which_it_is_said(text: str, command: str) -> None:
    assert channel_order(text, "C024BE91L") == ChannelOrder(channel="C024BE91L", text=command)
    assert channel_order(text, "") is None


@pytest.mark.parametrize(
    "text",
    ["watch title:support for #embed", "unwatch title:support for #embed", "watch P1967 and support for #embed",
     "replace P2300 with title:support for #embed", "watch title:macros in #sg16", 'watch "macros in #sg16"',
     "watch P1967 and support for #PRAGMA."],
)  # fmt: skip
def test_a_hash_in_a_title_is_no_channel(text: str) -> None:
    for place in ("", "C024BE91L"):
        assert channel_order(text, place) is None


@pytest.mark.parametrize(
    ("text", "channel", "command"),
    [
        ("watch title:macros in <#C1|x>", "C1", "watch title:macros"),
        ("watch audience:SG16 in #sg16", "#sg16", "watch audience:SG16"),
        ("watch P2300 in #embed-news", "#embed-news", "watch P2300"),
        ("watch P2300 in #sg16, please", "#sg16", "watch P2300"),
    ],
)
def test_a_channel_is_named_behind_entries(text: str, channel: str, command: str) -> None:
    assert channel_order(text, "") == ChannelOrder(channel=channel, text=command)


@pytest.mark.parametrize(
    "text",
    ["send the paper P2300 to #sg16", "send P2300 to #sg16", "post draft N5008 in #sg16",
     "send the latest paper to #sg16",
     "share my updates with the team in #general", "forward my notices to #sg16", "send #sg16 this paper"],
)  # fmt: skip
def test_what_may_be_sent_once_is_no_watch(text: str) -> None:
    assert channel_order(text, "") is None
    assert say(text).changes == Changes()


@pytest.mark.parametrize(
    "text",
    ["watch P2300 in #sg16, P2301 in #ewg", "watch P2300 in #sg16 and P2301 in #ewg",
     "remove P2300 from #sg16 and #ewg", "subscribe #sg16, #ewg to P2300", "tell #sg16 and #ewg about P2300",
     "digest weekly for the channels #sg16 and #ewg",
     "mute title:macros in <#C1|sg16>, <#C2|ewg>", "tell #sg16 about P2300 and #2301 in #ewg",
     "watch P2301 here and in #ewg", "watch P2301 in #ewg and here", "can I watch P2301 in #sg16 and #ewg?"],
)  # fmt: skip
def test_several_channels_are_refused(text: str) -> None:
    assert channel_order(text, "") is None
    answer = say(text, a_user("P2300", "audience:SG16"))
    assert answer.changes == Changes()
    assert said(answer).startswith("That names more than one channel, so nothing has changed.")


def test_a_second_hash_may_be_no_channel() -> None:
    for text in ("watch #2300, #P2301 in #sg16", "subscribe #sg16 to papers on #contracts", "watch #error in #sg16"):
        assert channel_order(text, "") is not None
    for text in (
        "watch title:#if and #x in #y",
        "search #a in #sg16 and #ewg",
        "import\nwatch P2300 in #sg16 and #ewg",
    ):
        assert not said(say(text)).startswith("That names")


def test_a_number_or_a_title_is_no_channel() -> None:
    for text in ("watch title:you are here", 'watch "here"', "show #2300", "what is #2300?", "send P2300 to #sg16"):
        assert channel_order(text, "C024BE91L") is None
    for text in (f"post {'papers ' * 20_000}to #sg16", f"what is {'the ' * 30_000}#sg16", f"watch {'here ' * 20_000}"):
        channel_order(text, "C024BE91L")
