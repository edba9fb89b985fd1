"""The sentences about when notices come, and the commands that they mean. Pure.

send me a digest every morning at 8      only notify me on weekdays      no notifications over the weekend
"""

from actors.watchlist.commands.parse.phrases import (
    ANYTHING,
    AT_HOURS,
    AT_TIMES,
    CLOCK,
    DIGEST,
    EACH,
    FOR_SOME_TIME,
    MY,
    OFF,
    ON,
    PEOPLE,
    PREFERRED,
    TELL,
    THROUGH,
    TIDINGS,
    UNTOLD,
    WEEKDAY,
    WORK,
)

TIME_RULES: tuple[tuple[str, str], ...] = (
    (rf"{OFF} {MY}{DIGEST}|(?:turn|switch) {MY}{DIGEST} off", "digest off"),
    (rf"{OFF} {MY}quiet(?: hours)?|(?:turn|switch) {MY}quiet(?: hours)? off", "quiet off"),
    (rf"{ON} {MY}(?P<how>daily |weekly )?{DIGEST}|(?:turn|switch) {MY}{DIGEST} on", "digest {how}"),
    (rf"{ON} {MY}quiet(?: hours)?|(?:turn|switch) {MY}quiet(?: hours)? on", "quiet"),
    (rf"{OFF} {MY}mut(?:e|ing)s?(?: (?:of|on|for|from))? (?P<what>.+)", "unmute {what}"),
    (rf"{OFF} {MY}mut(?:e|ing)s?", "unmute all"),
    (rf"(?:{OFF}|reset) {MY}(?:settings|preferences|time ?zone|hours)", "settings"),
    (
        rf"(?:{UNTOLD}|be quiet|mute){ANYTHING} (?P<rest>{AT_TIMES})|(?:{UNTOLD}|be quiet){ANYTHING}"
        rf" (?P<hours>{AT_HOURS})",
        "quiet {rest}{hours}",
    ),
    (
        rf"(?:{UNTOLD}|be quiet){ANYTHING} (?:on |this |next |coming )+(?P<day>{WEEKDAY})",
        "quiet this {day}",
    ),
    (
        rf"{UNTOLD}{ANYTHING} (?P<time>(?:over |during |for )?(?:the|this) week-?end"
        rf"|(?:until|till) .+|{THROUGH}|{FOR_SOME_TIME}|today|tonight|this week)",
        "pause {time}",
    ),
    (
        rf"(?:only (?:(?:{TELL}|disturb(?:ing)?) {PEOPLE}|get|receive)|(?:{TELL} {PEOPLE} )?only|i only want(?: to"
        rf"(?: get| be| receive| hear| have))?(?: notified| told| informed| alerted)?){ANYTHING}"
        rf" (?P<rest>(?:(?:on|during|in|from|between) )*(?:week-?days|week-?ends|{CLOCK} ?(?:-|to|and) ?{CLOCK}"
        rf"|(?:the )?{WORK}|{WEEKDAY}s?).*)",
        "quiet outside {rest}",
    ),
    (
        rf"{WORK} only|only (?:during )?{WORK}",
        "quiet outside working hours",
    ),
    (
        rf"(?:send|give|show) (?:me |us )?{MY}{DIGEST} (?:right )?now|what(?:'s| is| will be) in {MY}{DIGEST}",
        "digest now",
    ),
    (
        rf"(?:batch|bundle|collect|combine|group|summari[sz]e) {MY}(?:{TIDINGS}|papers|everything|them|it|all)"
        rf"(?: (?:in|into|as) (?:an? |one |single )*(?:{DIGEST}|mail|message))?"
        rf"(?: (?:{EACH} )?(?P<every>day|week|daily|weekly))?",
        "digest {every}",
    ),
    (
        r"(?:is|are|am i)(?: my| the| in)* (?:digests?|quiet(?: hours)?|notifications|notices)"
        r"(?: on| off| now| enabled| disabled| set)?",
        "settings",
    ),
    (r"dnd|(?:do not|don'?t) disturb(?: me)?|(?:have|get|set|use) quiet hours", "quiet"),
    (r"i(?:'m| am) (?:based|located) in (?P<rest>.{2,40})|i live in (?P<city>.{2,40})", "timezone {rest}{city}"),
    (
        rf"(?:will|do|shall|would) (?:i|we) (?:be |get |receive |hear )+(?:(?:notified|told|informed|alerted"
        rf"|{TIDINGS}) )?(?:about|of|on|for|when|if) .+",
        "watching",
    ),
    (r"(?:please )?be quiet (?P<rest>.+)", "quiet {rest}"),
    (
        rf"(?:send (?:me |us )?|notify (?:me |us )|tell (?:me |us )|give (?:me |us )?)?(?:{TIDINGS}"
        r" )?(?:immediate(?:ly)?|instant(?:ly)?|right away|straight away|at once)(?: please)?",
        "digest off",
    ),
    (rf"(?:instant|immediate) {TIDINGS}", "digest off"),
    (rf"(?:switch|change|go) (?:back )?to (?P<how>daily|weekly)(?: {DIGEST})?", "digest {how}"),
    (r"once (?:a|per) (?P<every>day|week)(?P<rest> .*)?", "digest {every}{rest}"),
    (
        rf"{PREFERRED}(?:a |the |my )?(?:digests?|summary)",
        "digest on",
    ),
    (
        rf"(?:send|give|get|show) (?:me |us )?(?:a |the |my )?(?:digest|summary)|(?:switch|change|go) to {DIGEST}",
        "digest",
    ),
    (
        rf"(?!digest)(?:send |give |get |want )?(?:me |us )?(?:a |the |my |one |all |everything )*(?:(?:(?:{TIDINGS}"
        rf"|summary|report) )?(?:once (?:a|per)|each|every)|(?:{TIDINGS}|summary|report|one) (?:a|per))"
        r" (?P<every>day|week|morning|afternoon"
        r"|evening|night|weekday|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
        r"(?P<rest> .*)?",
        "digest every {every}{rest}",
    ),
)
"""Sentences, and the commands that they mean."""
