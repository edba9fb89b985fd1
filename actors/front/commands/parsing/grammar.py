"""The commands, as data: what each does, the words and options it takes, and examples. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. `words` after its name, as its usage shows them; `examples` are what follows the program's name;
    `topic` is its heading in the list of all commands. `forms` are what the words may be, unless they are free: a word
    in capitals stands for any, and `…` for any others."""

    words: str
    summary: str
    topic: str
    options: tuple[str, ...]
    details: str = ""
    examples: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    least_words: int = 0
    most_words: int = 0
    forms: tuple[tuple[str, ...], ...] = ()


RUN = "run it"
SET_UP = "set it up"
KEEP = "keep the database"
ASK = "ask the running service"
CHECK = "check and compare"

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "start": Command(
            words="",
            summary="run the service (what happens without a command)",
            topic=RUN,
            options=("config",),
            examples=("start", "start --config callboard.yaml"),
        ),
        "stop": Command(
            words="", summary="stop the running service", topic=RUN, options=("config",), examples=("stop",)
        ),
        "demo": Command(
            words="",
            summary="a time-lapse on made-up sites: needs no network and no Slack",
            topic=RUN,
            options=("base", "seconds"),
            examples=("demo", "demo --seconds 60"),
        ),
        "manifest": Command(
            words="",
            summary="print the manifest that makes the app in Slack",
            topic=SET_UP,
            details="On https://api.slack.com/apps: Create New App, From an app manifest, and paste it.",
            options=(),
            examples=("manifest",),
        ),
        "defaults": Command(
            words="",
            summary="print a configuration file with every key, explained and at its default",
            topic=SET_UP,
            details="Your own file only needs the keys that you change.",
            options=(),
            examples=("defaults", "defaults > callboard.yaml"),
        ),
        "unit": Command(
            words="",
            summary="print a unit for systemd that starts this installation",
            topic=SET_UP,
            details="The beginning of the unit says how to install it. With --config, the service uses that file.",
            options=("config",),
            examples=(
                "unit > /etc/systemd/system/callboard.service",
                "unit --config /etc/callboard/callboard.yaml > /etc/systemd/system/callboard.service",
            ),
        ),
        "status": Command(
            words="",
            summary="is everything working?",
            topic=ASK,
            details="The first line says whether all is well, and since when. With --check, one line for cron and\n"
            "monitors; exit codes: 0 all is well; 1 it is not, the line says why; 2 no service answers.",
            options=("config", "json", "watch", "check"),
            examples=("status", "status --watch", "status --check", "status --json"),
        ),
        "reload": Command(
            words="",
            summary="let the running service read its configuration again, now",
            topic=RUN,
            details="It does so by itself when a file changes, and on SIGHUP. This says what has changed, what needs\n"
            "a restart, or what is wrong in which line; then nothing has changed.",
            options=("config", "json"),
            examples=("reload", "reload --config callboard.yaml"),
        ),
        "recent": Command(
            words="",
            summary="the latest papers and drafts",
            topic=ASK,
            options=("config", "json", "limit"),
            examples=("recent --limit 10",),
        ),
        "paper": Command(
            words="NUMBER",
            summary="what is known of a paper, and which source says so",
            topic=ASK,
            details="NUMBER is P2300, 2300, N4950 or LWG4000. With --sources, each field is shown with every source\n"
            "that fills it, and since when; the first one is believed.",
            options=("config", "json", "sources"),
            examples=("paper P2300", "paper P2300 --sources"),
            least_words=1,
            most_words=1,
        ),
        "index": Command(
            words="[held | accept [SOURCE] | diff OLD NEW]",
            summary="what sources say that is not plausible; accept it; compare two files",
            topic=ASK,
            details="A change that is not plausible is held until a source has said it for index.hold_for or until\n"
            "it is accepted. SOURCE is wg21.link or open-std.org. `diff` prints what would be announced to whom if\n"
            "the index or yearly page in the file NEW took the place of that in OLD (json, json.gz or html).",
            options=("config", "json"),
            examples=("index", "index accept", "index accept wg21.link", "index diff old.json.gz new.json.gz"),
            most_words=3,
            forms=((), ("held",), ("accept",), ("accept", "SOURCE"), ("diff", "OLD", "NEW")),
        ),
        "drafts": Command(
            words="",
            summary="the drafts found so far, newest first",
            topic=ASK,
            options=("config", "json", "limit"),
            examples=("drafts", "drafts --limit 5 --json"),
        ),
        "report": Command(
            words="",
            summary="write what happened lately to one HTML file, with plots",
            topic=ASK,
            details="What appeared, how fast it was noticed, how polite we were, what went wrong. The file needs\n"
            "nothing else: send it, print it, or open it in a browser.",
            options=("config", "since", "output"),
            examples=("report", "report --since 7d --output week.html"),
        ),
        "watch": Command(
            words="COMMAND…",
            summary="see or change what a user watches",
            topic=ASK,
            details="COMMAND is anything the user could type in Slack: watch, unwatch, watching, mute, digest, … .\n"
            "With `import` alone the list is read from standard input.",
            options=("config", "user", "json"),
            examples=(
                "watch --user U024BE7LH watch Niebler",
                'watch --user U024BE7LH watch "Thomas Köppe" P2300',
                "watch --user U024BE7LH watching",
                "watch --user U024BE7LH import < list.txt",
                "watch --user U024BE7LH help",
            ),
            required=("user",),
            least_words=1,
            most_words=5000,
        ),
        "probe": Command(
            words="NAME",
            summary="ask isocpp.org for one draft now, or explain when it is asked for",
            topic=ASK,
            details="NAME is a draft such as D1234R0 (pdf and html) or D1234R0.pdf; with --explain a number will do.",
            options=("config", "json", "explain"),
            examples=("probe D1234R0", "probe D1234R0.pdf", "probe D1234 --explain"),
            least_words=1,
            most_words=1,
        ),
        "probing": Command(
            words="[on|off]",
            summary="show, or switch, whether isocpp.org is asked for drafts",
            topic=ASK,
            options=("config", "json"),
            examples=("probing", "probing off", "probing on"),
            most_words=1,
            forms=((), ("on",), ("off",)),
        ),
        "undelivered": Command(
            words="[list | retry ID | discard ID]",
            summary="what could not be delivered; try again or give up",
            topic=ASK,
            details="It lists events that an actor could not take, messages that Slack refused, and users or\n"
            "channels that Slack cannot reach. The command's former name, letters, still works.",
            options=("config", "json", "limit"),
            examples=(
                "undelivered",
                "undelivered retry watchlist/3",
                "undelivered discard notifier/recipient/U024BE7LH",
            ),
            most_words=2,
            forms=((), ("list",), ("retry", "ID"), ("discard", "ID")),
        ),
        "ack": Command(
            words="[list | CODE [SUBJECT] | all]",
            summary="list problems, or acknowledge one: no more reminders until it is resolved",
            topic=ASK,
            details="CODE and SUBJECT name a problem, as the list and the health document show them. Its end is still\n"
            "reported, and so is a new problem of the same kind.",
            options=("config", "json"),
            examples=("ack", "ack index_not_fetched", "ack channel_suspended C024BE91L", "ack all"),
            most_words=20,
        ),
        "backup": Command(
            words="FILE",
            summary="save the database as one file",
            topic=KEEP,
            details="It works while the service runs, and without it. FILE has everything of one moment, without\n"
            "owners and rights: any user can restore it, on any PostgreSQL from version 15 on.",
            options=("config",),
            examples=("backup callboard-2026-01-31.dump", "backup --config callboard.yaml callboard.dump"),
            least_words=1,
            most_words=1,
        ),
        "restore": Command(
            words="FILE",
            summary="bring back what backup has saved, wholly or not at all",
            topic=KEEP,
            details="Stop the service first, and its standbys. FILE may be of another server and of an older version.\n"
            "To move from the embedded database to your own, or back, save the one and restore into the other.",
            options=("config", "replace"),
            examples=("restore callboard.dump", "restore --replace callboard.dump"),
            least_words=1,
            most_words=1,
        ),
        "migrate": Command(
            words="",
            summary="bring the database's tables up to date without a start",
            topic=KEEP,
            details="Every start does it too. Stop the service first, and its standbys.",
            options=("config",),
            examples=("migrate",),
        ),
        "psql": Command(
            words="[SQL]",
            summary="look into the database with PostgreSQL's own shell",
            topic=KEEP,
            details="With SQL, it runs this statement and ends. Do not change anything while the service runs.",
            options=("config",),
            examples=("psql", 'psql "SELECT id, title FROM index.papers LIMIT 5"', "psql < queries.sql"),
            most_words=1,
        ),
        "checks": Command(
            words="[list | show NAME | run NAME | pause NAME | resume NAME | maintenance … | replay [NAME] [FILE]"
            " | try FILE | import FILE]",
            summary="how the checks of the configuration stand; run, pause or resume one; try those of a file",
            topic=ASK,
            details="NAME is the name of a check, or group/name. After `maintenance begin WHAT [DURATION] [REASON]`\n"
            "nobody is told about a check, a group or `all`, until `maintenance end WHAT`. `replay` says\n"
            "what the thresholds of the configuration, or of FILE before it is saved, would have told on the\n"
            "results of the last two days. `try` runs the checks of a file once, without a service; nothing is\n"
            "stored, and nobody is told. `import` prints a configuration of gatus, or NyxMon's SQLite, as checks.",
            options=("config", "json"),
            examples=(
                "checks",
                "checks show infra/mail",
                "checks run infra/mail",
                "checks maintenance begin infra 2h new switch",
                "checks maintenance end infra",
                "checks replay infra/mail checks.yaml",
                "checks try checks.yaml",
                "checks import gatus.yaml",
                "checks import nyxmon.sqlite",
            ),
            most_words=40,
            forms=(
                (),
                ("list",),
                ("show", "NAME"),
                ("run", "NAME"),
                ("pause", "NAME"),
                ("resume", "NAME"),
                ("maintenance",),
                ("maintenance", "list"),
                ("maintenance", "begin", "WHAT", "…"),
                ("maintenance", "end", "WHAT"),
                ("replay",),
                ("replay", "NAME"),
                ("replay", "NAME", "FILE"),
                ("try", "FILE"),
                ("import", "FILE"),
            ),
        ),
        "trace": Command(
            words="",
            summary="what happened between the actors lately, for developers",
            topic=ASK,
            details="A line for each turn: when, which actor, who sent what kind of message, how long it took, and\n"
            "what it sent. Each actor remembers its last 1,000 turns, without any contents.",
            options=("config", "json", "limit"),
            examples=("trace", "trace --limit 200", "trace --json"),
        ),
        "check-config": Command(
            words="[FILE]",
            summary="check a configuration file and show what is in effect",
            topic=CHECK,
            options=("config",),
            examples=("check-config", "check-config callboard.yaml"),
            most_words=1,
        ),
        "notify-test": Command(
            words="[CHANNEL | ADDRESS]",
            summary="check how Slack is set up, and post one message",
            details="With an address (mail:ada@example.org, webhook:NAME, mattermost:CHANNEL, matrix:!ROOM:SERVER),\n"
            "one message is sent in that way.",
            topic=CHECK,
            options=("config",),
            examples=("notify-test", "notify-test '#papers'", "notify-test mail:ada@example.org"),
            most_words=1,
        ),
        "read": Command(
            words="FILE…",
            summary="show what is read from papers: title, authors, audience, date",
            topic=CHECK,
            details="FILE is an HTML or PDF file. With --json, each file is one line: a JSON object with file, title,\n"
            "authors, audience, date, number, changes, abstract and error.",
            options=("json",),
            examples=("read D1234R0.html", "read --json *.pdf"),
            least_words=1,
            most_words=100_000,
        ),
        "replay": Command(
            words="",
            summary="compare probing strategies on the papers of a past year",
            topic=CHECK,
            options=("index", "from", "to", "strategy", "share", "seed", "hours", "json", "plot"),
            examples=(
                "replay --index index.json.gz --from 2024-01-01 --to 2024-12-31",
                "replay --index index.json.gz --from 2024-01-01 --to 2024-12-31 --share 0.25 --plot delays.png",
            ),
            required=("index", "from", "to"),
        ),
    }
)

FORMER: Mapping[str, str] = MappingProxyType({"letters": "undelivered"})
"""Names that commands had before."""

EXIT_CODES = (
    "exit codes: 0 done; 1 refused or failed, stderr says why; 2 not a valid command line; 3 no service is running;\n"
    "130 ended by Ctrl-C"
)
