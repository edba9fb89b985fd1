"""When a user gets notices: digests, quiet hours, time zone and mutes. What changes, and the answer. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from actors.runtime.timezones.known import UTC_NAME, is_known, local_time
from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import (
    DigestCommand,
    DigestStyleCommand,
    Every,
    MuteCommand,
    QuietCommand,
    TimezoneCommand,
    UnmuteCommand,
)
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.parse.times import timing, weekdays
from actors.watchlist.commands.phrasing import MAX_BUTTONS, button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.own_entries import mute_typed, own_entry
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import EntryKind, InvalidEntry, author_key, is_marked, parse
from actors.watchlist.matching.mutes import ALL, MAX_MUTES, Mute
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.user_state import Changes, UserState
from messages.commands import (
    AnswerLine,
    Button,
    CommandOutcome,
    Delivery,
    DigestStyle,
    DigestTimes,
    Preferences,
    QuietHours,
)

DEFAULT_DIGEST = (DigestTimes(days=(0,), minutes=(9 * 60,)),)
"""When a digest comes of which its user has said only how often; on Monday if it is weekly."""

MAX_AT_ONCE = 40
"""Entries that one `mute` or `unmute` takes."""

# --- digests, quiet hours, time zone


def preferences_of(user: UserState) -> Preferences:
    """A user's preferences, or the defaults."""
    return user.preferences or Preferences(
        user=user.id, delivery=Delivery.IMMEDIATE, digest=DEFAULT_DIGEST, zone="", quiet=()
    )


def zone_of(user: UserState) -> str:
    """The zone that counts for a user: theirs, or else the installation's; UTC if the system does not know it."""
    zone = preferences_of(user).zone or user.default_zone
    return zone if is_known(zone) else UTC_NAME


def digest(command: DigestCommand, user: UserState) -> CommandResult:
    """Set a digest, or go back to immediate notices. What the command leaves out stays as it was."""
    known = preferences_of(user)
    times = known.digest if command.delivery is Delivery.IMMEDIATE else _times(command, known)
    zone, style = command.zone or known.zone, command.style or known.style
    return _set(replace(known, delivery=command.delivery, digest=times, zone=zone, style=style), user)


def digest_style(command: DigestStyleCommand, user: UserState) -> CommandResult:
    """Choose whether a digest is one message, or one for each notice."""
    said = (line("Each digest is one message."),) if command.style is DigestStyle.ONE else ()
    return _set(replace(preferences_of(user), style=command.style), user, said)


def _times(command: DigestCommand, known: Preferences) -> tuple[DigestTimes, ...]:
    if command.times:
        return command.times
    days = command.days or _days(command.every, known)
    return weekdays.digest_times([(days, command.minutes or known.digest[0].minutes)])


def _days(every: Every, known: Preferences) -> tuple[int, ...]:
    """The days of a digest whose command names none."""
    days = tuple(sorted({day for times in known.digest for day in times.days}))
    if every is Every.WEEK:
        return days if len(days) == 1 else DEFAULT_DIGEST[0].days
    return days if every is Every.ANY and known.delivery is Delivery.DIGEST else weekdays.ALL_DAYS


def quiet(command: QuietCommand, user: UserState) -> CommandResult:
    """Set quiet hours or turn them off. They replace those that there were; the answer says how to have both."""
    known = preferences_of(user)
    wanted = replace(known, quiet=command.hours, zone=command.zone or known.zone)
    lost = tuple(each for each in known.quiet if each not in command.hours)
    return _set(wanted, user, *(_both(known.quiet, command.hours) if lost and command.hours else ((), ())))


def _both(
    old: tuple[QuietHours, ...], new: tuple[QuietHours, ...]
) -> tuple[tuple[AnswerLine, ...], tuple[Button, ...]]:
    """How to keep the quiet hours that a command has just replaced."""
    both = weekdays.quiet_hours((each.days, (each.begin, each.end)) for each in (*old, *new))
    if both == new or not weekdays.leaves_time(both):
        return (), ()
    command = f"quiet {weekdays.quiet_typed(both)}"
    said = line("This replaces your earlier quiet hours. To have both, type ", code(command), ".")
    return (said,), (button("Have both", command),)


def timezone(command: TimezoneCommand, user: UserState, now: datetime) -> CommandResult:
    """Set the time zone."""
    there = line(f"It is now {local_time(now, command.zone)}.")
    return _set(replace(preferences_of(user), zone=command.zone), user, (there,))


def settings(user: UserState) -> CommandResult:
    """Show the preferences."""
    lines = described(preferences_of(user), user)
    how = line("To change this, type ", code("digest daily 09:00 Europe/Berlin"), ", ", code("quiet 22:00-07:00"), ", ",
               code("digest off"), ", or ", code("quiet off"), ".")  # fmt: skip
    return done(phrasing.answer(*lines, how))


