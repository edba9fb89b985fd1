"""A user's way: digests, quiet hours, the time zone; and mutes. What is changed, and what is said to it. Pure."""

from dataclasses import replace
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse import timing
from actors.watchlist.commands.parse.commands import (
    DigestCommand,
    MuteCommand,
    QuietCommand,
    TimezoneCommand,
    UnmuteCommand,
)
from actors.watchlist.commands.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.commands.run.subscribing import as_typed
from actors.watchlist.matching.entries import EntryKind, InvalidEntry, parse
from actors.watchlist.matching.mutes import ALL, MOST_MUTES, Mute
from actors.watchlist.model.user_state import Changes, UserState
from messages.commands import Delivery, Line, Preferences

USUAL_MINUTE = 9 * 60
USUAL_ZONE = "UTC"


def preferences_of(user: UserState) -> Preferences:
    """As they are, or as they are for who never said anything."""
    return user.preferences or Preferences(
        user=user.id,
        delivery=Delivery.IMMEDIATE,
        at_minute=USUAL_MINUTE,
        weekday=0,
        zone=USUAL_ZONE,
        quiet_from=None,
        quiet_to=None,
    )


def digest(command: DigestCommand, user: UserState) -> CommandResult:
    """When to be told; what is not said stays as it was."""
    known = preferences_of(user)
    wanted = replace(
        known,
        delivery=command.delivery,
        at_minute=known.at_minute if command.at_minute is None else command.at_minute,
        weekday=known.weekday if command.weekday is None else command.weekday,
        zone=command.zone or known.zone,
    )
    return _settled(wanted, user)


def quiet(command: QuietCommand, user: UserState) -> CommandResult:
    """When not to be told."""
    known = preferences_of(user)
    return _settled(
        replace(known, quiet_from=command.begin, quiet_to=command.end, zone=command.zone or known.zone), user
    )


def in_zone(command: TimezoneCommand, user: UserState) -> CommandResult:
    """Which clock counts."""
    return _settled(replace(preferences_of(user), zone=command.zone), user)


def described(preferences: Preferences) -> tuple[Line, ...]:
    """The way of a user, in words."""
    said = {
        Delivery.IMMEDIATE: (strong("at once"),),
        Delivery.DAILY: (strong(f"once a day at {timing.clock(preferences.at_minute)}"),),
        Delivery.WEEKLY: (
            strong(f"once a week on {timing.WEEKDAYS[preferences.weekday]} at {timing.clock(preferences.at_minute)}"),
        ),
    }[preferences.delivery]
    lines = [line("You are told ", *said, ".")]
    if preferences.quiet_from is None or preferences.quiet_to is None:
        lines.append(line("There are no quiet hours."))
    else:
        hours = f"{timing.clock(preferences.quiet_from)} to {timing.clock(preferences.quiet_to)}"
        lines.append(line("Nothing is sent from ", strong(hours), "."))
    if preferences.delivery is not Delivery.IMMEDIATE or preferences.quiet_from is not None:
        hint = (
            (" Another one is set by ", code("timezone Europe/Berlin"), ".") if preferences.zone == USUAL_ZONE else ()
        )
        lines.append(line("These are times of ", strong(preferences.zone), ".", *hint))
    return tuple(lines)


def settings(user: UserState) -> CommandResult:
    """The way of a user, as it is."""
    lines = described(preferences_of(user))
    how = line("Change it by ", code("digest daily 09:00 Europe/Berlin"), ", ", code("quiet 22:00-07:00"), ", ",
               code("digest off"), " or ", code("quiet off"), ".")  # fmt: skip
    return done(phrasing.answer(*lines, how))


