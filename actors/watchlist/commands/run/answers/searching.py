"""`search`: papers of the last year by words of their titles or by their authors. Pure."""

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import SearchCommand
from actors.watchlist.commands.phrasing import button, code, counted, line, link, quoted, short
from actors.watchlist.commands.run.own_entries import as_typed
from actors.watchlist.matching.entries import EntryKind, InvalidEntry, parse
from actors.watchlist.model.recent_papers import RecentPapers
from messages.commands import Button, CommandAnswer
from messages.papers import WG21_LINK

MAX_FOUND = 10


def search(command: SearchCommand, recent_papers: RecentPapers) -> CommandAnswer:
    """The newest papers found, and buttons to watch for the next."""
    if not recent_papers.is_loaded:
        return phrasing.answer(line("I can search once the index has loaded."))
    what = quoted(short(command.what))
    found = recent_papers.search(command.what)
    if not found:
        return phrasing.answer(
            line(f"I found no paper of the last year with {what} in its title or among its authors."),
            line("For an older one, type its number, like ", code("paper P2300"), "."),
        )
    more = (
        f", newest first; here are {MAX_FOUND}"
        if len(found) > MAX_FOUND
        else ", newest first"
        if len(found) > 1
        else ""
    )
    lines = [line(f"{counted(len(found), 'paper')} of the last year with {what}{more}:")]
    lines += [line("• ", link(each.id, f"{WG21_LINK}{each.id}"), f": {each.title}") for each in found[:MAX_FOUND]]
    return phrasing.answer(*lines, buttons=_buttons(command.what, recent_papers))


def _buttons(what: str, recent_papers: RecentPapers) -> tuple[Button, ...]:
    """To watch what was searched for, as an author or as a title."""
    made = []
    for entry in (f"author:{what}", f"title:{what}"):
        parsed = parse(entry)
        if isinstance(parsed, InvalidEntry) or parsed.kind not in (EntryKind.AUTHOR, EntryKind.TITLE):
            continue
        if recent_papers.preview(parsed, {}).papers:
            made.append(button(f"Watch {entry}", f"watch {as_typed(entry)}"))
    return tuple(made)
