"""Sums in euros and what they are: only those whose own sentence says so, right before the number.

Every other number is left alone: fines, tariffs, budget lines, loans, limits, unit prices, offers that were not taken,
parts of a sum ("dont …"), and all sums under titles of budgets, tariffs and debts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from crawler.models import FactRole, Tax
from pipelines.facts.context import Text
from pipelines.facts.found import Found
from pipelines.facts.numerals import Sum, sums

LEAST = 50  # euros: below, it is a tariff or a misread number
MOST = 5e9
_COST = re.compile(
    r"(?:\b(?:montant|cout|prix|depense|devis|enveloppe|estimation|meilleure offre)s?\b(?P<rest>[^€;]{0,90}?)"
    r"(?::|(?<![a-z])(?:de|d'environ|a|est de|serait de|atteint|represente|=))\s{0,3}(?:environ\s"
    r"|la somme de\s)?\s{0,3}"
    r"|\b(?:montant|cout|prix|depense)\s?,\s"
    r"|\b(?:estime|evalue|chiffre)e?s?\s(?:est\s)?a\s(?:la somme de\s|environ\s)?\s{0,2}"
    r"|\btotal\b\s?(?:general\s?)?:?\s{0,3}_{0,30}\s{0,3}"
    r"|\btotal\s?(?:h\.?\s?t\.?|t\.?\s?t\.?\s?c\.?)\s{0,3}:?\s{0,3}_{0,30}\s{0,3}"
    r"|\b(?:cout|montant|prix|depense|total)s?\s(?:h\.?\s?t\.?|t\.?\s?t\.?\s?c\.?)\s{0,3}:?\s{0,3})$"
)
_GRANT = re.compile(
    r"\b(?:subvention|aide(?! de memoire)|fonds de concours)s?\b(?P<rest>[^€;\d]{0,70}?)"
    r"(?::|(?<![a-z])(?:de|d'environ|a hauteur de|s'elevant a|atteint))\s{0,3}(?:la somme de\s)?\s{0,2}$"
)
# What makes a sum something else, in its own sentence before it …
_OTHER = re.compile(
    r"\b(?:amende|creance|non[- ]valeur|emprunt|prets?|annuite|excedent|deficit|solde|recettes?|resultats?"
    r"|credits?|loyers?"
    r"|indemnite|salaires?|traitement (?:brut|indiciaire)|remuneration|tarifs?|tarification|revenus?|quotient"
    r"|provisions?"
    r"|plafonn?\w*|seuils?|inferieur|superieur|franchise|penalite|caution|unitaires?|impaye|dette|capital"
    r"|chiffre d'affaires|redevances?|(?<!s')eleves?|enfants?|jusqu'a|limite|compris\w* entre|mandate|dont|valeur"
    r"|rembours\w*|degrevement|exoneration|taxes? (?!comprises)|impots?|dotation|avenant|reste a charge"
    r"|autofinancement|honoraires"
    r"|frais de|avoir de|amortis\w*|poste est|cout du poste|sejour|eligible|par habitant|au lieu de|cession"
    r"|initialement|anterieur\w*|precedent\w*|ancien\w*|chapitre|budget\w*|charges de|economies?|sinistre"
    r"|reparations s'"
    r"|unite|le metre|cotisations?|adhesion|participation|forfait|laureats?|regie|regisseur|caisse|encaisse"
    r"|abonnes?|etait|premiere annee|primes?"
    r"|avance|emettre|produits?|fiscal\w*|bases|soulte|surcout|a (?:la )?charge|tresorerie|passee? de|maximal\w*"
    r"|maxima|minima|minimal\w*|pouvant)\b|%\s(?:sur|du)\s"
)
_OTHER_GRANT = re.compile(
    r"\b(?:plafonn?\w*|maxim\w+|jusqu'a|limite|contre|dont|au lieu de|equilibre|reversement|rembours\w*|elig\w+"
    r"|subventionnable|annee derniere|precedent\w*|par (?:enfant|eleve|habitant|camera|appareil))\b"
)
# … and after it.
_EACH = re.compile(
    r"^\s{0,2}(?:h\.?\s?t\.?|t\.?\s?t\.?\s?c\.?|brut|net|hors taxes?)?\s{0,2}(?:/\s?(?!an)|(?:par"
    r"|chaque) (?!an(?:nee|s)?\b)"
    r"|l'unite|piece\b|le (?:metre|m2|m²|repas|kilo|litre)|la (?:sortie|piece|seance|journee)|l'heure|chacun"
    r"|pour \d+ (?:an|mois)"
    r"|(?:en|d') ?moins|d'amende|d'impaye|l'hectare|l'are\b|le kwh|maxi(?:mum)?\b|au (?:plus|maximum|minimum))"
)
_MONTHLY = re.compile(r"^\s{0,2}(?:h\.?\s?t\.?|t\.?\s?t\.?\s?c\.?)?\s{0,2}(?:/|par)\s?mois\b")
_YEARLY = re.compile(
    r"^\s{0,2}(?:h\.?\s?t\.?|t\.?\s?t\.?\s?c\.?)?[\s(]{0,2}(?:/\s?an\b|par an\b|par annee\b|/\s?forfait annuel"
    r"|l'an\b|annuels?\b"
    r"|cotisation annuelle)"
)
_YEARLY_LEAD = re.compile(
    r"\b(?:montant|cout|redevance|cotisation|prix|loyer|abonnement|maintenance"
    r"|forfait)\s(?:hors taxes?\s)?annuel(?:le)?s?\b"
    r"(?P<rest>[^€;\d]{0,80}?)(?::|\b(?:de|est de|est fixee? a|fixee? a|a))\s{0,3}$"
)
_BOUND = re.compile(
    r"\b(?P<bound>maxim(?:um|al)|minim(?:um|al))(?:e|es|s)?\b(?P<rest>[^€;\d]{0,60}?)(?::|\b(?:de|a|fixe a))\s{0,3}$"
)
_BOUNDED = re.compile(r"\b(?:accord-cadre|accord cadre|marche|lot|bons de commande|commandes?|periode)s?\b")
_TAX = re.compile(
    r"^\s{0,3}\(?(?:(?P<ht>h\.?\s?t\b|hors[ -]taxes?\b|eurs? ht)|(?P<ttc>t\.?\s?t\.?\s?c\b|toutes taxes comprises))"
)
_TAX_LEAD = re.compile(
    r"\b(?:(?P<ht>h\.?\s?t\.?|hors taxes?)|(?P<ttc>t\.?\s?t\.?\s?c\.?"
    r"|toutes taxes comprises))(?:\s\(tva[^)]{0,12}\))?"
    r"(?:\sest)?(?:\sdonc)?(?:\s(?:estime|evalue))?\s?(?:a|de)?\s?:?\s{0,3}_{0,30}\s{0,3}$"
)
_ALSO = re.compile(
    r"^\s{0,2}(?:h\.?t\.?|hors taxes?|elt|t\.?)?[\s.,(]{0,3}soit\s(?:un (?:montant|total) de\s)?\s{0,2}$"
)
_DEBTS = re.compile(r"\b(?:amende|par habitant|plafonn?\w*|impot|dette|unitaire|dont|maxim\w+|minim\w+)\b")
_ABOUT_OTHER = re.compile(
    r"\b(?:decisions? modificatives?|budgets?|compte administratif|compte financier|compte de gestion"
    r"|comptes? 4\d+|affectation du resultat"
    r"|non[- ]valeurs?|orientations? budgetaires?|tarif\w*|fixation des prix|depenses d'investissement avant"
    r"|emprunts?"
    r"|questions diverses|rapport annuel|rapport d'activite|vote des subventions|subventions (?:aux )?associations"
    r"|amendes?|indemnites?|frais de representation|delegations?|virements? de credits?|cessions?|bilan"
    r"|redevances?|regies?|primes?|concours des|lignes? de tresorerie|fiscalite|taux d(?:e|es|') (?:taxe"
    r"|fiscalite|imposition|impots)"
    r"|remboursement|non-recouvr\w+|regime indemnitaire|quotient|participation des familles|debat|question de)\b"
)


def is_about_money_itself(title: str) -> bool:
    """Whether sums under a title are those of a budget, a list of tariffs, grants or debts: none is the item's own."""
    return bool(_ABOUT_OTHER.search(Text.of(title).folded))


