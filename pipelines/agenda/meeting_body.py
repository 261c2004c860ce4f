"""Which body meets: the one that is named with the day, not the one whose paper it is printed on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from crawler.models import Hints
from pipelines.agenda.bodies import DEFAULTS, FoundBody, body_in_name, canonical, find_bodies
from pipelines.agenda.commissions import commission_above
from pipelines.agenda.evidence import Judged
from pipelines.agenda.names import base_name
from pipelines.agenda.words import plain

_OF_SESSION = re.compile(
    r"(?:seance|reunion|session|deliberations?|convocation|membres|verbal|rendu)"
    r" (?:publique |ordinaire |extraordinaire |pleniere )?(?:du|de la|de l'|au|a la|a l')\s*$"
)
_MEETS = re.compile(
    r"[^.]{0,40}(?:se reuni|s'est|dument|legalement|regulierement|aura lieu|se tiendra|du \d|du (?:lun|mar|mer|jeu"
    r"|ven|sam))"
)
_OF_OTHERS = re.compile(
    r"presidente? (?:du|de la)\s*$|delegations? (?:du|de la|consenties? par (?:le|la))\s*$|\bdeliberation (?:du"
    r"|de la)\s*$"
    r"|issue (?:du|de la)\s*$|\b(?:au|aux) (?:prochain )?$"
)
_LETTERHEADS = ("conseil départemental", "conseil régional")
_OTHERS = re.compile(
    r"conseil (?:d'ecole|des ecoles|de quartier|citoyen|des sages|des jeunes|municipal des (?:jeunes|enfants)|local"
    r"|consultatif"
    r"|de developpement|de surveillance|de vie|de discipline|d'etablissement|economique|de residents)"
    r"|(?:convocation|arrete)[^.]{0,60} electeurs|comite (?:social|technique|consultatif|des fetes)"
    r"|assemblee generale (?:ordinaire |extraordinaire )?(?:de l'(?:association|amicale|union)|du (?:club|comite))"
)
_PROSE = re.compile(
    r"^[^\n]{60,}(?:\.$|\Z)", re.MULTILINE
)  # "Le comité social territorial, consulté le …, a rendu un avis."
_SITS = re.compile(
    r"\bseance|\bprochain conseil\b|\b(?:vos|les) elus\b|\bconseillers\b"
    r"|communaute (?:de communes|d'agglomeration|urbaine)"
)
METROPOLIS = "conseil métropolitain"
_METROPOLIS = re.compile(r"^[^\n.:;]{0,40}\b(?:euro)?metropole\b[^\n.:;]{0,40}$", re.MULTILINE)
_LETTERHEAD = 200  # characters of a head in which a letterhead stands
_TITLE = 400  # characters of a head in which a title stands
_BODIES, _CLOSE, _COMMISSION = 16, 80, 260  # bodies that are weighed; characters to the day


def body_of(text: str, hints: Hints, mentions: Sequence[Judged] = ()) -> str:
    """The body that meets: the one that is printed, else the council's usual one."""
    return printed_body(text, hints, mentions) or DEFAULTS[hints.council_kind]


def printed_body(text: str, hints: Hints, mentions: Sequence[Judged] = ()) -> str | None:
    """The body named with the day (``mentions``), else the first named, else that of the names, else None."""
    named = named_body(hints)
    found = find_bodies(text)[:_BODIES]
    places = [one.found.start for one in mentions]
    if (commission := _commission(text, found, places)) is not None:
        return commission
    if not found:
        return named or (METROPOLIS if hints.council_kind == "epci" and _METROPOLIS.search(plain(text)) else None)
    low = plain(text)
    scores: dict[str, float] = defaultdict(float)
    for number, one in enumerate(found):
        follower = found[number + 1].start if number + 1 < len(found) else len(low)
        weight = (3.0 if number == 0 else 1.0) + _weight(low, one, follower, places)
        if one.name in _LETTERHEADS and number == 0 and one.start < _LETTERHEAD:
            weight -= 2  # "CONSEIL DÉPARTEMENTAL DE …" stands on every paper of a department
        scores[canonical(one.name, hints.council_kind)] += weight
    if named in scores:
        scores[named] += 2
    best = max(scores, key=lambda name: scores[name])
    headed = len(found) == 1 and found[0].name in _LETTERHEADS and found[0].start < _LETTERHEAD
    if named is not None and headed and named not in scores:
        return named  # only the letterhead names a body
    return best if scores[best] > 0 else named


def _weight(low: str, one: FoundBody, follower: int, places: Sequence[int]) -> float:
    """How much the words around a body's name speak for its being the one that meets."""
    before = low[max(0, one.start - 60) : one.start]
    after = low[one.end : min(one.end + 60, follower)]
    line_start = low.rfind("\n", 0, one.start) + 1
    weight = 2.0 if len(low[line_start : one.start].strip()) < 25 else 0.0
    weight += 4 if _OF_SESSION.search(before) else 0
    weight += 3 if _MEETS.match(after) else 0
    weight += 4 if any(0 <= place - one.end <= _CLOSE and place <= follower for place in places) else 0
    weight -= 3 if low[one.start : one.end].startswith("conseillers") else 0
    weight -= 4 if _OF_OTHERS.search(before) else 0
    return weight


def _commission(text: str, found: Sequence[FoundBody], places: Sequence[int]) -> str | None:
    """The commission that sits: its name is the title above the day, and no body's stands before or between."""
    above = commission_above(text)
    if above is None:
        return None
    name, start, end = above
    near = [place for place in places if 0 <= place - start <= _COMMISSION]
    bodies = [one.start for one in found if one.name not in _LETTERHEADS]
    if not near or any(place < start or end <= place < min(near) for place in bodies):
        return None
    return name


def named_body(hints: Hints) -> str | None:
    names = (base_name(hints.file_name or hints.url), hints.link_text, hints.heading)
    return next((body for name in names if name and (body := body_in_name(name, hints.council_kind))), None)


def of_others(text: str) -> bool:
    """Whether the title is that of an assembly that is no council's, or calls electors."""
    low = _PROSE.sub("", plain(text[: 2 * _TITLE]))[:_TITLE]
    other = _OTHERS.search(low)
    return other is not None and not any(one.start < other.start() for one in find_bodies(low))


def names_council(text: str, hints: Hints) -> bool:
    """Whether a text or the document's names speak of a sitting of a council at all (not of electors or residents)."""
    return (
        bool(find_bodies(text))
        or commission_above(text) is not None
        or named_body(hints) is not None
        or bool(_SITS.search(plain(text)))
    )
