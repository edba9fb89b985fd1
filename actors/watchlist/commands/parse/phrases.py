"""Pieces of sentences, as expressions: who is told, how, when, and about what. Pure."""

ID = (
    r"#?(?:(?:[pdn]|cwg|lwg|ewg|lewg|fs|edit|sd)[-_ #]?[0-9]{1,5}|[0-9]{3,5})(?:[-_"
    r" ]?r[0-9]{1,3})?(?:\.[a-z]{2,5})?"
)
QUESTIONED = (
    r"#?(?:(?:[pdn]|cwg|lwg|ewg|lewg)[-_ #]?[0-9]{1,5}|(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{4,5})(?:[-_ ]?r[0-9]{1,3})?"
)
"""What can only be the number of a paper: not `in 2024`, and not `version 300`."""

LIST = r"(?:the |my |our |your )?(?:watch ?list|list|watches|subscriptions?|entries)"
ABOUT = r"(?:about|of|on|for|with|regarding|when(?:ever)?|if|once|as soon as|every time|any time)"
TIDINGS = r"(?:notice|notification|message|alert|update|digest|mail|dm|ping|reminder|stuff|thing)s?"
PRONOUN = r"(?:it|this|that|them|these|those|one|the other(?: one)?)"
FROM_NOW = r"(?:\s+(?:any ?more|any longer|again|from now on|please))*"
ANYTHING = rf"(?: any| anything| all| everything| {TIDINGS})*"
PEOPLE = r"(?:me|us)"
TELL = (
    r"(?:notif(?:y|ying)|tell(?:ing)?|inform(?:ing)?|alert(?:ing)?|ping(?:ing)?|message|messaging|remind(?:ing)?"
    r"|update|updating|send(?:ing)?|show(?:ing)?|bother(?:ing)?|spam(?:ming)?)"
)
NO_MORE = r"(?:don'?t|do not|no longer|never|stop|quit|cease)"
UNTOLD = (
    rf"(?:{NO_MORE} (?:{TELL}|disturb(?:ing)?) {PEOPLE}|i (?:don'?t|do not) want(?: to)?(?: be| get"
    r"| receive| see| hear)*(?: notified| told| informed| alerted| disturbed| pinged| bothered)?|no)"
)
"""`don't notify me`, `I don't want to be notified`, `no`: what stands behind it is a time."""

MY = r"(?:(?:all|the|my|our|any|of|these) )*"
DIGEST = r"(?:(?:daily|weekly|morning) )?(?:digests?|summary|summaries)"
PREFERRED = (
    r"(?:i(?:'d| would) (?:rather|prefer|like|love)(?: to)? (?:have |get |use |receive )?|i prefer |use |prefer )"
)
OFF = (
    r"(?:(?:turn|switch) off|disable|deactivate|cancel|end|stop|remove|delete|clear|unset|drop|get rid of|no more|no"
    r"|unsubscribe (?:me )?from|i (?:don'?t|do not) want)"
)
ON = r"(?:(?:turn|switch) (?:back )?on|(?:re-?)?enable|activate|start|set up|create)"
CLOCK = r"(?:noon|midnight|[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]\.?m\.?)?)"
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
WORK = r"(?:work(?:ing)?|business|office) hours"
AT_TIMES = (
    r"(?:(?:on|in|at|during|every|each|the) )*(?:week-?ends|nights?|(?:evening|morning|afternoon)s?"
    rf"|(?:after|before) {CLOCK}(?: (?:and|or) (?:after|before) {CLOCK})?|outside(?: of)? .+"
    rf"|{WEEKDAY}s(?:(?:,| and| or|-)+ ?{WEEKDAY}s)*)|at (?:night|week-?ends)"
)
AT_HOURS = rf"(?:(?:from|between) )?{CLOCK} ?(?:-|to|and|until|till) ?{CLOCK}"
"""What comes again: the weekend is one weekend, and weekends are all of them."""

EACH = r"(?:(?:once )?(?:a|per)|each|every)"
GROUP = (
    r"(?:(?:sg|study group)[- ]?[0-9]{1,2}|l?ewg(?:[- ]?i)?|[cl]wg|wg ?(?:14|21|23)|dg|arg|core|library"
    r"|(?:library )?evolution)(?: (?:working )?group)?"
)
"""A group of the committee."""

_SO_MANY = (
    r"(?:the|next|coming|following|this|whole|entire|rest|of|last|few|some|couple|half|an?|about|another|one|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve|[0-9]{1,4}(?:[.,][0-9])?(?![0-9]))"
)
_UNIT = (
    r"(?:min(?:ute)?s?|hrs?|hours?|days?|nights?|mornings?|afternoons?|evenings?|wks?|weeks?|week-?ends?|fortnights?"
    r"|months?|yrs?|years?|while|bit|moment|time being|(?:(?<=[0-9])|(?<=[0-9] ))(?:m|h|d|w|mo|y))"
)
THROUGH = (
    r"(?:through|thru) (?:(?:the|this|next|coming|end|of) )*(?:[0-9]|today|tonight|tomorrow|week|year"
    r"|christmas|new year|(?:mon|tue|wed|thu|fri|sat|sun)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)).*"
)
"""`through Friday`, `through the end of the year`; not `through Slack`."""

FOR_SOME_TIME = rf"for (?:{_SO_MANY} ?)+{_UNIT}(?![a-z-]).*"
"""`for two weeks`, `for the rest of the day`; not `for the library papers`."""
