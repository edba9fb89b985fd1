"""The app's home, forms, the shortcut of a message, and links: what Slack delivers, and what is shown for it."""

import json
from datetime import date
from typing import Any

import pytest

from actors.notifier.inbound.ownership import Identity
from actors.notifier.inbound.parse import (
    FormRefused,
    Ignored,
    InboundEvent,
    ParsedEvent,
    PayloadKind,
    acknowledgement,
    parse_event,
)
from actors.notifier.inbound.surfaces import watch_papers_in
from actors.notifier.model.surfaces import SHORTCUT, FormKind, FormWanted, HomeOpened, LinksShared, PaperLink
from actors.notifier.render.forms import form_view
from actors.notifier.render.home import home_view
from actors.notifier.render.unfurls import unfurled
from actors.notifier.slack import scopes
from actors.runtime.timezones.places import zones
from actors.stage.slack.blockkit import problems, view_problems
from messages.commands import AnswerLine, Span, UserCommand
from messages.home import HomeItem, HomeReply
from tests.actors.notifier.slack_socket import a_message, a_press
from tests.builders import NOON, a_paper

OURS = Identity(team="T1", user="UBOT", app="A1")


def parsed(kind: PayloadKind, payload: dict[str, Any]) -> ParsedEvent:
    return parse_event(InboundEvent(kind=kind, payload=payload), OURS, NOON)


def an_action(**fields: Any) -> dict[str, Any]:
    return a_press("", **({"actions": []} | fields))


def a_form(kind: str, **values: dict[str, Any]) -> dict[str, Any]:
    state = {"values": {block: {block: value} for block, value in values.items()}}
    return an_action(type="view_submission", view={"id": "V1", "callback_id": f"callboard-{kind}", "state": state})


def test_people_of_other_workspaces_have_no_home_and_no_forms() -> None:
    theirs = a_message("", type="app_home_opened", user="U9", tab="home", user_team="T9")
    theirs |= {"is_ext_shared_channel": True, "authorizations": [{"team_id": "T1"}], "team_id": "T9"}
    assert isinstance(parsed(PayloadKind.EVENT, theirs), Ignored)
    action = {"action_id": "callboard-form-watch", "value": "watch"}
    press = a_press("", user={"id": "U9", "team_id": "T9"}, actions=[action])
    assert isinstance(parsed(PayloadKind.ACTION, press), Ignored)


def option(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def test_who_opens_the_home_is_shown_it_and_a_look_at_the_messages_is_nothing() -> None:
    opened: dict[str, Any] = {"type": "app_home_opened", "user": "U1", "tab": "home", "view": {"hash": "1.2"}}
    assert parsed(PayloadKind.EVENT, a_message("", **opened)) == HomeOpened(user="U1", view_hash="1.2")
    messages = a_message("", **{**opened, "tab": "messages"})
    assert isinstance(parsed(PayloadKind.EVENT, messages), Ignored)


@pytest.mark.parametrize("form", FormKind)
def test_a_button_opens_a_form(form: FormKind) -> None:
    press = a_press(form.value, actions=[{"action_id": f"callboard-form-{form.value}", "value": form.value}])
    assert parsed(PayloadKind.ACTION, press) == FormWanted(id="p1", user="U1", form=form, trigger="p1")


@pytest.mark.parametrize(
    ("payload", "command"),
    [
        (a_form("watch", entry={"value": " Niebler,\nP2300 "}), "watch Niebler, P2300"),
        (a_form("mute", entry={"value": "P2300"}, duration=option("2w")), "mute P2300 2w"),
        (a_form("mute", entry={"value": "all"}, duration=option("forever")), "mute all forever"),
        (
            a_form("digest", how=option("daily"), time={"selected_time": "09:00"}, zone=option("Asia/Tokyo")),
            "digest daily 09:00 Asia/Tokyo",
        ),
        (a_form("digest", how=option("off"), time={"selected_time": "09:00"}, zone=option("Asia/Tokyo")), "digest off"),
        (a_form("watch", entry={"value": None}), "watch "),
        (
            an_action(
                type="message_action", callback_id=SHORTCUT, message={"text": "see P2300R10, D2300R11 and LWG4000"}
            ),
            "watch P2300, LWG4000",
        ),
    ],
)
def test_a_form_and_the_shortcut_are_commands(payload: dict[str, Any], command: str) -> None:
    heard = parsed(PayloadKind.ACTION, payload)
    assert isinstance(heard, UserCommand)
    assert (heard.text, heard.user, heard.channel) == (command, "U1", "U1")


@pytest.mark.parametrize("payload", [a_form("other"), an_action(type="message_action", callback_id="theirs")])
def test_forms_and_shortcuts_of_others_are_ignored(payload: dict[str, Any]) -> None:
    assert isinstance(parsed(PayloadKind.ACTION, payload), Ignored)


def test_what_is_wrong_with_a_form_is_shown_in_it() -> None:
    refused = acknowledgement(PayloadKind.ACTION, FormRefused(block="entry", why="I know no such author."))
    assert refused == {"response_action": "errors", "errors": {"entry": "I know no such author."}}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("p2996r4 <https://wg21.link/P3096R1|P3096R1> (CWG2900)", "watch P2996, P3096, CWG2900"),
        ("N4950 and HP2000x", "watch N4950"),
        ("nothing here", "watch"),
        ("LWG 4000, CWG-2765, lwg issue 4001 and P2300/P2301", "watch LWG4000, CWG2765, LWG4001, P2300, P2301"),
        ("https://cplusplus.github.io/LWG/issue4000", "watch LWG4000"),
        ("https://cplusplus.github.io/CWG/issues/2765.html", "watch CWG2765"),
        ("https://cplusplus.github.io/LWG/lwg-active.html#4000", "watch LWG4000"),
        ("LWG 2024 in Tokyo, LWG 12 votes", "watch"),
        (
            " ".join(f"P{number}" for number in range(2000, 2100)),
            f"watch {', '.join(f'P{n}' for n in range(2000, 2040))}",
        ),
    ],
)
def test_the_papers_that_a_message_names(text: str, command: str) -> None:
    assert watch_papers_in(text) == command


