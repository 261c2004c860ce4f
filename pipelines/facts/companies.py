"""Who gets a market, and which product is named. People are left out: a name counts only where words say that it is a
firm, or that a market or an offer is its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipelines.facts.context import Text
from pipelines.facts.found import Found

_FIRM = (
    r"(?:la\s|l'|le\s|les\s)?(?:societes?|entreprises?|sociétés?|sarl|sasu?|s\.a\.r\.l\.?|s\.a\.s\.?|eurl"
    r"|groupement(?: d'entreprises)?|ets|etablissements"
    r"|cabinet|bureau d'etudes)\s"
)
_AWARDED = re.compile(
    r"\b(?:(?:marche|lot|accord-cadre|contrat|prestation)s?\b[^.;€]{0,60}?\b(?:attribuee?s?|confiee?s?|passee?s?"
    r"|conclue?s?|notifiee?s?|souscrite?s?)\s"
    r"(?:a|avec|aupres de)\s"
    r"|\b(?:attribu(?:er|e)|confi(?:er|e))\s(?:le|ce|la|l')\s?(?:marche|lot|mission|prestation"
    r"|contrat)[^.;€]{0,60}?\sa\s"
    r"|\b(?:passer|conclure|signer)\s(?:le|un|ce)\s(?:marche|contrat|accord-cadre)[^.;€,]{0,50}?\s(?:avec"
    r"|aupres de)\s"
    r"|\b(?:marche|contrat|convention)[^.;€,]{0,80}?\bavec\s(?=(?:la\s|l')?(?:societe|entreprise|sas\b|sarl\b))"
    r"|\b(?:retenir|retenu|retient|retiennent|choisir|choisit)\s(?:l'offre|la proposition|le devis|celle"
    r"|l'entreprise)\s(?:variante\s)?(?:de\s)?"
    r"|\b(?:retenir|retenu|retient|retiennent|choisir|choisit)\s(?=(?:la\s|l')(?:societe|entreprise|sas|sarl)\s)"
    r"|\b(?:retenu|retenir|retient)\s(?:celle|l'offre|la proposition)\sde\s"
    r"|\b(?:classee? premiere?)\s[^.;€]{0,40}\bde\s(?=la\s(?:societe|entreprise))"
    r"|\b(?:devis|offre|proposition)\sde\s(?=(?:la\s|l')\s?(?:societe|entreprise|sas\b|sarl\b))"
    r"|(?:l'\s?entreprise|la societe)\s(?=[^.;€]{2,50}\spropose la meilleure offre)"
    r")"
)
_FIRM_HEAD = re.compile(_FIRM)
_NAME = re.compile(
    r"(?:«\s?)?(?P<name>[A-ZÀ-Þ0-9][\w&'’.+-]*(?:[ ](?:(?:et|&|de|du|des|la|le|d’"
    r"|d')[ ]?){0,2}[A-ZÀ-Þ0-9&][\w&'’.+-]*){0,5})"
)
_STOP = re.compile(
    r"^(?:M\.|MM|Mme|Monsieur|Madame|Messieurs|Maitre|Me\b|Commune|Communaute|Ville|Conseil|Departement|Region"
    r"|Etat|Syndicat|Prefecture|Association"
    r"|Le\b|La\b|Les\b|Un\b|Une\b|Il\b|Elle\b|Pour\b|Lot\b|Article|Vu\b|HT\b|TTC\b|Total|Notre|Son\b|Sa\b|Centre"
    r"|Agence|Metropole|Universite"
    r"|Office|Trésor|SDIS|UGAP|CNIL|Caisse|Centrale|SNCF|Public|Publique|Protectrice|Grand)",
    re.I,
)
_TAIL = re.compile(
    r"(?:[\s,.'’:-]|(?:\s(?:et|de|du|des|la|le|Le|La|Pour|Montant|Après|Vu|Il|Vote|VOTE|Etes|Êtes|Monsieur|Madame"
    r"|M|Mme))|\d{4})+$"
)
_SHORTEST, _LONGEST = 3, 60
_NOT_TAKEN = re.compile(
    r"\b(?:n'a pas|non retenue?|ecartee?|eliminee?|ne pas|resili\w+|litige|contentieux|contre|occupation|vente"
    r"|vendre|cession|ceder|echange|bail|partenariat|loyer)\b"
)


def vendors(text: Text) -> Iterator[Found]:
    """Firms to which a market, contract or order goes."""
    seen: set[str] = set()
    for lead in _AWARDED.finditer(text.flat):
        if _NOT_TAKEN.search(text.before(lead.end(), 120)):
            continue
        place = lead.end()
        firm = _FIRM_HEAD.match(text.flat, place)
        place = firm.end() if firm else place
        name = _NAME.match(text.printed, place)
        clean = _name(name["name"], text) if name else None
        if name is None or clean is None:
            continue
        if clean.casefold() not in seen:
            seen.add(clean.casefold())
            start = name.start("name")
            yield Found("vendor", start, start + len(name["name"].rstrip(" .,")), name=" ".join(clean.split()))


def _name(printed: str, text: Text) -> str | None:
    """The name without what follows it; None for a person or a public body."""
    name = _TAIL.sub("", printed)
    if not _SHORTEST <= len(name) <= _LONGEST or _STOP.match(Text.of(name).folded) or not any(map(str.isalpha, name)):
        return None
    return name


@cache
def _products() -> tuple[re.Pattern[str], dict[str, str]]:
    table = tomllib.loads(Path(__file__).with_name("products.toml").read_text(encoding="utf-8"))["products"]
    names = {word: name for name, words in table.items() for word in words}
    alternatives = "|".join(re.escape(word) for word in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)"), names


def products(text: Text) -> Iterator[Found]:
    """Products that the text names, each once."""
    pattern, names = _products()
    seen: set[str] = set()
    for found in pattern.finditer(text.flat):
        name = names[found.group()]
        if name not in seen:
            seen.add(name)
            yield Found("product", found.start(), found.end(), name=name)
