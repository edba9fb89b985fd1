"""The message to a user whose time zone is gone. Pure."""

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render.answers import render_answer
from messages.commands import AnswerLine, CommandAnswer, Span, Style


def unknown_zone(zone: str) -> tuple[RenderedMessage, ...]:
    """The system no longer knows the user's zone."""
    spans = (
        Span(text="Your time zone "),
        Span(text=zone, style=Style.STRONG),
        Span(text=" is no longer known here, so your digests, your quiet hours and all times are now in UTC. To set"
             " another, type "),
        Span(text="timezone Europe/Berlin", style=Style.CODE),
        Span(text=" with a city near you."),
    )  # fmt: skip
    return render_answer(CommandAnswer(lines=(AnswerLine(spans=spans),)))