def test_no_text_however_long_takes_long() -> None:
    for repeated in ("LWG_", "P2300 ", "LWG-a", "D"):
        watch_papers_in(repeated * (250_000 // len(repeated)))


def test_the_papers_of_a_message_that_has_only_blocks_and_attachments() -> None:
    words = {"type": "text", "text": " and P2301"}
    linked = {"type": "link", "url": "https://wg21.link/P2300R1"}
    section = {"type": "rich_text_section", "elements": [linked, words]}
    message = {
        "text": "",
        "blocks": [{"type": "rich_text", "elements": [section]}, {"type": "divider"}, None],
        "attachments": [{"title": "P2996 Reflection", "fields": [{"title": "Issue", "value": 1, "short": True}]}],
    }
    heard = parsed(PayloadKind.ACTION, an_action(type="message_action", callback_id=SHORTCUT, message=message))
    assert isinstance(heard, UserCommand)
    assert heard.text == "watch P2300, P2301, P2996"


@pytest.mark.parametrize(
    ("address", "kind", "number", "revision"),
    [("p2300r10.pdf", "P", 2300, "10"), ("2300", "P", 2300, ""), ("p2300/status", "P", 2300, ""),
     ("P2300R10/github", "P", 2300, "10"), ("n4950.html", "N", 4950, ""), ("lwg4000/", "LWG", 4000, "")],
)  # fmt: skip
def test_all_addresses_of_a_paper_are_read(address: str, kind: str, number: int, revision: str) -> None:
    heard = parsed(PayloadKind.EVENT, shared(f"https://wg21.link/{address}"))
    assert isinstance(heard, LinksShared)
    assert [(link.kind, link.number, link.revision) for link in heard.links] == [(kind, number, revision)]


def shared(*urls: str) -> dict[str, Any]:
    links = [{"domain": "wg21.link", "url": url} for url in urls]
    return a_message("", type="link_shared", unfurl_id="C1.2.x", source="composer", links=links)


def test_links_of_wg21_link_are_read_and_others_are_not() -> None:
    event = shared(
        "https://wg21.link/p2300r10", "http://www.wg21.link/LWG4000/", "https://wg21.link/index.json", "x://["
    )
    assert parsed(PayloadKind.EVENT, event) == LinksShared(
        id="Ev1",
        unfurl_id="C1.2.x",
        source="composer",
        links=(
            PaperLink(url="https://wg21.link/p2300r10", kind="P", number=2300, revision="10"),
            PaperLink(url="http://www.wg21.link/LWG4000/", kind="LWG", number=4000, revision=""),
        ),
    )
    assert isinstance(parsed(PayloadKind.EVENT, shared("https://evil.example/P2300")), LinksShared)
    assert parsed(PayloadKind.EVENT, shared("https://evil.example/P2300")).links == ()  # type: ignore[union-attr]


def test_a_link_shows_the_revision_that_it_names_and_the_newest() -> None:
    papers = [a_paper(2300, revision, title="<b> std::thread::id", date=date(2024, 6, 28)) for revision in (9, 10)]
    old = PaperLink(url="https://wg21.link/P2300R9", kind="P", number=2300, revision="9")
    newest = PaperLink(url="https://wg21.link/P2300", kind="P", number=2300, revision="")
    gone = PaperLink(url="https://wg21.link/P2300R3", kind="P", number=2300, revision="3")
    shown = unfurled([(old, papers), (newest, papers), (gone, papers), (gone, [])])
    assert shown.keys() == {old.url, newest.url}
    head, known = shown[old.url]["blocks"]
    assert head["text"]["text"] == "*P2300R9* &lt;b&gt; `std::thread::id`"
    assert [each["text"] for each in known["elements"]][1:] == [
        "2024-06-28",
        "Newest: <https://wg21.link/P2300R10|P2300R10>",
    ]
    assert problems(shown[newest.url]["blocks"]) == ()


def a_home(**fields: Any) -> HomeReply:
    known: dict[str, Any] = {
        "request_id": "r", "user": "U1", "is_new": False, "entries": (), "entry_count": 0, "mutes": (), "mute_count": 0,
        "hours": (AnswerLine(spans=(Span(text="Notices are sent immediately."),)),), "zone": "UTC",
    }  # fmt: skip
    return HomeReply(**known | fields)


def test_a_home_has_the_list_with_remove_the_mutes_and_the_hours() -> None:
    entries = tuple(HomeItem(text=f"P{n}", note="since 2025-01-01", command=f"unwatch P{n}") for n in range(30))
    mutes = (HomeItem(text="<x>", note="until you unmute it", command="unmute <x>"),)
    view = json.loads(home_view(a_home(entries=entries, entry_count=99, mutes=mutes, mute_count=1)))
    assert view_problems(view, "home") == ()
    pressed = [each["accessory"]["value"] for each in view["blocks"] if "accessory" in each]
    assert pressed == [*(f"unwatch P{n}" for n in range(30)), "unmute <x>"]
    text = json.dumps(view)
    assert "Welcome" not in text
    assert "69 more" in text
    assert "Notices are sent immediately." in text
    openers = next(block for block in view["blocks"] if block["type"] == "actions")
    assert [each["value"] for each in openers["elements"]] == ["watch", "mute", "digest"]


def test_who_opens_it_for_the_first_time_is_welcomed() -> None:
    view = json.loads(home_view(a_home(is_new=True)))
    assert view_problems(view, "home") == ()
    assert view["blocks"][0]["text"]["text"].startswith("*Welcome!*")


@pytest.mark.parametrize("form", FormKind)
def test_slack_takes_every_form(form: FormKind) -> None:
    view = json.loads(form_view(form, zones(), "America/New_York"))
    assert view_problems(view, "modal") == ()
    assert len(json.dumps(view)) < 250_000


def test_the_form_of_the_digest_has_slacks_time_picker_and_all_zones_with_the_persons_own_chosen() -> None:
    blocks = {
        each["block_id"]: each["element"]
        for each in json.loads(form_view(FormKind.DIGEST, zones(), "Asia/Tokyo"))["blocks"]
    }
    assert blocks["time"]["type"] == "timepicker"
    groups = blocks["zone"]["option_groups"]
    assert {option["value"] for group in groups for option in group["options"]} >= {
        "UTC",
        "Europe/Berlin",
        "Asia/Tokyo",
    }
    assert max(len(group["options"]) for group in groups) <= 100
    assert blocks["zone"]["initial_option"]["value"] == "Asia/Tokyo"


def test_the_app_asks_for_what_it_needs() -> None:
    assert {"links:read", "links:write"} <= scopes.SCOPES.keys()
    assert {"app_home_opened", "link_shared"} <= set(scopes.EVENTS)
    assert scopes.SHORTCUT == SHORTCUT
