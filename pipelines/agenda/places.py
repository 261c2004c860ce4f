"""Where a session is held, as printed."""

from __future__ import annotations

import re

from pipelines.agenda.evidence import Judged
from pipelines.agenda.words import squeeze

_WORD = (
    r"(?:salle|mairie|hotel|espace|lieu (?:ordinaire|habituel)|centre|foyer|complexe|chateau|maison|siege|halle"
    r"|gymnase|theatre"
    r"|auditorium|palais|salon|hemicycle|grange|local|pole|annexe|cercle)"
)
_MET = re.compile(
    r"(?:reunie?s?|assemblee?s?)\s+(?:au nombre prescrit par la loi,?\s+)?"
    r"((?:publiquement\s+)?(?:dans|a|au|en|aux|sur)\b[^\n;:]{3,120}(?:\n[^\n;:]{3,120})?)"
    r"|(?:se (?:tiendra|reunira|reuniront|deroulera|tient|reunit)|aura lieu|a eu lieu|s'est tenue?)\s+((?:dans|a|au"
    r"|en|aux)\s[^\n;:]{3,120})"
)
_PLACE = re.compile(rf"\b(?:(?:dans|a|au|en)\s+(?:la\s|le\s|l')?\s*|la )?{_WORD}\b")
_LABEL = re.compile(r"(?:^|\n)\s*(?:lieu(?: de (?:la )?(?:seance|reunion))?|adresse|salle)\s*:\s*([^\n]{3,100})")
_CUT = re.compile(
    r",?\s*sous la|,?\s*sous l'|\ben presence|\ben seance|\bpresid|\ba huis|\s*\bsur (?:la )?convocation"
    r"|,?\s*le\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\d)"
    r"|,?\s*a \d{1,2} ?(?:h|:)|,?\s*a (?:dix|vingt|quatorze|quinze|seize)\b|\.\s|\.$|,?\s*apres convocation"
    r"|,?\s*conformement|,?\s*en session|,?\s*suite a|,?\s*suivant|,?\s*pour deliberer"
    r"|,?\s*avec l'ordre|,?\s*dont l'ordre|,?\s*afin de|,?\s*au nombre|,?\s*a l'effet|\s*ordre du jour"
    r"|,?\s*sur l'ordre|\s*(?:-|–)?\s*etaient"
    r"|,?\s+(?:est|sera|a ete|etait) \w|\s*[-–,]\s*(?:ouverture|debut|accueil)\b"
)
_WINDOW_ENDS = re.compile(r"\n\s*\n|ordre du jour|presents?\s*:|\n\s*(?:\d{1,3}|[ivx]{1,4})\s?[-–.)/]")
_OWN_LINE = re.compile(
    rf"\s{{1,6}}(?:[^\n]{{0,4}}\d{{1,2}} ?(?:h|heures)[^\n]{{0,25}}\n\s{{0,4}}"
    rf"|[^\n]{{0,4}}\d{{1,2}} ?(?:h|heures?)(?: ?\d\d)?(?: precises?)?[^\n\w]{{1,5}})?"
    rf"((?:(?:dans|a|en) )?(?:la |le |l')?{_WORD}\b[^\n.]{{0,80}})(?:\n|$)"
)
_FIRST_FLOOR = re.compile(r"\b1\s?[°º*](?= étage)")  # what a scan makes of the raised "er"
_MANNER = re.compile(r"en (?:session|seance) \w+,?\s*|publiquement,?\s*")
_WRAPPED = re.compile(r"\s*(?:de |du |des |d'|\d{1,4},? (?:rue|place|avenue)|-)")
_LEAD = re.compile(
    r"^(?:publiquement\s+)?(?:dans|a|au|aux|en|sur)\s+(?:la\s+|le\s+|les\s+|l'\s?)?(?=\S)|^(?:la|le|l')\s*(?=salle"
    r"|lieu|hotel|espace|mairie)"
)


def find_place(text: str, low: str, mentions: list[Judged]) -> str | None:
    """The place printed with the formula of the session or beside its date; leading articles dropped."""
    for match in _LABEL.finditer(low):
        return _cleaned(text[match.start(1) : match.end(1)], low[match.start(1) : match.end(1)])
    for match in _MET.finditer(low):
        group = 1 if match[1] else 2
        if re.search(_WORD, match[group]):
            found = _best(text[match.start(group) : match.end(group)], match[group])
            if found:
                return found
    for one in mentions:
        begin, end = one.found.end, min(len(low), one.found.end + 170)
        window = _WINDOW_ENDS.split(low[begin:end])[0]
        for place in _PLACE.finditer(window):
            if re.search(r"[.;]\s|convo|presid|\bmaire\b", window[: place.start()]):
                break
            if re.search(
                r"(?:\bpar|publie\w*|affiche\w*)(?: \S+){0,4}\s*$", window[: place.start()].rsplit("\n", 1)[-1]
            ):
                continue  # "publié par la mairie"
            start = begin + place.start()
            stop = begin + len(window)
            newline = low.find("\n", start, stop)
            if newline >= 0:
                wrapped = _WRAPPED.match(low[newline + 1 : newline + 20])
                following = low.find("\n", newline + 1, stop)
                stop = newline if not wrapped else following if following >= 0 else stop
            return _cleaned(text[start:stop], low[start:stop])
    return _below(text, low, mentions)


def _below(text: str, low: str, mentions: list[Judged]) -> str | None:
    """A place on a short line of its own, apart from the date but right below it, after the hour or alone."""
    for one in mentions:
        if found := _OWN_LINE.match(low, low.find("\n", one.found.end) % (len(low) + 1)):
            return _cleaned(text[found.start(1) : found.end(1)], low[found.start(1) : found.end(1)])
    return None


def _best(text: str, low: str) -> str | None:
    """Of "en mairie, Salle du Conseil, le jeudi …" the most precise part."""
    manner = _MANNER.match(low)
    text, low = (text[manner.end() :], low[manner.end() :]) if manner else (text, low)
    cut = _CUT.search(low)
    end = cut.start() if cut else len(low)
    text, low = text[:end], low[:end]
    parts = [(match.start(), match.end()) for match in re.finditer(r"[^,]+", low)]
    rooms = [
        (a, b)
        for a, b in parts[:3]
        if re.search(
            r"\b(?:salle|espace|foyer|complexe|lieu (?:ordinaire|habituel)|centre|hemicycle|auditorium)", low[a:b]
        )
    ]
    if not parts:
        return None
    begin, stop = rooms[0] if rooms else parts[0]
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