def amounts(text: Text, granted: Set[int] = frozenset()) -> Iterator[Found]:
    """The sums of a stretch whose role is said; at ``granted`` stand those that a plan gives to a funder."""
    last: tuple[Sum, FactRole] | None = None
    role: FactRole | None
    for each in sums(text.folded):
        if not LEAST <= each.value <= MOST:
            continue
        role = "subsidy" if each.start in granted else _role(text, each)
        if role is None and last is not None and _ALSO.match(text.folded[last[0].end : each.start]):
            role = None if _EACH.match(text.after(each.end)) and not _YEARLY.match(text.after(each.end)) else last[1]
        if role is not None:
            last = (each, role)
            yield Found("amount", each.start, each.end, each.value, role=role, tax=_tax(text, each))


def _role(text: Text, each: Sum) -> FactRole | None:
    before, after = text.before(each.start), text.after(each.end)
    if _MONTHLY.match(after):
        return None
    if bound := _bound(text, each, before):
        return None if _EACH.match(after) else bound
    if yearly := _YEARLY_LEAD.search(before):
        aside = _OTHER_GRANT.search(before[yearly.start() :]) or _EACH.match(after)
        return None if aside else "annual"
    if _YEARLY.match(after):
        return "annual" if _is_price(before) or (_tax(text, each) and not _DEBTS.search(before)) else None
    if _EACH.match(after):
        return None
    grant = _GRANT.search(before)
    if grant:
        return None if _OTHER_GRANT.search(before[max(0, grant.start() - 40) :]) else "subsidy"
    return "total" if _is_total(text, each, before) else None


