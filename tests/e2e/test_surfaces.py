"""The app's home, its forms, the shortcut of a message and links of wg21.link, as a person uses them on the stage."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actors.notifier.services.surface_service import BUSY_TEXT
from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.state import STAGE_APP_TOKEN
from tests.e2e.people import SECRET, People
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import ONE_PAPER, on_stage

SHORTCUT = "callboard-watch-papers"


class Onlooker(People):
    """Does again what is to show something, but only if the notifier has had trouble since it was last seen: it forgets
    what it could not show in time."""

    def begin(self) -> None:
        super().begin()
        self._known = self._trouble()

    def see(self, look: Callable[[], Any], *, again: Callable[[], object]) -> Any:
        """What was looked for, once there is something."""

        def seen() -> Any:
            if found := look():
                return found
            if (trouble := self._trouble()) != self._known:
                self._known = trouble
                again()
            return None

        found = wait_for(seen)
        self._known = self._trouble()
        return found

    def _trouble(self) -> tuple[Any, Any]:
        """Changes when another actor has answered too late, and when Slack has refused something."""
        notifier = self.service.health_of_all()["actors"]["notifier"]
        return notifier["counters"].get("late_replies"), notifier["last_error_at"]


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        yield client


@pytest.fixture(
    params=[
        pytest.param((SIMPLE, "socket"), id="simple-socket"),
        pytest.param((TCP, "http"), id="tcp-http"),
        pytest.param((SIMPLE, "http"), id="simple-http", marks=pytest.mark.long),
        pytest.param((TCP, "socket"), id="tcp-socket", marks=pytest.mark.long),
    ]
)
def people(request: pytest.FixtureRequest, stage: StageClient, make_service: Callable[..., Service]) -> Onlooker:
    base, mode = request.param
    service = on_stage(make_service, base, stage, slack={"events": mode, "events_port": 0})
    service.environment |= {"CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN, "CALLBOARD_SLACK__SIGNING_SECRET": SECRET}
    made = Onlooker(service, stage, mode)
    made.begin()
    return made


def home_of(people: Onlooker, user: str) -> list[str]:
    """The texts on a person's home."""
    blocks = people.stage.surfaces()["homes"].get(user, {"blocks": ()})["blocks"]
    return [block["text"]["text"] for block in blocks if "text" in block]


def home_shows(people: Onlooker, user: str, look: Callable[[list[str]], bool]) -> None:
    people.see(lambda: look(home_of(people, user)), again=lambda: people.stage.open_home(user))


def home_says(people: Onlooker, user: str, text: str) -> None:
    home_shows(people, user, lambda home: any(text in each for each in home))


def form_of(people: Onlooker, user: str) -> dict[str, Any] | None:
    form: dict[str, Any] | None = people.stage.surfaces()["forms"].get(user)
    return form


def fill_in(people: Onlooker, button: str, **values: str) -> dict[str, Any]:
    """Open a form from the home and send it; what Slack was answered."""
    people.stage.press_home("U1", button)
    people.see(lambda: form_of(people, "U1"), again=lambda: people.stage.press_home("U1", button))
    return submit(people, **values)


def submit(people: Onlooker, **values: str) -> dict[str, Any]:
    """Send the form that is open, again while nobody has time to check it; what Slack was answered."""

    def answered() -> tuple[dict[str, Any]] | None:
        answer = dict(people.stage.wait_delivered(people.stage.submit("U1", **values), LIMIT).answer)
        return None if BUSY_TEXT in str(answer) else (answer,)

    (answer,) = wait_for(answered)
    return dict(answer)


def test_a_person_keeps_a_list_on_the_home_and_by_forms_and_is_told_in_the_form_what_is_wrong(people: Onlooker) -> None:
    people.stage.open_home("U1")
    home_says(people, "U1", "*Welcome!*")

    refused = fill_in(people, "Watch…", entry="everything")
    assert refused["response_action"] == "errors"
    assert refused["errors"].keys() == {"entry"}
    assert form_of(people, "U1") is not None
    assert people.told("U1") == []
    assert submit(people, entry="Niebler") == {}
    assert form_of(people, "U1") is None
    home_says(people, "U1", "*Niebler* since ")
    assert not any("Welcome" in text for text in home_of(people, "U1"))

    assert fill_in(people, "Mute…", entry="P42", duration="forever") == {}
    home_says(people, "U1", "*P42* until you unmute it")
    assert fill_in(people, "Digest…", how="weekdays", time="08:30", zone="Asia/Tokyo") == {}
    home_says(people, "U1", "Asia/Tokyo")
    home_says(people, "U1", "08:30")

    people.stage.press_home("U1", "Remove")
    home_shows(people, "U1", lambda home: not any("*Niebler*" in text for text in home))
    people.stage.press_home("U1", "Unmute")
    home_shows(people, "U1", lambda home: not any("until you unmute it" in text for text in home))
    people.say("watch P42")
    home_says(people, "U1", "*P42* since ")
    assert "Traceback" not in people.service.said()
    assert "invalid_arguments" not in people.service.said()


def test_the_papers_of_a_message_are_watched_and_links_say_where_they_lead(people: Onlooker) -> None:
    text = "Look at https://wg21.link/P0042R0 and https://wg21.link/P9999"
    people.stage.share("U2", "C0PAPERS", text)
    unfurls = people.see(
        lambda: people.stage.surfaces()["unfurls"], again=lambda: people.stage.share("U2", "C0PAPERS", text)
    )
    ((url, shown),) = next(iter(unfurls.values())).items()
    assert url == "https://wg21.link/P0042R0"
    assert shown["blocks"][0]["text"]["text"] == "*P0042R0* Its old title"

    people.say("paper P42", user="U2")
    before = len(people.told("U2"))
    people.stage.shortcut("U2", people.told("U2")[-1], SHORTCUT)
    wait_for(lambda: len(people.told("U2")) > before, LIMIT)
    assert people.told("U2")[-1].text.startswith("You're now watching *P0042* ")


def test_links_are_left_alone_where_that_is_wanted(stage: StageClient, make_service: Callable[..., Service]) -> None:
    service = on_stage(make_service, SIMPLE, stage, slack={"events": "socket", "unfurl": False})
    service.environment |= {"CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN}
    people = People(service, stage, "socket")
    people.begin()
    delivery = people.stage.share("U2", "C0PAPERS", "https://wg21.link/P0042R0")
    people.stage.wait_delivered(delivery, LIMIT)
    assert people.say("version").startswith("This is Callboard")
    assert people.stage.surfaces()["unfurls"] == {}
