"""Where a session is held, as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from pipelines.agenda.evidence import Judged
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.roles import BREAK, ITEM_LINE, MET, PARTICIPLE
from pipelines.agenda.words import plain, squeeze

_WORD = (
    r"(?:salle|mairie|hotel|espace|lieu\s+(?:ordinaire|habituel)|centre|foyer|complexe|chateau|maison|siege|halle"
    r"|gymnase|theatre"
    r"|auditorium|(?:mediatheque|bibliotheque)(?! *(?:\n|$))|amphitheatre|manoir|forum|palais|salon|hemicycle|grange"
    r"|local|pole|annexe"
    r"|cercle)"
)
_HELD_AT = re.compile(
    rf"\b(?:{MET}|{PARTICIPLE}|se (?:tiendra|tiendront|reunir|reunira|reuniront|deroulera|tient|reunit)|a(?:ura"
    rf"|uront)? lieu|a eu lieu"
    r"|assister|participer|convier|inviter|invitee?s?|conviee?s?|convoque(?:e?s?)|(?:debut|commenc)\w+)\b"
)
_PLACE = re.compile(rf"\b(?:(?:dans|a|au|en)\s++(?:la\s|le\s|l')?\s*+|la )?{_WORD}\b")
_AT = re.compile(rf"\b(?:dans|a|au|aux|en|sur)\s+(?:la\s+|le\s+|les\s+|l'\s?|son\s+|un\s+)?{_WORD}\b|(?<=, ){_WORD}\b")
_NOT_WHERE = re.compile(r"presid|publie|affich|transmi|adresse|non pas $|et non $|pas $|:\s*$")
_LABELLED = re.compile(r"\w[\w' ]{0,30} ?:")
_FORMULAS, _SENTENCE = 4, 240  # formulas looked at; characters of one
_FULL = 60  # characters of a line that runs on into the next
_LABEL = re.compile(r"(?:^|\n)[^\S\n]*(?:lieu(?: de (?:la )?(?:seance|reunion))?|adresse|salle)\s*:\s*([^\n]{3,100})")
_CUT = re.compile(
    r",?\s*+sous la|,?\s*+sous l'|\ben presence|\ben seance|\bpresid|\ba huis|\s*+\bsur (?:la )?convocation"
    r"|,?\s*+\ble\s*+:|,?\s*+\ble\s++(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\d)"
    r"|,?\s*+(?:\ba|[-–]) \d{1,2} ?(?:h|:)|,?\s*+a (?:dix|vingt|quatorze|quinze|seize)\b|\.\s|\.$"
    r"|,?\s*+apres convocation"
    r"|,?\s*+conformement|,?\s*+en session|,?\s*+suite a|,?\s*+suivant|,?\s*+pour deliberer"
    r"|,?\s*+avec l'ordre|,?\s*+dont l'ordre|,?\s*+afin de|,?\s*+au nombre|,?\s*+a l'effet|\s*+ordre du jour"
    r"|,?\s*+sur l'ordre|\s*+(?:-|–)?\s*+etaient"
    r"|(?:,?\s++et)?,?\s++(?:est|sera|a ete|etait) \w|\s*+[-–,]\s*+(?:ouverture|debut|accueil)\b"
)
_WINDOW_ENDS = re.compile(r"\n\s*\n|ordre du jour|presents?\s*:|\n\s*(?:\d{1,3}|[ivx]{1,4})\s?[-–.)/]")
_OWN_LINE = re.compile(
    r"\s{0,4}(?:(?:a |vers )?[^\n]{0,3}\d{1,2} ?(?:h|heures?)(?: ?\d\d)?(?: precises?)?[^\n\w]{1,5})?"
    rf"((?:(?:dans|a|au|en) )?(?:la |le |l')?{_WORD}\b[^\n.]{{0,80}})$"
)
_ELSEWHERE = re.compile(r"[.;]\s|convo|presid|\bmaire\b")
_SAID_BY = re.compile(r"(?:\bpar|publie\w*|affiche\w*)(?: \S+){0,4}\s*$")
_BESIDE, _LINES, _BELOW = 170, 2, 6  # characters after the day; line breaks before a place; lines below
_FIRST_FLOOR = re.compile(r"\b1\s?[°º*](?= étage)")  # what a scan makes of the raised "er"
_MANNER = re.compile(r"en (?:session|seance) \w+,?\s*|publiquement,?\s*")
_WRAPPED = re.compile(r"\s*(?:de |du |des |d'|\d{1,4},? (?:rue|place|avenue)|-)")
_ROOM = re.compile(r"\b(?:salle|espace|foyer|complexe|centre|hemicycle|auditorium)")
_USUAL = re.compile(r"\blieu\s+(?:ordinaire|habituel)")
_LEAD = re.compile(
    r"^(?:publiquement\s+)?(?:dans|a|au|aux|en|sur)\s+(?:la\s+|le\s+|les\s+|l'\s?)?(?=\S)|^(?:la|le|l')\s*(?=salle"
    r"|lieu|hotel|espace|mairie)"
)


def find_place(text: str, low: str, mentions: Sequence[Judged]) -> str | None:
    """The place printed with the formula of the session or beside its date; leading articles dropped."""
    for match in _LABEL.finditer(low):
        return _cleaned(text[match.start(1) : match.end(1)], low[match.start(1) : match.end(1)])
    formulas = sorted(islice(_HELD_AT.finditer(low), _FORMULAS), key=lambda match: _distance(match, mentions))
    for match in formulas:
        said = BREAK.split(low[match.end() : match.end() + _SENTENCE])[0]
        place = next((at for at in _AT.finditer(said) if not _NOT_WHERE.search(said[: at.start()])), None)
        if place is None:
            continue
        start, stop = match.end() + place.start(), match.end() + len(said)
        stop = _flows(text, start, stop)
        if found := _best(text[start:stop], low[start:stop]):
            return found
    beside = (found for one in mentions if (found := _beside(text, low, one)) is not None)
    return next(beside, None) or next((found for one in mentions if (found := _below(text, low, one))), None)


def _beside(text: str, low: str, one: Judged) -> str | None:
    """A place after the day, on its line or the next, in its paragraph."""
    begin, end = one.found.end, min(len(low), one.found.end + _BESIDE)
    window = _WINDOW_ENDS.split(low[begin:end])[0]
    for place in _PLACE.finditer(window):
        before = window[: place.start()]
        if _ELSEWHERE.search(before) or before.count("\n") > _LINES:
            return None
        if _SAID_BY.search(before.rsplit("\n", 1)[-1]):
            continue  # "publié par la mairie"
        start = begin + place.start() + len(place[0]) - len(place[0].lstrip(" \n,;:|(–-"))
        stop = begin + len(window)
        stop = _with_address(low, start, stop)
        return _cleaned(text[start:stop], low[start:stop])
    return None


def _with_address(low: str, start: int, stop: int) -> int:
    """Where the line of a place ends, the next one added where it goes on with an address."""
    newline = low.find("\n", start, stop)
    if newline < 0:
        return stop
    if not _WRAPPED.match(low[newline + 1 : newline + 20]):
        return newline
    following = low.find("\n", newline + 1, stop)
    return following if following >= 0 else stop


def _flows(text: str, start: int, stop: int) -> int:
    """Where the sentence that names a place ends: a line that is not full, before one that begins anew, ends it."""
    at = text.find("\n", start, stop)
    while at >= 0:
        begin = text.rfind("\n", 0, at) + 1
        anew = text[at + 1 : at + 2].isupper() or not text[at + 1 : at + 2].isalnum()
        if anew and (at - begin < _FULL or _LABELLED.match(text, at + 1)):
            return at
        at = text.find("\n", at + 1, stop)
    return stop


def _distance(formula: re.Match[str], mentions: Sequence[Judged]) -> int:
    """How far a formula stands from the nearest of the session's days."""
    return min((abs(formula.end() - one.found.start) for one in mentions), default=0)


