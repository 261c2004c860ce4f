"""How calendars of sittings are headed, and what else lines with days may be about. Plain text throughout."""

from __future__ import annotations

import re
from datetime import date

from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import FoundDate, find_dates
from pipelines.agenda.places import place_at

_SITTINGS = r"(?:seances?|reunions?|conseils?|assemblees?|instances|sessions?|bureaux|commissions permanentes?)"
HEADING = re.compile(
    rf"\b(?:calendrier|planning|echeancier|agenda|dates?)\b[^.]{{0,60}}\b{_SITTINGS}\b"
    rf"|\bprochaine?s? (?:dates? |rendez-vous )?(?:des? |du )?{_SITTINGS}\b"
    rf"|\b{_SITTINGS}\b[^.]{{0,50}}\b(?:a venir|prevue?s|programmee?s|previsionnel\w*|pour (?:l'annee )?20\d\d"
    rf"|en 20\d\d)\b"
    rf"|^\W*(?:les )?{_SITTINGS}(?: [\w']+){{0,3}} (?:de |- )?20\d\d\W*$"
)
# "Calendrier 2026" says not of what: each line below has to name its body.
BARE_HEADING = re.compile(
    r"^\W*(?:calendrier|planning|agenda|dates (?:a (?:retenir|venir)|prevues))(?: (?:previsionnel|general|annuel))?"
    r"(?: (?:de l'annee |pour )?20\d\d)?\W*$"
)
_OTHERS = (
    r"jeunes|enfants|d'ecole|de quartiers?|citoyen\w*|(?:des|de) (?:sages|anciens|aines|seniors)|d'administration"
    r"|de (?:la )?vie|(?<!salle des )(?<!espace des )(?<!foyer des )fetes|syndic|parents|locataires|ccas|cias"
)
NOT_OURS = re.compile(
    rf"\b(?:{_OTHERS}|collecte|dechets|permanences?|publiques? d'information|sport|manifestations|marches?|vacances"
    r"|formations?|proces|comptes? ?-? ?rendus?|pv|deliberations|archives|passee?s?|anciens|anciennes|precedente?s"
    r"|dernieres?)\b"
)
OTHER_ASSEMBLY = re.compile(
    rf"\b(?:conseils?(?: municipal| municipaux| communautaire)?|comites?|assemblees?|conseil|reunions?)"
    rf" (?:[\w']+ ){{0,3}}?(?:{_OTHERS})\b"
)
ANNOUNCES = re.compile(
    rf"\b{_SITTINGS}\b[^.]{{0,80}}\b(?:auront lieu|aura lieu|se tiendront|se tiendra|sont (?:prevue?s|fixee?s"
    rf"|programmee?s)"
    r"|se reunira|se reuniront)\b"
)
# "Les séances débutent à 19 h": the hour of all that state none.
USUAL_HOUR = re.compile(
    r"\b(?:seances|conseils|reunions|assemblees|elles|ils)\b[^.]{0,80}"
    r"\b(?:ont lieu|auront lieu|debut|commenc|se tien|se derou|a partir de)"
)
_PAPER = re.compile(r"\bordres? du jour\b|\bodj\b|\bconvocations?\b|\bdocuments?\b|\brapports?\b|\btelecharger\b")
_PREPARES = re.compile(r"\bcommissions?\b(?! permanente)")
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
MONTH_LINE = re.compile(rf"^\W*({_MONTHS})\b(?: (20\d\d))?\W*$")
MONTH_FIRST = re.compile(rf"^\W*({_MONTHS})\b(?: (20\d\d))?\s*[:|\-]\s*(?=\S)")
_DAY = re.compile(
    r"(?<![\w:.,/'°])(?<!h )(?<!salle )((?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?,? (?:le )?)?"
    r"(\d{1,2})(?: ?er)?(?![\w:/°]| ?h\b| ?h\d| heures?| ?%| ?€|[.,]\d| ?(?:mn|min|personnes)\b)"
)
_LEFT = re.compile(r"[a-z]{3,}")
_NEUTRAL = re.compile(
    r"(?:conseils?|municipal|municipaux|communautaires?|metropolitains?|departemental|regional|bureaux?|commission"
    r"|permanente|seances?|reunions?|publiques?|pleniere|assemblees?|session|ordinaire|salle|mairie|hotel|ville|siege"
    r"|partir|vers|heures?|des|les|prochaine?s?|comite|syndical|territoire|dates?|heure|lieu|vote|budget|primitif"
    r"|debat|orientations?|budgetaires?|rob|dob|ca|et|horaire|calendrier|planning|annee|agenda|aura|auront|tiendra"
    r"|previsionnel\w*|prevue?s?|sera|pour|instances)"
)
_ANY_YEAR = date(2000, 7, 1)  # where dates stand is asked, not of which year they are
_WORDS = 2  # words of an entry beside the day, the hour, the place and what a sitting is called


def dates_in(low: str) -> tuple[FoundDate, ...]:
    """Where days are named, with or without their year, which may be wrong."""
    return find_dates(low, _ANY_YEAR)


def little_else(low: str) -> bool:
    """Whether a line holds little beside days, hours, a place and what a sitting is called."""
    rest = low
    for one in reversed(dates_in(rest)):
        rest = f"{rest[: one.start]} {rest[one.end :]}"
    for clock in reversed(find_times(rest)):
        rest = f"{rest[: clock.start]} {rest[clock.end :]}"
    if place := place_at(rest):
        rest = rest[: place.start()]
    return len([word for word in _LEFT.findall(rest) if not _NEUTRAL.fullmatch(word)]) <= _WORDS


def leads_to_paper(low: str) -> bool:
    """Whether a line names the papers of a sitting rather than the sitting."""
    return bool(_PAPER.search(low))


def of_another(low: str) -> bool:
    """Whether a line speaks of a sitting that is none of the council's bodies', or that only prepares one."""
    return bool(OTHER_ASSEMBLY.search(low) or _PREPARES.search(low)) and not find_bodies(low)


def with_month(low: str, month: str, year: int | None) -> str:
    """A line of days with the month under which it stands: "lundi 30 a 19 h" as "lundi 30 mars 2026 a 19 h"."""
    said = f"{month} {year}" if year else month
    return _DAY.sub(lambda match: f"{match[0]} {said}" if 1 <= int(match[2]) <= 31 else match[0], low)
