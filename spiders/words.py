"""The words by which French councils announce their sessions, and those that stand for something else."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from datetime import date
from functools import lru_cache


def _any(*alternatives: str) -> re.Pattern[str]:
    """Whole words: any of these, each line of which may hold several."""
    return re.compile(rf"\b({'|'.join(alternatives)})\b")


# Assemblies whose sessions we look for, and the papers of a session: enough alone.
_STRONG = _any(
    r"ordres? du jour|odj|deliberations?|delibs?|convocations?|proces verb\w+|comptes? rendus?",
    r"conseils? (?:municip\w+|communaut\w+|metropolitain\w*|departement\w+|region\w+|general|generaux|syndica\w+)",
    r"conseils? (?:territoria\w+|d agglomeration|de (?:la )?communaute|de (?:la )?metropole|de territoire|de paris)",
    r"conseils? (?:de l eurometropole|d arrondissement|du \d+|se reuni\w+)|comites? syndica\w+",
    r"commissions? permanentes?|bureaux? (?:communaut\w+|metropolitain|municipal|syndical)",
    r"assemblees? (?:plenieres?|departementales?|regionales?|deliberantes?|de (?:corse|guyane|martinique))",
    r"sessions? (?:plenieres?|du conseil|de l assemblee)|seances",
    r"seances? (?:plenieres?|publiques?|municipales?|du \d+)|seances? (?:du conseil|de l assemblee)",
    r"reunions? (?:du|de) (?:conseil|bureau)|dossiers? de (?:seance|session)",
    r"actes? (?:administratifs?|reglementaires?|officiels?|de la collectivite)|recueils? (?:des|d) actes|raa",
    r"(?:publicite|publications?|consultation) (?:\w+ ){0,2}des actes|registre des (?:actes|deliberations)",
    r"affichages? (?:legal|legaux|reglementaires?|administratifs?)",
    r"notes? (?:explicatives? )?de synthese|releves? (?:de|des) (?:decisions|conclusions)",
    r"decisions (?:du maire|du president|municipales)",
    r"rapports? (?:de presentation|au conseil|du president|soumis)",
)
# Abbreviations of file names: only beside a digit or another of them.
_CODES = re.compile(
    r"\b(?:(?:cm|pv|cr|oj|odj){1,3}|cc|cp|ap|dcm|del|ccom)\b(?=.*\d)|\b(?:cm|pv|cr|odj|dcm|del|delib)\s*\d"
    r"|\b(?:pv|cr|oj) (?:du |de )?(?:cm|cc|cp|ccom|conseil)\b"
)
_SESSION_LIKE = _any(
    r"seances?|sessions?|plenieres?|assemblees?|votes?|rapporteurs?|votees?|voeux?|motions?|actes|debats",
    r"reunions? du \d+|du conseil",
)
# Places of a site where an institution speaks of itself.
_MEDIUM = _any(
    r"mairie|municipal\w*|communa(?:l|les?|ux)|communaut\w+|institution\w*|democrati\w+|collectivite|gouvernance|instances?",
    r"elus?|conseils?",
    r"reunions?|agendas?|calendriers?|publications?|archives?|documents?|documentation|documentheque",
    r"telechargements?",
    r"vie (?:politique|locale|publique|citoyenne)|citoyen\w*|commissions?|bureau|syndicat|affichage|officiel\w*",
    r"legales?|reglementaires?|administrati\w+|decisions?|arretes?|recueils?|registres?|rapports|transparence",
    r"la (?:commune|ville|metropole|region|communaute|cite)|l (?:agglo\w*|assemblee|intercommunalite|hotel de ville)",
    r"le departement|commune|intercommunalite|agglo|metropole",
)
_WEAK = _any(
    r"actualites?|actus?|infos?|informations?|a la une|nouvelles|articles?|blog|kiosque|plan du site|sitemap|espace",
    r"votre",
)
_NEGATIVE = _any(
    r"(?:municip\w+|conseil|cmj|cme) (?:des|de) (?:jeunes?|enfants?|aines|sages)",
    r"conseils? (?:de quartiers?|pratiques?|d ecole|citoyens?)|cmj|cme|cantines?|menus?|restaura\w+|scolaires?",
    r"periscolaires?|ecoles?|colleges?|creches?|bibliotheques?|mediatheques?|cinemas?|piscines?|sports?|sporti\w+",
    r"loisirs?|touris\w+|randonnees?|hebergements?|associati\w+|emplois?|recrut\w+|etat civil|demarches?",
    r"formulaires?|contacts?|contactez|mentions legales|cookies?|confidentialite|rgpd|accessibilite|connexion|login",
    r"inscriptions?|newsletter|facebook|instagram|twitter|bulletins?|magazines?|gazettes?|journal|journaux|festivals?",
    r"concerts?|spectacles?|expositions?|dechets?|tri|ordures|collecte|eau potable|assainissement|transports?|meteo",
    r"galeries?|photos?|videos?|boutique|panier|sorties?|evenements?|culture\w*|culturel\w*|cartes?|plans? d acces",
    r"horaires|numeros utiles|annuaire|cimetieres?|naissances?|mariages?|passeports?|urbanisme|plu|plui|pluih",
    r"permis de construire|cadastre|marches? publics?|appels? d offres?|enquetes? publiques?|travaux|voirie",
    r"stationnement|location|salles? des fetes|tarifs?|reglement interieur|guides?|plaquettes?|brochures?|affiches?",
    r"assemblees? generales?",
    r"flyers?|programmes?|seniors?|sante|social|ccas|jeunesse|environnement|patrimoine|histoire|jumelage|commerces?",
    r"entreprises?|marche",
)
_GENERIC = re.compile(
    r"^(?:(?:telecharger?|telechargements?|consulter|voir|lire|ouvrir|afficher|acceder|cliquez|ici|le|la|les|l|ce|cette"
    r"|en|au|a|un|du|de|suite|document|documents|fichier|pdf|doc|docx|odt|ko|mo|kb|mb|format|plus|d|infos?|savoir|detail"
    r"|details|lien|piece|jointe|pj|visionneuse|liseuse|visualiser|apercu|feuilleter|version|nouvelle|fenetre|dans|une"
    r"|download|file|read|more|\d+|o)\b\s*)*$"
)
_ENTRIES = (
    r"(?:articles?|messages?|billets?|actualites?|actus|publications?|posts?|documents?|resultats?|seances?|pages?"
    r"|mois)"
)
_LISTED = rf"[»«›‹>< ]*(?:(?:les )?{_ENTRIES} )?"
_PAGING = re.compile(
    r"^(?:page )?\d{1,4}$|^page \d+ .*$|^[»«›‹>< ]+$"
    rf"|^{_LISTED}(?:suivante?s?|precedente?s?|next|previous|derniere?s?|premiere?s?)(?: {_ENTRIES})?[»«›‹>< ]*$"
    rf"|^{_LISTED}(?:plus|moins) (?:anciens?|anciennes?|recents?|recentes?)\b"
    r"|^(?:older|newer)(?: posts?| entries)?[»«›‹>< ]*$"
    r"|^(?:voir (?:plus|tout|toutes?|tous|les suivants)|archives?|toutes? les archives|load more|show more"
    r"|(?:en )?(?:charger|afficher|montrer) (?:plus|davantage|la suite|tout))\b.*$"
)
# What a page offers to do with itself: another view of the same, or nothing to read.
_ACTION = re.compile(
    r"^(?:imprimer|impression|print|version (?:imprimable|mobile|accessible|texte|web)|partager|share|repondre|tweeter"
    r"|recalculer|commenter|commentaires?|\d+ commentaires?|(?:ajouter|laisser|ecrire|poster) un commentaire"
    r"|se (?:de)?connecter|deconnexion|envoyer (?:a un ami|par mail|par e mail))"
    r"(?: (?:cette page|la page|cet article|l article|ce document))?$"
)
_ACTS = re.compile(r"\bdeliberations\b|\b(?:publicite|publications?|registre|recueils?) (?:\w+ ){0,2}(?:des|d) actes\b")
_PAPER = re.compile(
    r"\b(?:ordres? du jour|odj|convocations?|proces verb\w+|comptes? rendus?|pv|deliberations?|notes? de synthese)\b"
)
_MONTH = (
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|janv|fevr?|avr|juil|sept"
    r"|oct|nov|dec)"
)
_AHEAD = re.compile(r"\b(ordres? du jour|odj|convocations?|prochaines? (?:seance|reunion|session|conseil)s?)\b")
_DAY = re.compile(rf"\b\d{{1,2}}(?:er)? {_MONTH}\b|\b\d{{1,2}} \d{{1,2}} (?:19|20)?\d\d\b")
_MONTHS = ("janv", "fevr", "mars", "avri", "mai", "juin", "juil", "aout", "sept", "octo", "nove", "dece")
_LETTERS = frozenset({"pv", "cr", "odj", "oj", "cm", "dcm", "ld", "delib", "delibs", "conv", "crcm", "pvcm", "odjcm"})
_SAYING_NOTHING = re.compile(r"les|des|du|de|et|l|d|la|le|voir|consulter|lire|acces|archives|liste|tous|toutes|nos")
_PAPERS_LETTERS = frozenset({"pv", "cr", "odj", "oj", "dcm", "delib", "delibs", "crcm", "pvcm", "odjcm"})
_NO_ACT = _any(
    r"bulletins?|magazines?|gazettes?|journal|journaux|menus?|formulaires?|guides?|plaquettes?|brochures?|affiches?",
    r"flyers?|newsletter|annuaire|horaires|notices?|mode d emploi",
)
_FULL_DAY = re.compile(
    r"\b(\d{1,2})(?:er)? ?"
    r"(\d{1,2}|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
    r" ?((?<!\d)20\d\d|(?<=\d\d\d\d)20\d\d)\b"
)
_BACKWARDS = re.compile(r"\b(20\d\d) ?(\d\d) ?(\d\d)\b")  # 2026-03-12, 20260312
_DATED = re.compile(rf"{_DAY.pattern}|\b{_MONTH} (?:19|20)\d\d\b|\b(?:19|20)\d\d\b")
_SPOKEN = _any(
    r"conseils? (?:municip\w+|communaut\w+|metropolitains?|departement\w+|region\w+|syndica\w+|de paris)",
    r"conseils? d agglomeration|ordre du jour|deliberations?|seances? (?:du|publique|pleniere)|proces verbal",
    r"commission permanente|assemblee pleniere",
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents; everything but letters and digits becomes one space."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("OdJ", "odj"))
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", "".join(ch for ch in plain if not unicodedata.combining(ch)))
    return re.sub(r"[^a-z0-9»«›‹><]+", " ", plain.lower()).strip()


@lru_cache(maxsize=65536)
def relevance(text: str) -> float:
    """How surely a text speaks of a council's sessions, 0..1; words of other things pull it down."""
    plain = fold(text)
    if not plain:
        return 0.0
    strong = len({found.group(1) for found in _STRONG.finditer(plain)})
    other = bool(_NEGATIVE.search(plain))
    if strong:
        value = min(1.0, 0.8 + 0.1 * (strong - 1))
        return value * (0.55 if other and not _decided(plain) else 1.0)
    if _CODES.search(plain):
        return 0.3 if other else 0.65
    if other:
        return 0.04
    like = {found.group(1).rstrip("s") for found in _SESSION_LIKE.finditer(plain)}
    if like:
        return 0.55 if len(like) == 1 else 0.65
    if _MEDIUM.search(plain):
        return 0.4
    return 0.2 if _WEAK.search(plain) else 0.1


