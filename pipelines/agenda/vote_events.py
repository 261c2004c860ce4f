"""Where a text speaks of a vote: one pass over plain text, each find with the kind of thing that it says.

A kind is a pattern for ``re``, and a hint: what every match holds, at its start or ``_BEFORE`` characters further on at
most. google-re2 finds hints a hundred times faster than ``re`` does the events, so that EVENT is tried nowhere else.
Every branch is bounded: a page of any length costs its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.agenda.numbers import SMALL_NUMBER
from pipelines.lexicon_types import compile_bytes

COUNT = rf"(?:\d{{1,3}}|{SMALL_NUMBER}|aucune?|neant|zero)"
CIVIL = r"(?:m\.|mm\.?|mme\.?|mmes\.?|mlle|messieurs|mesdames|monsieur|madame|m(?= [a-z]))"
_ABSENT = (
    r"(?:ne |n')(?:pre(?:nd|nnent|nant|ndra|ndront)|particip(?:ent?|ant|e|era|eront)|ont|a|ayant|avaient)"
    r"(?: pas)? (?:pris )?(?:particip(?:e|ation) )?"
    r"(?:part )?(?:au|a ce|a cette|a la|a)? ?(?:present |deliberation et au )?(?:vote|scrutin)"
)
_AWAY = (
    r"nppv|nppav|npv|non[ -](?:participations?(?: au vote)?|participants?|votants?)"
    r"|refus de (?:vote|prendre part au vote)|sans participation(?: au vote)?|deports?"
    r"|ne (?:participe(?:nt)?|pren(?:d|nent)) pas(?: part)?"
)
_PLACES = r"pour|contre|abst?entions?|abst|oppositions?"
SIDE = (
    rf"(?:{_PLACES}|{_AWAY}|oui|non|favorables?|defavorables?|opposants?|(?:se sont |s'est )?abstenue?s?"
    rf"|s'abstiennent|s'abstient|{_ABSENT})"
)
_SHORT = rf"(?:{_PLACES}|{_AWAY}|oui|non|favorables?|defavorables?)"
_VOICES = r"(?:voix|votes?|suffrages?|bulletins?)"
_PREFIX = rf"(?:(?:(?:ont |a )?vot(?:e|ent)s?|(?:nombre de )?{_VOICES}) (?:[«\"] ?)?)?"
_INNER = rf"(?:\((?:s\)|(?P<inner>{COUNT}) ?(?:voix|elus?|votes?|conseillers?|membres?)?\))\s{{0,3}})?"
_POINT = (
    r"(?:point|question|deliberation|dossier|projet|rapport|v(?:oe|œ)u|affaire|sujet|motion|amendement|proposition"
    r"|resolution|examen|vote)"
)
_THIS = rf"(?:ce|cet|cette|le|la|l'|son|sa) ?{_POINT}"
_HELD = r"(?:est|sont|a ete|ont ete|sera|seront)"
_SAID = rf"\b{_POINT}s?(?: \S{{1,25}}){{0,6}} {_HELD} (?:donc |finalement |ainsi )?"
_LINE = rf"(?:^|\n)\W{{0,4}}(?:{_POINT} (?:n ?° ?\S{{1,12}} )?)?"
_ENDS = r"(?= {0,3}(?:$|[\n.,;)]|a la demande|par (?:l|m|son)|en seance))"
_LATER = (
    r"(?= {1,2}(?:a |au |aux |en )(?:une |la |l'|un )?(?:prochain|seance|conseil|reunion|commission|ulterieur|autre"
    r"|date)| ulterieurement)"
)
_OPENS = r"(?:(?<=[\n:(|;-])|(?<=[:(|;.?!-] )|^)"
_STOPS = (
    r"(?= {0,3}(?:(?:contre|abst\w{0,8}) ?:|$|[\n.,;()|]|des (?:voix|suffrages|membres|presents|votants|exprimes)))"
)

# name of the kind, pattern, hint
_KINDS: tuple[tuple[str, str, str], ...] = (
    (
        "majority",
        r"\b(?:a la |la |a )?(?:quasi|presque)[ -](?:l')?unanimite\b|\ba (?:la|une) (?:\w{3,12} )?majorite\b"
        rf"|\bmajorite des (?:voix|suffrages)\b|{_OPENS}majorite{_STOPS}",
        r"(?:quasi|presque)[ -](?:l')?unan|majorite",
    ),
    (
        "unanimous",
        r"\b(?:a ?)?l'unan.?m.?t[ea]\b|\bunanimement\b|\b(?:accord|votes?) unanimes?\b"
        rf"|(?:{_OPENS}|(?<=\bvote )|(?<=, ))unanimite\b",
        r"l'unan|unanim",
    ),
    (
        "except",
        r"\ba l'exception (?:de|du|des|d')(?![a-z])"
        r"|\b(?:excepte|sauf|hormis)\b(?= (?:m|les? (?:groupe|elu)|l'opposition))",
        r"l'exception|excepte |\bsauf [ml]|hormis ",
    ),
    (
        "label",
        rf"\b{_PREFIX}(?P<side>{SIDE})\.?(?: ?[»\"]| l'a(?:doption"
        rf"|pprobation))?\s{{0,3}}{_INNER}[:=](?: ?\n(?=\d{{1,3}}[. ])| {{0,3}})"
        rf"(?P<after>{COUNT}\b(?![ .,]?\d| ?[€%])|(?=\n?[ •\-]{{0,4}}{CIVIL}))?",
        rf"{SIDE}\.?(?: ?[^a-z\d ]| l'a(?:doption|pprobation))?\s{{0,3}}(?:\([^()\n]{{1,40}}\)\s{{0,3}})?[:=]",
    ),
    (
        "bare",
        rf"(?:(?<=\n)|^)[ \-•|]{{0,4}}(?P<lone>{SIDE})(?:[ |]{{1,4}}"
        rf"| ?\.{{2,60}} ?)(?P<figure>\d{{1,3}})[ .|]{{0,4}}(?=\n|$)",
        rf"(?:^|\n)[^a-z\d]{{0,5}}{SIDE}(?:[ |]{{1,4}}| ?\.{{2,60}} ?)\d",
    ),
    (
        "tight",
        rf"\b{_PREFIX}(?P<close>{_SHORT})\.? {{0,2}}(?:\( ?(?P<boxed>\d{{1,3}}) ?(?:voix|votes?|elus?)? ?\)"
        r"|(?P<open>\d{1,3})(?= {0,3}(?:$|[\n,;)|/-]|\.(?!\d)|(?:et|voix|votes?|suffrages?|pour|contre|abst\w*)\b)))",
        rf"{_SHORT}\.? {{0,2}}(?:\( ?)?\d",
    ),
    (
        "triple",
        r"\bvotes?(?: ?\([^()\n]{0,60}\))? ?: ?(?P<t1>\d{1,3}) ?/ ?(?P<t2>\d{1,3}) ?/ ?(?P<t3>\d{1,3})(?![\d/])",
        r"votes?(?: ?\([^()\n]{0,60}\))? ?: ?\d",
    ),
    (
        "letters",
        r"\b(?P<l1>\d{1,3}) ?p {0,2}[/,;-] {0,2}(?P<l2>\d{1,3}) ?c(?: {0,2}[/,;-] {0,2}(?P<l3>\d{1,3}) ?a)?\b"
        r"|\bp ?: ?(?P<m1>\d{1,3}) {0,3}[/,;-]? {0,3}c ?: ?(?P<m2>\d{1,3})"
        r"(?: {0,3}[/,;-]? {0,3}a ?: ?(?P<m3>\d{1,3}))?",
        r"\d ?p {0,2}[/,;-]|p ?: ?\d{1,3} {0,3}[/,;-]? {0,3}c",
    ),
    (
        "duel",
        rf"\b(?P<won>{COUNT}) {_VOICES} contre (?P<lost>{COUNT})\b(?! {{0,2}}(?:voix |votes? )?(?:pour|contre|abst|%))",
        rf"{COUNT} {_VOICES} contre",
    ),
    (
        "first",
        rf"\b(?P<n>{COUNT})(?: {{1,3}}|\n(?=voix |abst))(?:\([^()\n]{{0,80}}\) {{0,2}})?"
        rf"(?:{_VOICES}\s{{1,3}}(?:exprimes? )?)?(?:[«\"] ?)?(?P<what>{_SHORT})\b(?: ?[»\"])?(?!\s{{0,3}}:\s{{0,3}}\d)",
        rf"{COUNT}(?: {{1,3}}|\n)(?:\([^()\n]{{0,80}}\) {{0,2}})?(?:{_VOICES}\s{{1,3}}(?:exprimes? )?)?"
        rf"(?:[^a-z ] ?)?{_SHORT}",
    ),
    (
        "through",
        rf"\bpar (?P<by>{COUNT}) {_VOICES}\b(?= {{0,3}}(?:$|[\n.,;(]))",
        rf"par {COUNT} {_VOICES}",
    ),
    (
        "verbal",
        r"\b(?:vot(?:e|ent|ant)|(?:a|ont|ayant) vote) contre\b|\bs'abst(?:ient|iennent|enant)\b"
        r"|\b(?:s'etant|s'est|se sont) abstenue?s?\b"
        rf"|\b(?:l')?(?:abstention|opposition|voix contre)s? (?:de |d')(?={CIVIL})",
        r"vote? ?\w{0,4} contre|s'abst|abstenu|(?:abstention|opposition|voix contre)s? d",
    ),
    (
        "absent",
        rf"\b{_ABSENT}|\b(?:ne |n')(?:prend|prennent|prenant|participe|participent|participant)(?: pas)?(?: part)? ni "
        r"(?:aux?|a la) \w{4,14},? ni au vote|\bne (?:souhait|desir)(?:e|ent|ant) pas (?:prendre part"
        r"|participer) au vote|\bs'etant retiree?s?\b|\bs'est retiree? (?=pour|au moment|lors)"
        rf"|\bdeports? (?:de |d')(?={CIVIL})",
        r"(?:ne |n')(?:souhait|desir|pre(?:nd|nnent|nant)|particip|ont|a|ayant)|s'etant retire|s'est retire|deports? d",
    ),
    (
        "noted",
        r"\bpre(?:nd|nnent|nant) acte\b|\b(?:pris|donne) acte\b|\bdont acte\b|\bacte est donne\b|\bprise d'acte\b",
        r"acte",
    ),
    (
        "rejected",
        r"\b(?:est |sont |a ete )?(?:rejete|repousse)e?s?\b|\b(?:est|sont|a ete) refusee?s?\b|\brejette\b"
        r"|\bn(?:'est|e sont|'a|'ont) pas (?:ete )?(?:adopte|approuve|retenu|accepte)|\bn'adopte(?:nt)? pas\b"
        r"|\bnon (?:adopte|approuve)e?s?\b",
        r"rejet[et]|repousse|refuse|pas (?:ete )?(?:adopte|approuve|retenu|accepte)|n'adopte|non (?:adopt|approuv)",
    ),
    (
        "withdrawn",
        rf"{_SAID}retiree?s?\b|(?:^|\n)\W{{0,4}}{_POINT} (?:n ?° ?\S{{1,12}} )?retiree?{_ENDS}"
        rf"|\b{_POINT}[^\n:]{{0,60}}: ?retiree?{_ENDS}"
        r"|(?:^|\n) {0,4}retiree?(?: de l'ordre du jour)? {0,4}(?:$|\n)"
        r"|\b(?:decision|resultat|vote) ?: ?(?:(?:dossier|rapport|point) )?retiree?\b|\bretiree? de l'ordre du jour"
        rf"|\bretir(?:e|er|ent) (?:de l'ordre du jour )?{_THIS}|\bn'a plus lieu d'etre",
        rf"{_POINT}s?(?: \S{{1,25}}){{0,6}} {_HELD} (?:donc |finalement |ainsi )?retire"
        rf"|{_POINT}[^\n:]{{0,60}}: ?retire|{_POINT} (?:n ?° ?\S{{1,12}} )?retire|retire|plus lieu d'etre",
    ),
    (
        "adjourned",
        rf"\b{_HELD} (?:ajourne|reporte|renvoye)e?s?(?:{_LATER}|(?= a\s(?:une|la|un)\s))"
        rf"|{_SAID}(?:ajourne|reporte)e?s?{_ENDS}|\bajournee?\b(?: au prochain| a | {{0,3}}$)"
        rf"|{_LINE}(?:reporte|ajourne|renvoye)e?(?:{_LATER}|{_ENDS})"
        rf"|\b{_POINT}[^\n:]{{0,60}}: ?(?:reporte|ajourne|renvoye)e?(?:{_LATER}|{_ENDS})"
        r"|(?:^|\n|\. |\bil est |\bdecide |\bde )surs(?:is|eoir) a statuer"
        rf"|\b(?:ajourner|reporter|renvoyer) {_THIS}|\b(?:est|sont|a ete|ont ete) (?:donc )?ajournee?s?\b"
        r"|\b(?:l'ajournement|le report|le renvoi) (?:de (?:ce|cette|la|l')|du|a la prochaine|a une|en commission)\b"
        r"|(?:^|\n)\W{0,4}(?:report|renvoi) (?:a la|a une|au|en) (?:prochain|commission|seance|autre|conseil)",
        rf"{_POINT}s?(?: \S{{1,25}}){{0,6}} {_HELD} (?:donc |finalement |ainsi )?(?:ajourne|reporte)"
        rf"|{_POINT} (?:n ?° ?\S{{1,12}} )?(?:reporte|ajourne|renvoye)"
        rf"|{_POINT}[^\n:]{{0,60}}: ?(?:reporte|ajourne|renvoye)"
        r"|(?:est|sont|ete|sera|seront) (?:ajourne|reporte|renvoye)|ajournee?|surs(?:is|eoir) a s"
        r"|ajournement|le re(?:port|nvoi) |(?:^|\n)\W{0,4}re(?:port|nvoi) |(?:reporter|renvoyer) [cls]|(?:^"
        r"|\n)\W{0,4}(?:reporte|renvoye)",
    ),
    (
        "adopted",
        r"(?:^|[\n:|]|\. ) {0,3}(?:adopte|approuve)e?s?(?= {0,3}(?:$|[\n.,;(|]|a mains? levees?|par l'ensemble))"
        r"|\b(?:delibere|votes?|resultat(?: du vote)?|decision) ?: ?(?:favorable|adopte|approuve)e?s?\b"
        rf"|\b{_POINT}s?(?: \S{{1,25}}){{0,4}} (?:est|sont) (?:adopte|approuve)e?s?\b",
        rf"{_POINT}s?(?: \S{{1,25}}){{0,4}} (?:est|sont) (?:adopte|approuve)"
        r"|adoptee?s?[ \n.,;(|]|approuvee?s?[ \n.,;(|]|(?:adopte|approuve)e?s?$|: ?(?:favorable|adopte|approuve)",
    ),
)
KINDS = tuple(name for name, _, _ in _KINDS)
EVENT = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _KINDS))
_HINT = compile_bytes("|".join(hint for _, _, hint in _KINDS).replace("v(?:oe|œ)u", "v..?u"))  # œ is no Latin 1
_BEFORE = 32
_START = re.compile(r"(?<!\w)\w|[\n:|.]|(?<=\n)|^")  # every branch begins at a word, a line or a sign that ends one


def events(low: str) -> Iterator[re.Match[str]]:
    """The matches of EVENT in plain text, in order."""
    end = 0
    for hint in _HINT.finditer(low.encode("latin-1", "replace")):
        start, stop = hint.span()
        for place in _START.finditer(low, max(end, start - _BEFORE), stop):
            if place.start() >= end and (found := EVENT.match(low, place.start())):
                yield found
                end = found.end()


def kind_of(event: re.Match[str]) -> str:
    """Which of KINDS an event is."""
    return next(name for name in KINDS if event[name] is not None)
