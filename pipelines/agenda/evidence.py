"""What each date in the head of a document is: the session's, a convocation's, or none of our business.

The last telling words before a date decide ("dûment convoqué le", "séance du", "loi du"); words of approval before
"séance du" turn it into the previous session (DOMAIN.md 2.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.agenda.dates import FoundDate, find_dates, find_times

Role = Literal["session", "alone", "convened", "letter", "posted", "previous", "moved", "planned", "none"]

_BODY = (
    r"(?:conseils? (?:municipal|communautaire|metropolitain|departemental|regional|general|syndical|d'arrondissement"
    r"|de territoire"
    r"|d'agglomeration|de (?:la )?(?:communaute|metropole))(?:e|es)?|bureau(?: \w+)?|commission permanente"
    r"|assemblee (?:pleniere|departementale"
    r"|regionale)|comite syndical)"
)
_ANCHOR = re.compile(
    rf"(?P<moved>initialement (?:prevue?|fixee?|programmee?)|(?:prevue?|fixee?|programmee?) initialement|au lieu du)"
    rf"|(?P<planned>reportee?s? (?:a une date ulterieure )?au|deplacee?s? au|avancee?s? au|decalee?s? au)"
    r"|(?P<session>pour (?:le|la (?:seance|reunion) du)|(?:prevue?|programmee?|fixee?) (?:le|au|pour le)|aura lieu"
    r"|se (?:tiendra|tient|reuni(?:ra|t|ront|ssent))|tenir|se reunir|est convoquee?s? en"
    r"|s'est (?:\w+ ){0,2}(?:reunie?|assemblee?|tenue?)|se sont (?:\w+ ){0,2}reunie?s|reuni(?:e|s|es)?\b|assemble"
    r"|dates? (?:de (?:la )?)?(?:seance|reunion)"
    rf"|(?:seance|reunion|session)s?(?: \w+){{0,3}} (?:du|de|le|des)|{_BODY}(?: (?:ordinaire|extraordinaire"
    rf"|de [a-z'\- ]{{2,40}}))?[ ,:\-]{{1,4}}(?:du|le|des|en date du)?"
    r"|ordre du jour (?:\w+ ){0,3}(?:du|de)|votees|examinees|l' ?an [a-z0-9 \-]{4,50}[, ]*(?:et )?(?:le|les)?"
    r"|prochaine? (?:seance|reunion|conseil)(?: \w+)?|fixee? au|assister|participer"
    r"|deliberations? (?:votees?|examinees?|adoptees?|prises?|affichees?)?(?: lors)?(?: de la seance"
    r"| du conseil \w+)? ?(?:du|le|en seance du))"
    r"|(?P<convened>(?:avis de |de |la )?convocations?(?: (?:en date|du|de|la|le|des|a|ont|ete|adressee?s?"
    r"|envoyee?s?|faites?|transmises?|conseils?|municipal|communautaire|membres|seance))*|convoquee?s?)"
    r"|(?P<posted>affich\w*|publi(?!qu)\w*|mise? en ligne|post\w*|prefecture|transmi\w*|recu\w*|envoy\w*|depos\w*"
    r"|notifi\w*|mis a jour|modifie|certifie\w*)"
    r"|(?P<letter>fait a [a-z' \-]{2,40}, ?(?:le)?$|^[a-z][a-z'\- ]{2,40}, ?le$)"
    r"|(?P<none>\b(?:loi|decret|arrete|ordonnance|circulaire|vu|article|code|deliberation n\S*|marche|convention"
    r"|courrier|avenant|acte|contrat|statuts"
    r"|nee?|depuis|jusqu'au|jusqu'a|a compter|avant le|limite|au plus tard|applicable|decision|permis|exercice|annee"
    r"|commission|reunion publique"
    r"|rue|place|avenue|av\.|bd|boulevard|square|quai|cours|allees?|esplanade|impasse|rond-point|parking|stade|ecole"
    r"|college|lycee|salle|espace|groupe scolaire"
    r"|elections?|commemoration|ceremonie|victoire|armistice|appel du)\b(?! du conseil)(?: \S+){0,2})"
)
_PREVIOUS = re.compile(
    r"approbations?|approuv\w*|adoptions?|adopt\w*|arret (?:du|des)|rappelle|destinataires?|precedente?s?|dernieres?"
    r"|lors de|validation|valid\w*"
    r"|observations?|(?:proces ?-? ?verb(?:al|aux)|compte ?-? ?rendu|pv|cr)s? (?:de|des|du) (?:la )?(?:derniere"
    r"|precedente)|(?:,|\bet|\bque) le (?:proces ?-? ?verbal|compte ?-? ?rendu) de la (?:seance|reunion)"
    r"|depuis|delibere en|signature du p|lecture du"
)
_LOOK = 130


@dataclass(frozen=True, slots=True)
class Judged:
    """A date with the part it plays; ``weight`` says how strongly."""

    found: FoundDate
    role: Role
    weight: float

    @property
    def value(self) -> date:
        return self.found.value


def judge(low: str, reference: date | None) -> list[Judged]:
    """Every date of the head (plain text), with its role."""
    dates = find_dates(low, reference)
    judged: list[Judged] = []
    for index, found in enumerate(dates):
        floor = dates[index - 1].end if index else 0
        before = low[max(floor, found.start - _LOOK) : found.start]
        after = low[found.end : found.end + 40]
        role, weight = _role(before, low, found)
        if (
            role in ("session", "alone")
            and re.match(r"[ ,\-–:]{0,3}(?:a|à)? ?$|[^\n.]{0,20}", after)
            and find_times(after[:32])
        ):
            weight += 3
        judged.append(Judged(found, role, weight))
    return judged


def _role(before: str, low: str, found: FoundDate) -> tuple[Role, float]:
    begin = low.rfind("\n", 0, found.start) + 1
    stop = low.find("\n", found.end)
    line = low[begin : stop if stop >= 0 else len(low)]
    same_line = low[begin : found.start]
    letter = re.match(r"^\s*(?!l' ?an\b)(?:fait a )?[a-z][a-z'\- ]{1,40}, ?(?:le ?)?$", same_line)
    tail = re.split(r"[.;!?]\s(?=[a-z])|(?<!:)\n\s*\n", before)[-1].replace("\n", " ")
    anchors = list(_ANCHOR.finditer(tail))
    if letter and not re.search(
        r"seance|conseil|reunion|bureau|commission|assemblee|lundi|mardi|mercredi|jeudi|vendredi|samedi", same_line
    ):
        return "letter", 0
    if anchors:
        last = anchors[-1]
        role = last.lastgroup or "none"
        if role == "session":
            if _PREVIOUS.search(tail):
                return "previous", 0
            if last[0].startswith("l'"):
                return "session", 14
            near = len(tail) - last.end()
            return ("session", 10) if near <= 45 else ("session", 6) if near <= 80 else ("none", 0)
        if role == "convened" and re.search(r"pour (?:le )?$", tail):
            return "session", 12
        return role, 0  # type: ignore[return-value]
    if _PREVIOUS.search(tail):
        return "previous", 0
    rest = (line[: found.start - begin] + " " + line[found.end - begin :]).strip(" -–:,.()")
    if len(rest) <= 22 or find_times(rest):
        return "alone", 7
    if begin < 400 and len(line) <= 140 and not line[found.end - begin :].strip(" .):"):
        return "alone", 5  # a title that ends with the date
    return "none", 0
