"""A message of the stage's Slack as lines for a terminal. Pure."""

from actors.runtime.output.printable import printable
from actors.stage.page.mrkdwn import plain
from actors.stage.world.state import Message, Workspace


def as_printed(slack: Workspace, message: Message) -> str:
    """Where it stands, who says it if that is a person, and its lines; one that is empty has one."""
    member = slack.opened.get(message.channel)
    where = f"@{slack.names.get(member, member)}" if member else f"#{slack.names.get(message.channel, message.channel)}"
    if message.author:
        where += f", {slack.names.get(message.author, message.author)} types"
    elif message.thread_ts is not None:
        where += ", in the thread"
    first, *others = printable(plain(message.text)).splitlines() or [""]
    return "\n".join([f"  Slack {where} │ {first}", *(f"  {'':<{len(where) + 6}} │ {line}" for line in others)])