def described(preferences: Preferences, user: UserState) -> tuple[AnswerLine, ...]:
    """Preferences of a user in words."""
    is_digest = preferences.delivery is Delivery.DIGEST
    sent = weekdays.digest_said(preferences.digest) if is_digest else "immediately"
    lines = [line("Notices are sent ", strong(sent), ".")]
    if not preferences.quiet:
        lines.append(line(user.has("no quiet hours.")))
    lines += [line("Nothing is sent ", strong(weekdays.hours_said(hours)), ".") for hours in preferences.quiet]
    if preferences.style is DigestStyle.EACH:
        lines.append(line("What was kept for a digest or quiet hours is sent as ", strong("one message each"), "."))
    return (*lines, *_zone_lines(preferences, user.default_zone))


def _zone_lines(preferences: Preferences, default_zone: str) -> list[AnswerLine]:
    """In which zone times are."""
    zone = preferences.zone or default_zone
    change = (" To change the time zone, type ", code("timezone Europe/Berlin"), ".")
    if not is_known(zone):
        gone = line("The time zone ", strong(zone), " is no longer known here, so times are in ", strong(UTC_NAME), ".",
                    *change)  # fmt: skip
        return [gone]
    if preferences.zone:
        return [line("Times are in ", strong(zone), ".", *(change if zone == UTC_NAME else ()))]
    is_shown = _may_be_held(preferences) or zone != UTC_NAME
    return [line("Times are in ", strong(zone), ".", *change)] if is_shown else []


def _may_be_held(preferences: Preferences) -> bool:
    return preferences.delivery is not Delivery.IMMEDIATE or bool(preferences.quiet)


def _set(
    wanted: Preferences, user: UserState, lines: tuple[AnswerLine, ...] = (), buttons: tuple[Button, ...] = ()
) -> CommandResult:
    changes = Changes(preferences=wanted) if wanted != user.preferences else Changes()
    return done(phrasing.answer(*described(wanted, user), *lines, buttons=buttons), changes)


# --- mutes


def mute(command: MuteCommand, user: UserState, now: datetime, names: AuthorNames) -> CommandResult:
    """Mute an entry, a number, everything, or several of them."""
    if len(several := _several(command.what, user, names)) > 1:
        return _each(several, user, lambda what, known: mute(replace(command, what=what), known, now, names))
    muted = _mute_of(several[0], user, names)
    if isinstance(muted, InvalidEntry):
        return refused(phrasing.answer(line(muted.detail)))
    preferences = preferences_of(user)
    try:
        until = command.duration.end(now, zone_of(user))
    except timing.InvalidTime as error:
        return refused(phrasing.answer(line(str(error))))
    replaces = any((known.kind, known.key) == (muted.kind, muted.key) for known in user.mutes)
    if len(user.mutes) >= MAX_MUTES and not replaces:
        return refused(
            phrasing.answer(line(user.has(f"reached the limit of {MAX_MUTES} mutes. Unmute something first.")))
        )
    muted = replace(muted, until=until)
    unmute_command = f"unmute {mute_typed(muted)}"
    lines = [line(strong(name_of(muted)), f" is muted {mute_ends(muted, zone_of(user))}. To unmute, type ",
                  code(unmute_command), ".")]  # fmt: skip
    if muted.kind not in (None, EntryKind.NUMBER) and user.entry(muted.kind, muted.key) is None:
        isnt = f"{user.channel} isn't subscribed to" if user.channel else "you aren't watching"
        lines.append(line(f"Note that {isnt} {quoted(muted.text)}."))
    if _may_be_held(preferences):
        about = "" if muted.kind is None else " about it"
        lines.append(line(f"Notices{about} that are held for your digest or quiet hours are taken back."))
    buttons = (button(f"Unmute {muted.text}", unmute_command),)
    return done(phrasing.answer(*lines, buttons=buttons), Changes(mute=(muted,)))


def _several(what: str, user: UserState, names: AuthorNames) -> tuple[str, ...]:
    """The entries in a text, unless it is one of the user's, or one of their mutes."""
    one = _mute_of(what, user, names)
    is_known = not isinstance(one, InvalidEntry) and (
        one.kind is not EntryKind.AUTHOR
        or user.entry(one.kind, one.key) is not None
        or any((known.kind, known.key) == (one.kind, one.key) for known in user.mutes)
    )
    return (what,) if is_known else split(what)[:MAX_AT_ONCE] or (what,)


