"""What `--user` takes for a Slack user ID."""

import pytest

from actors.front.commands.parsing.slack_ids import doubt_about


@pytest.mark.parametrize("user", ["U1", "U024BE7LH", "W012A3CDE", "U0REFLECT"])
def test_a_slack_user_id_is_taken_without_a_word(user: str) -> None:
    assert doubt_about(user) == ""


@pytest.mark.parametrize(
    "user", ["anna", "@anna", "u024be7lh", "C024BE7LH", "D1", "U", "<@U024BE7LH>", "a@b.org", "#x", "ME"]
)
def test_whatever_else_is_doubted_with_where_to_find_an_id(user: str) -> None:
    assert doubt_about(user).startswith(f"“{user}” is not a Slack user ID")
    assert "Copy member ID" in doubt_about(user)