def mute(command: MuteCommand, user: UserState, now: datetime) -> CommandResult:
    """Silence an entry, a number, or everything."""
    muted = _mute_of(command.what, user)
    if isinstance(muted, InvalidEntry):
        return refused(phrasing.answer(line(muted.detail)))
    zone = preferences_of(user).zone
    try:
        until = command.duration.end(now, zone)
    except timing.InvalidTime as error:
        return refused(phrasing.answer(line(str(error))))
    replaces = any((known.kind, known.key) == (muted.kind, muted.key) for known in user.mutes)
    if len(user.mutes) >= MOST_MUTES and not replaces:
        return refused(
            phrasing.answer(line(f"{MOST_MUTES} mutes are the most that one user may have: unmute some first."))
        )
    what = "everything" if muted.kind is None else muted.text
    again = f"unmute {ALL if muted.kind is None else as_typed(muted.text)}"
    lasting = "for good" if until is None else f"until {timing.minute_of(until, zone)}"
    lines = [line("I say nothing about ", strong(what), f" {lasting}. ", code(again), " ends that.")]
    if muted.kind not in (None, EntryKind.NUMBER) and user.entry(muted.kind, muted.key) is None:
        lines.append(line(f"You do not watch {quoted(what)}, though."))
    if _is_held_back(preferences_of(user)):
        lines.append(line("What was kept for you before still comes at your hour."))
    return done(
        phrasing.answer(*lines, buttons=(button(f"Unmute {what}", again),)),
        Changes(mute=(replace(muted, until=until),)),
    )


def _is_held_back(preferences: Preferences) -> bool:
    return preferences.delivery is not Delivery.IMMEDIATE or preferences.quiet_from is not None


def unmute(command: UnmuteCommand, user: UserState) -> CommandResult:
    """Speak of it again."""
    if not user.mutes:
        return refused(phrasing.answer(line("Nothing is muted.")))
    if command.what.lower() in (ALL, "everything"):
        lifted = tuple((known.kind, known.key) for known in user.mutes)
        said = f"Nothing is muted any more: {counted(len(lifted), 'mute')} lifted."
        return done(phrasing.answer(line(said)), Changes(unmute=lifted))
    wanted = _mute_of(command.what, user)
    if isinstance(wanted, InvalidEntry):
        return refused(phrasing.answer(line(wanted.detail)))
    if not any((known.kind, known.key) == (wanted.kind, wanted.key) for known in user.mutes):
        muted = ", ".join(quoted(known.text) for known in user.mutes[:5])
        return refused(phrasing.answer(line(f"{quoted(wanted.text)} is not muted; these are: {muted}.")))
    return done(
        phrasing.answer(line(strong(wanted.text), " is not muted any more.")),
        Changes(unmute=((wanted.kind, wanted.key),)),
    )


def mutes(user: UserState) -> CommandResult:
    """What is muted."""
    if not user.mutes:
        return done(
            phrasing.answer(line("Nothing is muted. ", code("mute P2300 2w"), " would silence it for two weeks."))
        )
    zone = preferences_of(user).zone
    return done(phrasing.answer(line("Muted:"), *(muted_line(known, zone) for known in user.mutes)))


def muted_line(known: Mute, zone: str) -> Line:
    """One mute, in a line."""
    lasting = "for good" if known.until is None else f"until {timing.minute_of(known.until, zone)}"
    return line("• ", strong("everything" if known.kind is None else known.text), f" {lasting}")


def _mute_of(what: str, user: UserState) -> Mute | InvalidEntry:
    if what.lower() in (ALL, "everything"):
        return Mute(user=user.id, kind=None, key="", text=ALL, until=None)
    parsed = parse(what)
    if isinstance(parsed, InvalidEntry):
        return parsed
    entry = user.entry(parsed.kind, parsed.key)
    return Mute(user=user.id, kind=parsed.kind, key=parsed.key, text=entry.text if entry else parsed.text, until=None)


def _settled(wanted: Preferences, user: UserState) -> CommandResult:
    changes = Changes(preferences=wanted) if wanted != user.preferences else Changes()
    return done(phrasing.answer(*described(wanted)), changes)