def _decided(plain: str) -> bool:
    """A deliberation may be about anything: "Délibération 12 – tarifs de la cantine" is one nevertheless."""
    return bool(
        re.match(r"(?:deliberation|ordre du jour|convocation|proces verb|odj|compte rendu|liste des delib)", plain)
    )


def is_other(text: str) -> bool:
    """Whether a text names something else than sessions (menus, bulletins, leisure…) and nothing of them."""
    plain = fold(text)
    return bool(_NEGATIVE.search(plain)) and not _STRONG.search(plain)


def is_generic(text: str) -> bool:
    """ "Télécharger", "PDF (250 Ko)", "Lire la suite": a text that says nothing of its target."""
    return bool(_GENERIC.match(fold(text)))


def is_paging(text: str) -> bool:
    """ "Page suivante", "2", "»", "Archives": a way through a list."""
    return bool(_PAGING.match(fold(text)))


def is_action(text: str) -> bool:
    """ "Imprimer", "Partager cette page", "Répondre": a link to another view of the page it stands on."""
    return bool(_ACTION.match(fold(text)))


def names_a_paper(text: str) -> bool:
    """Whether a text names one kind of paper of a session: agenda, convocation, minutes, deliberation."""
    return bool(_PAPER.search(fold(text)))


def is_dated(text: str) -> bool:
    """Whether a text holds a date, a month with its year, or a year."""
    return bool(_DATED.search(fold(text)))