def _bound(text: Text, each: Sum, before: str) -> FactRole | None:
    """The most or the least of a framework contract: of "sans minimum, avec un maximum de …" the word that is next."""
    words = list(re.finditer(r"\b(?:maxim(?:um|al)|minim(?:um|al))", before))
    found = _BOUND.match(before, words[-1].start()) if words else None
    near = text.flat[max(0, each.start - 400) : each.start]
    if found is None or not _BOUNDED.search(near):
        return None
    return "maximum" if found["bound"].startswith("max") else "minimum"


def _is_price(before: str) -> bool:
    return bool(_COST.search(before)) and not _DEBTS.search(before)


def _is_total(text: Text, each: Sum, before: str) -> bool:
    lead = _COST.search(before)
    if lead is None or _OTHER.search(before):
        return False
    word = lead.group().lstrip()
    if word.startswith("total") and _tax(text, each) is None:
        return False
    rest = lead["rest"] or ""
    if re.search(r"\b(?:subvention|aide|fonds de concours)|\((?!h\.?t|t\.?t\.?c|tva|toutes|hors)", rest):
        return False
    grant = before.rfind("subvention", 0, lead.start() + 1)
    if grant >= 0 and not re.search(r"\b(?:cout|travaux|operation|projet|devis|marche)\b", before[grant:]):
        return False
    return not (each.wrapped and not word)


def _tax(text: Text, each: Sum) -> Tax | None:
    """Whether a sum is printed without or with its taxes."""
    found = _TAX.match(text.folded[each.end : each.end + 30]) or _TAX_LEAD.search(text.line_before(each.start, 60))
    if found is None:
        return None
    return "HT" if found["ht"] else "TTC"
