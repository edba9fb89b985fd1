"""The sentences that mean commands: what may be said, and the command. Pure.

notify me when P2300 is updated      what am I watching?      set my timezone to Tokyo
"""

from types import MappingProxyType

from actors.watchlist.commands.parse.phrases import (
    ABOUT,
    DIGEST,
    FROM_NOW,
    GROUP,
    ID,
    LIST,
    MY,
    NO_MORE,
    PEOPLE,
    PREFERRED,
    PRONOUN,
    QUESTIONED,
    TELL,
    THROUGH,
    TIDINGS,
)
from actors.watchlist.commands.parse.time_rules import TIME_RULES

_SHOWN = MappingProxyType(
    {
        "watching": r"watch ?list|list|watches|entries|subscriptions?|watched (?:papers|authors|things)|things i watch",
        "mutes": r"mutes|muted(?: \w+)?",
        "settings": r"settings|preferences|time ?zone|quiet hours|digests?|hours",
        "drafts": r"drafts",
        "recent": r"recent(?: papers)?|papers|news|latest(?: papers)?|new papers",
        "status": r"status|health",
        "export": r"export",
        "help": r"help|commands|menu|options",
    }
)

RULES: tuple[tuple[str, str], ...] = (
    (r"(?P<verb>watch|unwatch|mute|unmute|why|paper)(?P<id>(?:[pdn]|cwg|lwg)[0-9]{3,5}(?:r[0-9]+)?)", "{verb} {id}"),
    (rf"tell {PEOPLE} (?:more )?about (?:paper |draft |issue )?(?P<id>{ID})", "paper {id}"),
    *TIME_RULES,
    # Notices that are to end come before those that are wanted.
    (
        rf"{NO_MORE} {TELL} {PEOPLE}(?: any| all| the| these| more| so many)*(?: {TIDINGS}| any ?more|"
        rf" anything)?",
        "stop",
    ),
    (
        rf"{NO_MORE} {TELL} {PEOPLE} (?:any |the |more )*(?:{TIDINGS} )?(?:{ABOUT}"
        rf" )?(?P<what>.+?){FROM_NOW}",
        "unwatch {what}",
    ),
    (rf"{NO_MORE} (?:watch|follow|track)(?:ing)? (?P<what>.+?){FROM_NOW}", "unwatch {what}"),
    (r"(?:i )?(?:don'?t|do not|no longer) need (?P<what>.+?) any ?more", "unwatch {what}"),
    (r"(?:(?:i'?m|i am) )?(?:not|no longer) interested in (?P<what>.+?)(?: any ?more)?", "unwatch {what}"),
    (r"no more|stop watching|(?:i )?(?:don'?t|do not) want (?:this|that|it|these|them)", "stop"),
    (r"no more (?P<what>.+)", "unwatch {what}"),
    (
        r"(?:i )?(?:(?:don'?t|do not) want|no longer want|want no more)"
        r" (?:to (?:hear|know|read|get|see|receive|be (?:notified|told|informed|alerted)) )?"
        rf"(?:(?:any|anything|more|{TIDINGS}) )*(?:(?:about|of|from|on|for) )?(?P<what>.+?){FROM_NOW}",
        "unwatch {what}",
    ),
    (rf"(?:stop|pause)(?: (?:it|this|that|everything|all|{TIDINGS}))* for now", "pause"),
    (rf"(?:remove|delete|drop|take) (?P<what>.+?) (?:from|off|out of) {LIST}", "unwatch {what}"),
    (
        rf"(?:cancel|drop|get rid of|take (?:me )?off) {MY}(?:(?:{LIST}|watch|{TIDINGS}) (?:to|of|for|on|about) )?"
        rf"(?P<what>{ID})",
        "unwatch {what}",
    ),
    (rf"cancel {MY}(?:{LIST}|watch(?:es)?|{TIDINGS})", "stop"),
    (rf"(?:add|put) (?P<what>.+?) (?:to|on|onto|in) {LIST}", "watch {what}"),
    (
        rf"(?:{TELL}|let|keep) {PEOPLE} (?:know |posted |informed |updated |up to date |a notice |a message"
        rf" )?{ABOUT} (?P<news>.+)",
        "watch {news}",
    ),
    (rf"(?:be |get )?(?:notified|informed|told|alerted|pinged|hear|know) {ABOUT} (?P<news>.+)", "watch {news}"),
    (
        rf"(?:get|receive|have|send me) (?:all |any |the )*{TIDINGS} (?:about|of|on|for|when(?:ever)?)"
        rf" (?P<news>.+)",
        "watch {news}",
    ),
    (
        rf"i(?:'d| would)? (?:want|love|like|need)(?: to (?:get|have|receive|see))? (?:any |all |the |more )*(?:news"
        rf"|{TIDINGS}) (?:about|on|for|of|from) (?P<news>.+)",
        "watch {news}",
    ),
    (r"keep (?:me|us) in the loop (?:about|on|with|for) (?P<news>.+)", "watch {news}"),
    (r"(?:notify|tell|alert|inform|ping|remind) (?:me|us)", "watch"),
    (r"(?:subscribe|sign) (?:me |us )(?:up )?(?:to|for) (?P<what>.+)", "watch {what}"),
    (
        r"(?:i'?m |i am |we'?re |we are )?(?:very |really |also )?(?:interested in|following|keen on)"
        r" (?P<what>.+)",
        "watch {what}",
    ),
    (r"unsubscribe (?:me |us )(?:from|to) (?P<what>.+)", "unwatch {what}"),
    (r"keep (?:an eye on|track of|watch over|watching) (?P<what>.+)", "watch {what}"),
    # What is there. A question changes nothing.
    (rf"(?:is|are) .+? (?:on|in|part of) {LIST}", "watching"),
    (
        r"(?:do|did|am|are|have|had) (?:i|we|you) (?:\w+ )?(?:un)?(?:watch|follow|track|subscribe)(?:d|ed|ing)?\b.*",
        "watching",
    ),
    (
        rf"how many (?:\w+ )?(?:(?:do|did|am|are|have) (?:i|we) (?:\w+ )?(?:watch|follow|track|have|subscribe)(?:d|ed"
        rf"|ing)?|(?:are )?(?:on|in) {LIST})\b.*",
        "watching",
    ),
    (
        r"(?:do|did|am|are|have|had) (?:i|we|you) (?:\w+ )?(?:un)?mut(?:e|ed|ing)\b.*|(?:is|are|was|what|which)"
        r" .*\bmuted\b.*",
        "mutes",
    ),
    (
        rf"(?:what|anything|something)(?: happened| (?:has )?changed| came out) (?:(?:in|with|to|about|for|on) )?"
        rf"(?:paper )?(?P<id>{QUESTIONED})(?: .*)?"
        rf"|(?:did|have) (?:i|we) miss(?:ed)? (?:paper )?(?P<other>{QUESTIONED})",
        "paper {id}{other}",
    ),
    (
        r"(?:what|anything|something)(?:(?: did| have)? (?:i|we) miss(?:ed)?| happened| (?:has )?changed| came"
        r" out)\b.*|(?:did|have) (?:i|we) miss(?:ed)?\b.*",
        "recent",
    ),
    (r"do (?:i|we) (?:have|get|use) .*\b(?:digests?|quiet hours|time ?zone)\b.*", "settings"),
    (r"(?:when|how often|at what time) .*\bdigests?\b.*|(?:what|which) time ?zone\b.*", "settings"),
    (
        r"(?:what|who|which \w+)(?:'s| is| am| are| do| did)? ?(?:i|we)? ?(?:currently |already"
        r" )?(?:watch(?:ing|ed)?|follow(?:ing)?|track(?:ing)?|subscribed(?: to)?|on (?:my|the) (?:watch"
        r" ?)?list)",
        "watching",
    ),
    (r"what(?:'s| is| have i| did i)? (?:currently )?mute[ds]?", "mutes"),
    (
        r"(?:what(?:'s| is) (?:new|up|happening|the latest)|any(?:thing)? (?:news?|new(?: papers?| drafts?)?)"
        r"|(?:new|recent) papers?)",
        "recent",
    ),
    (r"(?:any |new |recent |latest )+drafts?", "drafts"),
    *(
        (
            rf"(?:(?:show|list|see|view|display|give|print|get|what(?:'s| is| are)) )?(?:me |us )?(?:my |the |all "
            rf"|our |current |recent |latest )*(?:{words})",
            verb,
        )
        for verb, words in _SHOWN.items()
    ),
    (r"(?:what|which) (?:callboard )?version\b.*", "version"),
    (r"(?:how long|since when) (?:have|has|are|is) (?:you|callboard|this|it)\b.*(?:running|up|online)", "uptime"),
    (r"is (?:everything|all) (?:working|ok|okay|fine|up|running|well)", "status"),
    (
        r"(?:show |list |get |give )?(?:me |us )?(?:the )?(?:(?:last|latest|newest|recent|new) )?(?P<n>[0-9]{1,2})"
        r" (?:(?:latest|newest|recent|last|new) )*(?:papers|drafts)",
        "recent {n}",
    ),
    # What there is about something.
    (
        rf"(?:is there |are there )?any(?:thing)?(?: new| updates?| news| changes?)+"
        rf" (?:on|about|for|with|from|to|in|by|of) (?P<id>{ID})",
        "paper {id}",
    ),
    (
        r"(?:is there |are there )?any(?:thing)?(?: new| updates?| news| changes?)+ (?:on|about|from|by) (?P<what>.+)",
        "search {what}",
    ),
    (
        r"(?:(?:is|are) there|do you (?:have|know)|which|what)(?: a| any| the| other)* (?:papers?|drafts?|proposals?)"
        r"(?: are| is| there)* (?:about|on|by|from|mentioning) (?P<what>.+)",
        "search {what}",
    ),
    (
        r"(?:what|which)(?: papers?| drafts?)? (?:did|has|have) (?!i |we |you |changed)(?P<what>.+?) (?:write|written"
        r"|publish(?:ed)?|authored?|submit(?:ted)?)(?: .*)?",
        "search {what}",
    ),
    (r"look (?:for|up) (?:papers? )?(?P<what>.+)", "search {what}"),
    # A group.
    (
        rf"(?:what|who)(?:'s| is| are| does| do)(?: the)? (?P<group>{GROUP})(?: (?:about|do|stand for|mean|for))?"
        rf"|explain(?: the)? (?P<other>{GROUP})",
        "help {group}{other}",
    ),
    (
        r"(?:what|which|list|show)(?: me)?(?: are)?(?: all| the)* (?:(?:study|working|sub) ?)?(?:groups|audiences)"
        r"(?: (?:are|is|can|do) .*)?",
        "help groups",
    ),
    # One paper.
    (
        rf"(?:what(?:'s| is| about| was)|who wrote|(?:show|send|give) {PEOPLE}|send|i need|download"
        r"|summary|summarize|abstract|info(?:rmation)?|details|look up|open|get)"
        rf" (?:on |about |of )?(?:the )?(?:paper |draft |issue )?(?P<id>{ID})",
        "paper {id}",
    ),
    (
        rf"(?:what(?:'s| is) )?(?:the |show |show me )*(?:status|state|latest|newest|title|authors?|link"
        rf"|revisions?|info|version)(?: revision| version| draft)? (?:of |to |for |on )?(?:paper"
        rf" )?(?P<id>{QUESTIONED})",
        "paper {id}",
    ),
    (
        rf"(?:paper |show )?(?:me )?(?:all |the )*(?:revisions|history|versions) (?:of |for )(?:paper )?(?P<id>{ID})",
        "paper {id} all",
    ),
    (rf"(?P<id>{ID}),? all(?: revisions)?", "paper {id} all"),
    (rf"paper (?P<id>{ID}) (?:history|revisions|versions)", "paper {id} all"),
    (
        rf"(?:is|was|has|have|does|did|are|when|where|who|which|what) .*?(?<![\w-])(?P<id>{QUESTIONED})(?![\w-]).*",
        "paper {id}",
    ),
    (
        rf"(?P<id>{ID})(?:'s)? (?:link|history|abstract|audience|drafts?|status|info|details|title|authors?|latest"
        r"|revisions?)",
        "paper {id}",
    ),
    (rf"why (?:did|do|was|am|have|are) (?:i|we|you) .*?(?P<id>{ID})\b.*", "why {id}"),
    (r"why (?:did|do|was|am|have|are) (?:i|we|you) .+", "why"),
    (
        r"(?:show |list |see |any )?(?:me )?(?:all |the )?(?:papers|drafts) (?:by|from|of|about|on)"
        r" (?P<what>.+)",
        "search {what}",
    ),
    # Hours.
    (
        rf"(?:{PREFERRED}|(?:send|give|get|want) )?(?:me )?(?:a |the |my )?(?P<how>daily|weekly) (?:digest|summary|mail"
        r"|report|message)(?P<rest>s?(?: .*)?)",
        "digest {how}{rest}",
    ),
    (r"(?P<how>daily|weekly)(?P<rest> .*)?", "digest {how}{rest}"),
    (rf"(?:(?:turn|switch) off|disable) {MY}{TIDINGS}", "pause"),
    (rf"(?:(?:turn|switch) (?:on|back on)|(?:re-?)?enable) {MY}{TIDINGS}", "resume"),
    (
        r"(?:set |change |switch |make |update |use )(?:my |the |our )?(?P<verb>digests?|quiet|timezone|zone"
        r"|tz)(?: hours)?(?: to| on| as| for| ?=|:)? ?(?<=[ =:])(?P<rest>.+)",
        "{verb} {rest}",
    ),
    (r"(?:set |change |update )?(?:my |the )?time ?zone(?: is| to| =|:)? (?P<rest>.+)", "timezone {rest}"),
    (r"(?:my )?time ?zone(?: is| to)? (?P<rest>.+)", "timezone {rest}"),
    (
        r"(?:dnd|do not disturb|don'?t disturb(?: me)?)(?: from| at| on)? (?P<rest>.*[0-9].*|weekends?)"
        rf"|no {TIDINGS}(?: on| at)? (?P<off>weekends?)",
        "quiet {rest}{off}",
    ),
    (r"quiet (?:hours )?between (?P<begin>.+?) and (?P<end>.+)", "quiet {begin}-{end}"),
    # Changes.
    (
        rf"(?:watch|follow|add) (?P<new>[^\":]+?) (?:instead of|rather than|in place of) {PRONOUN}",
        "watch {new}",
    ),
    (
        rf"(?!.*\b(?:{TIDINGS}|{DIGEST})\b)(?:watch|follow|add|use|take) (?P<new>[^\":]+?)"
        rf" (?:instead of|rather than|in place of) (?!{PRONOUN}$)(?P<old>[^\":]+)",
        "replace {old} with {new}",
    ),
    (
        r"(?:change|swap|rename|exchange|switch) (?P<old>.+?) (?:to|for|with|into|by|->|=>|→) (?P<new>.+)",
        "replace {old} with {new}",
    ),
    (
        r"(?:delete|erase|remove|forget) (?:me|(?:my|all my|all of my) (?:data|account|user|profile"
        r"|information)|everything (?:about|on) me)",
        "forget me",
    ),
    # What is no command.
    (
        r"(?:stop|no|pause)(?: (?:all|the|any|more))*(?: (?:notices|notifications|messages|alerts))? "
        rf"(?P<time>(?:for|until|till) .+|{THROUGH}|today|tonight|this week(?:end)?)",
        "pause {time}",
    ),
    (rf"no {TIDINGS}|unsubscribe me|(?:stop|quit|leave|exit) (?:callboard|e?mails?)|quit|exit|leave", "stop"),
    (
        r"(?:(?:i'?m|i am|i will be|i'll be|going|being) )*(?:away|(?:on |in )?(?:vacation|holidays?|leave|pto)"
        rf"|out of office|ooo|out) (?P<time>(?:for|until|till|from|between) .+|{THROUGH}"
        r"|[0-9a-z]+ (?:days?|weeks?|months?)"
        r"|[0-9a-z. ]{3,12} ?(?:-|to) ?[0-9a-z. ]{3,12})",
        "pause {time}",
    ),
    (r"(?:clear|empty|delete|wipe) my (?:whole |entire )?(?:watch ?)?list", "unwatch all"),
    (r"(?:clear|empty|reset|delete|wipe) (?:my |the )?(?:whole |entire )?(?:watch ?)?list|clear|reset|wipe", "stop"),
    (
        r"(?:shut up|be quiet|go away|leave me alone|enough|too many (?:messages|notices|notifications)|make"
        r" it stop)",
        "stop",
    ),
    (
        r"(?:hey|hi|hello|good (?:morning|afternoon|evening|day)|greetings)(?: (?:there|callboard|all"
        r"|everybody|bot))?",
        "help",
    ),
    (
        r"(?:who|what) are you|what (?:is this|do you do|can (?:you|i) (?:do|say|type|watch))|how (?:does|do)"
        r" (?:this|it|you) work|(?:get )?start(?:ed)?|/start|menu|test(?:ing)?|info|about|man|usage|options",
        "help",
    ),
    (
        r"how (?:do|can|to|does|should|would) .*?\b(?P<verb>unwatch|watch|unmute|mute|(?:un)?subscribe|digest|quiet"
        r"|timezone|import|export|search|forget)\w*\b.*",
        "help {verb}",
    ),
    (r"how (?:do|can|to|does|should|would) .+", "help all"),
    (
        r"(?:explain|what (?:does|is)|what's) (?:a |an |the )?(?P<verb>unwatch|watch|unmute|mute|subscribe|digest|quiet"
        r"|timezone|import|export|search|forget)(?:ing)?(?: me| hours)?(?: do| mean| for)?",
        "help {verb}",
    ),
    (
        r"(?:are you (?:there|alive|up|ok|okay|working|running|on)|is (?:this|it|callboard) (?:on|working"
        r"|running|up|alive)|(?:you )?(?:there|alive)|ping)",
        "status",
    ),
    (
        r"(?:great|cool|nice|perfect|awesome|super|excellent|wonderful|lovely|good (?:bot|job|work)|well done"
        r"|ty|tysm|👍|🙏|❤️|much appreciated|love it)",
        "thanks",
    ),
    (r"(?:no|nope|nah|n|no thanks|don'?t|not now|abort|forget it|forget about it)", "cancel"),
)  # fmt: skip
"""Sentences, and the commands that they mean."""