def _each(
    several: tuple[str, ...], user: UserState, change: Callable[[str, UserState], CommandResult]
) -> CommandResult:
    """The same for one entry after the other, as one answer."""
    results = []
    for what in several:
        result = change(what, user)
        if result.outcome is CommandOutcome.REFUSED and result.answer is not None:
            none = line("So nothing was changed; name one of your entries, a number, or all.")
            return refused(phrasing.answer(*result.answer.lines, none))
        results.append(result)
        ended = set(result.changes.unmute)
        left = (known for known in user.mutes if (known.kind, known.key) not in ended)
        user = replace(user, mutes=(*left, *result.changes.mute))
    lines = dict.fromkeys(each for result in results if result.answer for each in result.answer.lines)
    buttons = tuple(each for result in results if result.answer for each in result.answer.buttons)
    changes = Changes(
        mute=tuple(each for result in results for each in result.changes.mute),
        unmute=tuple(each for result in results for each in result.changes.unmute),
    )
    said = phrasing.answer(*lines, buttons=buttons[:MAX_BUTTONS])
    return done(said, changes) if changes.mute or changes.unmute else refused(said)


def unmute(command: UnmuteCommand, user: UserState, names: AuthorNames) -> CommandResult:
    """End a mute, or all of them."""
    if not user.mutes:
        return refused(phrasing.answer(line("Nothing is muted.")))
    if len(several := _several(command.what, user, names)) > 1:
        return _each(several, user, lambda what, known: unmute(replace(command, what=what), known, names))
    if command.what.lower() in (ALL, "everything"):
        ended = tuple((known.kind, known.key) for known in user.mutes)
        said = f"Nothing is muted anymore. Removed {counted(len(ended), 'mute')}."
        return done(phrasing.answer(line(said)), Changes(unmute=ended))
    muted = {(known.kind, known.key) for known in user.mutes}
    wanted = _mute_of(several[0], user, names)
    if isinstance(wanted, InvalidEntry) or (wanted.kind, wanted.key) not in muted:
        wanted = _muted_title(several[0], user) or wanted
    if isinstance(wanted, InvalidEntry) and isinstance(parse(several[0]), InvalidEntry):
        return refused(phrasing.answer(line(wanted.detail)))
    if isinstance(wanted, InvalidEntry) or (wanted.kind, wanted.key) not in muted:
        what = several[0] if isinstance(wanted, InvalidEntry) else wanted.text
        listed = ", ".join(quoted(known.text) for known in user.mutes[:5])
        return refused(phrasing.answer(line(f"{quoted(phrasing.short(what))} isn't muted. Muted: {listed}.")))
    said_so = line(strong(name_of(wanted)), " is no longer muted.")
    return done(phrasing.answer(said_so), Changes(unmute=((wanted.kind, wanted.key),)))


def mutes(user: UserState) -> CommandResult:
    """Show what is muted."""
    if not user.mutes:
        how = line("Nothing is muted. To mute a paper for two weeks, type ", code("mute P2300 2w"), ".")
        return done(phrasing.answer(how))
    zone = zone_of(user)
    return done(phrasing.answer(line("Muted:"), *(muted_line(known, zone) for known in user.mutes)))


def muted_line(known: Mute, zone: str) -> AnswerLine:
    """One mute as a line of a list."""
    return line("• ", strong(name_of(known)), f" {mute_ends(known, zone)}")


def name_of(muted: Mute) -> str:
    """What a mute is about."""
    return "Everything" if muted.kind is None else muted.text


def mute_ends(muted: Mute, zone: str) -> str:
    """When a mute ends, for a user in that zone."""
    return "until you unmute it" if muted.until is None else f"until {local_time(muted.until, zone)}"


def _muted_title(what: str, user: UserState) -> Mute | None:
    """The mute of words of a title that are said without their mark, if it is the only one."""
    alike = [known for known in user.mutes if known.kind is EntryKind.TITLE and known.key == author_key(what)]
    return alike[0] if len(alike) == 1 and not is_marked(what) else None


def _mute_of(what: str, user: UserState, names: AuthorNames) -> Mute | InvalidEntry:
    if what.lower() in (ALL, "everything"):
        return Mute(user=user.id, kind=None, key="", text=ALL, until=None)
    entry = own_entry(what, user, names)
    if entry is not None:
        return Mute(user=user.id, kind=entry.kind, key=entry.key, text=entry.text, until=None)
    parsed = parse(what)
    if isinstance(parsed, InvalidEntry):
        return parsed
    is_muted = any((known.kind, known.key) == (parsed.kind, parsed.key) for known in user.mutes)
    if parsed.kind is EntryKind.AUTHOR and not (is_muted or is_marked(what)) and names.is_loaded:
        found = names.find(what)
        if not found:
            return InvalidEntry(
                detail=f"{quoted(parsed.text)} is none of your entries, and no author that I know. To mute an author"
                f" who isn't in the index yet, type author:{parsed.text}."
            )
    return Mute(user=user.id, kind=parsed.kind, key=parsed.key, text=parsed.text, until=None)
