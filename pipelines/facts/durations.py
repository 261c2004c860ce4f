"""How long a contract runs, in months: "le marché est conclu pour une durée de quatre ans"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.facts.context import Text
from pipelines.facts.found import Found
from pipelines.facts.numerals import SMALL

LONGEST = 600  # months
_NUMBER = "|".join(sorted(SMALL, key=len, reverse=True))
_TERM = re.compile(
    rf"\b(?:(?:duree|periode)\s(?:unique\s|ferme\s|initiale\s|totale\s|globale\s)?d(?:e\s|')|conclue?s?\spour\s"
    rf"|duree\s:\s)(?P<number>\d{{1,3}}|{_NUMBER})\s"
    r"(?P<unit>ans?|annees?|mois)\b"
)
_CONTRACT = re.compile(
    r"\b(?:marches?|contrats?|conventions?|accords?[- ]cadres?|abonnements?|location|prestations?|maintenance"
    r"|licences?|conclue?|bail"
    r"|souscription|experimentation|mise a disposition)\b"
)
_OTHER = re.compile(
    r"\b(?:conserv\w*|emprunts?|prets? (?:de|d'un montant)|amortis\w*|mandats?|concession de (?:terrain"
    r"|cimetiere)|poste|emploi|recrut\w*"
    r"|engagement educatif|echeance|agent|embauche|portage|expire|prolong\w*|garantie|enregistre\w*|images"
    r"|formation|sejour|travaux d'une"
    r"|minimale|maximale|au plus|depuis|stage|cui|cae|determinee|apprenti\w*|parcours emploi|vacataire"
    r"|reconductible|renouvelable|renouvele|tacite|temps|celle-ci|precedent\w*|ancien\w*)\b"
)
_AFTER = re.compile(r"^[^.;]{0,40}\b(?:a temps|arriv\w+ a (?:echeance|terme)|expir\w+|vient a|echue?)\b")


def durations(text: Text) -> Iterator[Found]:
    """The stated terms of contracts; without the extensions that may follow."""
    for found in _TERM.finditer(text.flat):
        before, after = text.before(found.start(), 200), text.after(found.end(), 80)
        alone = found.group().startswith("duree :")
        if (
            before.endswith("par ")
            or not (alone or _CONTRACT.search(before))
            or _OTHER.search(before)
            or _AFTER.match(after)
        ):
            continue
        count = int(found["number"]) if found["number"].isdigit() else SMALL[found["number"]]
        months = count if found["unit"] == "mois" else 12 * count
        if 0 < months <= LONGEST:
            yield Found("duration", found.start(), found.end(), float(months))
