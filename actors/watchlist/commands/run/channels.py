"""Commands about a channel: who may give them, and their answers. Pure.

A channel has a list, mutes and hours as a person has, under its id. An answer is made as if for a person; then the
commands in it become those of the channel: `unsubscribe #sg16 P2300` for `unwatch P2300`.
"""

import re
from dataclasses import replace
from types import MappingProxyType

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.addressing import ChannelOrder
from actors.watchlist.commands.parse.normalize import from_slack, plain
from actors.watchlist.commands.parse.parsed_commands import (
    ForgetCommand,
    MuteCommand,
    ParsedCommand,
    SimpleCommand,
    UnmuteCommand,
)
from actors.watchlist.commands.parse.parser import MAX_COMMAND_LENGTH
from actors.watchlist.commands.phrasing import code, line
from actors.watchlist.commands.run.result import CommandResult, asking, refused
from actors.watchlist.model.questions import Question, QuestionKind
from actors.watchlist.model.user_state import UserState
from messages.channels import ChannelAccess, ChannelReply
from messages.commands import Button, CommandAnswer, Span, Style

_VERBS = MappingProxyType({"watch": "subscribe", "unwatch": "unsubscribe", "watching": "subscriptions"})
_SAME = frozenset({"replace", "mute", "unmute", "digest", "quiet", "timezone", "import", "export", "forget", "why"})
_COMMAND = re.compile(r"([a-z]+)(!?)(?: (.*))?", re.DOTALL)


def ask_about(order: ChannelOrder, member: str, by: str, *, is_plain: bool) -> CommandResult:
    """What must be known before a command about a channel is carried out. Without a `member` an operator gives it."""
    if not order.channel:
        how = line("Which channel? Type ", code("subscriptions #sg16"), ", or in a channel ",
                   code("/callboard subscriptions"), ".")  # fmt: skip
        return refused(phrasing.answer(how))
    if len(order.text) > MAX_COMMAND_LENGTH:
        return refused(phrasing.answer(line(f"A command can have up to {MAX_COMMAND_LENGTH:,} characters.")))
    text = plain(order.text) if is_plain else from_slack(order.text)
    return asking(Question(kind=QuestionKind.CHANNEL, channel=order.channel, text=text, member=member, by=by))


def refusal(channel: str, reply: ChannelReply) -> CommandResult | None:
    """Why a command about a channel is not carried out; None if it is."""
    called = called_by(channel, reply)
    match reply.access:
        case ChannelAccess.ALLOWED:
            return None
        case ChannelAccess.NOT_INVITED:
            said = line(
                f"I'm not in {called}. To invite me, type ", code("/invite @callboard"), " there; then try again."
            )
        case ChannelAccess.UNSEEN:
            said = line(f"I don't see the channel {called}. If it is private, invite me first: type ",
                        code("/invite @callboard"), " there; then try again.")  # fmt: skip
        case ChannelAccess.NOT_A_MEMBER:
            said = line(f"Only members of {called} can see or change its subscriptions. Join it, then try again.")
        case ChannelAccess.ARCHIVED:
            said = line(f"{called} is archived, so nothing can be sent there.")
        case ChannelAccess.NOT_A_CHANNEL:
            said = line("Only channels can have subscriptions. To watch something yourself, type ",
                        code("watch audience:SG16"), ".")  # fmt: skip
        case ChannelAccess.UNKNOWN:
            said = line(f"I can't ask Slack about {called} right now ({reply.why}). Please try again in a moment.")
    return refused(phrasing.answer(said))


def called_by(channel: str, reply: ChannelReply) -> str:
    """What answers call a channel that a command names so: `#sg16` if its name is known."""
    return f"#{reply.name}" if reply.name else channel if channel.startswith("#") else reply.id or channel


def refused_to_readers(command: ParsedCommand, user: UserState) -> CommandResult | None:
    """Why the readers' channel cannot have what a command asks for."""
    if not user.is_readers or not isinstance(command, MuteCommand | UnmuteCommand | ForgetCommand):
        return None
    is_forget = isinstance(command, ForgetCommand)
    what = "its messages can't be deleted" if is_forget else "nothing can be muted there"
    said = line(f"{user.channel} is the readers' channel, which gets everything, so {what}.")
    how = line("To remove what was added to its list, type ", code("unwatch all"), ".")
    return refused(phrasing.answer(said, *((how,) if is_forget else ())))


def addressed(result: CommandResult, command: ParsedCommand, user: UserState) -> CommandResult:
    """A result whose answer has the commands of the channel. Lines of an export stay as they are: any list imports
    them."""
    if result.answer is None or command is SimpleCommand.EXPORT:
        return result
    answer = result.answer
    lines = tuple(replace(each, spans=tuple(_span(span, user.channel) for span in each.spans)) for each in answer.lines)
    return replace(result, answer=CommandAnswer(lines=lines, buttons=tuple(_button(b, user) for b in answer.buttons)))


def _span(span: Span, channel: str) -> Span:
    return replace(span, text=_of_channel(span.text, channel)) if span.style is Style.CODE else span


def _button(button: Button, user: UserState) -> Button:
    """Its label is that of the command for a person, where it begins with the name of one."""
    label, _, rest = button.label.partition(" ")
    verb = _VERBS.get(label.lower())
    said = f"{verb.capitalize()} {rest}".strip() if verb else button.label
    return phrasing.button(said, _of_channel(button.command, f"<#{user.id}>"), button.emphasis)


def _of_channel(command: str, channel: str) -> str:
    found = _COMMAND.fullmatch(command)
    if found is None or (found[1] not in _VERBS and found[1] not in _SAME):
        return command
    rest = (found[3] or "").removeprefix("me ") if found[1] == "forget" else found[3]
    return " ".join(filter(None, (f"{_VERBS.get(found[1], found[1])}{found[2]}", channel, rest)))