def place_at(low: str) -> re.Match[str] | None:
    """Where plain text begins to name a place."""
    return _PLACE.search(low)


def place_in(text: str) -> str | None:
    """The place that a short text names, such as a line of a calendar."""
    low = plain(text)
    found = place_at(low)
    return _cleaned(text[found.start() :], low[found.start() :]) if found else None


def _below(text: str, low: str, one: Judged) -> str | None:
    """A place on a short line of its own, apart from the day but below it, perhaps with the hour."""
    at = low.find("\n", one.found.end)
    for _ in range(_BELOW):
        if at < 0:
            return None
        stop = low.find("\n", at + 1)
        start, at = at + 1, stop
        line = low[start : stop if stop >= 0 else len(low)]
        if not line.strip():
            continue
        if AGENDA_HEADING.search(line) or ITEM_LINE.match(line):
            return None
        if found := _OWN_LINE.match(line):
            begin, end = start + found.start(1), _with_address(low, start, min(len(low), start + _BESIDE))
            return _cleaned(text[begin:end], low[begin:end])
    return None


def _best(text: str, low: str) -> str | None:
    """Of "en mairie, Salle du Conseil, le jeudi …" the most precise part."""
    manner = _MANNER.match(low)
    text, low = (text[manner.end() :], low[manner.end() :]) if manner else (text, low)
    cut = _CUT.search(low)
    end = cut.start() if cut else len(low)
    text, low = text[:end], low[:end]
    parts = [(match.start(), match.end()) for match in re.finditer(r"[^,]+", low)]
    if not parts:
        return None
    rooms = [part for part in parts[:3] if _ROOM.search(low[part[0] : part[1]])]
    usual = [part for part in parts[:3] if _USUAL.search(low[part[0] : part[1]])]
    begin, stop = (rooms or usual or parts)[0]
    return _cleaned(text[begin:stop], low[begin:stop])


def _cleaned(text: str, low: str) -> str | None:
    cut = _CUT.search(low)
    if cut and cut.start() > 3:
        text, low = text[: cut.start()], low[: cut.start()]
    stripped = len(low) - len(low.lstrip())
    text, low = text[stripped:], low[stripped:]
    lead = _LEAD.match(low)
    place = squeeze(text[lead.end() :] if lead else text).strip(" ,;:-–.")
    place = _FIRST_FLOOR.sub("1er", place)
    return place if 3 <= len(place) <= 140 else None
