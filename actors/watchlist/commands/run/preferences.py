"""When a user gets notices: digests, quiet hours, time zone and mutes. What changes, and the answer. Pure."""

from dataclasses import replace
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse import timing
from actors.watchlist.commands.parse.parsed_commands import (
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
from actors.watchlist.matching.mutes import ALL, MAX_MUTES, Mute
from actors.watchlist.model.user_state import Changes, UserState
from messages.commands import AnswerLine, Delivery, Preferences

DEFAULT_MINUTE = 9 * 60
DEFAULT_ZONE = "UTC"

# --- digests, quiet hours, time zone


def preferences_of(user: UserState) -> Preferences:
    """A user's preferences, or the defaults."""
    return user.preferences or Preferences(
        user=user.id,
        delivery=Delivery.IMMEDIATE,
        at_minute=DEFAULT_MINUTE,
        weekday=0,
        zone=DEFAULT_ZONE,
        quiet_from=None,
        quiet_to=None,
    )


def digest(command: DigestCommand, user: UserState) -> CommandResult:
    """Set a digest, or go back to immediate notices. What the command leaves out stays as it was."""
    known = preferences_of(user)
    wanted = replace(
        known,
        delivery=command.delivery,
        at_minute=known.at_minute if command.at_minute is None else command.at_minute,
        weekday=known.weekday if command.weekday is None else command.weekday,
        zone=command.zone or known.zone,
    )
    return _set(wanted, user)


def quiet(command: QuietCommand, user: UserState) -> CommandResult:
    """Set quiet hours or turn them off."""
    known = preferences_of(user)
    zone = command.zone or known.zone
    return _set(replace(known, quiet_from=command.begin, quiet_to=command.end, zone=zone), user)


def timezone(command: TimezoneCommand, user: UserState) -> CommandResult:
    """Set the time zone."""
    return _set(replace(preferences_of(user), zone=command.zone), user)


def settings(user: UserState) -> CommandResult:
    """Show the preferences."""
    lines = described(preferences_of(user))
    how = line("To change this, type ", code("digest daily 09:00 Europe/Berlin"), ", ", code("quiet 22:00-07:00"), ", ",
               code("digest off"), ", or ", code("quiet off"), ".")  # fmt: skip
    return done(phrasing.answer(*lines, how))


def described(preferences: Preferences) -> tuple[AnswerLine, ...]:
    """Preferences in words."""
    at = timing.clock(preferences.at_minute)
    sent = {
        Delivery.IMMEDIATE: "immediately",
        Delivery.DAILY: f"once a day at {at}",
        Delivery.WEEKLY: f"once a week on {timing.WEEKDAYS[preferences.weekday]} at {at}",
    }[preferences.delivery]
    lines = [line("Notices are sent ", strong(sent), ".")]
    if preferences.quiet_from is None or preferences.quiet_to is None:
        lines.append(line("You have no quiet hours."))
    else:
        hours = f"{timing.clock(preferences.quiet_from)} to {timing.clock(preferences.quiet_to)}"
        lines.append(line("Nothing is sent from ", strong(hours), "."))
    if _may_be_held(preferences):
        is_default = preferences.zone == DEFAULT_ZONE
        hint = (" To change the time zone, type ", code("timezone Europe/Berlin"), ".") if is_default else ()
        lines.append(line("Times are in ", strong(preferences.zone), ".", *hint))
    return tuple(lines)


def _may_be_held(preferences: Preferences) -> bool:
    return preferences.delivery is not Delivery.IMMEDIATE or preferences.quiet_from is not None


def _set(wanted: Preferences, user: UserState) -> CommandResult:
    changes = Changes(preferences=wanted) if wanted != user.preferences else Changes()
    return done(phrasing.answer(*described(wanted)), changes)


# --- mutes


def mute(command: MuteCommand, user: UserState, now: datetime) -> CommandResult:
    """Mute an entry, a number, or everything."""
    muted = _mute_of(command.what, user)
    if isinstance(muted, InvalidEntry):
        return refused(phrasing.answer(line(muted.detail)))
    preferences = preferences_of(user)
    try:
        until = command.duration.end(now, preferences.zone)
    except timing.InvalidTime as error:
        return refused(phrasing.answer(line(str(error))))
    replaces = any((known.kind, known.key) == (muted.kind, muted.key) for known in user.mutes)
    if len(user.mutes) >= MAX_MUTES and not replaces:
        return refused(
            phrasing.answer(line(f"You have reached the limit of {MAX_MUTES} mutes. Unmute something first."))
        )
    muted = replace(muted, until=until)
    unmute_command = f"unmute {ALL if muted.kind is None else as_typed(muted.text)}"
    lines = [line(strong(_name(muted)), f" is muted {_until(muted, preferences.zone)}. To unmute, type ",
                  code(unmute_command), ".")]  # fmt: skip
    if muted.kind not in (None, EntryKind.NUMBER) and user.entry(muted.kind, muted.key) is None:
        lines.append(line(f"Note that you aren't watching {quoted(muted.text)}."))
    if _may_be_held(preferences):
        lines.append(line("Notices already held for your digest or quiet hours will still be sent."))
    buttons = (button(f"Unmute {muted.text}", unmute_command),)
    return done(phrasing.answer(*lines, buttons=buttons), Changes(mute=(muted,)))


def unmute(command: UnmuteCommand, user: UserState) -> CommandResult:
    """End a mute, or all of them."""
    if not user.mutes:
        return refused(phrasing.answer(line("Nothing is muted.")))
    if command.what.lower() in (ALL, "everything"):
        ended = tuple((known.kind, known.key) for known in user.mutes)
        said = f"Nothing is muted anymore. Removed {counted(len(ended), 'mute')}."
        return done(phrasing.answer(line(said)), Changes(unmute=ended))
    wanted = _mute_of(command.what, user)
    if isinstance(wanted, InvalidEntry):
        return refused(phrasing.answer(line(wanted.detail)))
    if not any((known.kind, known.key) == (wanted.kind, wanted.key) for known in user.mutes):
        muted = ", ".join(quoted(known.text) for known in user.mutes[:5])
        return refused(phrasing.answer(line(f"{quoted(wanted.text)} isn't muted. Muted: {muted}.")))
    said_so = line(strong(_name(wanted)), " is no longer muted.")
    return done(phrasing.answer(said_so), Changes(unmute=((wanted.kind, wanted.key),)))


def mutes(user: UserState) -> CommandResult:
    """Show what is muted."""
    if not user.mutes:
        how = line("Nothing is muted. To mute a paper for two weeks, type ", code("mute P2300 2w"), ".")
        return done(phrasing.answer(how))
    zone = preferences_of(user).zone
    return done(phrasing.answer(line("Muted:"), *(muted_line(known, zone) for known in user.mutes)))


def muted_line(known: Mute, zone: str) -> AnswerLine:
    """One mute as a line of a list."""
    return line("• ", strong(_name(known)), f" {_until(known, zone)}")


def _name(muted: Mute) -> str:
    return "Everything" if muted.kind is None else muted.text


def _until(muted: Mute, zone: str) -> str:
    return "until you unmute it" if muted.until is None else f"until {timing.local_time(muted.until, zone)}"


def _mute_of(what: str, user: UserState) -> Mute | InvalidEntry:
    if what.lower() in (ALL, "everything"):
        return Mute(user=user.id, kind=None, key="", text=ALL, until=None)
    parsed = parse(what)
    if isinstance(parsed, InvalidEntry):
        return parsed
    entry = user.entry(parsed.kind, parsed.key)
    text = entry.text if entry else parsed.text
    return Mute(user=user.id, kind=parsed.kind, key=parsed.key, text=text, until=None)