def announces(text: str) -> bool:
    """Whether a text names a paper that comes before a session."""
    return bool(_AHEAD.search(fold(text)))


def names_a_day(text: str) -> bool:
    """Whether a text holds a day with its month."""
    return bool(_DAY.search(fold(text)))


def is_abbreviation(text: str) -> bool:
    """ "PV", "C.R.", "OdJ": a paper named by its letters alone."""
    return len(text) < 12 and re.sub(r"[^a-z]", "", text.lower()) in _LETTERS


def abbreviates_papers(text: str) -> bool:
    """ "CR / PV", "Consulter les PV", "PV des CM": papers named by their letters, and nothing else said."""
    said = [word for word in fold(text).split() if not _SAYING_NOTHING.fullmatch(word)]
    return len(said) <= 4 and _LETTERS.issuperset(said) and not _PAPERS_LETTERS.isdisjoint(said)


def lists_acts(text: str) -> bool:
    """Whether a title is that of a list of acts: "Délibérations", "Publication des actes"."""
    return bool(_ACTS.search(fold(text)))


def is_no_act(text: str) -> bool:
    """Whether a text names a kind of print that no assembly votes on, whatever it is about."""
    return bool(_NO_ACT.search(fold(text)))


def last_day(text: str) -> date | None:
    """The latest day that a text names in full (12 mars 2026, 12/03/2026, 20260312); None where it names none."""
    return max(days(text), default=None)


def days(text: str) -> set[date]:
    """All the days that a text names in full."""
    plain = fold(text)
    named = [match.groups() for match in _FULL_DAY.finditer(plain)]
    named += [(day, month, year) for year, month, day in _BACKWARDS.findall(plain)]
    found = set()
    for day, month, year in named:
        with contextlib.suppress(ValueError):  # 31 02 2026 is no day
            number = int(month) if month.isdigit() else _MONTHS.index(month[:4].rstrip()) + 1
            found.add(date(int(year), number, int(day)))
    return found


def speaks_of_sessions(text: str) -> int:
    """How many different phrases of sessions a page's text holds."""
    return len({found.group(1) for found in _SPOKEN.finditer(fold(text))})
