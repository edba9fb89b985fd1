"""What the commands print for people."""

import pytest

from actors.front.commands.printing import output, terminal
from actors.front.commands.printing.hints import Hints
from actors.front.commands.running import start
from actors.front.commands.running.start import requests_of as requests_in
from messages.lifecycle import ServiceStarted
from messages.settings import IndexSettings, OpenStdSettings, ProberSettings, Settings
from tests.builders import settings


def requests_of(settings: Settings) -> list[str]:
    return requests_in(settings, is_watched=False)


def test_the_banner_says_of_the_requests_where_they_go_and_of_each_number_what_it_is() -> None:
    assert requests_of(Settings(prober=ProberSettings(contact="a@b.example"))) == [
        "wg21.link: the index, every 10 minutes",
        "www.open-std.org: the mailings and this year's papers, every 30 minutes; the older years once, a"
        " page every minute",
        "isocpp.org: names that drafts may have, on average 4,000 an hour (672,000 a week), at most 10,000 an hour",
    ]
    assert requests_of(Settings(index=IndexSettings(interval=3600.0)))[0] == "wg21.link: the index, every hour"
    assert requests_of(Settings(index=IndexSettings(interval=0.5)))[0].endswith("every 500 milliseconds")
    evenly = requests_of(Settings(prober=ProberSettings(contact="a@b.example", strategy="two-frequency")))
    assert evenly[2:] == ["isocpp.org: names that drafts may have, on average 4,000 an hour (672,000 a week)"]
    only_index = Settings(open_std=OpenStdSettings(enabled=False), prober=ProberSettings(enabled=False))
    assert len(requests_of(only_index)) == 2
    assert requests_of(Settings(prober=ProberSettings(enabled=False)))[2:] == [
        "isocpp.org: none (prober.enabled is false)"
    ]


@pytest.mark.parametrize("contact", ["", "  "])
def test_without_a_contact_the_banner_says_a_tenth_and_how_to_have_the_rest(contact: str) -> None:
    chosen = Settings(prober=ProberSettings(contact=contact))
    papers, hint = requests_of(chosen)[2:]
    assert (
        papers
        == "isocpp.org: names that drafts may have, on average 400 an hour (67,200 a week), at most 1,000 an hour"
    )
    assert "a tenth of the budget" in hint
    assert "start Callboard again to use all of it: CALLBOARD_PROBER__CONTACT=" in hint
    with_file = requests_in(chosen, is_watched=True)[-1]
    assert with_file.endswith("in the configuration file and save it: Callboard uses all of it at once.")


def test_before_there_is_news_recent_says_so_and_shows_the_newest_papers_with_their_dates(
    capsys: pytest.CaptureFixture[str],
) -> None:
    item = {
        "at": "2025-10-06T00:00:00Z",
        "what": "paper",
        "id": "P3875R0",
        "title": "Defining -ffast-math is hard!",
        "authors": ["Hans Boehm"],
        "urls": ["https://wg21.link/P3875R0"],
        "is_news": False,
    }
    terminal.show([item], output.show_recent, Hints())
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "Nothing new has come yet. The newest papers of the index:"
    assert second == "2025-10-06  P3875R0  paper"
    terminal.show([{**item, "is_news": True, "at": "2025-11-06T13:14:00Z"}], output.show_recent, Hints())
    assert capsys.readouterr().out.splitlines()[0].endswith("  P3875R0  paper")
    terminal.show([], output.show_recent, Hints())
    assert "the index has not been loaded" in capsys.readouterr().out


def test_the_banner_names_the_page_and_fits_a_terminal() -> None:
    started = ServiceStarted(process_group=0, pids=(), health_url="http://127.0.0.1:8765/", leader="")
    lines = start.banner(settings(prober={"contact": ""}), started, Hints()).splitlines()
    assert "  page      http://127.0.0.1:8765/" in lines
    assert "  health    http://127.0.0.1:8765/health" in lines
    assert all(len(line) <= start.COLUMNS for line in lines)
