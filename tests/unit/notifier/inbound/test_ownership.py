"""Whose delivery it is."""

from typing import Any

import pytest

from actors.notifier.inbound.ownership import (
    ForeignSender,
    Identity,
    sender_of_action,
    sender_of_command,
    sender_of_event,
)
from tests.unit.notifier.inbound_payloads import APP, BOT, ORG, TEAM, a_command, an_action, an_event, installed

OURS = Identity(team=TEAM, user=BOT, app=APP)
IN_ORG = Identity(team=TEAM, user=BOT, app=APP, enterprise=ORG)
ORG_WIDE = Identity(team=ORG, user=BOT, app=APP, enterprise=ORG, is_org_wide=True)

OTHER_TEAM, OTHER_APP, OUTSIDER = ForeignSender.OTHER_TEAM, ForeignSender.OTHER_APP, ForeignSender.OUTSIDER


@pytest.mark.parametrize(
    ("payload", "sender"),
    [
        (an_event(), None),
        (an_event(team_id="T9"), None),
        (an_event(authorizations=installed("T9")), OTHER_TEAM),
        (an_event(authorizations=[]), None),
        (an_event(authorizations=[], team_id="T9"), OTHER_TEAM),
        (an_event(authorizations="odd", team_id="T9"), OTHER_TEAM),
        (an_event(authorizations=["odd"]), None),
        (an_event(api_app_id="A9"), OTHER_APP),
        (an_event(api_app_id=""), None),
        (an_event({"user_team": "T9"}, is_ext_shared_channel=True), OUTSIDER),
        (an_event({"user_team": "T9"}, is_ext_shared_channel=True, team_id="T9"), OUTSIDER),
        (an_event({"team": "T9"}, is_ext_shared_channel=True), OUTSIDER),
        (an_event({"user_team": TEAM}, is_ext_shared_channel=True, team_id="T9"), None),
        (an_event({"user_team": "T9"}), None),
    ],
)
def test_an_event_is_for_the_installation_that_it_names_first(
    payload: dict[str, Any], sender: ForeignSender | None
) -> None:
    assert sender_of_event(payload, OURS) is sender


def test_without_a_word_on_sharing_a_person_of_another_workspace_is_an_outsider() -> None:
    old = an_event({"user_team": "T9"})
    del old["is_ext_shared_channel"]
    assert sender_of_event(old, OURS) is OUTSIDER
    assert sender_of_event(old, IN_ORG) is None


@pytest.mark.parametrize(
    ("payload", "sender"),
    [
        (an_event(authorizations=installed(None, ORG, org_wide=True), team_id="T7"), None),
        (an_event(authorizations=installed("T7", ORG, org_wide=True), team_id="T7"), None),
        (an_event(authorizations=installed(None, "E9", org_wide=True), team_id="T7"), OTHER_TEAM),
        (an_event(authorizations=[], team_id="T7", enterprise_id=ORG), None),
        (an_event({"user_team": "T7"}, authorizations=installed("T7", ORG, org_wide=True), team_id="T7"), None),
        (
            an_event({"user_team": "T9"}, authorizations=installed("T7", ORG, True), is_ext_shared_channel=True),
            OUTSIDER,
        ),
        (
            an_event(
                {"user_team": "T7"},
                authorizations=installed(None, ORG, True),
                is_ext_shared_channel=True,
                context_team_id="T7",
            ),
            None,
        ),
    ],
)
def test_an_app_that_is_installed_in_an_organization_serves_all_its_workspaces(
    payload: dict[str, Any], sender: ForeignSender | None
) -> None:
    assert sender_of_event(payload, ORG_WIDE) is sender


def test_another_workspace_of_the_organization_is_not_ours_if_the_app_is_installed_in_one() -> None:
    assert sender_of_event(an_event(authorizations=installed("T7", ORG)), IN_ORG) is OTHER_TEAM
    assert sender_of_event(an_event(authorizations=installed(TEAM, ORG)), IN_ORG) is None
    assert sender_of_event(an_event({"user_team": "T7"}, authorizations=installed(TEAM, ORG)), IN_ORG) is None


@pytest.mark.parametrize(
    ("payload", "identity", "sender"),
    [
        (a_command(), OURS, None),
        (a_command(team_id="T9"), OURS, OUTSIDER),
        (a_command(api_app_id="A9"), OURS, OTHER_APP),
        (a_command(team_id="T7", enterprise_id=ORG, is_enterprise_install="true"), ORG_WIDE, None),
        (a_command(team_id="T7", enterprise_id="E9"), ORG_WIDE, OUTSIDER),
        (a_command(team_id="T7", enterprise_id=ORG), IN_ORG, OUTSIDER),
    ],
)
def test_a_slash_command_is_typed_by_somebody_of_a_workspace(
    payload: dict[str, Any], identity: Identity, sender: ForeignSender | None
) -> None:
    assert sender_of_command(payload, identity) is sender


@pytest.mark.parametrize(
    ("payload", "identity", "sender"),
    [
        (an_action(), OURS, None),
        (an_action(user={"id": "U1"}), OURS, None),
        (an_action(team={"id": "T9"}), OURS, OTHER_TEAM),
        (an_action(api_app_id="A9"), OURS, OTHER_APP),
        (an_action(user={"id": "U9", "team_id": "T9"}), OURS, OUTSIDER),
        (an_action(team=None, enterprise={"id": ORG}, user={"id": "U1", "team_id": "T7"}), ORG_WIDE, None),
        (an_action(team=None, enterprise={"id": "E9"}, user={"id": "U1", "team_id": "T7"}), ORG_WIDE, OTHER_TEAM),
        (an_action(team=None), OURS, None),
        (an_action(team=None, user={"id": "U9", "team_id": "T9"}), OURS, OTHER_TEAM),
        (an_action(team={"id": TEAM, "enterprise_id": ORG}, user={"id": "U1", "team_id": "T7"}), IN_ORG, None),
    ],
)
def test_a_button_is_pressed_by_somebody_of_a_workspace_also_where_team_is_null(
    payload: dict[str, Any], identity: Identity, sender: ForeignSender | None
) -> None:
    assert sender_of_action(payload, identity) is sender


def test_while_the_app_is_not_known_every_app_is_taken_for_ours() -> None:
    assert sender_of_event(an_event(api_app_id="A9"), Identity(team=TEAM, user=BOT)) is None
